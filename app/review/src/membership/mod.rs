//! A reviewer vouches for the link between the applicant and the body.

pub mod page;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{ids::RequestId, routes as paths};
use habilitation::memberships::MembershipError;
use web::{App, Routes, SignedForm, WebError, id_of, see_other, signed_in};

use crate::{
    membership::page::LinkRefusal,
    request::{Shown, reviewing, show},
};

pub(crate) fn routes() -> Routes {
    Routes::new().post(paths::REVIEW_MEMBERSHIP, verify)
}

async fn verify(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let actor = signed_in(&form, paths::review_request(id))?;
    let reason = form.data.text("source");
    let reviewing = reviewing(&app, actor)?;
    let error = match reviewing.verify_membership(id, reason).await {
        Ok(()) => return Ok(see_other(&format!("{}?fait=rattachement", paths::review_request(id)))),
        Err(MembershipError::Reason(error)) => error.or_missing("Dites comment vous l’avez vérifié."),
        Err(error) => return Err(error.into()),
    };
    let refused = LinkRefusal { reason: reason.to_owned(), error };
    let shown = Shown { link: Some(&refused), status: StatusCode::UNPROCESSABLE_ENTITY, ..Shown::default() };
    show(&app, &form.visitor, &reviewing, id, shown).await
}
