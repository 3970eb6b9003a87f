//! The applicant's handlers.

use app::{
    request::{
        BlockForm, Said, Told, block_page, conflict_page, detail_page,
        people::{RoleForm, SUMMARY},
        summary_page,
    },
    shell::NavItem,
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    calendar,
    form::{self, Answers, FieldProblem},
    ids::{DocumentId, RemarkId, RequestId},
    routes as paths,
    sight::Act,
};
use habilitation::{
    documents::{DocumentError, Upload},
    requests::{LifeError, Opened, RequestError, document_problems},
};
use serde::Deserialize;
use serde_json::json;

use super::roles::show_to_contact;
use super::{Page, Routes, SignedForm, SignedIn, Visitor, WebError, see_other};
use crate::App;

mod dashboard;
mod people;

use people::PersonAction;

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::REQUESTS, dashboard::list)
        .get(paths::REQUEST, detail)
        .get(paths::REQUEST_SUMMARY, summary)
        .post(paths::REQUEST_SUMMARY, submit)
        .get(paths::REQUEST_BLOCK, block)
        .post(paths::REQUEST_BLOCK, save)
        .post(paths::REQUEST_AUTOSAVE, autosave)
        .get(paths::REQUEST_DOCUMENT, document)
        .post(paths::REQUEST_DOCUMENT_SCAN, scan_document)
        .post(paths::REQUEST_REMARK, handle_remark)
        .post(paths::REQUEST_REOPEN, reopen)
        .post(paths::REQUEST_REOPEN_CANCEL, cancel_reopening)
        .post(paths::REQUEST_ARCHIVE, archive)
}

impl From<LifeError> for WebError {
    fn from(error: LifeError) -> Self {
        match error {
            LifeError::NotFound => Self::NotFound,
            LifeError::NotNow => Self::Conflict("Cette demande a changé d’état\u{a0}: rouvrez-la pour voir ce qui est possible."),
            LifeError::Store(error) => Self::internal(error),
        }
    }
}

impl From<RequestError> for WebError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::NotFound | RequestError::UnknownService => Self::NotFound,
            RequestError::NotYours => Self::Forbidden,
            RequestError::NotEditable => Self::Conflict("Cette demande n’est plus modifiable : elle a été transmise."),
            RequestError::Stale(_) => Self::Conflict("Cette demande a été modifiée entre-temps. Rechargez-la avant de recommencer."),
            RequestError::NoOrganisation => Self::BadRequest("Indiquez d’abord votre organisation."),
            RequestError::ClosedOrganisation => Self::BadRequest("Cet établissement est fermé."),
            RequestError::NoStepBefore => Self::Told(
                StatusCode::CONFLICT,
                "Habilitation de l’étape précédente requise",
                "Cette demande prend la suite d’une autre habilitation, qui doit être en cours de validité et délivrée à la même organisation. Nous n’en trouvons pas.",
            ),
            RequestError::HeldAlready => Self::Told(
                StatusCode::CONFLICT,
                "Ce service ne se demande qu’une fois",
                "Votre organisation a déjà une demande en cours, ou une habilitation, pour ce service\u{a0}: retrouvez-la dans vos demandes ou auprès de vos collègues.",
            ),
            RequestError::OwnProduct => Self::BadRequest("C’est à votre client de déposer cette demande."),
            RequestError::Unchanged => Self::Conflict("Rien n’a changé depuis la validation\u{a0}: il n’y a rien à transmettre."),
            RequestError::Refused(_) | RequestError::Incomplete(_) | RequestError::NotTicked(_) => Self::BadRequest("Des réponses sont à corriger."),
            RequestError::Store(error) => Self::internal(error),
        }
    }
}

