//! The administrators' and managers' handlers.

pub mod page;

use axum::{extract::State, response::Response};
use domain::{actor::Actor, routes};
use habilitation::administration::Administering;
use ui::shell::NavItem;
use web::{App, Page, Routes, SignedIn, Visitor, WebError};

use crate::home::page as pages;

pub fn routes() -> Routes {
    Routes::new().get(routes::ADMINISTRATION, home)
}

/// The administration does not exist for whoever runs nothing.
pub(crate) fn administering<'a>(app: &'a App, actor: &'a Actor) -> Result<Administering<'a>, WebError> {
    app.habilitation.administering(actor).ok_or(WebError::NotFound)
}

/// A page of the administration.
pub(crate) fn admin_page<'a>(app: &'a App, visitor: &'a Visitor, title: impl Into<String>) -> Page<'a> {
    Page::new(app, visitor, title).at(NavItem::Administration)
}

async fn home(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn) -> Result<Response, WebError> {
    administering(&app, &actor)?;
    Ok(admin_page(&app, &visitor, "Administration").show(|| pages::home(&actor)))
}
