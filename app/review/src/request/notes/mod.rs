//! What reviewers write besides the decision: internal notes, read by reviewers alone, and remarks on an answer, which the applicant
//! reads when changes are asked for.

mod page;
mod remark;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    ids::{NoteId, RequestId},
    routes as paths,
};
use habilitation::reviews::{NoteError, RemarkError};
use ui::{fields, shell::NavItem, verbs};
use web::{ActorForm, App, Page, Routes, SignedIn, WebError, id_of, id_once, see_other};

use self::{page::note_page, remark::remark_page};
use super::{Shown, show};
use crate::shared::reviewing;

pub(super) use page::{NOTE_ID, NoteRefusal, section};

fields! {
    /// The fields of the forms of notes and of remarks.
    enum Sent {
        Text = "texte",
        Action = "action",
    }
}

verbs! {
    enum Action {
        Save = "enregistrer",
        Remove = "supprimer",
    }
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .post(paths::REVIEW_NOTES, add)
        .get(paths::REVIEW_NOTE, edit)
        .post(paths::REVIEW_NOTE, change)
        .get(paths::REVIEW_REMARK, remark)
        .post(paths::REVIEW_REMARK, write_remark)
}

fn ids(request: &str, note: &str) -> Result<(RequestId, NoteId), WebError> {
    Ok((id_of(request)?, id_of(note)?))
}

async fn add(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let reviewing = reviewing(&app, &actor)?;
    let text = data.get(Sent::Text);
    let note = id_once(&app, &actor, &data, &paths::review_request(id), &[]);
    let message = match reviewing.add_note(note, id, text).await {
        Ok(()) => return Ok(see_other(&format!("{}#notes", paths::review_request(id)))),
        Err(NoteError::Words(error)) => error.or_missing("Écrivez votre note."),
        Err(NoteError::Review(error)) => return Err(error.into()),
    };
    let refusal = NoteRefusal { text: text.to_owned(), message };
    show(&app, &visitor, &reviewing, id, Shown { note: Some(&refusal), ..Shown::refused() }).await
}

async fn edit(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path((id, note)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let (id, note) = ids(&id, &note)?;
    let reviewing = reviewing(&app, &actor)?;
    let note = reviewing.note(id, note).await?;
    let (opened, _) = reviewing.open(id).await?;
    Ok(Page::new(&app, &visitor, "Note interne").at(NavItem::Review).show(|| note_page(&opened, &note, None, &visitor.csrf)))
}

async fn change(
    State(app): State<App>,
    Path((id, note)): Path<(String, String)>,
    ActorForm { actor, visitor, data, .. }: ActorForm,
) -> Result<Response, WebError> {
    let (id, note) = ids(&id, &note)?;
    let reviewing = reviewing(&app, &actor)?;
    let done = match data.verb(Sent::Action) {
        Some(Action::Remove) => reviewing.remove_note(id, note).await,
        Some(Action::Save) | None => reviewing.rewrite_note(id, note, data.get(Sent::Text)).await,
    };
    let message = match done {
        Ok(()) => return Ok(see_other(&format!("{}#notes", paths::review_request(id)))),
        Err(NoteError::Words(error)) => error.or_missing("Écrivez votre note."),
        Err(NoteError::Review(error)) => return Err(error.into()),
    };
    let (note, (opened, _)) = (reviewing.note(id, note).await?, reviewing.open(id).await?);
    let refusal = NoteRefusal { text: data.get(Sent::Text).to_owned(), message };
    let page = Page::new(&app, &visitor, "Note interne").at(NavItem::Review).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| note_page(&opened, &note, Some(&refusal), &visitor.csrf)))
}

async fn remark(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path((id, field)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let remarked = reviewing(&app, &actor)?.remarking(id, &field).await?;
    Ok(Page::new(&app, &visitor, "Remarque").at(NavItem::Review).show(|| remark_page(&remarked, None, None, &visitor.csrf)))
}

async fn write_remark(
    State(app): State<App>,
    Path((id, field)): Path<(String, String)>,
    ActorForm { actor, visitor, data, .. }: ActorForm,
) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let reviewing = reviewing(&app, &actor)?;
    let text = data.get(Sent::Text);
    let done = match data.verb(Sent::Action) {
        Some(Action::Remove) => reviewing.remove_remark(id, &field).await,
        Some(Action::Save) | None => reviewing.remark(id, &field, text).await,
    };
    let message = match done {
        Ok(()) => return Ok(see_other(&format!("{}#reponse-{field}", paths::review_request(id)))),
        Err(RemarkError::Words(error)) => error.or_missing("Écrivez votre remarque."),
        Err(RemarkError::Review(error)) => return show(&app, &visitor, &reviewing, id, Shown { kept: text, ..Shown::late(error)? }).await,
    };
    let remarked = reviewing.remarking(id, &field).await?;
    let page = Page::new(&app, &visitor, "Remarque").at(NavItem::Review).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| remark_page(&remarked, Some(text), Some(message), &visitor.csrf)))
}