impl From<DocumentError> for WebError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Request(error) => error.into(),
            DocumentError::Io(error) => Self::internal(error),
            DocumentError::Waiting => Self::Told(
                StatusCode::CONFLICT,
                "Analyse antivirus en cours",
                "Ce document pourra être ouvert dès que l’antivirus l’aura analysé. Revenez dans quelques instants.",
            ),
            DocumentError::Infected => {
                Self::Told(StatusCode::GONE, "Document supprimé", "L’antivirus a trouvé un virus dans ce document\u{a0}: il a été supprimé.")
            }
            DocumentError::Unscanned => Self::Told(
                StatusCode::CONFLICT,
                "Analyse antivirus impossible",
                "L’antivirus n’a pas pu analyser ce document\u{a0}: il ne peut pas être ouvert. Il faut le déposer de nouveau.",
            ),
            DocumentError::ScannedEnough => {
                Self::Conflict("L’antivirus n’a pas pu analyser ce document après plusieurs essais\u{a0}: il faut le déposer de nouveau.")
            }
            DocumentError::TooLarge | DocumentError::Empty | DocumentError::Format(_) | DocumentError::TooMany(_) => {
                Self::BadRequest("Ce document ne peut pas être accepté.")
            }
        }
    }
}

/// The form's visitor, signed in; a session that ended meanwhile goes through the sign-in page.
pub(super) fn signed_in(form: &SignedForm, back: String) -> Result<&domain::actor::Actor, WebError> {
    form.visitor.actor.as_ref().ok_or(WebError::SignIn { return_to: back })
}

#[derive(Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    page: Option<String>,
}

impl ListQuery {
    /// What was asked for, when it can be read.
    pub(super) fn asked(&self) -> Option<u64> {
        self.page.as_ref().map(|_| self.number().into())
    }

    /// From 1; what cannot be read is the first page.
    pub(super) fn number(&self) -> u32 {
        page_number(self.page.as_deref())
    }
}

pub(super) fn page_number(asked: Option<&str>) -> u32 {
    asked.and_then(|page| page.parse().ok()).filter(|page| (1..=100_000).contains(page)).unwrap_or(1)
}

/// Ids in addresses: what is not one is simply not found.
pub(super) fn id_of(text: &str) -> Result<RequestId, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
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

async fn reopen(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::request(id))?;
    app.habilitation.applying(actor).reopen(id).await?;
    Ok(see_other(&format!("{}?reouverte=1", paths::request(id))))
}

async fn cancel_reopening(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::request(id))?;
    app.habilitation.applying(actor).cancel_reopening(id).await?;
    Ok(see_other(&format!("{}?abandonnee=1", paths::request(id))))
}

async fn archive(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::request(id))?;
    app.habilitation.applying(actor).archive(id).await?;
    Ok(see_other(&paths::request(id)))
}

#[derive(Deserialize)]
struct BlockQuery {
    prerempli: Option<String>,
    copie: Option<String>,
    suite: Option<String>,
    enregistre: Option<String>,
    verifier: Option<String>,
}

async fn block(
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
    let problems = if query.verifier.is_some() { recheck(&opened, block, Vec::new()) } else { Vec::new() };
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

/// What the pressed button asks for.
enum Action<'a> {
    Next,
    Save,
    /// Straight to the last page: every block was answered before.
    Summary,
    Person(PersonAction<'a>),
    RemoveDocument(DocumentId),
    ScanDocument(DocumentId),
    /// A remark is dealt with, or is not after all.
    Handle(RemarkId, bool),
}

fn action_of(text: &str) -> Action<'_> {
    match text.split_once(':') {
        Some((way @ ("traiter" | "atraiter"), id)) => id.parse().map_or(Action::Save, |id| Action::Handle(id, way == "traiter")),
        Some(("analyser", id)) => id.parse().map_or(Action::Save, Action::ScanDocument),
        Some(("retirer", id)) => id.parse().map_or(Action::Save, Action::RemoveDocument),
        Some((verb, contact)) => PersonAction::of(verb, contact).map_or(Action::Save, Action::Person),
        _ if text == "suivant" => Action::Next,
        _ if text == "verifier" => Action::Summary,
        _ => Action::Save,
    }
}

