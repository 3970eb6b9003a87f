//! « Portail famille »: the website of an imaginary town, a client of the sandbox like any service. It reaches the issuer and the
//! gateway over HTTP with keys of its own, and shares nothing with the rest of the process but the port it listens on.

mod callback;
mod gateway;
mod http;
mod issuer;
mod keys;
mod page;
mod present;
mod session;
mod tariff;
mod visit;

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use domain::routes as paths;
use validator::ValidateEmail;
use web::{App, Routes};

use crate::family::{
    issuer::Issuer,
    page as pages,
    present::{Message, page, redirect, theme},
    session::{Account, Login, Session, Wants},
    visit::{Posted, Visit},
};

/// The routes that call the issuer share one [`Issuer`], which keeps its metadata.
pub fn routes() -> Routes {
    let issuer = Arc::new(Issuer::default());
    let [for_login, for_data, for_callback, for_logout] = std::array::from_fn(|_| issuer.clone());
    Routes::new()
        .get(paths::DEMO_SERVICE, home)
        .post(paths::DEMO_SERVICE, save_email)
        .post(paths::DEMO_LOGIN, move |State(app): State<App>, posted| login(app, for_login, posted))
        .get(paths::DEMO_CALLBACK, move |State(app): State<App>, visit, query| callback::callback(app, for_callback, visit, query))
        .get(paths::DEMO_QUOTIENT, quotient)
        .post(paths::DEMO_QUOTIENT, move |State(app): State<App>, posted| ask_for_data(app, for_data, posted))
        .post(paths::DEMO_LOGOUT, move |State(app): State<App>, posted| logout(app, for_logout, posted))
}

async fn home(State(app): State<App>, Visit(session): Visit) -> Response {
    if keys::read(&app).await.is_none() {
        return page(StatusCode::OK, pages::not_installed_page(theme(&app)));
    }
    let session = session.unwrap_or_else(|| Session::new(&app.cx));
    let html = match &session.account {
        None => pages::home_page(theme(&app), session.form.clone()),
        Some(account) => pages::account_page(theme(&app), present::account(&session, account)),
    };
    visit::keep(&app, page(StatusCode::OK, html), &session)
}

async fn save_email(State(app): State<App>, Posted { mut session, form }: Posted) -> Response {
    let email = form.one(pages::EMAIL_FIELD).ok().flatten().unwrap_or_default().trim().to_owned();
    let Some(account) = session.account.take() else { return redirect(paths::DEMO_SERVICE) };
    let error = refused_email(&email);
    if let Some(error) = error {
        let view = pages::Account { email, email_error: Some(error), ..present::account(&session, &account) };
        return page(StatusCode::UNPROCESSABLE_ENTITY, pages::account_page(theme(&app), view));
    }
    session.account = Some(Account { email, ..account });
    visit::keep(&app, redirect(paths::DEMO_SERVICE), &session)
}

fn refused_email(email: &str) -> Option<String> {
    if email.len() > pages::EMAIL_MAX {
        return Some(format!("L’adresse ne peut pas dépasser {} caractères.", pages::EMAIL_MAX));
    }
    let wrong = || "Saisissez une adresse électronique complète, par exemple nom@exemple.fr.".to_owned();
    (!email.validate_email()).then(wrong)
}

async fn login(app: App, issuer: Arc<Issuer>, Posted { session, form }: Posted) -> Response {
    let data = form.filled(pages::DATA_FIELD).ok().flatten().is_some();
    // A new login forgets the account of an earlier one, whose page may still be open.
    let session = Session { account: None, quotient: None, ..session };
    depart(&app, &issuer, session, if data { Wants::IdentityAndData } else { Wants::Identity }).await
}

async fn ask_for_data(app: App, issuer: Arc<Issuer>, Posted { session, .. }: Posted) -> Response {
    match session.account {
        Some(_) => depart(&app, &issuer, session, Wants::Data).await,
        None => redirect(paths::DEMO_SERVICE),
    }
}

async fn depart(app: &App, issuer: &Issuer, mut session: Session, wants: Wants) -> Response {
    let Some(keys) = keys::read(app).await else { return redirect(paths::DEMO_SERVICE) };
    let login = Login::new(&app.cx, wants);
    match issuer.authorization_url(app, &keys, &login).await {
        Ok(address) => {
            session.login = Some(login);
            visit::keep(app, redirect(address.as_str()), &session)
        }
        Err(error) => present::failed(app, Message::ISSUER_DOWN, &error),
    }
}

async fn quotient(State(app): State<App>, Visit(session): Visit) -> Response {
    let known = session.as_ref().and_then(|session| Some((session, session.quotient.as_ref()?)));
    match known {
        Some((session, quotient)) => page(StatusCode::OK, pages::quotient_page(theme(&app), present::quotient(session, quotient))),
        None => redirect(paths::DEMO_SERVICE),
    }
}

/// Signs out of the portal, then of the broker, which sends the browser back to the home page.
async fn logout(app: App, issuer: Arc<Issuer>, Posted { session, .. }: Posted) -> Response {
    let hint = session.account.map(|account| account.id_token).filter(|token| !token.is_empty());
    let there = match hint {
        Some(hint) => issuer.end_session_url(&app, &hint).await.unwrap_or_default(),
        None => None,
    };
    let response = match there {
        Some(address) => redirect(address.as_str()),
        None => redirect(paths::DEMO_SERVICE),
    };
    visit::forget(&app, response)
}
