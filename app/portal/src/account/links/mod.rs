//! The pages of the one-time links: confirming an address, choosing a new password, accepting an invitation.

pub(super) mod page;

use axum::{
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header::LOCATION},
    response::Response,
};
use domain::routes;
use habilitation::accounts::{AccountError, Invitation, InvitedTo, Opening, PASSWORD_MIN};
use web::{App, Caller, LinkToken, Page, Routes, SignedForm, Visitor, WebError, return_path, see_other};

use self::page::LinkKind;
use super::{
    MAILED, Params, Sent, asked, enter, fields, mailed_url,
    page::{AccountForm, Mailed},
    refused, show_mailed, typed, way_on,
};

pub fn routes() -> Routes {
    Routes::new()
        .get(routes::CONFIRM_EMAIL, show_confirm)
        .post(routes::CONFIRM_EMAIL, confirm)
        .get(routes::FORGOTTEN, show_forgotten)
        .post(routes::FORGOTTEN, forgotten)
        .get(routes::RESET, show_reset)
        .post(routes::RESET, reset)
        .get(routes::INVITATION, show_invitation)
        .post(routes::INVITATION, accept_invitation)
}

async fn show_confirm(State(app): State<App>, visitor: Visitor, LinkToken(token): LinkToken, Query(query): Params) -> Result<Response, WebError> {
    let suite = way_on(&query);
    confirm_page(&app, &visitor, &token, None, suite).await
}

/// The fields hold what was typed, or the names given when signing up. The address is the one the link was sent to.
async fn confirm_page(
    app: &App,
    visitor: &Visitor,
    token: &str,
    refused_form: Option<AccountForm>,
    suite: Option<&str>,
) -> Result<Response, WebError> {
    let Opening { email, given_name, family_name } = match app.habilitation.opening(token).await {
        Ok(opening) => opening,
        Err(AccountError::Link) => return Ok(dead(app, visitor, LinkKind::Confirm)),
        Err(error) => return Err(refused(error)),
    };
    let status = if refused_form.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let form = refused_form.unwrap_or_else(|| AccountForm { given_name, family_name, ..AccountForm::default() });
    let form = AccountForm { csrf: visitor.csrf.clone(), email, ..form };
    Ok(Page::new(app, visitor, "Confirmez votre adresse").status(status).show(|| page::confirm(token, &form, PASSWORD_MIN, suite)))
}

async fn confirm(
    State(app): State<App>,
    Caller(from): Caller,
    LinkToken(token): LinkToken,
    SignedForm { visitor, data, .. }: SignedForm,
) -> Result<Response, WebError> {
    let suite = return_path(data.get(Sent::ReturnTo));
    match app.habilitation.confirm_email(&token, &asked(&data), &from).await {
        Ok(session) => Ok(saying(enter(&app, &visitor, &session, suite, &from).await?, "compte-ouvert")),
        Err(AccountError::Link) => Ok(dead(&app, &visitor, LinkKind::Confirm)),
        Err(error) => {
            let form = AccountForm { errors: fields(error)?, ..typed(&data) };
            confirm_page(&app, &visitor, &token, Some(form), suite).await
        }
    }
}

/// Adds a `fait` parameter to the redirection, so that the page it leads to shows a confirmation.
fn saying(mut response: Response, done: &str) -> Response {
    let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).map(|to| {
        let (page, place) = to.split_once('#').map_or((to, String::new()), |(page, place)| (page, format!("#{place}")));
        format!("{page}{}fait={done}{place}", if page.contains('?') { '&' } else { '?' })
    });
    if let Some(to) = to.and_then(|to| HeaderValue::from_str(&to).ok()) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

async fn show_forgotten(State(app): State<App>, visitor: Visitor, Query(query): Params) -> Response {
    if query.has(MAILED) {
        return show_mailed(&app, &visitor, Mailed::Reset);
    }
    forgotten_page(&app, &visitor, AccountForm::default(), StatusCode::OK)
}