async fn save(State(app): State<App>, Path((id, slug)): Path<(String, String)>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let here = paths::request_block(id, &slug);
    let actor = signed_in(&form, here.clone())?;
    let applying = app.habilitation.applying(actor);
    let opened = applying.open(id).await?;
    let block = opened.service.block(&slug).ok_or(WebError::NotFound)?.clone();
    let action = action_of(form.data.text("action"));
    let mut sent = form.data.answers();
    let about = if let Action::Person(about) = action { Some(about) } else { None };
    if let Some(about) = about {
        about.before(&app, actor, &opened, &block, &mut sent).await?;
    }
    let mut typed = opened.request.answers.clone();
    typed.merge_block(&block, &sent);
    let seen = form.data.text("version").parse().unwrap_or(0);
    let saved = match applying.save_block(id, &slug, &sent, seen).await {
        Ok(saved) => saved,
        Err(RequestError::Refused(problems)) => {
            let shown = Shown { answers: &typed, problems: &problems, documents: &[], version: seen, said: None };
            return show_block(&app, &form.visitor, &opened, &slug, shown, StatusCode::UNPROCESSABLE_ENTITY);
        }
        Err(RequestError::Stale(current)) => {
            let page = Page::new(&app, &form.visitor, "Page modifiée entre-temps").at(NavItem::Requests).status(StatusCode::CONFLICT);
            return Ok(page.show(|| conflict_page(&opened, &block, &typed, &current.answers, current.version, &form.visitor.csrf)));
        }
        Err(error) => return Err(error.into()),
    };
    let refused = add_documents(&applying, id, &form).await?;
    if let Action::RemoveDocument(document) = action {
        applying.remove_document(id, document).await?;
    }
    if let Action::ScanDocument(document) = action {
        app.habilitation.scan_again(actor, id, document).await?;
    }
    if let Action::Handle(remark, handled) = action {
        applying.handle_remark(id, remark, handled).await?;
    }
    let opened = applying.open(id).await?;
    let mut problems = if matches!(action, Action::Next) { recheck(&opened, &block, saved.problems) } else { Vec::new() };
    problems.extend(people::after(&app, actor, &opened, &block, about).await?);
    if !refused.is_empty() || !problems.is_empty() {
        let shown = Shown { answers: &opened.request.answers, problems: &problems, documents: &refused, version: opened.request.version, said: None };
        return show_block(&app, &form.visitor, &opened, &slug, shown, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let next = opened.service.step_after(&slug, &opened.request.answers).map_or(SUMMARY, |next| next.slug.as_str());
    let place = match action {
        Action::Next => next,
        Action::Summary => SUMMARY,
        _ => slug.as_str(),
    };
    applying.remember_place(id, place).await?;
    Ok(see_other(&match action {
        Action::Next if next != SUMMARY => paths::request_block(id, next),
        Action::Next | Action::Summary => paths::request_summary(id),
        Action::Save => format!("{here}?enregistre=1"),
        Action::Person(PersonAction::Keep(_)) => format!("{here}?enregistre=1"),
        Action::Person(_) | Action::RemoveDocument(_) | Action::ScanDocument(_) | Action::Handle(..) => here,
    }))
}

/// Documents arrive after the answers: what was missing before may be there now.
fn recheck(opened: &Opened, block: &domain::catalogue::Block, before: Vec<FieldProblem>) -> Vec<FieldProblem> {
    let now = form::check_block(&opened.service, block, &opened.request.answers);
    let unknown = before.into_iter().filter(|p| p.problem == form::Problem::UnknownChoice && !now.contains(p));
    let unknown: Vec<FieldProblem> = unknown.collect();
    let refused = document_problems(&opened.request, &opened.documents).into_iter().filter(|p| block.fields.iter().any(|field| field.id == p.field));
    now.into_iter().chain(unknown).chain(refused).collect()
}

async fn add_documents(applying: &habilitation::requests::Applying<'_>, id: RequestId, form: &SignedForm) -> Result<Vec<(String, String)>, WebError> {
    let mut refused = Vec::new();
    for file in &form.files {
        let upload = Upload { field: file.field.clone(), file_name: file.file_name.clone(), bytes: file.bytes.clone() };
        if let Err(error) = applying.add_document(id, upload).await {
            match error.about_the_file() {
                Some(sentence) => refused.push((file.field.clone(), sentence)),
                None => return Err(error.into()),
            }
        }
    }
    Ok(refused)
}

async fn autosave(State(app): State<App>, Path((id, slug)): Path<(String, String)>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::request_block(id, &slug))?;
    let seen = form.data.text("version").parse().unwrap_or(0);
    let applying = app.habilitation.applying(actor);
    Ok(match applying.save_block(id, &slug, &form.data.answers(), seen).await {
        Ok(saved) => {
            applying.remember_place(id, &slug).await?;
            let now = app.cx.now().to_zoned(calendar::paris());
            Json(json!({ "version": saved.version, "at": format!("{:02}:{:02}", now.hour(), now.minute()) })).into_response()
        }
        Err(RequestError::Stale(_)) => StatusCode::CONFLICT.into_response(),
        Err(RequestError::Refused(_)) => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        Err(error) => return Err(error.into()),
    })
}

async fn summary(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let opened = app.habilitation.applying(&actor).open(id_of(&id)?).await?;
    if !opened.allows(Act::Edit) {
        return Ok(see_other(&paths::request(opened.request.id)));
    }
    let page = Page::new(&app, &visitor, "Vérifier et transmettre").at(NavItem::Requests);
    Ok(page.show(|| summary_page(&opened, &[], &[], &visitor.csrf)))
}

async fn submit(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::request_summary(id))?;
    let applying = app.habilitation.applying(actor);
    let seen = form.data.text("version").parse().unwrap_or(0);
    let answers = form.data.answers();
    let ticked: Vec<&str> = answers.0.iter().filter(|(_, values)| values.iter().any(|value| value == "oui")).map(|(name, _)| name.as_str()).collect();
    let (incomplete, empty) = match applying.submit(id, &ticked, seen).await {
        Ok(()) => return Ok(see_other(&format!("{}?transmise=1", paths::request(id)))),
        Err(RequestError::Incomplete(blocks)) => (blocks, Vec::new()),
        Err(RequestError::NotTicked(boxes)) => (Vec::new(), boxes),
        Err(error) => return Err(error.into()),
    };
    let opened = applying.open(id).await?;
    let page = Page::new(&app, &form.visitor, "Vérifier et transmettre").at(NavItem::Requests).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| summary_page(&opened, &incomplete, &empty, &form.visitor.csrf)))
}

