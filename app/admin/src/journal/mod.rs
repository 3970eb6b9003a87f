//! The journal of the administration: who changed whose rights, accounts and other settings.

mod page;

use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::{administration::AdminKind, routes as paths};
use habilitation::{administration::EventQuery, requests::Page};
use web::{App, FormData, ListQuery, Routes, SignedIn, WebError};

use self::page::journal_page;
use crate::{
    filters::Filters,
    shared::{admin_page, administering},
};

pub fn routes() -> Routes {
    Routes::new().get(paths::ADMIN_JOURNAL, journal)
}

async fn journal(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
    Query(typed): Query<FormData>,
) -> Result<Response, WebError> {
    let filters = Filters::read(&typed);
    let asked =
        EventQuery { kind: AdminKind::parse(&filters.kind), person: filters.person.clone(), from: filters.first_day(), until: filters.last_day() };
    let administering = administering(&app, &actor)?;
    let found = if filters.are_read() { administering.events(&asked, query.number().into()).await? } else { Page { items: Vec::new(), total: 0 } };
    Ok(admin_page(&app, &visitor, "Journal de l’administration").show(|| journal_page(found, query.number(), &filters)))
}
