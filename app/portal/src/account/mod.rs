//! Accounts: this module signs people up, in and out; its sub-modules are the one-time links, the person's own account, its data and
//! its second factor.

mod data;
mod links;
mod own;
mod page;
mod passkeys;
mod qr_code;
mod security;

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
use ui::fields;
use web::{
    App, Caller, FormData, Page, Routes, SignedForm, Visitor, WebError, device_cookie, return_path, see_other, session_cookie, session_cookie_removal,
};

use self::page::{self as pages, AccountForm, Mailed};

fields! {
    /// The fields of the forms of this module and of the one-time links.
    enum Sent {
        GivenName = "given_name",
        FamilyName = "family_name",
        Email = "email",
        Password = "password",
        /// The page the person was going to.
        ReturnTo = "suite",
    }
}

/// The parameter of the page shown once a mail was ordered.
const MAILED: &str = "envoi";

type Params = Query<FormData>;

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

/// The page the person was going to, when the address says so.
fn way_on(query: &FormData) -> Option<&str> {
    return_path(query.get(Sent::ReturnTo))
}

async fn show_sign_in(State(app): State<App>, visitor: Visitor, Query(query): Params) -> Response {
    let suite = way_on(&query);
    if visitor.awaits_code {
        return see_other(&routes::with_return(routes::SIGN_IN_CODE, suite));
    }
    if let Some(actor) = &visitor.actor {
        return see_other(suite.unwrap_or_else(|| landing(actor)));
    }
    sign_in_page(&app, &visitor, AccountForm::default(), suite, StatusCode::OK)
}

async fn sign_in(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let suite = return_path(data.get(Sent::ReturnTo));
    let errors = match app.habilitation.sign_in(data.get(Sent::Email), data.get(Sent::Password), &from).await {
        Ok(session) => return enter(&app, &visitor, &session, suite, &from).await,
        Err(AccountError::TooMany(wait)) => {
            let form = AccountForm { limited: Some(wait.sentence()), ..typed(&data) };
            let mut response = sign_in_page(&app, &visitor, form, suite, StatusCode::TOO_MANY_REQUESTS);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.seconds()));
            return Ok(response);
        }
        Err(AccountError::Suspended) => vec![(
            Sent::Email.into(),
            "Votre accès à Habilis est suspendu. Le motif vous a été envoyé par courriel\u{a0}; contactez l’équipe Habilis pour le contester."
                .to_owned(),
        )],
        Err(AccountError::Credentials) => vec![(Sent::Password.into(), "L’adresse ou le mot de passe est incorrect.".to_owned())],
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
    if query.has(MAILED) {
        return show_mailed(&app, &visitor, Mailed::SignUp);
    }
    let suite = way_on(&query);
    if let Some(actor) = &visitor.actor {
        return see_other(suite.unwrap_or_else(|| landing(actor)));
    }
    sign_up_page(&app, &visitor, AccountForm::default(), suite, StatusCode::OK)
}

async fn sign_up(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let suite = return_path(data.get(Sent::ReturnTo));
    match app.habilitation.sign_up(&asked(&data), suite, &from).await {
        Ok(()) => Ok(see_other(&mailed_url(routes::SIGN_UP))),
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

fn mailed_url(page: &str) -> String {
    format!("{page}?{MAILED}=oui")
}

fn show_mailed(app: &App, visitor: &Visitor, mailed: Mailed) -> Response {
    let demo = app.settings.demo;
    Page::new(app, visitor, "Consultez votre messagerie").show(|| pages::check_mailbox(mailed, demo))
}

/// Sets the cookie of the new session, ends the session this browser had, and redirects to the page the person was going to.
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

/// Sets the cookie that identifies this browser, once sign-in is complete, second factor included: failed attempts made elsewhere on
/// the account then do not rate-limit this browser.
async fn know_device(app: &App, visitor: &Visitor, session: &str, from: &Origin, response: &mut Response) -> Result<(), WebError> {
    if let Some(device) = app.habilitation.know_device(session, &visitor.browser, from).await.map_err(refused)? {
        response.headers_mut().append(header::SET_COOKIE, device_cookie(app, &device));
    }
    Ok(())
}

/// The page to begin with after signing in, when none was asked for.
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
    let text = |field| data.get(field).to_owned();
    AccountForm { given_name: text(Sent::GivenName), family_name: text(Sent::FamilyName), email: text(Sent::Email), ..AccountForm::default() }
}

fn asked(data: &FormData) -> SignUp {
    let text = |field| data.get(field).to_owned();
    SignUp { given_name: text(Sent::GivenName), family_name: text(Sent::FamilyName), email: text(Sent::Email), password: text(Sent::Password) }
}

/// The sentences to show beside the fields; other errors have their own page.
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
