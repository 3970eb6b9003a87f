//! The applicant's handlers.

use std::str::FromStr;

use app::{
    request::{Told, detail_page, people::RoleForm, summary_page},
    shell::NavItem,
};
use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    applicant, calendar,
    ids::{DocumentId, RemarkId, RequestId},
    routes as paths,
    sight::Act,
};
use habilitation::{
    documents::DocumentError,
    requests::{Applying, LifeError, Obstacle, RequestError},
};
use serde::Deserialize;

use super::roles::show_to_contact;
use super::{Page, Routes, SignedForm, SignedIn, Visitor, WebError, see_other};
use crate::App;

mod dashboard;
mod fill;
mod people;

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
            RequestError::Begun(_) => Self::Conflict("Cette demande est déjà commencée\u{a0}: retrouvez-la dans vos demandes."),
            RequestError::NotEditable => Self::Conflict(
                "Cette demande n’est plus modifiable\u{a0}: elle est entre les mains de l’équipe qui l’instruit, ou une décision a été prise.",
            ),
            RequestError::Stale(_) => Self::Conflict("Cette demande a été modifiée entre-temps. Rechargez-la avant de recommencer."),
            RequestError::Obstacle(obstacle) => obstacle.into(),
            RequestError::Unchanged => Self::Conflict("Rien n’a changé depuis la validation\u{a0}: il n’y a rien à transmettre."),
            RequestError::Refused(_) | RequestError::Incomplete(_) | RequestError::NotTicked(_) | RequestError::FormChanged => {
                Self::BadRequest("Des réponses sont à corriger.")
            }
            RequestError::Store(error) => Self::internal(error),
        }
    }
}

impl From<Obstacle> for WebError {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::NoOrganisation => Self::BadRequest("Indiquez d’abord votre organisation."),
            Obstacle::Body(applicant::Obstacle::Closed) => Self::BadRequest("Cet établissement est fermé."),
            Obstacle::Body(applicant::Obstacle::Vendor) => Self::BadRequest("C’est à votre client de déposer cette demande."),
            Obstacle::NoStepBefore => Self::Told(
                StatusCode::CONFLICT,
                "Habilitation de l’étape précédente requise",
                "Cette demande prend la suite d’une autre habilitation, qui doit être en cours de validité et délivrée à la même organisation. Nous n’en trouvons pas.",
            ),
            Obstacle::Spent(spent) => Self::DayOver(spent),
            Obstacle::Held(_) => Self::Told(
                StatusCode::CONFLICT,
                "Ce service ne se demande qu’une fois",
                "Votre organisation a déjà une demande en cours, ou une habilitation, pour ce service\u{a0}: retrouvez-la dans vos demandes ou auprès de vos collègues.",
            ),
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
            DocumentError::Spent(spent) => Self::DayOver(spent),
            DocumentError::TooLarge | DocumentError::Empty | DocumentError::Format(_) | DocumentError::TooMany(_) => {
                Self::BadRequest("Ce document ne peut pas être accepté.")
            }
        }
    }
}

/// The form's visitor, signed in; a session that ended meanwhile goes through the sign-in page.
pub(super) fn signed_in(form: &impl AsRef<Visitor>, back: String) -> Result<&domain::actor::Actor, WebError> {
    form.as_ref().actor.as_ref().ok_or(WebError::SignIn { return_to: back })
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
pub(super) fn id_of<T: FromStr>(text: &str) -> Result<T, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}

/// The first page to fill of a draft just made; `said` is what it tells.
pub(super) async fn first_page(applying: &Applying<'_>, id: RequestId, said: Option<&str>) -> Result<Response, WebError> {
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
    let seen = form.data.version();
    let answers = form.data.answers();
    let ticked: Vec<&str> = answers.0.iter().filter(|(_, values)| values.iter().any(|value| value == "oui")).map(|(name, _)| name.as_str()).collect();
    let (incomplete, empty) = match applying.submit(id, &ticked, seen).await {
        Ok(()) => return Ok(see_other(&format!("{}?transmise=1", paths::request(id)))),
        Err(RequestError::FormChanged) => (Vec::new(), Vec::new()),
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
    let (id, remark): (_, RemarkId) = (id_of(&id)?, id_of(&remark)?);
    let actor = signed_in(&form, paths::request_summary(id))?;
    app.habilitation.applying(actor).handle_remark(id, remark, form.data.text("traitee") == "oui").await?;
    Ok(see_other(&paths::request_summary(id)))
}

/// The way back stays within the pages of the request.
async fn scan_document(State(app): State<App>, Path((id, document)): Path<(String, String)>, form: SignedForm) -> Result<Response, WebError> {
    let (id, document): (_, DocumentId) = (id_of(&id)?, id_of(&document)?);
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
    let document: DocumentId = id_of(&document)?;
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
