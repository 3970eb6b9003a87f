//! « Mon compte ».

pub mod page;

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Actor, routes};
use habilitation::{
    accounts::PASSWORD_MIN,
    own_account::{Identity, OwnError},
};
use web::{App, Caller, Page, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, see_other};

use crate::account::own::page::{OwnDone, OwnForm, own_page};

/// In the query of the page: what was just done.
const DONE: &str = "fait";

pub fn routes() -> Routes {
    Routes::new()
        .get(routes::MY_ACCOUNT, show)
        .post(routes::MY_ACCOUNT, set_identity)
        .post(routes::MY_PASSWORD, set_password)
        .post(routes::MY_SESSIONS, end_sessions)
}

/// Whoever sent the form, in which session.
pub(crate) fn sender(visitor: &Visitor) -> Result<(&Actor, &str), WebError> {
    match (&visitor.actor, &visitor.session) {
        (Some(actor), Some(session)) => Ok((actor, session)),
        _ => Err(WebError::SignIn { return_to: routes::MY_ACCOUNT.to_owned() }),
    }
}

async fn show(
    State(app): State<App>,
    SignedIn { visitor, .. }: SignedIn,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let done = query.get(DONE).and_then(|text| OwnDone::ALL.into_iter().find(|done| done.as_str() == text));
    present(&app, &visitor, OwnForm::default(), done).await
}

async fn present(app: &App, visitor: &Visitor, form: OwnForm, done: Option<OwnDone>) -> Result<Response, WebError> {
    let (actor, session) = sender(visitor)?;
    let own = app.habilitation.owning(actor, session).show().await?;
    let factor = app.habilitation.factor_state(actor, session).await?.any();
    let status = if form.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(Page::new(app, visitor, "Mon compte").status(status).show(|| own_page(&own, factor, &form, done, PASSWORD_MIN, &visitor.csrf)))
}

/// To the page which says so, or back to the form.
async fn answer(app: &App, visitor: &Visitor, result: Result<(), OwnError>, done: OwnDone, identity: Option<Identity>) -> Result<Response, WebError> {
    match result {
        Ok(()) => Ok(see_other(&routes::with_query(routes::MY_ACCOUNT, &[(DONE, done.as_str())]))),
        Err(OwnError::Fields(errors)) => present(app, visitor, OwnForm { identity, errors }, None).await,
        Err(error) => Err(error.into()),
    }
}

async fn set_identity(State(app): State<App>, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, session) = sender(&visitor)?;
    let text = |name: &str| data.text(name).to_owned();
    let identity = Identity { given_name: text("given_name"), family_name: text("family_name"), phone: text("phone") };
    let result = app.habilitation.owning(actor, session).set_identity(&identity).await;
    answer(&app, &visitor, result, OwnDone::Identity, Some(identity)).await
}

async fn set_password(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, session) = sender(&visitor)?;
    let result = app.habilitation.owning(actor, session).set_password(data.text("current_password"), data.text("password"), &from).await;
    answer(&app, &visitor, result, OwnDone::Password, None).await
}

async fn end_sessions(State(app): State<App>, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, session) = sender(&visitor)?;
    let owning = app.habilitation.owning(actor, session);
    let result = match data.text("session") {
        "autres" => owning.end_other_sessions().await,
        id => owning.end_session(id_of(id)?).await,
    };
    answer(&app, &visitor, result, OwnDone::Sessions, None).await
}
