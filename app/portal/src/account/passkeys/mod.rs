//! Passkeys: shown after the password, added, named, taken away; and the factor asked for again before any changes.

pub mod page;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{actor::Actor, ids::PasskeyId, routes, second_factor::must_stay};
use habilitation::{factors::FactorError, passkeys::PasskeyError};
use serde_json::{Value, json};
use ui::passkey::ANSWER;
use web::{
    App, Caller, FormData, Page, Routes, SignedForm, SignedIn, Visitor, WebError,
    error::Again,
    id_of,
    proof::{
        Proof,
        page::{RESUMED, RESUMED_FIELD, Shown},
        present_proof,
    },
    return_path, see_other,
};

use crate::account::{
    Params,
    own::sender,
    passkeys::page::{PasskeyForm, passkey_page},
    security::{awaiting, enrolled, entered, present, present_code, proved},
};

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

/// Said beside the button; other errors have their own page.
fn sentence(error: PasskeyError) -> Result<String, WebError> {
    error.sentence().ok_or_else(|| error.into())
}

/// For the script of the page: the options, or the sentence to show.
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
    let suite = return_path(data.text("suite"));
    match awaiting(&visitor, suite) {
        Ok(session) => match app.habilitation.enter_passkey(session, data.text(ANSWER), &from).await {
            Ok(renewed) => entered(&app, &visitor, renewed, suite, &from).await,
            Err(error) => present_code(&app, &visitor, Some((Shown::Passkey, sentence(error)?)), suite).await,
        },
        Err(elsewhere) => Ok(*elsewhere),
    }
}

async fn show_confirm(State(app): State<App>, SignedIn { visitor, actor, session }: SignedIn, Query(query): Params) -> Result<Response, WebError> {
    let suite = query.get("suite").and_then(|path| return_path(path)).unwrap_or(routes::SECURITY);
    if app.habilitation.factor_state(&actor, &session).await?.fresh {
        return Ok(see_other(suite));
    }
    present_code(&app, &visitor, None, Some(suite)).await
}

/// What waited for the proof, as the page that asked for it sends it back.
fn resumed(data: &FormData) -> Option<Again> {
    let action = return_path(data.text(RESUMED))?.to_owned();
    let fields = data.pairs().filter_map(|(name, value)| Some((name.strip_prefix(RESUMED_FIELD)?.to_owned(), value.to_owned())));
    Some(Again { action, fields: fields.collect() })
}

async fn confirm_by_code(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, session) = sender(&visitor)?;
    let shown = if data.has("password") {
        (Shown::Password, app.habilitation.enter_password(actor, session, data.text("password"), &from).await)
    } else {
        (Shown::Code, app.habilitation.enter_code(session, data.text("code"), &from).await)
    };
    let (suite, resumed) = (return_path(data.text("suite")).unwrap_or(routes::SECURITY), resumed(&data));
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
    SignedForm { visitor, data, .. }: SignedForm,
) -> Result<Response, WebError> {
    let (_, session) = sender(&visitor)?;
    let (suite, resumed) = (return_path(data.text("suite")).unwrap_or(routes::SECURITY), resumed(&data));
    match app.habilitation.enter_passkey(session, data.text(ANSWER), &from).await {
        Ok(renewed) => proved(&app, &visitor, (renewed, suite, resumed), &from).await,
        Err(error) => {
            let asked = Proof { error: Some((Shown::Passkey, sentence(error)?)), suite: Some(suite), resumed };
            present_proof(&app, &visitor, asked, StatusCode::OK).await
        }
    }
}

async fn begin(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, session) = sender(&visitor)?;
    options(app.habilitation.begin_passkey(actor, session, data.text("nom"), &from).await)
}

async fn add(State(app): State<App>, Caller(from): Caller, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let (actor, session) = sender(&visitor)?;
    let (suite, name) = (return_path(data.text("suite")), data.text("nom"));
    let error = match app.habilitation.add_passkey(actor, session, name, data.text(ANSWER), &from).await {
        Ok(done) => return enrolled(&app, &visitor, done, suite).await,
        Err(error) => error,
    };
    let mut form = PasskeyForm { name: name.to_owned(), ..PasskeyForm::default() };
    match error {
        PasskeyError::Name => form.name_error = error.sentence(),
        other => form.key_error = Some(sentence(other)?),
    }
    present(&app, &visitor, actor, form, suite).await
}

async fn show(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    present_passkey(&app, &visitor, &actor, id_of(&id)?, None).await
}

async fn present_passkey(app: &App, visitor: &Visitor, actor: &Actor, id: PasskeyId, typed: Option<(&str, String)>) -> Result<Response, WebError> {
    let (_, session) = sender(visitor)?;
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
    SignedForm { visitor, data, .. }: SignedForm,
) -> Result<Response, WebError> {
    let (actor, session) = sender(&visitor)?;
    let (id, name) = (id_of(&id)?, data.text("nom"));
    match app.habilitation.rename_passkey(actor, session, id, name, &from).await {
        Ok(()) => Ok(see_other(routes::SECURITY)),
        Err(error @ PasskeyError::Name) => present_passkey(&app, &visitor, actor, id, Some((name, error.sentence().ok_or(error)?))).await,
        Err(error) => Err(error.into()),
    }
}

async fn remove(
    State(app): State<App>,
    Caller(from): Caller,
    Path(id): Path<String>,
    SignedForm { visitor, .. }: SignedForm,
) -> Result<Response, WebError> {
    let (actor, session) = sender(&visitor)?;
    app.habilitation.remove_passkey(actor, session, id_of(&id)?, &from).await?;
    Ok(see_other(routes::SECURITY))
}
