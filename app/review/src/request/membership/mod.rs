//! A reviewer confirms that the applicant works for the organisation.

mod page;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{ids::RequestId, routes as paths};
use habilitation::memberships::MembershipError;
use ui::fields;
use web::{ActorForm, App, Routes, WebError, id_of, see_other};

use super::{Shown, show};
use crate::shared::reviewing;

pub(super) use page::{MembershipRefusal, SOURCE_ID, section};

fields! {
    enum Sent {
        /// How the reviewer knows.
        Source = "source",
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().post(paths::REVIEW_MEMBERSHIP, verify)
}

async fn verify(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let reason = data.get(Sent::Source);
    let reviewing = reviewing(&app, &actor)?;
    let error = match reviewing.verify_membership(id, reason).await {
        Ok(()) => return Ok(see_other(&format!("{}?fait=rattachement", paths::review_request(id)))),
        Err(MembershipError::Reason(error)) => error.or_missing("Dites comment vous l’avez vérifié."),
        Err(error) => return Err(error.into()),
    };
    let refused = MembershipRefusal { reason: reason.to_owned(), error };
    show(&app, &visitor, &reviewing, id, Shown { link: Some(&refused), ..Shown::refused() }).await
}
