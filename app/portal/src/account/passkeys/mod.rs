//! Passkeys: signing in with one, adding, renaming and removing them; and the page that asks again for a proof of identity before
//! a factor changes.

pub(super) mod page;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{ids::PasskeyId, routes, second_factor::must_stay};
use habilitation::{factors::FactorError, passkeys::PasskeyError};
use serde_json::{Value, json};
use ui::{fields, passkey::ANSWER};
use web::{
    ActorForm, App, Caller, FormData, Page, Routes, SignedForm, SignedIn, WebError,
    error::Again,
    id_of,
    proof::{self, Proof, ProofField, RESUMED_FIELD, present_proof},
    return_path, see_other,
};

use self::page::{PasskeyForm, passkey_page};
use super::{
    Params,
    security::{awaiting, enrolled, entered, present, present_code, proved},
    way_on,
};

fields! {
    /// What the forms that add and rename a passkey send, beside the answer of the authenticator.
    enum Sent {
        Name = "nom",
        /// The page the person was going to.
        ReturnTo = "suite",
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .post(routes::SIGN_IN_PASSKEY, enter)
        .post(routes::PASSKEY_REQUEST, begin_entry)
        .get(routes::SECURITY_CONFIRM, show_confirm)
        .post(routes::SECURITY_CONFIRM, confirm_by_code)
        .post(routes::SECURITY_CONFIRM_PASSKEY, confirm_by_passkey)
        .post(routes::PASSKEYS, add)
        .post(routes::PASSKEY_CREATION, begin)
        .get(routes::PASSKEY, show)
        .post(routes::PASSKEY, rename)
        .post(routes::PASSKEY_REMOVE, remove)
}

/// The sentence to show beside the button; other errors have their own page.
fn sentence(error: PasskeyError) -> Result<String, WebError> {
    error.sentence().ok_or_else(|| error.into())
}

/// The answer to the script of the page: the options of the ceremony, or the sentence to show.
fn options(result: Result<Value, PasskeyError>) -> Result<Response, WebError> {
    let (status, body) = match result {
        Ok(options) => (StatusCode::OK, options),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, json!({ "erreur": sentence(error)? })),
    };
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

async fn begin_entry(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, .. }: SignedForm) -> Result<Response, WebError> {
    let session = visitor.session.as_deref().ok_or(FactorError::Nobody)?;
    options(app.habilitation.begin_passkey_entry(session, &from).await)
}

async fn enter(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let suite = return_path(data.get(proof::Sent::ReturnTo));
    match awaiting(&visitor, suite) {
        Ok(session) => match app.habilitation.enter_passkey(session, data.text(ANSWER), &from).await {
            Ok(renewed) => entered(&app, &visitor, renewed, suite, &from).await,
            Err(error) => present_code(&app, &visitor, Some((ProofField::Passkey, sentence(error)?)), suite).await,
        },
        Err(elsewhere) => Ok(*elsewhere),
    }
}

async fn show_confirm(State(app): State<App>, SignedIn { visitor, actor, session }: SignedIn, Query(query): Params) -> Result<Response, WebError> {
    let suite = way_on(&query).unwrap_or(routes::SECURITY);
    if app.habilitation.factor_state(&actor, &session).await?.fresh {
        return Ok(see_other(suite));
    }
    present_code(&app, &visitor, None, Some(suite)).await
}

/// The form that waits for the proof: the page that asks for the proof holds it in hidden fields.
fn resumed(data: &FormData) -> Option<Again> {
    let action = return_path(data.get(proof::Sent::Resumed))?.to_owned();
    let fields = data.pairs().filter_map(|(name, value)| Some((name.strip_prefix(RESUMED_FIELD)?.to_owned(), value.to_owned())));
    Some(Again { action, fields: fields.collect() })
}

async fn confirm_by_code(
    State(app): State<App>,
    Caller(from): Caller,
    ActorForm { actor, session, visitor, data }: ActorForm,
) -> Result<Response, WebError> {
    let shown = if data.holds(proof::Sent::Password) {
        (ProofField::Password, app.habilitation.enter_password(&actor, &session, data.get(proof::Sent::Password), &from).await)
    } else {
        (ProofField::Code, app.habilitation.enter_code(&session, data.get(proof::Sent::Code), &from).await)
    };
    let (suite, resumed) = (return_path(data.get(proof::Sent::ReturnTo)).unwrap_or(routes::SECURITY), resumed(&data));
    match shown {
        (_, Ok(renewed)) => proved(&app, &visitor, (renewed, suite, resumed), &from).await,
        (shown, Err(error @ (FactorError::WrongCode | FactorError::WrongPassword))) => {
            let asked = Proof { error: Some((shown, error.sentence().ok_or(error)?)), suite: Some(suite), resumed };
            present_proof(&app, &visitor, asked, StatusCode::OK).await
        }
        (_, Err(error)) => Err(error.into()),
    }
}

