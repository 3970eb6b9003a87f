//! Elimination lists (« bordereaux d’élimination »): the files whose retention period is over are listed, the public archives give
//! their visa, and the files are erased.

mod page;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{elimination::TypedVisa, ids::EliminationId, routes as paths};
use habilitation::{administration::EliminationError, factors::FactorError};
use serde::Deserialize;
use ui::{fields, verbs};
use web::{ActorForm, App, ListQuery, Routes, SignedIn, WebError, id_of, page_number, see_other};

use self::page::{TITLE, VisaForm, elimination_page, elimination_title, overview_page};
use crate::shared::{admin_page, administering};

fields! {
    enum Sent {
        Reference = "reference",
        /// The archives that gave the visa.
        Authority = "service",
        On = "date",
        Action = "action",
    }
}

verbs! {
    enum Action {
        Record = "viser",
        GiveUp = "abandonner",
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::ELIMINATIONS, overview)
        .post(paths::ELIMINATIONS, propose)
        .get(paths::ELIMINATION, show)
        .post(paths::ELIMINATION, decide)
        .get(paths::ELIMINATION_CSV, csv)
}

/// `bordereaux` is the page number in the list of elimination lists; `aucun` is set when no file was due.
#[derive(Debug, Default, Deserialize)]
struct OverviewQuery {
    bordereaux: Option<String>,
    aucun: Option<String>,
}

async fn overview(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
    Query(shown): Query<OverviewQuery>,
) -> Result<Response, WebError> {
    let (due, lists) = (query.number(), page_number(shown.bordereaux.as_deref()));
    let found = administering(&app, &actor)?.eliminations(due.into(), lists.into()).await?;
    Ok(admin_page(&app, &visitor, TITLE).show(|| overview_page(&found, due, lists, shown.aucun.is_some(), &visitor.csrf)))
}

async fn propose(State(app): State<App>, ActorForm { actor, .. }: ActorForm) -> Result<Response, WebError> {
    match administering(&app, &actor)?.propose_elimination().await {
        Ok(id) => Ok(see_other(&paths::elimination(id))),
        Err(EliminationError::Nothing) => Ok(see_other(&paths::with_query(paths::ELIMINATIONS, &[("aucun", "1")]))),
        Err(error) => Err(error.into()),
    }
}

async fn show(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, WebError> {
    let opened = administering(&app, &actor)?.elimination(id_of(&id)?, query.number().into()).await?;
    Ok(admin_page(&app, &visitor, elimination_title(&opened)).show(|| elimination_page(&opened, query.number(), &VisaForm::default(), &visitor.csrf)))
}

async fn decide(
    State(app): State<App>,
    Path(id): Path<String>,
    ActorForm { actor, session, visitor, data }: ActorForm,
) -> Result<Response, WebError> {
    let id: EliminationId = id_of(&id)?;
    let administering = administering(&app, &actor)?;
    match data.verb(Sent::Action) {
        Some(Action::GiveUp) => {
            administering.withdraw_elimination(id).await?;
            return Ok(see_other(paths::ELIMINATIONS));
        }
        Some(Action::Record) | None => {}
    }
    let text = |field: Sent| data.get(field).to_owned();
    let typed = TypedVisa { reference: text(Sent::Reference), authority: text(Sent::Authority), on: text(Sent::On) };
    let errors = match administering.record_visa(&session, id, &typed).await {
        Ok(_) => return Ok(see_other(&paths::elimination(id))),
        Err(EliminationError::Fields(errors)) => errors,
        Err(EliminationError::Factor(FactorError::Stale)) => return Err(WebError::Confirm { return_to: paths::elimination(id) }),
        Err(error) => return Err(error.into()),
    };
    let opened = administering.elimination(id, 1).await?;
    let visa = VisaForm { typed, errors };
    let page = admin_page(&app, &visitor, elimination_title(&opened)).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| elimination_page(&opened, 1, &visa, &visitor.csrf)))
}

async fn csv(State(app): State<App>, SignedIn { actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let (number, text) = administering(&app, &actor)?.elimination_csv(id_of(&id)?).await?;
    let name = format!("attachment; filename=\"bordereau-{number}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(WebError::internal)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, text).into_response())
}
