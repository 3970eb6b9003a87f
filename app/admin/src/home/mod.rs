//! The home page of the administration, which links to its features.

mod page;

use axum::{extract::State, response::Response};
use domain::routes;
use web::{App, Routes, SignedIn, WebError};

use crate::shared::{admin_page, administering};

pub fn routes() -> Routes {
    Routes::new().get(routes::ADMINISTRATION, home)
}

async fn home(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn) -> Result<Response, WebError> {
    administering(&app, &actor)?;
    Ok(admin_page(&app, &visitor, "Administration").show(|| page::home(&actor)))
}
