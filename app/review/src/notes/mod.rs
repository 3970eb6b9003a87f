//! Notes and remarks: what reviewers write beside the decision.

pub mod page;
pub mod remark;

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
use ui::shell::NavItem;
use web::{App, Page, Routes, SignedForm, SignedIn, WebError, id_of, id_once, see_other, signed_in};

use crate::{
    notes::{
        page::{NoteRefusal, note_page},
        remark::remark_page,
    },
    request::{Shown, reviewing, show},
};

pub(crate) fn routes() -> Routes {
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

async fn add(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let actor = signed_in(&form, paths::review_request(id))?;
    let reviewing = reviewing(&app, actor)?;
    let text = form.data.text("texte");
    let note = id_once(&app, actor, &form.data, &paths::review_request(id), &[]);
    let message = match reviewing.add_note(note, id, text).await {
        Ok(()) => return Ok(see_other(&format!("{}#notes", paths::review_request(id)))),
        Err(NoteError::Words(error)) => error.or_missing("Écrivez votre note."),
        Err(NoteError::Review(error)) => return Err(error.into()),
    };
    let refusal = NoteRefusal { text: text.to_owned(), message };
    show(&app, &form.visitor, &reviewing, id, Shown { note: Some(&refusal), status: StatusCode::UNPROCESSABLE_ENTITY, ..Shown::default() }).await
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

async fn change(State(app): State<App>, Path((id, note)): Path<(String, String)>, form: SignedForm) -> Result<Response, WebError> {
    let (id, note) = ids(&id, &note)?;
    let actor = signed_in(&form, paths::review_request(id))?;
    let reviewing = reviewing(&app, actor)?;
    let done = match form.data.text("action") {
        "supprimer" => reviewing.remove_note(id, note).await,
        _ => reviewing.rewrite_note(id, note, form.data.text("texte")).await,
    };
    let message = match done {
        Ok(()) => return Ok(see_other(&format!("{}#notes", paths::review_request(id)))),
        Err(NoteError::Words(error)) => error.or_missing("Écrivez votre note."),
        Err(NoteError::Review(error)) => return Err(error.into()),
    };
    let (note, (opened, _)) = (reviewing.note(id, note).await?, reviewing.open(id).await?);
    let refusal = NoteRefusal { text: form.data.text("texte").to_owned(), message };
    let page = Page::new(&app, &form.visitor, "Note interne").at(NavItem::Review).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| note_page(&opened, &note, Some(&refusal), &form.visitor.csrf)))
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

async fn write_remark(State(app): State<App>, Path((id, field)): Path<(String, String)>, form: SignedForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let actor = signed_in(&form, paths::review_request(id))?;
    let reviewing = reviewing(&app, actor)?;
    let text = form.data.text("texte");
    let done = match form.data.text("action") {
        "supprimer" => reviewing.remove_remark(id, &field).await,
        _ => reviewing.remark(id, &field, text).await,
    };
    let message = match done {
        Ok(()) => return Ok(see_other(&format!("{}#reponse-{field}", paths::review_request(id)))),
        Err(RemarkError::Words(error)) => error.or_missing("Écrivez votre remarque."),
        Err(RemarkError::Review(error)) => return Err(error.into()),
    };
    let remarked = reviewing.remarking(id, &field).await?;
    let page = Page::new(&app, &form.visitor, "Remarque").at(NavItem::Review).status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page.show(|| remark_page(&remarked, Some(text), Some(message), &form.visitor.csrf)))
}
