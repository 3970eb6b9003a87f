//! Shows a kept form: one sent after the session ended, once its sender has signed in again.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::routes;
use web::{App, Routes, SignedIn, WebError, kept, kept_page};

const GONE: WebError =
    WebError::Told(StatusCode::GONE, "Cette saisie n’est plus gardée", "Une saisie est gardée un jour au plus, pour la personne qui l’a envoyée.");

pub(super) fn routes() -> Routes {
    Routes::new().get(routes::RESUME, show)
}

async fn show(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(token): Path<String>) -> Result<Response, WebError> {
    let form = kept::form(&app, actor.account, &token).await?.ok_or(GONE)?;
    Ok(kept_page(&app, &visitor, form, StatusCode::OK))
}
