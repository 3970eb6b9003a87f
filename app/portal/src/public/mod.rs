//! The pages anybody may read: home, eligibility questions, services, accessibility, legal notices.

mod eligibility;
mod home;
mod legal;
mod outcome;
mod services;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::routes;
use leptos::prelude::*;
use ui::{
    components::{followed, mailto},
    shell::NavItem,
};
use web::{App, Page, Routes, Visitor};

pub fn routes() -> Routes {
    Routes::new()
        .get(routes::HOME, show_home)
        .get(routes::ELIGIBILITY, show_eligibility)
        .get(routes::CATALOGUE, show_services)
        .get(routes::ACCESSIBILITY, show_accessibility)
        .get(routes::LEGAL, show_notices)
}

async fn show_home(State(app): State<App>, visitor: Visitor) -> Response {
    let signed_in = visitor.actor.is_some();
    Page::new(&app, &visitor, "Accueil").at(NavItem::Home).show(|| home::page(&app.cx.catalogue, signed_in))
}

async fn show_eligibility(State(app): State<App>, visitor: Visitor, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let progress = eligibility::Progress::read(&query);
    Page::new(&app, &visitor, progress.title()).at(NavItem::Eligibility).show(|| eligibility::page(&progress, &app.cx.catalogue))
}

async fn show_services(State(app): State<App>, visitor: Visitor) -> Response {
    Page::new(&app, &visitor, "Les services").show(|| services::page(&app.cx.catalogue))
}

async fn show_accessibility(State(app): State<App>, visitor: Visitor) -> Response {
    Page::new(&app, &visitor, "Accessibilité\u{a0}: non conforme").show(legal::accessibility)
}

async fn show_notices(State(app): State<App>, visitor: Visitor) -> Response {
    Page::new(&app, &visitor, "Mentions légales").show(legal::notices)
}

fn mail_link(address: &str) -> impl IntoView + use<> {
    view! { <a href=followed(mailto(address))>{address.to_owned()}</a> }
}
