//! The administrators' and managers' handlers.

use app::{administration as pages, shell::NavItem};
use axum::{extract::State, response::Response};
use domain::routes;

use super::{Page, Routes, SignedIn, WebError};
use crate::App;

pub fn routes() -> Routes {
    Routes::new().get(routes::ADMINISTRATION, home)
}

async fn home(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn) -> Result<Response, WebError> {
    if !actor.administers() {
        return Err(WebError::NotFound);
    }
    Ok(Page::new(&app, &visitor, "Administration").at(NavItem::Administration).show(pages::home))
}
