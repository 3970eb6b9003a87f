//! The administration's journal.

pub mod page;

use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::{administration::AdminKind, routes as paths};
use habilitation::administration::EventQuery;
use serde::Deserialize;
use web::{App, ListQuery, Routes, SignedIn, WebError};

use crate::{
    home::{admin_page, administering},
    journal::page::{JournalFilters, journal_page},
};

pub fn routes() -> Routes {
    Routes::new().get(paths::ADMIN_JOURNAL, journal)
}

/// What cannot be read filters nothing.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Filters {
    pub acte: String,
    pub personne: String,
    pub du: String,
    pub au: String,
}

async fn journal(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
    Query(Filters { acte, personne, du, au }): Query<Filters>,
) -> Result<Response, WebError> {
    let asked =
        EventQuery { kind: AdminKind::parse(&acte), person: personne.chars().take(200).collect(), from: du.parse().ok(), until: au.parse().ok() };
    let found = administering(&app, &actor)?.events(&asked, query.number().into()).await?;
    let filters = JournalFilters { kind: acte, person: asked.person, from: du, until: au };
    Ok(admin_page(&app, &visitor, "Journal de l’administration").show(|| journal_page(found, query.number(), &filters)))
}
