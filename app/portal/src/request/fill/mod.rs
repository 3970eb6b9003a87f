//! The form of a request, block by block: shown, saved by its buttons, and saved in the background while one types.

mod conflict;
mod contacts;
mod page;

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
    requests::{BlockSent, Command, Opened, Outcome, PersonCommand, Place, RequestError, SentDocuments},
};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use ui::{
    fields,
    named::{Named, Verb as _},
    shell::NavItem,
    verbs,
};
use web::{ActorForm, App, FormData, Page, SignedIn, SignedUpload, UploadedFile, VERSION, Visitor, WebError, id_of, see_other, upload};

use self::{
    conflict::{conflict_page, not_editable_page},
    page::{BlockForm, Said, block_page},
};

fields! {
    /// What the form of a block sends, beside its answers, whose names are those of the catalogue.
    enum Sent {
        Action = "action",
    }
}

verbs! {
    /// What a button of a block does. Some are about one thing, whose id follows the verb: « retirer:42 ».
    enum Verb {
        Next = "suivant",
        Save = "enregistrer",
        Summary = "verifier",
        /// A remark is dealt with.
        DealWith = "traiter",
        /// A remark is to be dealt with after all.
        OpenAgain = "atraiter",
        ScanDocument = "analyser",
        RemoveDocument = "retirer",
        /// Fills in the contact with the applicant.
        Me = "moi",
        /// Fills in the contact from the list of the organisation.
        Recall = "reprendre",
        /// Adds the contact to that list.
        Keep = "garder",
        AddPerson = "ajouter",
        RemovePerson = "oter",
    }
}

impl Verb {
    /// The value of a button about the thing with this id.
    fn on(self, id: impl std::fmt::Display) -> String {
        format!("{}:{id}", self.as_str())
    }
}

/// The field with the person chosen in the list of the organisation, for one contact.
fn saved_contact(contact: &str) -> String {
    format!("repertoire-{contact}")
}

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
    let shown = Shown { answers: &opened.request.answers, problems: &problems, documents: &[], said: query.said() };
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
    said: Option<Said>,
}

fn show_block(app: &App, visitor: &Visitor, opened: &Opened, slug: &str, shown: Shown<'_>, status: StatusCode) -> Result<Response, WebError> {
    let block = opened.service.block(slug).ok_or(WebError::NotFound)?;
    let Shown { answers, problems, documents, said } = shown;
    let form = BlockForm { opened, block, answers, problems, document_problems: documents, said, csrf: &visitor.csrf };
    let title = format!("{} – {}", block.title, opened.request.public_number());
    Ok(Page::new(app, visitor, title).at(NavItem::Requests).with_islands().status(status).show(|| block_page(&form)))
}

/// A verb that no button of the form sends, or an id that cannot be read, saves what was typed.
fn command_of(data: &FormData) -> Command<'_> {
    let sent = data.get(Sent::Action);
    let (verb, id) = sent.split_once(':').unwrap_or((sent, ""));
    match Verb::parse(verb).unwrap_or(Verb::Save) {
        Verb::Next => Command::Next,
        Verb::Save => Command::Save,
        Verb::Summary => Command::Summary,
        Verb::DealWith => id.parse().map_or(Command::Save, |id| Command::HandleRemark(id, true)),
        Verb::OpenAgain => id.parse().map_or(Command::Save, |id| Command::HandleRemark(id, false)),
        Verb::ScanDocument => id.parse().map_or(Command::Save, Command::ScanDocument),
        Verb::RemoveDocument => id.parse().map_or(Command::Save, Command::RemoveDocument),
        Verb::Me => Command::Person(PersonCommand::Me(id)),
        Verb::Recall => Command::Person(PersonCommand::Recall(id, data.text(&saved_contact(id)).parse().ok())),
        Verb::Keep => Command::Person(PersonCommand::Keep(id)),
        Verb::AddPerson => Command::Person(PersonCommand::Add(id)),
        Verb::RemovePerson => Command::Person(PersonCommand::Remove(id)),
    }
}

pub(super) async fn save(State(app): State<App>, Path((id, slug)): Path<(String, String)>, form: SignedUpload) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let here = paths::request_block(id, &slug);
    let sent = BlockSent { block: &slug, answers: form.data.answers(), seen: form.data.text(VERSION), command: command_of(&form.data) };
    let conflict = |title: &str| Page::new(&app, &form.visitor, title.to_owned()).at(NavItem::Requests).status(StatusCode::CONFLICT);
    let csrf = &form.visitor.csrf;
    match app.habilitation.applying(&form.actor).answer(id, sent, Files::new(&app, &form.files)).await? {
        Outcome::Done(place) => Ok(see_other(&match place {
            Place::Saved => format!("{here}?enregistre=1"),
            Place::Same => here,
            Place::Block(next) => paths::request_block(id, &next),
            Place::Summary => paths::request_summary(id),
        })),
        Outcome::ToCorrect { opened, shown, problems, documents } => {
            let shown = Shown { answers: &shown, problems: &problems, documents: &documents, said: None };
            show_block(&app, &form.visitor, &opened, &slug, shown, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Outcome::Stale { opened, typed, current, documents } => {
            let block = opened.service.block(&slug).ok_or(WebError::NotFound)?;
            let page = conflict("Page modifiée entre-temps");
            Ok(page.show(|| conflict_page(&opened, block, &typed, &current.answers, &documents, csrf)))
        }
        Outcome::NotEditable { opened, typed } => {
            let block = opened.service.block(&slug).ok_or(WebError::NotFound)?;
            Ok(conflict("Demande non modifiable").show(|| not_editable_page(&opened, block, &typed)))
        }
    }
}

/// The documents that came with the form, read into memory one at a time.
struct Files<'a> {
    app: &'a App,
    left: std::slice::Iter<'a, UploadedFile>,
    /// The memory permit of the last document read, released when the next one is read.
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
    let applying = app.habilitation.applying(&form.actor);
    let saved = match applying.save_block(id, &slug, &form.data.answers(), form.data.text(VERSION)).await {
        Ok(saved) => saved,
        Err(RequestError::Stale(_)) => return Ok(StatusCode::CONFLICT.into_response()),
        Err(error) => return Err(error.into()),
    };
    applying.remember_place(id, &slug).await?;
    let now = app.cx.now().to_zoned(calendar::paris());
    let at = format!("{:02}:{:02}", now.hour(), now.minute());
    Ok(match saved.problems.iter().find(|one| one.problem.refuses_draft()) {
        None => Json(json!({ "version": saved.shown, "at": at })).into_response(),
        Some(refused) => {
            let message = format!("Enregistré à {at}, sauf une réponse. {}", refused.problem.sentence());
            (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "version": saved.shown, "at": at, "message": message }))).into_response()
        }
    })
}
