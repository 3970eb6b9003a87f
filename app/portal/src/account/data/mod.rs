//! « Mes données »: downloading a copy of the personal data kept about oneself, and deleting one's account.

mod page;

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{erasure::InForce, routes};
use habilitation::erasure::ErasureError;
use ui::fields;
use web::{ActorForm, App, Caller, Page, Routes, SignedIn, Visitor, WebError, see_other, session_cookie_removal};

use self::page::{data_page, erased_page, erasure_page};

fields! {
    /// What the form that deletes the account sends.
    enum Sent {
        Password = "current_password",
        /// The box to tick.
        Understood = "understood",
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .get(routes::MY_DATA, show)
        .get(routes::MY_DATA_COPY, copy)
        .get(routes::ERASURE, ask)
        .post(routes::ERASURE, erase)
        .get(routes::ERASED, erased)
}

async fn show(State(app): State<App>, SignedIn { visitor, .. }: SignedIn) -> Response {
    Page::new(&app, &visitor, "Mes données").show(data_page)
}

/// No cache may keep it: it holds all the personal data of the account.
async fn copy(State(app): State<App>, SignedIn { actor, session, .. }: SignedIn) -> Result<Response, WebError> {
    let copy = app.habilitation.owning(&actor, &session).copy().await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"habilis-mes-donnees.json\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, format!("{copy:#}\n")).into_response())
}

async fn ask(State(app): State<App>, SignedIn { visitor, actor, session }: SignedIn) -> Result<Response, WebError> {
    let held = app.habilitation.owning(&actor, &session).holds().await?;
    if !held.refuses_erasure() && !app.habilitation.factor_state(&actor, &session).await?.fresh {
        return Err(WebError::Confirm { return_to: routes::ERASURE.to_owned() });
    }
    Ok(present(&app, &visitor, &held, &[], StatusCode::OK))
}

fn present(app: &App, visitor: &Visitor, held: &InForce, errors: &[(&'static str, String)], status: StatusCode) -> Response {
    Page::new(app, visitor, "Supprimer mon compte").status(status).show(|| erasure_page(held, errors, &visitor.csrf))
}

async fn erase(State(app): State<App>, Caller(from): Caller, ActorForm { actor, session, visitor, data }: ActorForm) -> Result<Response, WebError> {
    let owning = app.habilitation.owning(&actor, &session);
    match owning.erase(data.get(Sent::Password), data.holds(Sent::Understood), &from).await {
        Ok(()) => {
            let mut response = see_other(routes::ERASED);
            response.headers_mut().append(header::SET_COOKIE, session_cookie_removal(&app));
            Ok(response)
        }
        Err(ErasureError::Fields(errors)) => Ok(present(&app, &visitor, &owning.holds().await?, &errors, StatusCode::UNPROCESSABLE_ENTITY)),
        Err(ErasureError::InForce(held)) => Ok(present(&app, &visitor, &held, &[], StatusCode::CONFLICT)),
        Err(error) => Err(error.into()),
    }
}

/// Shown to visitors without a session only: somebody signed in has an account.
async fn erased(State(app): State<App>, visitor: Visitor) -> Response {
    if visitor.actor.is_some() {
        return see_other(routes::HOME);
    }
    Page::new(&app, &visitor, "Votre compte est supprimé").show(erased_page)
}
