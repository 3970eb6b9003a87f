//! What an administrator does to somebody’s account, each time with a reason: suspends or restores it, removes its second factor,
//! impersonates the person, erases it.

mod page;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{ids::AccountId, routes as paths};
use habilitation::{
    administration::{Administering, RightsError},
    erasure::ErasureError,
    factors::FactorError,
};
use ui::{fields, verbs};
use web::{ActorForm, App, FormData, Routes, Visitor, WebError, id_of, see_other};

use super::{Control, RightsRefusal, show};
use crate::shared::{administering, with_session};

pub(super) use page::account_forms;

fields! {
    enum Sent {
        Reason = "motif",
        Action = "action",
    }
}

verbs! {
    /// The buttons of the suspension form.
    enum Action {
        Suspend = "suspendre",
        Restore = "retablir",
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .post(paths::SUSPENSION, suspend)
        .post(paths::FACTOR_RESET, reset_factor)
        .post(paths::IMPERSONATE, impersonate)
        .post(paths::ERASE_ACCOUNT, erase)
}

async fn suspend(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let administering = administering(&app, &actor)?;
    let reason = data.get(Sent::Reason);
    let result = match data.verb(Sent::Action) {
        Some(Action::Restore) => administering.restore(id, reason).await,
        Some(Action::Suspend) | None => administering.suspend(id, reason).await,
    };
    Back { app: &app, visitor: &visitor, data: &data, administering, id }.answer(Control::Suspension, result).await
}

async fn reset_factor(
    State(app): State<App>,
    Path(id): Path<String>,
    ActorForm { actor, visitor, data, .. }: ActorForm,
) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let administering = administering(&app, &actor)?;
    let result = administering.reset_factor(id, data.get(Sent::Reason)).await;
    Back { app: &app, visitor: &visitor, data: &data, administering, id }.answer(Control::Factor, result).await
}

async fn impersonate(
    State(app): State<App>,
    Path(id): Path<String>,
    ActorForm { actor, session, visitor, data }: ActorForm,
) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let administering = administering(&app, &actor)?;
    match administering.impersonate(&session, id, data.get(Sent::Reason)).await {
        Ok(renewed) => Ok(with_session(&app, &renewed, see_other(paths::HOME))),
        Err(refused) => Back { app: &app, visitor: &visitor, data: &data, administering, id }.answer(Control::Impersonation, Err(refused)).await,
    }
}

async fn erase(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, session, visitor, data }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let administering = administering(&app, &actor)?;
    let result = match administering.erase(&session, id, data.get(Sent::Reason)).await {
        Ok(()) => Ok(()),
        Err(ErasureError::Rights(refused)) => Err(refused),
        Err(ErasureError::Factor(FactorError::Stale)) => return Err(WebError::Confirm { return_to: paths::rights_of(id) }),
        Err(other) => return Err(other.into()),
    };
    Back { app: &app, visitor: &visitor, data: &data, administering, id }.answer(Control::Erasure, result).await
}

/// What is needed to go back to the person’s page after a form.
struct Back<'a> {
    app: &'a App,
    visitor: &'a Visitor,
    data: &'a FormData,
    administering: Administering<'a>,
    id: AccountId,
}

impl Back<'_> {
    /// Redirects to the person’s page, or shows it again with the error beside the reason when the reason was refused.
    async fn answer(self, control: Control, result: Result<(), RightsError>) -> Result<Response, WebError> {
        let message = match result {
            Ok(()) => return Ok(see_other(&format!("{}?modifies=oui", paths::rights_of(self.id)))),
            Err(error @ RightsError::Reason(_)) => error.sentence().ok_or(error)?,
            Err(error) => return Err(error.into()),
        };
        let refusal = RightsRefusal { control, message, reason: self.data.get(Sent::Reason).to_owned(), ..RightsRefusal::default() };
        show(self.app, self.visitor, &self.administering, self.id, Some(refusal), false).await
    }
}
