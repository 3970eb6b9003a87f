//! Changing the applicant of a request, and copying one.

pub mod duplicate;
pub mod page;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Actor, ids::RequestId, routes as paths, sight::Act};
use habilitation::requests::{Opened, RequestError, TransferError, duplicate::Copied};
use ui::shell::NavItem;
use web::{App, Page, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, id_once, see_other, signed_in};

use crate::{
    request::first_page,
    transfer::{duplicate::duplicate_page, page::transfer_page},
};

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::REQUEST_TRANSFER, show)
        .post(paths::REQUEST_TRANSFER, transfer)
        .get(paths::REQUEST_DUPLICATE, show_duplicate)
        .post(paths::REQUEST_DUPLICATE, duplicate)
}

/// For the applicant and for colleagues who may take the request over; nobody else finds the page.
async fn opened(app: &App, actor: &Actor, id: RequestId) -> Result<Opened, WebError> {
    let opened = app.habilitation.applying(actor).open(id).await?;
    if opened.allows(Act::Manage) || opened.allows(Act::TakeOver) { Ok(opened) } else { Err(WebError::NotFound) }
}

async fn show(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let opened = opened(&app, &actor, id_of(&id)?).await?;
    Ok(present(&app, &visitor, &opened, "", None))
}

fn present(app: &App, visitor: &Visitor, opened: &Opened, email: &str, error: Option<String>) -> Response {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page::new(app, visitor, "Changer de demandeur").at(NavItem::Requests).status(status);
    page.show(|| transfer_page(opened, email, error, &visitor.csrf))
}

async fn transfer(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::request_transfer(id))?;
    let opened = opened(&app, actor, id).await?;
    let applying = app.habilitation.applying(actor);
    let email = form.data.text("email");
    let taking = form.data.text("action") == "reprendre";
    let outcome = if taking { applying.take_over(id).await } else { applying.hand_over(id, email).await };
    match outcome {
        Ok(()) if taking => Ok(see_other(&format!("{}?reprise=1", paths::request(id)))),
        // Whoever handed it over may no longer see it.
        Ok(()) => Ok(see_other(&format!("{}?confiee={}", paths::REQUESTS, opened.request.public_number()))),
        Err(error @ (TransferError::Email | TransferError::NotColleague | TransferError::Yourself)) if !taking => {
            Ok(present(&app, &form.visitor, &opened, email, error.sentence()))
        }
        Err(TransferError::NotNow | TransferError::Yourself) => {
            Err(WebError::Conflict("Cette demande ne peut pas changer de demandeur pour l’instant."))
        }
        Err(TransferError::Store(error)) => Err(WebError::internal(error)),
        Err(_) => Err(WebError::NotFound),
    }
}

async fn show_duplicate(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let opened = app.habilitation.applying(&actor).open(id_of(&id)?).await?;
    if !opened.allows(Act::Duplicate) {
        return Err(WebError::NotFound);
    }
    Ok(Page::new(&app, &visitor, "Dupliquer cette demande").at(NavItem::Requests).show(|| duplicate_page(&opened, &visitor.csrf)))
}

async fn duplicate(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::request_duplicate(id))?;
    let applying = app.habilitation.applying(actor);
    let with = Copied { contacts: form.data.text("contacts") == "oui", reliance: form.data.text("rattachement") == "oui" };
    let copy: RequestId = id_once(&app, actor, &form.data, &paths::request_duplicate(id), &[]);
    match applying.duplicate(copy, id, with).await {
        Ok(()) | Err(RequestError::Begun(_)) => first_page(&applying, copy, Some("copie")).await,
        Err(error) => Err(error.into()),
    }
}
