//! The list of requests to review: its filters, and the searches that each reviewer saves.

mod filters;
mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{ids::SavedSearchId, queue::QueueQuery, routes as paths};
use habilitation::reviews::{Reviewing, SearchError};
use ui::{fields, shell::NavItem, verbs};
use web::{ActorForm, App, Page, Routes, SignedIn, Visitor, WebError, id_of, id_once, page_number, see_other};

use self::{filters::search_page, page::queue_page};
use crate::shared::reviewing;

pub use page::{Said, grouped};

fields! {
    /// The fields of the forms that save, change or remove a search.
    enum Search {
        Name = "nom",
        /// The query of the list to save.
        List = "liste",
        Action = "action",
    }
}

verbs! {
    enum SearchAction {
        Rename = "renommer",
        MakeDefault = "defaut",
        MakeOrdinary = "ordinaire",
        Remove = "supprimer",
    }
}

fields! {
    /// The fields of the form that asks for an XLSX file.
    pub enum Export {
        /// The query of the list to export.
        List = "liste",
    }
}

fields! {
    /// The fields of the form that decides several requests: the list sends it, then the page that asks to confirm.
    pub enum Bulk {
        /// Once for each request that is picked.
        Pick = "demande",
        Decision = "decision",
        Reason = "motif",
        /// The query of the list, to go back to.
        Back = "retour",
        Action = "action",
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::REVIEW_QUEUE, queue)
        .post(paths::SAVED_SEARCHES, keep)
        .get(paths::SAVED_SEARCH, search)
        .post(paths::SAVED_SEARCH, change_search)
}

pub type Pairs = Vec<(String, String)>;

fn value<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Reads the query of a list from the text that a form or a saved search keeps.
pub fn kept(text: &str) -> QueueQuery {
    QueueQuery::parse(&url::form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Pairs>())
}

fn address_of(query: &QueueQuery) -> String {
    format!("{}?{}", paths::REVIEW_QUEUE, habilitation::reviews::address(query))
}

async fn queue(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Query(pairs): Query<Pairs>) -> Result<Response, WebError> {
    let reviewing = reviewing(&app, &actor)?;
    if pairs.is_empty()
        && let Some(search) = reviewing.default_search().await?
    {
        return Ok(see_other(&address_of(&kept(&search.query))));
    }
    let number = |name: &str| value(&pairs, name).filter(|number| number.len() < 20 && number.starts_with('D'));
    let decided = number("decidee").map(|number| format!("Décision enregistrée pour la demande {number}"));
    let withdrawn = number("retiree").map(|number| format!("Demande de modifications retirée pour {number}"));
    let search = match value(&pairs, "fait") {
        Some("recherche") => Some("Recherche enregistrée".to_owned()),
        Some("recherche-supprimee") => Some("Recherche supprimée".to_owned()),
        _ => None,
    };
    let said = Said { done: decided.or(withdrawn).or(search), ..Said::default() };
    show_list(&app, &visitor, &reviewing, QueueQuery::parse(&pairs), page_number(value(&pairs, "page")), said, StatusCode::OK).await
}

pub async fn show_list(
    app: &App,
    visitor: &Visitor,
    reviewing: &Reviewing<'_>,
    query: QueueQuery,
    number: u32,
    said: Said,
    status: StatusCode,
) -> Result<Response, WebError> {
    let listing = reviewing.list(query, number.into()).await?;
    let said = Said { vendors: reviewing.sees_vendors(), prepares: !reviewing.preparable().is_empty(), ..said };
    let page = Page::new(app, visitor, "Demandes à instruire").at(NavItem::Review).status(status);
    Ok(page.show(|| queue_page(&listing, number, &said, &visitor.csrf)))
}

/// The sentence shown beside the name of a search; errors that are not about the name are passed on.
fn name_problem(error: SearchError) -> Result<String, WebError> {
    match error {
        SearchError::Words(error) => Ok(error.or_missing("Donnez un nom à cette recherche.")),
        SearchError::Taken | SearchError::TooMany => Ok(error.sentence().ok_or(error)?),
        other => Err(other.into()),
    }
}

async fn keep(State(app): State<App>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let reviewing = reviewing(&app, &actor)?;
    let (name, query) = (data.get(Search::Name), kept(data.get(Search::List)));
    let id: SavedSearchId = id_once(&app, &actor, &data, paths::SAVED_SEARCHES, &[]);
    let message = match reviewing.save_search(id, name, &query).await {
        Ok(()) => return Ok(see_other(&format!("{}&fait=recherche", address_of(&query)))),
        Err(error) => name_problem(error)?,
    };
    let said = Said { refused_name: Some((name.to_owned(), message)), ..Said::default() };
    show_list(&app, &visitor, &reviewing, query, 1, said, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn search(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let id: SavedSearchId = id_of(&id)?;
    let search = reviewing(&app, &actor)?.search(id).await?;
    Ok(Page::new(&app, &visitor, "Recherche enregistrée").at(NavItem::Review).show(|| search_page(&search, None, None, &visitor.csrf)))
}

async fn change_search(
    State(app): State<App>,
    Path(id): Path<String>,
    ActorForm { actor, visitor, data, .. }: ActorForm,
) -> Result<Response, WebError> {
    let id: SavedSearchId = id_of(&id)?;
    let reviewing = reviewing(&app, &actor)?;
    let search = reviewing.search(id).await?;
    let name = data.get(Search::Name);
    let done = match data.verb(Search::Action) {
        Some(SearchAction::Remove) => {
            reviewing.remove_search(id).await?;
            return Ok(see_other(&format!("{}?onglet=equipes&fait=recherche-supprimee", paths::REVIEW_QUEUE)));
        }
        Some(SearchAction::MakeDefault) => reviewing.change_search(id, name, Some(true)).await,
        Some(SearchAction::MakeOrdinary) => reviewing.change_search(id, name, Some(false)).await,
        Some(SearchAction::Rename) | None => reviewing.change_search(id, name, None).await,
    };
    let message = match done {
        Ok(()) => return Ok(see_other(&format!("{}&fait=recherche", address_of(&kept(&search.query))))),
        Err(error) => name_problem(error)?,
    };
    let page = Page::new(&app, &visitor, "Recherche enregistrée").at(NavItem::Review).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| search_page(&search, Some(name), Some(message), &visitor.csrf)))
}
