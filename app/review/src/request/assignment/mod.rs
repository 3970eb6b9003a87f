//! Which reviewer of a team takes a request.

mod page;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{ids::RequestId, routes as paths};
use habilitation::reviews::{AssignError, Assignment};
use ui::{fields, verbs};
use web::{ActorForm, App, Routes, WebError, id_of, see_other};

use super::{Shown, show};
use crate::shared::reviewing;

pub(super) use page::{PERSON_ID, section};

fields! {
    enum Sent {
        /// « service:stage ».
        Team = "equipe",
        /// The colleague who takes the request.
        Person = "personne",
        Action = "action",
    }
}

verbs! {
    enum Action {
        Take = "prendre",
        Release = "rendre",
        HandOver = "confier",
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().post(paths::REVIEW_ASSIGN, assign)
}

async fn assign(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let reviewing = reviewing(&app, &actor)?;
    reviewing.open(id).await?;
    let (service, stage) = data.get(Sent::Team).split_once(':').ok_or(WebError::BadRequest("Choisissez une équipe."))?;
    let to = match data.verb(Sent::Action) {
        Some(Action::Take) => Some(Assignment::Take),
        Some(Action::Release) => Some(Assignment::Release),
        Some(Action::HandOver) | None => data.get(Sent::Person).parse().ok().map(Assignment::HandOver),
    };
    let refused = match to {
        Some(to) => reviewing.assign(id, service, stage, to, data.version()).await,
        None => Err(AssignError::NotAColleague),
    };
    match refused {
        Ok(()) => Ok(see_other(&paths::review_request(id))),
        Err(error @ AssignError::NotAColleague) => {
            let problem = error.sentence().ok_or(error)?;
            show(&app, &visitor, &reviewing, id, Shown { assignment: Some(&problem), ..Shown::refused() }).await
        }
        Err(AssignError::Review(error)) => show(&app, &visitor, &reviewing, id, Shown::late(error)?).await,
    }
}
