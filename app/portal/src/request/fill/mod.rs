//! The form, block by block: shown, saved by its buttons or in the background.

pub mod conflict;
pub mod contacts;
pub mod page;
pub mod people;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    calendar,
    catalogue::Block,
    form::{self, Answers, FieldProblem},
    ids::{DocumentId, RemarkId, RequestId},
    routes as paths,
    sight::Act,
};
use habilitation::requests::{Applying, Opened, RequestError, document_problems};
use serde::Deserialize;
use serde_json::json;
use ui::shell::NavItem;
use web::{App, Page, SignedForm, SignedIn, SignedUpload, UploadedFile, Visitor, WebError, id_of, see_other, signed_in, upload};

use crate::request::{
    fill::{
        conflict::{conflict_page, not_editable_page},
        page::{BlockForm, Said, block_page},
        people::PersonAction,
    },
    reader::SUMMARY,
};

#[derive(Deserialize)]
pub(crate) struct BlockQuery {
    prerempli: Option<String>,
    copie: Option<String>,
    suite: Option<String>,
    enregistre: Option<String>,
    verifier: Option<String>,
}

pub(crate) async fn block(
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
    let problems = if query.verifier.is_some() { recheck(&app, &opened, block, Vec::new()) } else { Vec::new() };
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

pub(crate) async fn save(State(app): State<App>, Path((id, slug)): Path<(String, String)>, form: SignedUpload) -> Result<Response, WebError> {
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
    let seen = form.data.version();
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
        Err(RequestError::NotEditable) => {
            let page = Page::new(&app, &form.visitor, "Demande non modifiable").at(NavItem::Requests).status(StatusCode::CONFLICT);
            return Ok(page.show(|| not_editable_page(&opened, &block, &typed)));
        }
        Err(error) => return Err(error.into()),
    };
    let refused = add_documents(&app, &applying, id, &form.files).await?;
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
    let mut problems = if matches!(action, Action::Next) { recheck(&app, &opened, &block, saved.problems) } else { Vec::new() };
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
fn recheck(app: &App, opened: &Opened, block: &Block, before: Vec<FieldProblem>) -> Vec<FieldProblem> {
    let now = app.habilitation.check_block(&opened.service, block, &opened.request.answers);
    let unknown = before.into_iter().filter(|p| p.problem == form::Problem::UnknownChoice && !now.contains(p));
    let unknown: Vec<FieldProblem> = unknown.collect();
    let refused = document_problems(&opened.request, &opened.documents).into_iter().filter(|p| block.fields.iter().any(|field| field.id == p.field));
    let mut untimely = form::untimely(block, &opened.request.answers, calendar::paris_date(app.cx.now()));
    untimely.retain(|problem| !now.iter().any(|known| known.field == problem.field));
    now.into_iter().chain(unknown).chain(refused).chain(untimely).collect()
}

/// One after the other: none waits in memory for the others.
async fn add_documents(app: &App, applying: &Applying<'_>, id: RequestId, files: &[UploadedFile]) -> Result<Vec<(String, String)>, WebError> {
    let mut refused = Vec::new();
    for file in files {
        let loaded = upload::load(app, std::slice::from_ref(file)).await?;
        for upload in loaded.uploads {
            if let Err(error) = applying.add_document(id, upload).await {
                match error.about_the_file() {
                    Some(sentence) => refused.push((file.field.clone(), sentence)),
                    None => return Err(error.into()),
                }
            }
        }
    }
    Ok(refused)
}

pub(crate) async fn autosave(State(app): State<App>, Path((id, slug)): Path<(String, String)>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::request_block(id, &slug))?;
    let seen = form.data.version();
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
