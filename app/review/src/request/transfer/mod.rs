//! Reviewers give a request another applicant, when the first one has left the organisation.

mod page;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{ids::RequestId, routes as paths};
use habilitation::reviews::{DecideError, TransferError};
use ui::fields;
use web::{ActorForm, App, Routes, WebError, id_of, see_other};

use super::{Shown, show};
use crate::shared::reviewing;

pub(super) use page::{EMAIL_ID, Handover, REASON_ID, section};

fields! {
    enum Sent {
        /// The address of the new applicant.
        Email = "email",
        Reason = "motif",
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().post(paths::REVIEW_TRANSFER, transfer)
}

async fn transfer(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let (email, reason) = (data.get(Sent::Email).to_owned(), data.get(Sent::Reason).to_owned());
    let reviewing = reviewing(&app, &actor)?;
    let error = match reviewing.transfer(id, &email, &reason, data.version()).await {
        Ok(()) => return Ok(see_other(&format!("{}?fait=transfert", paths::review_request(id)))),
        Err(error) => error,
    };
    let said = error.sentence();
    let mut typed = Handover { email, reason, ..Handover::default() };
    let mut shown = Shown::refused();
    match error {
        TransferError::Email | TransferError::NotMember | TransferError::Same => typed.email_error = said,
        TransferError::Review(DecideError::Reason(_)) => typed.reason_error = said,
        TransferError::Review(error) => shown = Shown::late(error)?,
    }
    show(&app, &visitor, &reviewing, id, Shown { handover: Some(&typed), ..shown }).await
}