async fn forgotten(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    match app.habilitation.forgotten(data.get(Sent::Email), &from).await {
        Ok(()) => Ok(see_other(&mailed_url(routes::FORGOTTEN))),
        Err(error) => {
            let form = AccountForm { errors: fields(error)?, ..typed(&data) };
            Ok(forgotten_page(&app, &visitor, form, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

fn forgotten_page(app: &App, visitor: &Visitor, form: AccountForm, status: StatusCode) -> Response {
    let form = AccountForm { csrf: visitor.csrf.clone(), ..form };
    Page::new(app, visitor, "Mot de passe oublié").status(status).show(|| page::forgotten(&form))
}

async fn show_reset(State(app): State<App>, visitor: Visitor, LinkToken(token): LinkToken) -> Result<Response, WebError> {
    if !app.habilitation.reset_pending(&token).await.map_err(refused)? {
        return Ok(dead(&app, &visitor, LinkKind::Reset));
    }
    Ok(reset_page(&app, &visitor, &token, AccountForm::default(), StatusCode::OK))
}

async fn reset(
    State(app): State<App>,
    Caller(from): Caller,
    LinkToken(token): LinkToken,
    SignedForm { visitor, data, .. }: SignedForm,
) -> Result<Response, WebError> {
    match app.habilitation.reset_password(&token, data.get(Sent::Password), &from).await {
        Ok(session) => Ok(saying(enter(&app, &visitor, &session, None, &from).await?, "mot-de-passe-choisi")),
        Err(AccountError::Link) => Ok(dead(&app, &visitor, LinkKind::Reset)),
        Err(error) => {
            let form = AccountForm { errors: fields(error)?, ..AccountForm::default() };
            Ok(reset_page(&app, &visitor, &token, form, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

fn reset_page(app: &App, visitor: &Visitor, token: &str, form: AccountForm, status: StatusCode) -> Response {
    let form = AccountForm { csrf: visitor.csrf.clone(), ..form };
    Page::new(app, visitor, "Choisissez un nouveau mot de passe").status(status).show(|| page::reset(token, &form, PASSWORD_MIN))
}

async fn show_invitation(State(app): State<App>, visitor: Visitor, LinkToken(token): LinkToken) -> Result<Response, WebError> {
    match app.habilitation.invitation(&token).await {
        Ok(invitation) => Ok(invitation_page(&app, &visitor, &token, invitation, AccountForm::default(), StatusCode::OK)),
        Err(AccountError::Link) => Ok(dead(&app, &visitor, LinkKind::Invitation)),
        Err(error) => Err(refused(error)),
    }
}

async fn accept_invitation(
    State(app): State<App>,
    Caller(from): Caller,
    LinkToken(token): LinkToken,
    SignedForm { visitor, data, .. }: SignedForm,
) -> Result<Response, WebError> {
    let errors = match app.habilitation.accept_invitation(&token, &asked(&data), &from).await {
        Ok((session, Invitation { request, to, .. })) => {
            let there = match to {
                InvitedTo::PartnerSpace => routes::partner_service(request),
                InvitedTo::CoEdit => routes::request(request),
            };
            return enter(&app, &visitor, &session, Some(&there), &from).await;
        }
        Err(AccountError::Link) => return Ok(dead(&app, &visitor, LinkKind::Invitation)),
        Err(AccountError::Credentials) => vec![(Sent::Password.into(), "Le mot de passe est incorrect.".to_owned())],
        Err(error) => fields(error)?,
    };
    match app.habilitation.invitation(&token).await {
        Ok(invitation) => {
            let form = AccountForm { errors, ..typed(&data) };
            Ok(invitation_page(&app, &visitor, &token, invitation, form, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(AccountError::Link) => Ok(dead(&app, &visitor, LinkKind::Invitation)),
        Err(error) => Err(refused(error)),
    }
}

/// The address is the one the invitation was sent to, whatever the form holds.
fn invitation_page(app: &App, visitor: &Visitor, token: &str, invitation: Invitation, form: AccountForm, status: StatusCode) -> Response {
    let Invitation { email, title, by, known, to, request: _ } = invitation;
    let form = AccountForm { csrf: visitor.csrf.clone(), email, ..form };
    match to {
        InvitedTo::PartnerSpace => {
            let page = Page::new(app, visitor, "Ouvrez vos accès de test").status(status);
            page.show(|| page::invitation(token, &form, (&by, &title), known, PASSWORD_MIN))
        }
        InvitedTo::CoEdit => {
            let page = Page::new(app, visitor, "Participez à une demande").status(status);
            page.show(|| page::co_edit_invitation(token, &form, (&by, &title), known, PASSWORD_MIN))
        }
    }
}

fn dead(app: &App, visitor: &Visitor, kind: LinkKind) -> Response {
    Page::new(app, visitor, "Ce lien ne fonctionne plus").status(StatusCode::GONE).show(|| page::dead_link(kind))
}
