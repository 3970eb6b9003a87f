//! The form, block by block: shown, saved by its buttons or in the background.

mod conflict;
mod contacts;
mod page;
mod people;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    calendar,
    form::{Answers, FieldProblem},
    ids::RequestId,
    routes as paths,
    sight::Act,
};
use habilitation::{
    documents::Upload,
    requests::{BlockSent, Command, Opened, Outcome, Place, Request, RequestError, SentDocuments},
};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use ui::shell::NavItem;
use web::{ActorForm, App, FormData, Page, SignedIn, SignedUpload, UploadedFile, Visitor, WebError, id_of, see_other, upload};

use self::{
    conflict::{conflict_page, not_editable_page},
    page::{BlockForm, Said, block_page},
};

#[derive(Deserialize)]
pub(super) struct BlockQuery {
    prerempli: Option<String>,
    copie: Option<String>,
    suite: Option<String>,
    enregistre: Option<String>,
    verifier: Option<String>,
}

pub(super) async fn block(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path((id, slug)): Path<(String, String)>,
    Query(query): Query<BlockQuery>,
) -> Result<Response, WebError> {
    let opened = app.habilitation.applying(&actor).open(id_of(&id)?).await?;
    if !opened.allows(Act::Edit) {
        return Ok(see_other(&paths::request(opened.request.id)));
    }
    let block = opened.service.block(&slug).ok_or(WebError::NotFound)?;
    let problems =
        if query.verifier.is_some() { app.habilitation.problems_of(&opened.service, block, &opened.request, &opened.documents) } else { Vec::new() };
    let shown = Shown { answers: &opened.request.answers, problems: &problems, documents: &[], version: opened.request.version, said: query.said() };
    show_block(&app, &visitor, &opened, &slug, shown, StatusCode::OK)
}

impl BlockQuery {
    fn said(&self) -> Option<Said> {
        let Self { prerempli, copie, suite, enregistre, verifier: _ } = self;
        [(prerempli, Said::Proposed), (copie, Said::Copied), (suite, Said::Continued), (enregistre, Said::Saved)]
            .into_iter()
            .find_map(|(asked, said)| asked.is_some().then_some(said))
    }
}

struct Shown<'a> {
    answers: &'a Answers,
    problems: &'a [FieldProblem],
    documents: &'a [(String, String)],
    version: i32,
    said: Option<Said>,
}

fn show_block(app: &App, visitor: &Visitor, opened: &Opened, slug: &str, shown: Shown<'_>, status: StatusCode) -> Result<Response, WebError> {
    let block = opened.service.block(slug).ok_or(WebError::NotFound)?;
    let Shown { answers, problems, documents, version, said } = shown;
    let form = BlockForm { opened, block, answers, problems, document_problems: documents, version, said, csrf: &visitor.csrf };
    let title = format!("{} – {}", block.title, opened.request.public_number());
    Ok(Page::new(app, visitor, title).at(NavItem::Requests).with_islands().status(status).show(|| block_page(&form)))
}

fn command_of(data: &FormData) -> Command<'_> {
    let text = data.text("action");
    match text.split_once(':') {
        Some((way @ ("traiter" | "atraiter"), id)) => id.parse().map_or(Command::Save, |id| Command::HandleRemark(id, way == "traiter")),
        Some(("analyser", id)) => id.parse().map_or(Command::Save, Command::ScanDocument),
        Some(("retirer", id)) => id.parse().map_or(Command::Save, Command::RemoveDocument),
        Some((verb, contact)) => people::command_of(verb, contact, data).map_or(Command::Save, Command::Person),
        None if text == "suivant" => Command::Next,
        None if text == "verifier" => Command::Summary,
        None => Command::Save,
    }
}

pub(super) async fn save(State(app): State<App>, Path((id, slug)): Path<(String, String)>, form: SignedUpload) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let here = paths::request_block(id, &slug);
    let seen = form.data.version();
    let sent = BlockSent { block: &slug, answers: form.data.answers(), seen, command: command_of(&form.data) };
    let conflict = |title: &str| Page::new(&app, &form.visitor, title.to_owned()).at(NavItem::Requests).status(StatusCode::CONFLICT);
    let csrf = &form.visitor.csrf;
    match app.habilitation.applying(&form.actor).answer(id, sent, Files::new(&app, &form.files)).await? {
        Outcome::Done(place) => Ok(see_other(&match place {
            Place::Saved => format!("{here}?enregistre=1"),
            Place::Same => here,
            Place::Block(next) => paths::request_block(id, &next),
            Place::Summary => paths::request_summary(id),
        })),
        Outcome::ToCorrect { opened, problems, documents } => {
            let Request { answers, version, .. } = &opened.request;
            let shown = Shown { answers, problems: &problems, documents: &documents, version: *version, said: None };
            show_block(&app, &form.visitor, &opened, &slug, shown, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Outcome::Refused { opened, typed, problems } => {
            let shown = Shown { answers: &typed, problems: &problems, documents: &[], version: seen, said: None };
            show_block(&app, &form.visitor, &opened, &slug, shown, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Outcome::Stale { opened, typed, current } => {
            let block = opened.service.block(&slug).ok_or(WebError::NotFound)?;
            let page = conflict("Page modifiée entre-temps");
            Ok(page.show(|| conflict_page(&opened, block, &typed, &current.answers, current.version, csrf)))
        }
        Outcome::NotEditable { opened, typed } => {
            let block = opened.service.block(&slug).ok_or(WebError::NotFound)?;
            Ok(conflict("Demande non modifiable").show(|| not_editable_page(&opened, block, &typed)))
        }
    }
}

/// The documents of the form, one in memory at a time.
struct Files<'a> {
    app: &'a App,
    left: std::slice::Iter<'a, UploadedFile>,
    /// Keeps the room of the last one read until the next is asked for.
    room: Option<OwnedSemaphorePermit>,
}

impl<'a> Files<'a> {
    fn new(app: &'a App, files: &'a [UploadedFile]) -> Self {
        Self { app, left: files.iter(), room: None }
    }
}

impl SentDocuments for Files<'_> {
    type Error = WebError;

    async fn next(&mut self) -> Result<Option<Upload>, WebError> {
        self.room = None;
        let Some(file) = self.left.next() else { return Ok(None) };
        let (upload, room) = upload::load_one(self.app, file).await?;
        self.room = Some(room);
        Ok(Some(upload))
    }
}

pub(super) async fn autosave(State(app): State<App>, Path((id, slug)): Path<(String, String)>, form: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let seen = form.data.version();
    let applying = app.habilitation.applying(&form.actor);
    Ok(match applying.save_block(id, &slug, &form.data.answers(), seen).await {
        Ok(saved) => {
            applying.remember_place(id, &slug).await?;
            let now = app.cx.now().to_zoned(calendar::paris());
            Json(json!({ "version": saved.version.to_string(), "at": format!("{:02}:{:02}", now.hour(), now.minute()) })).into_response()
        }
        Err(RequestError::Stale(_)) => StatusCode::CONFLICT.into_response(),
        Err(RequestError::Refused(problems)) => {
            let told = problems.first().map_or_else(String::new, |refused| refused.problem.sentence());
            let message = format!("Pas encore enregistré\u{a0}: {told}");
            (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "message": message }))).into_response()
        }
        Err(error) => return Err(error.into()),
    })
}
