//! Signing up, in and out.

pub mod data;
pub mod links;
pub mod own;
pub mod page;
pub mod passkeys;
pub mod qr_code;
pub mod security;

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use domain::{actor::Actor, network::Origin, routes};
use habilitation::{
    accounts::{AccountError, SignUp},
    sessions::Who,
};
use web::{
    App, Caller, FormData, Page, Routes, SignedForm, Visitor, WebError, device_cookie, return_path, see_other, session_cookie, session_cookie_removal,
};

use crate::account::page::{self as pages, AccountForm, Sent};

/// The query of a page shown after its form: the message has left.
const SENT: &str = "envoi";

type Params = Query<BTreeMap<String, String>>;

pub fn routes() -> Routes {
    Routes::new()
        .get(routes::SIGN_IN, show_sign_in)
        .post(routes::SIGN_IN, sign_in)
        .get(routes::SIGN_UP, show_sign_up)
        .post(routes::SIGN_UP, sign_up)
        .post(routes::SIGN_OUT, sign_out)
        .merge(links::routes())
        .merge(own::routes())
        .merge(data::routes())
        .merge(security::routes())
        .merge(passkeys::routes())
}

async fn show_sign_in(State(app): State<App>, visitor: Visitor, Query(query): Params) -> Response {
    let suite = query.get("suite").and_then(|path| return_path(path));
    if visitor.awaits_code {
        return see_other(&routes::with_return(routes::SIGN_IN_CODE, suite));
    }
    if let Some(actor) = &visitor.actor {
        return see_other(suite.unwrap_or_else(|| landing(actor)));
    }
    sign_in_page(&app, &visitor, AccountForm::default(), suite, StatusCode::OK)
}

async fn sign_in(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let suite = return_path(data.text("suite"));
    let errors = match app.habilitation.sign_in(data.text("email"), data.text("password"), &from).await {
        Ok(session) => return enter(&app, &visitor, &session, suite, &from).await,
        Err(AccountError::TooMany(wait)) => {
            let form = AccountForm { limited: Some(wait.sentence()), ..typed(&data) };
            let mut response = sign_in_page(&app, &visitor, form, suite, StatusCode::TOO_MANY_REQUESTS);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.seconds()));
            return Ok(response);
        }
        Err(AccountError::Suspended) => vec![(
            "email",
            "Votre accès à Habilis est suspendu. Le motif vous a été envoyé par courriel\u{a0}; contactez l’équipe Habilis pour le contester."
                .to_owned(),
        )],
        Err(AccountError::Credentials) => vec![("password", "L’adresse ou le mot de passe est incorrect.".to_owned())],
        Err(error) => fields(error)?,
    };
    let form = AccountForm { errors, ..typed(&data) };
    Ok(sign_in_page(&app, &visitor, form, suite, StatusCode::UNPROCESSABLE_ENTITY))
}

fn sign_in_page(app: &App, visitor: &Visitor, form: AccountForm, suite: Option<&str>, status: StatusCode) -> Response {
    let form = AccountForm { csrf: visitor.csrf.clone(), ended: visitor.ended, ..form };
    let title = if form.limited.is_some() { "Trop de tentatives" } else { "Se connecter" };
    Page::new(app, visitor, title).status(status).show(|| pages::sign_in(&form, suite))
}

async fn show_sign_up(State(app): State<App>, visitor: Visitor, Query(query): Params) -> Response {
    if query.contains_key(SENT) {
        return show_sent(&app, &visitor, Sent::SignUp);
    }
    let suite = query.get("suite").and_then(|path| return_path(path));
    if let Some(actor) = &visitor.actor {
        return see_other(suite.unwrap_or_else(|| landing(actor)));
    }
    sign_up_page(&app, &visitor, AccountForm::default(), suite, StatusCode::OK)
}

