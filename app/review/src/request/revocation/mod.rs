//! Revoking a habilitation that was granted.

mod page;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{ids::RequestId, routes as paths};
use habilitation::reviews::DecideError;
use ui::fields;
use web::{ActorForm, App, Routes, WebError, id_of, see_other};

use super::{Shown, show};
use crate::shared::reviewing;

pub(super) use page::{REASON_ID, Revocation, section};

fields! {
    enum Sent {
        Reason = "motif",
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().post(paths::REVIEW_REVOKE, revoke)
}

async fn revoke(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let reason = data.get(Sent::Reason);
    let reviewing = reviewing(&app, &actor)?;
    let (error, shown) = match reviewing.revoke(id, reason, data.version()).await {
        Ok(()) => return Ok(see_other(&format!("{}?fait=revocation", paths::review_request(id)))),
        Err(error @ DecideError::Reason(_)) => (error.sentence(), Shown::refused()),
        Err(error) => (None, Shown::late(error)?),
    };
    let typed = Revocation { reason: reason.to_owned(), error };
    show(&app, &visitor, &reviewing, id, Shown { revocation: Some(&typed), ..shown }).await
}
