//! « Mes demandes »: the list of requests, with its filters.

mod page;

use axum::{
    extract::{Query, State},
    response::Response,
};
use habilitation::requests::dashboard::{Group, Search, Whose};
use ui::{fields, shell::NavItem};
use web::{App, FormData, ListQuery, Page, SignedIn, WebError};

use self::page::{EVERYWHERE, dashboard_page, group_word, whose_word};

fields! {
    /// The query parameters of the list: its filters, and the confirmation shown above it.
    enum Asked {
        Whose = "qui",
        /// « toutes » for one's own requests of every organisation.
        Organisation = "organisation",
        Group = "etat",
        Service = "service",
        Text = "q",
        /// The number of a request just handed over to a colleague.
        HandedOver = "confiee",
    }
}

/// An unknown value counts as no filter.
fn search(query: &FormData, app: &App) -> Search {
    let (whose, group) = (query.get(Asked::Whose), query.get(Asked::Group));
    Search {
        whose: [Whose::Own, Whose::Colleagues, Whose::Naming].into_iter().find(|one| whose_word(*one) == whose).unwrap_or_default(),
        everywhere: query.get(Asked::Organisation) == EVERYWHERE,
        group: Group::ALL.into_iter().find(|one| group_word(*one) == group),
        service: Some(query.get(Asked::Service).to_owned()).filter(|slug| app.habilitation.service(slug).is_some()),
        text: query.get(Asked::Text).chars().filter(|c| !c.is_control()).take(100).collect(),
    }
}

pub(super) async fn list(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(page): Query<ListQuery>,
    Query(query): Query<FormData>,
) -> Result<Response, WebError> {
    let search = search(&query, &app);
    let board = app.habilitation.applying(&actor).dashboard(&search, page.number().into()).await?;
    let services: Vec<(String, String)> = app.cx.catalogue.services().iter().map(|one| (one.slug.clone(), one.name.clone())).collect();
    let handed = Some(query.get(Asked::HandedOver).to_owned()).filter(|number| number.len() < 20 && number.starts_with('D'));
    let shown = Page::new(&app, &visitor, "Mes demandes").at(NavItem::Requests);
    Ok(shown.show(|| dashboard_page(&board, &search, page.number(), &services, handed)))
}