async fn sign_up(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let suite = return_path(data.text("suite"));
    match app.habilitation.sign_up(&asked(&data), suite, &from).await {
        Ok(()) => Ok(see_other(&sent_url(routes::SIGN_UP))),
        Err(error) => {
            let form = AccountForm { errors: fields(error)?, ..typed(&data) };
            Ok(sign_up_page(&app, &visitor, form, suite, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

fn sign_up_page(app: &App, visitor: &Visitor, form: AccountForm, suite: Option<&str>, status: StatusCode) -> Response {
    let form = AccountForm { csrf: visitor.csrf.clone(), ..form };
    Page::new(app, visitor, "Créer un compte").status(status).show(|| pages::sign_up(&form, suite))
}

async fn sign_out(State(app): State<App>, SignedForm { visitor, .. }: SignedForm) -> Result<Response, WebError> {
    if let Some(session) = &visitor.session {
        app.habilitation.sign_out(session).await.map_err(refused)?;
    }
    let mut response = see_other(routes::HOME);
    response.headers_mut().append(header::SET_COOKIE, session_cookie_removal(&app));
    Ok(response)
}

fn sent_url(page: &str) -> String {
    format!("{page}?{SENT}=oui")
}

fn show_sent(app: &App, visitor: &Visitor, sent: Sent) -> Response {
    let demo = app.settings.demo;
    Page::new(app, visitor, "Consultez votre messagerie").show(|| pages::check_mailbox(sent, demo))
}

/// Sets the cookie of the new session, ends the one this browser had, and shows where to go on.
async fn enter(app: &App, visitor: &Visitor, session: &str, suite: Option<&str>, from: &Origin) -> Result<Response, WebError> {
    if let Some(previous) = &visitor.session {
        app.habilitation.sign_out(previous).await.map_err(refused)?;
    }
    app.habilitation.name_browser(session, &visitor.browser).await.map_err(refused)?;
    let to = match app.habilitation.who(session).await.map_err(refused)? {
        Who::AwaitingCode => routes::with_return(routes::SIGN_IN_CODE, suite),
        Who::Somebody(holder) => suite.unwrap_or_else(|| landing(&holder.actor)).to_owned(),
        Who::Nobody => routes::HOME.to_owned(),
    };
    let mut response = see_other(&to);
    response.headers_mut().append(header::SET_COOKIE, session_cookie(app, session));
    know_device(app, visitor, session, from, &mut response).await?;
    Ok(response)
}

/// Once everything opens: what others try with this account does not keep it out of this browser.
async fn know_device(app: &App, visitor: &Visitor, session: &str, from: &Origin, response: &mut Response) -> Result<(), WebError> {
    if let Some(device) = app.habilitation.know_device(session, &visitor.browser, from).await.map_err(refused)? {
        response.headers_mut().append(header::SET_COOKIE, device_cookie(app, &device));
    }
    Ok(())
}

/// Where the day's work is.
fn landing(actor: &Actor) -> &'static str {
    match actor {
        Actor { dormant: true, .. } => routes::SECURITY,
        actor if actor.is_reviewer() => routes::REVIEW_QUEUE,
        Actor { admin: true, .. } => routes::ADMINISTRATION,
        Actor { partner: true, .. } => routes::PARTNER,
        Actor { organisation: None, .. } => routes::ORGANISATION,
        _ => routes::REQUESTS,
    }
}

/// What was typed, to be shown again.
fn typed(data: &FormData) -> AccountForm {
    let text = |name: &str| data.text(name).to_owned();
    AccountForm { given_name: text("given_name"), family_name: text("family_name"), email: text("email"), ..AccountForm::default() }
}

fn asked(data: &FormData) -> SignUp {
    let text = |name: &str| data.text(name).to_owned();
    SignUp { given_name: text("given_name"), family_name: text("family_name"), email: text("email"), password: text("password") }
}

/// The sentences to show beside the fields; another error is answered by its own page.
fn fields(error: AccountError) -> Result<Vec<(&'static str, String)>, WebError> {
    match error {
        AccountError::Fields(errors) => Ok(errors),
        other => Err(refused(other)),
    }
}

fn refused(error: AccountError) -> WebError {
    match error {
        AccountError::TooMany(wait) => WebError::TooMany(wait),
        AccountError::Suspended => WebError::Suspended,
        other => WebError::internal(other),
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        actor::{Grant, Role},
        ids::{AccountId, OrganisationId},
    };

    use super::*;

    #[test]
    fn everybody_lands_where_their_work_is() {
        let organisation = Some(OrganisationId(uuid::Uuid::nil()));
        let grant = Grant::new("franceconnect", Some("juridique"), Role::Reviewer);
        for (organisation, grants, partner, expected) in [
            (None, vec![], false, routes::ORGANISATION),
            (organisation, vec![], false, routes::REQUESTS),
            (None, vec![], true, routes::PARTNER),
            (organisation, vec![], true, routes::PARTNER),
            (None, vec![grant.clone()], false, routes::REVIEW_QUEUE),
            (organisation, vec![grant], true, routes::REVIEW_QUEUE),
        ] {
            let actor = Actor {
                account: AccountId(uuid::Uuid::nil()),
                name: String::new(),
                email: String::new(),
                organisation,
                verified: false,
                grants,
                admin: false,
                partner,
                strong: true,
                dormant: false,
                impersonated_by: None,
            };
            assert_eq!(landing(&actor), expected, "{actor:?}");
        }
    }
}
