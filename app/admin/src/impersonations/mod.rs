//! Impersonation: ending one, and the lists of what administrators did while impersonating.

mod page;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use domain::{ids::ImpersonationId, routes as paths};
use web::{ActorForm, App, ListQuery, Routes, SignedIn, WebError, id_of, see_other};

use self::page::{impersonation_page, impersonations_page};
use crate::shared::{admin_page, administering, with_session};

pub fn routes() -> Routes {
    Routes::new().post(paths::IMPERSONATION_END, stop).get(paths::IMPERSONATIONS, impersonations).get(paths::IMPERSONATION, impersonation)
}

async fn stop(State(app): State<App>, ActorForm { actor, session, .. }: ActorForm) -> Result<Response, WebError> {
    let back = match &actor.impersonated_by {
        Some(_) => paths::rights_of(actor.account),
        None => paths::HOME.to_owned(),
    };
    let response = see_other(&back);
    Ok(match app.habilitation.stop_impersonating(&actor, &session).await? {
        Some(renewed) => with_session(&app, &renewed, response),
        None => response,
    })
}

async fn impersonations(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
) -> Result<Response, WebError> {
    let found = administering(&app, &actor)?.impersonations(query.number().into()).await?;
    Ok(admin_page(&app, &visitor, "Prises en main").show(|| impersonations_page(found, query.number())))
}

async fn impersonation(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, WebError> {
    let id: ImpersonationId = id_of(&id)?;
    let (line, actions) = administering(&app, &actor)?.impersonation(id, query.number().into()).await?;
    Ok(admin_page(&app, &visitor, "Prise en main").show(|| impersonation_page(&line, actions, query.number())))
}
