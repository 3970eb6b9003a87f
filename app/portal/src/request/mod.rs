//! The requests of an applicant: their list, the page of one, its form block by block, its summary and its submission.

mod dashboard;
mod detail;
mod fill;
mod reader;
mod summary;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    calendar,
    ids::{DocumentId, RemarkId, RequestId},
    routes as paths,
    sight::Act,
};
use habilitation::requests::{Applying, RequestError};
use serde::Deserialize;
use ui::shell::NavItem;
use web::{
    ActorForm, App, Page, Routes, SignedIn, WebError, id_of,
    request::{documents, remarks},
    see_other,
};

use self::{
    detail::{Told, detail_page},
    summary::summary_page,
};
use crate::roles::{RoleForm, show_to_contact};

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::REQUESTS, dashboard::list)
        .get(paths::REQUEST, detail)
        .get(paths::REQUEST_SUMMARY, summary)
        .post(paths::REQUEST_SUMMARY, submit)
        .get(paths::REQUEST_BLOCK, fill::block)
        .post(paths::REQUEST_BLOCK, fill::save)
        .post(paths::REQUEST_AUTOSAVE, fill::autosave)
        .get(paths::REQUEST_DOCUMENT, document)
        .post(paths::REQUEST_DOCUMENT_SCAN, scan_document)
        .post(paths::REQUEST_REMARK, handle_remark)
        .post(paths::REQUEST_REOPEN, reopen)
        .post(paths::REQUEST_REOPEN_CANCEL, cancel_reopening)
        .post(paths::REQUEST_ARCHIVE, archive)
}

/// Redirects to the first block of a draft that was just created; `said` is the parameter that tells the page what to say.
pub(crate) async fn first_page(applying: &Applying<'_>, id: RequestId, said: Option<&str>) -> Result<Response, WebError> {
    let opened = applying.open(id).await?;
    let there = paths::request_block(id, opened.first_step().ok_or(WebError::NotFound)?);
    Ok(see_other(&said.map_or(there.clone(), |said| format!("{there}?{said}=1"))))
}

#[derive(Deserialize)]
struct DetailQuery {
    transmise: Option<String>,
    repondu: Option<String>,
    reouverte: Option<String>,
    abandonnee: Option<String>,
}

impl DetailQuery {
    fn told(&self) -> Option<Told> {
        let Self { transmise, repondu: _, reouverte, abandonnee } = self;
        [(transmise, Told::Submitted), (reouverte, Told::Reopened), (abandonnee, Told::ReopeningCancelled)]
            .into_iter()
            .find_map(|(said, told)| said.is_some().then_some(told))
    }
}

async fn detail(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(query): Query<DetailQuery>,
) -> Result<Response, WebError> {
    let opened = app.habilitation.applying(&actor).open(id_of(&id)?).await?;
    if !opened.allows(Act::Read) {
        let form = RoleForm { done: query.repondu.is_some(), ..RoleForm::default() };
        return Ok(show_to_contact(&app, &visitor, &opened, &form, StatusCode::OK));
    }
    let title = format!("Demande {}", opened.request.public_number());
    let today = calendar::paris_date(app.cx.now());
    Ok(Page::new(&app, &visitor, title).at(NavItem::Requests).show(|| detail_page(&opened, query.told(), today, &visitor.csrf)))
}

async fn reopen(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    app.habilitation.applying(&actor).reopen(id).await?;
    Ok(see_other(&format!("{}?reouverte=1", paths::request(id))))
}

async fn cancel_reopening(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    app.habilitation.applying(&actor).cancel_reopening(id).await?;
    Ok(see_other(&format!("{}?abandonnee=1", paths::request(id))))
}

async fn archive(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    app.habilitation.applying(&actor).archive(id).await?;
    Ok(see_other(&paths::request(id)))
}

async fn summary(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let opened = app.habilitation.applying(&actor).open(id_of(&id)?).await?;
    if !opened.allows(Act::Edit) {
        return Ok(see_other(&paths::request(opened.request.id)));
    }
    let page = Page::new(&app, &visitor, "Vérifier et transmettre").at(NavItem::Requests);
    Ok(page.show(|| summary_page(&opened, &[], &[], &visitor.csrf)))
}

async fn submit(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let applying = app.habilitation.applying(&actor);
    let (seen, answers) = (data.version(), data.answers());
    let ticked: Vec<&str> = answers.0.iter().filter(|(_, values)| values.iter().any(|value| value == "oui")).map(|(name, _)| name.as_str()).collect();
    let (incomplete, empty) = match applying.submit(id, &ticked, seen).await {
        Ok(()) => return Ok(see_other(&format!("{}?transmise=1", paths::request(id)))),
        Err(RequestError::FormChanged) => (Vec::new(), Vec::new()),
        Err(RequestError::Incomplete(blocks)) => (blocks, Vec::new()),
        Err(RequestError::NotTicked(boxes)) => (Vec::new(), boxes),
        Err(error) => return Err(error.into()),
    };
    let opened = applying.open(id).await?;
    let page = Page::new(&app, &visitor, "Vérifier et transmettre").at(NavItem::Requests).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| summary_page(&opened, &incomplete, &empty, &visitor.csrf)))
}

/// The button of a remark on the summary. In the form of a block, the button is one of that form, which saves what was typed.
async fn handle_remark(
    State(app): State<App>,
    Path((id, remark)): Path<(String, String)>,
    ActorForm { actor, data, .. }: ActorForm,
) -> Result<Response, WebError> {
    let (id, remark): (_, RemarkId) = (id_of(&id)?, id_of(&remark)?);
    app.habilitation.applying(&actor).handle_remark(id, remark, data.ticked(remarks::Sent::Handled)).await?;
    Ok(see_other(&paths::request_summary(id)))
}

/// Redirects to the page that holds the button, which is one of the pages of the request.
async fn scan_document(
    State(app): State<App>,
    Path((id, document)): Path<(String, String)>,
    ActorForm { actor, data, .. }: ActorForm,
) -> Result<Response, WebError> {
    let (id, document): (_, DocumentId) = (id_of(&id)?, id_of(&document)?);
    app.habilitation.scan_again(&actor, id, document).await?;
    let back = data.get(documents::Sent::Back);
    let known = [paths::request(id), paths::request_messages(id), paths::review_request(id), paths::review_messages(id)];
    Ok(see_other(known.iter().find(|page| *page == back).unwrap_or(&known[0])))
}

async fn document(
    State(app): State<App>,
    SignedIn { actor, .. }: SignedIn,
    Path((id, document)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let document: DocumentId = id_of(&document)?;
    let (row, bytes) = app.habilitation.read_document(&actor, id_of(&id)?, document).await?;
    // RFC 6266 §4.3, with the encoding of RFC 8187: it holds any character of a name.
    let name: String = url::form_urlencoded::byte_serialize(row.file_name.as_bytes()).collect::<String>().replace('+', "%20").replace('*', "%2A");
    let disposition = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")).map_err(WebError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(row.format.media_type())),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, bytes).into_response())
}
