//! Taking back what was granted.

pub mod page;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{ids::RequestId, routes as paths};
use habilitation::reviews::DecideError;
use web::{App, Routes, SignedForm, WebError, id_of, see_other, signed_in};

use crate::{
    request::{Shown, reviewing, show},
    revocation::page::Revocation,
};

pub(crate) fn routes() -> Routes {
    Routes::new().post(paths::REVIEW_REVOKE, revoke)
}

async fn revoke(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let actor = signed_in(&form, paths::review_request(id))?;
    let (reason, seen) = (form.data.text("motif"), form.data.version());
    let reviewing = reviewing(&app, actor)?;
    let error = match reviewing.revoke(id, reason, seen).await {
        Ok(()) => return Ok(see_other(&format!("{}?fait=revocation", paths::review_request(id)))),
        Err(error @ DecideError::Reason(_)) => error.sentence().ok_or(error)?,
        Err(error) => return Err(error.into()),
    };
    let typed = Revocation { reason: reason.to_owned(), error };
    let shown = Shown { revocation: Some(&typed), status: StatusCode::UNPROCESSABLE_ENTITY, ..Shown::default() };
    show(&app, &form.visitor, &reviewing, id, shown).await
}
