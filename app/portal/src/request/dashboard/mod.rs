//! « Mes demandes ».

pub mod page;

use axum::{
    extract::{Query, State},
    response::Response,
};
use habilitation::requests::dashboard::{Group, Search, Whose};
use serde::Deserialize;
use ui::shell::NavItem;
use web::{App, ListQuery, Page, SignedIn, WebError};

use crate::request::dashboard::page::{EVERYWHERE, dashboard_page, group_word, whose_word};

/// What cannot be read is as if it were not there.
#[derive(Deserialize)]
pub(crate) struct BoardQuery {
    qui: Option<String>,
    organisation: Option<String>,
    etat: Option<String>,
    service: Option<String>,
    q: Option<String>,
    confiee: Option<String>,
}

impl BoardQuery {
    fn search(&self, app: &App) -> Search {
        let qui = self.qui.as_deref().unwrap_or_default();
        let etat = self.etat.as_deref().unwrap_or_default();
        Search {
            whose: [Whose::Own, Whose::Colleagues, Whose::Naming].into_iter().find(|one| whose_word(*one) == qui).unwrap_or_default(),
            everywhere: self.organisation.as_deref() == Some(EVERYWHERE),
            group: Group::ALL.into_iter().find(|one| group_word(*one) == etat),
            service: self.service.clone().filter(|slug| app.habilitation.service(slug).is_some()),
            text: self.q.clone().unwrap_or_default().chars().filter(|c| !c.is_control()).take(100).collect(),
        }
    }
}

pub(crate) async fn list(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(page): Query<ListQuery>,
    Query(query): Query<BoardQuery>,
) -> Result<Response, WebError> {
    let search = query.search(&app);
    let board = app.habilitation.applying(&actor).dashboard(&search, page.number().into()).await?;
    let services: Vec<(String, String)> = app.cx.catalogue.services().iter().map(|one| (one.slug.clone(), one.name.clone())).collect();
    let handed = query.confiee.filter(|number| number.len() < 20 && number.starts_with('D'));
    let shown = Page::new(&app, &visitor, "Mes demandes").at(NavItem::Requests);
    Ok(shown.show(|| dashboard_page(&board, &search, page.number(), &services, handed)))
}