async fn confirm_by_passkey(
    State(app): State<App>,
    Caller(from): Caller,
    ActorForm { session, visitor, data, .. }: ActorForm,
) -> Result<Response, WebError> {
    let (suite, resumed) = (return_path(data.get(proof::Sent::ReturnTo)).unwrap_or(routes::SECURITY), resumed(&data));
    match app.habilitation.enter_passkey(&session, data.text(ANSWER), &from).await {
        Ok(renewed) => proved(&app, &visitor, (renewed, suite, resumed), &from).await,
        Err(error) => {
            let asked = Proof { error: Some((ProofField::Passkey, sentence(error)?)), suite: Some(suite), resumed };
            present_proof(&app, &visitor, asked, StatusCode::OK).await
        }
    }
}

async fn begin(State(app): State<App>, Caller(from): Caller, ActorForm { actor, session, data, .. }: ActorForm) -> Result<Response, WebError> {
    options(app.habilitation.begin_passkey(&actor, &session, data.get(Sent::Name), &from).await)
}

async fn add(State(app): State<App>, Caller(from): Caller, ActorForm { actor, session, visitor, data }: ActorForm) -> Result<Response, WebError> {
    let who = SignedIn { visitor, actor, session };
    let (suite, name) = (return_path(data.get(Sent::ReturnTo)), data.get(Sent::Name));
    let error = match app.habilitation.add_passkey(&who.actor, &who.session, name, data.text(ANSWER), &from).await {
        Ok(done) => return enrolled(&app, &who.visitor, done, suite).await,
        Err(error) => error,
    };
    let mut form = PasskeyForm { name: name.to_owned(), ..PasskeyForm::default() };
    match error {
        PasskeyError::Name => form.name_error = error.sentence(),
        other => form.key_error = Some(sentence(other)?),
    }
    present(&app, &who, form, suite).await
}

async fn show(State(app): State<App>, who: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    present_passkey(&app, &who, id_of(&id)?, None).await
}

async fn present_passkey(app: &App, who: &SignedIn, id: PasskeyId, typed: Option<(&str, String)>) -> Result<Response, WebError> {
    let SignedIn { visitor, actor, session } = who;
    let state = app.habilitation.factor_state(actor, session).await?;
    let passkey = state.passkeys.iter().find(|passkey| passkey.id == id).ok_or(WebError::NotFound)?;
    if !state.fresh {
        return Err(WebError::Confirm { return_to: routes::passkey(id) });
    }
    let others = state.passkeys.len() - 1 + usize::from(state.since.is_some());
    let status = if typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page::new(app, visitor, "Clé d’accès").status(status);
    Ok(page.show(|| passkey_page(passkey, must_stay(state.required, others), others == 0, typed, &visitor.csrf)))
}

async fn rename(
    State(app): State<App>,
    Caller(from): Caller,
    Path(id): Path<String>,
    ActorForm { actor, session, visitor, data }: ActorForm,
) -> Result<Response, WebError> {
    let who = SignedIn { visitor, actor, session };
    let (id, name) = (id_of(&id)?, data.get(Sent::Name));
    match app.habilitation.rename_passkey(&who.actor, &who.session, id, name, &from).await {
        Ok(()) => Ok(see_other(routes::SECURITY)),
        Err(error @ PasskeyError::Name) => present_passkey(&app, &who, id, Some((name, error.sentence().ok_or(error)?))).await,
        Err(error) => Err(error.into()),
    }
}

async fn remove(
    State(app): State<App>,
    Caller(from): Caller,
    Path(id): Path<String>,
    ActorForm { actor, session, .. }: ActorForm,
) -> Result<Response, WebError> {
    app.habilitation.remove_passkey(&actor, &session, id_of(&id)?, &from).await?;
    Ok(see_other(routes::SECURITY))
}
