//! The security events: sign-ins, limits reached, second factors, rights used.

mod page;

use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::{routes as paths, security::SecurityKind};
use habilitation::{administration::SecurityQuery, requests::Page};
use web::{App, FormData, ListQuery, Routes, SignedIn, WebError};

use self::page::security_page;
use crate::{
    filters::Filters,
    shared::{admin_page, administering},
};

pub fn routes() -> Routes {
    Routes::new().get(paths::ADMIN_SECURITY, security)
}

async fn security(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
    Query(typed): Query<FormData>,
) -> Result<Response, WebError> {
    let filters = Filters::read(&typed);
    let asked = SecurityQuery {
        kind: SecurityKind::parse(&filters.kind),
        person: filters.person.clone(),
        from: filters.first_day(),
        until: filters.last_day(),
    };
    let administering = administering(&app, &actor)?;
    let found =
        if filters.are_read() { administering.security_events(&asked, query.number().into()).await? } else { Page { items: Vec::new(), total: 0 } };
    Ok(admin_page(&app, &visitor, "Événements de sécurité").show(|| security_page(found, query.number(), &filters)))
}
