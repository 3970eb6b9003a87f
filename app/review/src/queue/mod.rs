//! The list, the questions kept about it, and who takes a request.

pub mod filters;
pub mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    ids::{RequestId, SavedSearchId},
    queue::QueueQuery,
    routes as paths,
};
use habilitation::reviews::{AssignError, Assignment, Reviewing, SearchError};
use ui::shell::NavItem;
use web::{App, Page, Routes, SignedForm, SignedIn, Visitor, WebError, id_once, page_number, see_other, signed_in};

use crate::{
    queue::{
        filters::search_page,
        page::{Said, queue_page},
    },
    request::{Shown, reviewing, show},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(paths::REVIEW_QUEUE, queue)
        .post(paths::SAVED_SEARCHES, keep)
        .get(paths::SAVED_SEARCH, search)
        .post(paths::SAVED_SEARCH, change_search)
        .post(paths::REVIEW_ASSIGN, assign)
}

pub(crate) type Pairs = Vec<(String, String)>;

fn value<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// The question kept in a form, as an address.
pub(crate) fn kept(text: &str) -> QueueQuery {
    QueueQuery::parse(&url::form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Pairs>())
}

pub(crate) fn address_of(query: &QueueQuery) -> String {
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

pub(crate) async fn show_list(
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

/// The sentence for the name's field; other failures are the page's.
fn name_problem(error: SearchError) -> Result<String, WebError> {
    match error {
        SearchError::Words(error) => Ok(error.or_missing("Donnez un nom à cette recherche.")),
        SearchError::Taken | SearchError::TooMany => Ok(error.sentence().ok_or(error)?),
        other => Err(other.into()),
    }
}

async fn keep(State(app): State<App>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::REVIEW_QUEUE.to_owned())?;
    let reviewing = reviewing(&app, actor)?;
    let (name, query) = (form.data.text("nom"), kept(form.data.text("liste")));
    let id: SavedSearchId = id_once(&app, actor, &form.data, paths::SAVED_SEARCHES, &[]);
    let message = match reviewing.save_search(id, name, &query).await {
        Ok(()) => return Ok(see_other(&format!("{}&fait=recherche", address_of(&query)))),
        Err(error) => name_problem(error)?,
    };
    let said = Said { refused_name: Some((name.to_owned(), message)), ..Said::default() };
    show_list(&app, &form.visitor, &reviewing, query, 1, said, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn search(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let id: SavedSearchId = id.parse().map_err(|_| WebError::NotFound)?;
    let search = reviewing(&app, &actor)?.search(id).await?;
    Ok(Page::new(&app, &visitor, "Recherche enregistrée").at(NavItem::Review).show(|| search_page(&search, None, None, &visitor.csrf)))
}

async fn change_search(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id: SavedSearchId = id.parse().map_err(|_| WebError::NotFound)?;
    let actor = signed_in(&form, paths::REVIEW_QUEUE.to_owned())?;
    let reviewing = reviewing(&app, actor)?;
    let search = reviewing.search(id).await?;
    let name = form.data.text("nom");
    let done = match form.data.text("action") {
        "supprimer" => {
            reviewing.remove_search(id).await?;
            return Ok(see_other(&format!("{}?onglet=equipes&fait=recherche-supprimee", paths::REVIEW_QUEUE)));
        }
        "defaut" => reviewing.set_default_search(id, true).await,
        "ordinaire" => reviewing.set_default_search(id, false).await,
        _ => reviewing.rename_search(id, name).await,
    };
    let message = match done {
        Ok(()) => return Ok(see_other(&format!("{}&fait=recherche", address_of(&kept(&search.query))))),
        Err(error) => name_problem(error)?,
    };
    let page = Page::new(&app, &form.visitor, "Recherche enregistrée").at(NavItem::Review).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| search_page(&search, Some(name), Some(message), &form.visitor.csrf)))
}

async fn assign(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id: RequestId = id.parse().map_err(|_| WebError::NotFound)?;
    let actor = signed_in(&form, paths::review_request(id))?;
    let reviewing = reviewing(&app, actor)?;
    reviewing.open(id).await?;
    let (service, stage) = form.data.text("equipe").split_once(':').ok_or(WebError::BadRequest("Choisissez une équipe."))?;
    let to = match form.data.text("action") {
        "prendre" => Some(Assignment::Take),
        "rendre" => Some(Assignment::Release),
        _ => form.data.text("personne").parse().ok().map(Assignment::HandOver),
    };
    let seen = form.data.text("version").parse().unwrap_or(0);
    let refused = match to {
        Some(to) => reviewing.assign(id, service, stage, to, seen).await,
        None => Err(AssignError::NotAColleague),
    };
    match refused {
        Ok(()) => Ok(see_other(&paths::review_request(id))),
        Err(error @ AssignError::NotAColleague) => {
            let problem = error.sentence().ok_or(error)?;
            let shown = Shown { assignment: Some(&problem), status: StatusCode::UNPROCESSABLE_ENTITY, ..Shown::default() };
            show(&app, &form.visitor, &reviewing, id, shown).await
        }
        Err(error) => Err(error.into()),
    }
}
