//! What happened to the safety of accounts.

use app::administration::{JournalFilters, security_page};
use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::{routes as paths, security::SecurityKind};
use habilitation::administration::SecurityQuery;

use super::{administering, journal::Filters, page};
use crate::{
    App,
    web::{Routes, SignedIn, WebError, request::ListQuery},
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
    Ok(page(&app, &visitor, "Événements de sécurité").show(|| security_page(found, query.number(), &filters)))
}
