//! What the features of the administration share: the access check, the layout of their pages, and small parts of views.

use axum::{http::header, response::Response};
use domain::{actor::Actor, routes};
use habilitation::administration::Administering;
use leptos::prelude::*;
use ui::shell::NavItem;
use web::{App, Page, Visitor, WebError, session_cookie};

/// What this person may do in the administration; 404 for whoever administers nothing.
pub fn administering<'a>(app: &'a App, actor: &'a Actor) -> Result<Administering<'a>, WebError> {
    app.habilitation.administering(actor).ok_or(WebError::NotFound)
}

/// A page of the administration.
pub fn admin_page<'a>(app: &'a App, visitor: &'a Visitor, title: impl Into<String>) -> Page<'a> {
    Page::new(app, visitor, title).at(NavItem::Administration)
}

/// Sets the cookie with the new token of the session.
pub fn with_session(app: &App, session: &str, mut response: Response) -> Response {
    response.headers_mut().append(header::SET_COOKIE, session_cookie(app, session));
    response
}

/// The breadcrumb of a page below the administration’s home.
pub fn way(parents: &[(&str, &str)]) -> Vec<(String, String)> {
    let home = (routes::ADMINISTRATION, "Administration");
    std::iter::once(&home).chain(parents).map(|(href, label)| ((*href).to_owned(), (*label).to_owned())).collect()
}

/// A small list inside a cell of a table.
pub fn lines(texts: &[String]) -> impl IntoView + use<> {
    let items = texts.iter().map(|text| view! { <li>{text.clone()}</li> }).collect_view();
    view! { <ul class="hb-plain-list">{items}</ul> }
}