/// From the summary; in the form, the button saves what was typed as well.
async fn handle_remark(State(app): State<App>, Path((id, remark)): Path<(String, String)>, form: SignedForm) -> Result<Response, WebError> {
    let (id, remark): (_, RemarkId) = (id_of(&id)?, remark.parse().map_err(|_| WebError::NotFound)?);
    let actor = signed_in(&form, paths::request_summary(id))?;
    app.habilitation.applying(actor).handle_remark(id, remark, form.data.text("traitee") == "oui").await?;
    Ok(see_other(&paths::request_summary(id)))
}

/// The way back stays within the pages of the request.
async fn scan_document(State(app): State<App>, Path((id, document)): Path<(String, String)>, form: SignedForm) -> Result<Response, WebError> {
    let (id, document): (_, DocumentId) = (id_of(&id)?, document.parse().map_err(|_| WebError::NotFound)?);
    let actor = signed_in(&form, paths::request(id))?;
    app.habilitation.scan_again(actor, id, document).await?;
    let back = form.data.text("retour");
    let known = [paths::request(id), paths::request_messages(id), paths::review_request(id), paths::review_messages(id)];
    Ok(see_other(known.iter().find(|page| *page == back).unwrap_or(&known[0])))
}

async fn document(
    State(app): State<App>,
    SignedIn { actor, .. }: SignedIn,
    Path((id, document)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let document: DocumentId = document.parse().map_err(|_| WebError::NotFound)?;
    let (row, bytes) = app.habilitation.read_document(&actor, id_of(&id)?, document).await?;
    // RFC 6266 §4.3 with RFC 8187 encoding: any name, no quoting trouble.
    let name: String = url::form_urlencoded::byte_serialize(row.file_name.as_bytes()).collect::<String>().replace('+', "%20");
    let disposition = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")).map_err(WebError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(row.format.media_type())),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, bytes).into_response())
}
