//! What happened to the safety of accounts.

pub mod page;

use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::{routes as paths, security::SecurityKind};
use habilitation::administration::SecurityQuery;
use web::{App, ListQuery, Routes, SignedIn, WebError};

use crate::{
    home::{admin_page, administering},
    journal::{Filters, page::JournalFilters},
    security::page::security_page,
};

pub fn routes() -> Routes {
    Routes::new().get(paths::ADMIN_SECURITY, security)
}

async fn security(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
    Query(Filters { acte, personne, du, au }): Query<Filters>,
) -> Result<Response, WebError> {
    let asked = SecurityQuery {
        kind: SecurityKind::parse(&acte),
        person: personne.chars().take(200).collect(),
        from: du.parse().ok(),
        until: au.parse().ok(),
    };
    let found = administering(&app, &actor)?.security_events(&asked, query.number().into()).await?;
    let filters = JournalFilters { kind: acte, person: asked.person, from: du, until: au };
    Ok(admin_page(&app, &visitor, "Événements de sécurité").show(|| security_page(found, query.number(), &filters)))
}
