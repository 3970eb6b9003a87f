//! The simulated identity provider: its endpoints and its login page.

mod page;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use broker::{
    Refusal,
    simulated::{LoginOutcome, LoginPage},
};
use citizen::{
    Call,
    present::{self, see_other, theme},
};
use domain::routes::realms::{SIMULATED_IDENTITY_PROVIDER, SIMULATED_LOGIN};
use oidc::{OauthError, paths, token::bearer};
use web::{App, Routes, WebError};

use self::page::{SimulatedLogin, Suggestion};

pub fn routes() -> Routes {
    let at = |path: &str| format!("{SIMULATED_IDENTITY_PROVIDER}{path}");
    Routes::new()
        .get(&at(paths::DISCOVERY), discovery)
        .get(&at(paths::JWKS), jwks)
        .get(&at(paths::AUTHORIZE), authorize)
        .post(&at(SIMULATED_LOGIN), login)
        .open_post(&at(paths::TOKEN), token)
        .get(&at(paths::USERINFO), userinfo)
        .get(&at(paths::END_SESSION), end_session)
}

async fn discovery(State(app): State<App>) -> Response {
    present::public_json(&app.broker.simulated().metadata())
}

async fn jwks(State(app): State<App>) -> Response {
    match app.broker.simulated().jwks().await {
        Ok(keys) => present::public_json(&keys),
        Err(error) => WebError::from(error).into_response(),
    }
}

async fn authorize(State(app): State<App>, call: Call) -> Response {
    let page = call.params.as_ref().map_err(|error| Refusal::from(error.clone())).and_then(|params| app.broker.simulated().authorize(params));
    match page {
        Ok(page) => login_page(&app, 200, page),
        Err(error) => refusal(&app, error),
    }
}

async fn login(State(app): State<App>, call: Call) -> Response {
    let outcome = call.params.as_ref().map_err(|error| Refusal::from(error.clone())).and_then(|params| app.broker.simulated().login(params));
    match outcome {
        Ok(LoginOutcome::Location(location)) => see_other(&location),
        Ok(LoginOutcome::Again(page)) => login_page(&app, 422, page),
        Err(error) => refusal(&app, error),
    }
}

fn login_page(app: &App, status: u16, page: LoginPage) -> Response {
    let LoginPage { request, login, refused, suggestions, password } = page;
    let view = SimulatedLogin {
        action: format!("{SIMULATED_IDENTITY_PROVIDER}{SIMULATED_LOGIN}"),
        request,
        login,
        refused,
        suggestions: suggestions.into_iter().map(|person| Suggestion { login: person.login, name: person.name, shows: person.shows }).collect(),
        password: password.to_owned(),
    };
    present::page(status, page::simulated_login_page(theme(app), view), &[])
}

async fn token(State(app): State<App>, call: Call) -> Response {
    let answered = match &call.params {
        Ok(params) => app.broker.simulated().token(call.authorization(), params).await,
        Err(error) => Err(OauthError::from(error.clone())),
    };
    match answered {
        Ok(answer) => present::json(&answer),
        Err(error) => present::oauth_error(&error),
    }
}

async fn userinfo(State(app): State<App>, call: Call) -> Response {
    match app.broker.simulated().userinfo(bearer(call.authorization())).await {
        Ok(token) => present::jwt(token),
        Err(error) => present::oauth_error(&error),
    }
}

async fn end_session(State(app): State<App>, call: Call) -> Response {
    match call.params.as_ref().map_err(|error| Refusal::from(error.clone())).and_then(|params| app.broker.simulated().end_session(params)) {
        Ok(Some(location)) => see_other(&location),
        Ok(None) => present::page(200, page::simulated_logged_out_page(theme(&app)), &[]),
        Err(error) => refusal(&app, error),
    }
}

/// The page of an error, without a link back: this provider does not know the service.
fn refusal(app: &App, error: Refusal) -> Response {
    present::refusal_alone(app, error)
}
