//! « Mon compte »: name and telephone, password, sessions.

mod page;

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use domain::routes;
use habilitation::{
    accounts::PASSWORD_MIN,
    own_account::{Identity, OwnError},
};
use ui::{fields, verbs};
use web::{ActorForm, App, Caller, Page, Routes, SignedIn, WebError, id_of, see_other};

use self::page::{OwnDone, OwnForm, own_page};

fields! {
    /// What the forms of the page send.
    enum Sent {
        GivenName = "given_name",
        FamilyName = "family_name",
        Phone = "phone",
        CurrentPassword = "current_password",
        Password = "password",
        /// The id of the session to end, or a verb.
        Session = "session",
    }
}

verbs! {
    enum Verb {
        EndOthers = "autres",
    }
}

/// The parameter that tells the page what has just been done.
const DONE: &str = "fait";

pub fn routes() -> Routes {
    Routes::new()
        .get(routes::MY_ACCOUNT, show)
        .post(routes::MY_ACCOUNT, set_identity)
        .post(routes::MY_PASSWORD, set_password)
        .post(routes::MY_SESSIONS, end_sessions)
}

async fn show(State(app): State<App>, who: SignedIn, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, WebError> {
    let done = query.get(DONE).and_then(|text| OwnDone::ALL.into_iter().find(|done| done.as_str() == text));
    present(&app, &who, OwnForm::default(), done).await
}

async fn present(app: &App, who: &SignedIn, form: OwnForm, done: Option<OwnDone>) -> Result<Response, WebError> {
    let SignedIn { visitor, actor, session } = who;
    let own = app.habilitation.owning(actor, session).show().await?;
    let factor = app.habilitation.factor_state(actor, session).await?.any();
    let status = if form.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(Page::new(app, visitor, "Mon compte").status(status).show(|| own_page(&own, factor, &form, done, PASSWORD_MIN, &visitor.csrf)))
}

/// Redirects to the page, which says what was done, or shows the form again with what is wrong.
async fn answer(app: &App, who: &SignedIn, result: Result<(), OwnError>, done: OwnDone, identity: Option<Identity>) -> Result<Response, WebError> {
    match result {
        Ok(()) => Ok(see_other(&routes::with_query(routes::MY_ACCOUNT, &[(DONE, done.as_str())]))),
        Err(OwnError::Fields(errors)) => present(app, who, OwnForm { identity, errors }, None).await,
        Err(error) => Err(error.into()),
    }
}

async fn set_identity(State(app): State<App>, ActorForm { actor, session, visitor, data }: ActorForm) -> Result<Response, WebError> {
    let who = SignedIn { visitor, actor, session };
    let text = |field| data.get(field).to_owned();
    let identity = Identity { given_name: text(Sent::GivenName), family_name: text(Sent::FamilyName), phone: text(Sent::Phone) };
    let result = app.habilitation.owning(&who.actor, &who.session).set_identity(&identity).await;
    answer(&app, &who, result, OwnDone::Identity, Some(identity)).await
}

async fn set_password(
    State(app): State<App>,
    Caller(from): Caller,
    ActorForm { actor, session, visitor, data }: ActorForm,
) -> Result<Response, WebError> {
    let who = SignedIn { visitor, actor, session };
    let owning = app.habilitation.owning(&who.actor, &who.session);
    let result = owning.set_password(data.get(Sent::CurrentPassword), data.get(Sent::Password), &from).await;
    answer(&app, &who, result, OwnDone::Password, None).await
}

async fn end_sessions(State(app): State<App>, ActorForm { actor, session, visitor, data }: ActorForm) -> Result<Response, WebError> {
    let who = SignedIn { visitor, actor, session };
    let owning = app.habilitation.owning(&who.actor, &who.session);
    let result = match data.verb(Sent::Session) {
        Some(Verb::EndOthers) => owning.end_other_sessions().await,
        None => owning.end_session(id_of(data.get(Sent::Session))?).await,
    };
    answer(&app, &who, result, OwnDone::Sessions, None).await
}
