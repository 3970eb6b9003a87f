//! A request changes hands, by its reviewers.

pub mod page;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{ids::RequestId, routes as paths};
use habilitation::reviews::{DecideError, TransferError};
use web::{App, Routes, SignedForm, WebError, id_of, see_other, signed_in};

use crate::{
    request::{Shown, reviewing, show},
    transfer::page::Handover,
};

pub(crate) fn routes() -> Routes {
    Routes::new().post(paths::REVIEW_TRANSFER, transfer)
}

async fn transfer(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let actor = signed_in(&form, paths::review_request(id))?;
    let (email, reason) = (form.data.text("email").to_owned(), form.data.text("motif").to_owned());
    let reviewing = reviewing(&app, actor)?;
    let error = match reviewing.transfer(id, &email, &reason, form.data.version()).await {
        Ok(()) => return Ok(see_other(&format!("{}?fait=transfert", paths::review_request(id)))),
        Err(error) => error,
    };
    let said = error.sentence();
    let mut typed = Handover { email, reason, ..Handover::default() };
    match error {
        TransferError::Email | TransferError::NotMember | TransferError::Same => typed.email_error = said,
        TransferError::Review(DecideError::Reason(_)) => typed.reason_error = said,
        TransferError::Review(error) => return Err(error.into()),
    }
    let shown = Shown { handover: Some(&typed), status: StatusCode::UNPROCESSABLE_ENTITY, ..Shown::default() };
    show(&app, &form.visitor, &reviewing, id, shown).await
}
