//! Handing a request over to a colleague, taking one over from a colleague, and copying one.

mod duplicate;
mod page;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Actor, ids::RequestId, routes as paths, sight::Act};
use habilitation::requests::{Opened, RequestError, TransferError, duplicate::Copied};
use ui::{fields, shell::NavItem, verbs};
use web::{ActorForm, App, Page, Routes, SignedIn, Visitor, WebError, id_of, id_once, see_other};

use self::{
    duplicate::duplicate_page,
    page::{Typed, transfer_page},
};
use crate::request::first_page;

fields! {
    /// What the form that changes the applicant sends.
    enum Sent {
        Action = "action",
        /// The address of the colleague.
        Email = "email",
    }
}

verbs! {
    enum Verb {
        HandOver = "confier",
        TakeOver = "reprendre",
    }
}

fields! {
    /// What the form that copies a request sends: the boxes to tick.
    enum CopySent {
        Contacts = "contacts",
        Reliance = "rattachement",
    }
}

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
    Ok(present(&app, &visitor, &opened, &Typed::default(), StatusCode::OK))
}

fn present(app: &App, visitor: &Visitor, opened: &Opened, typed: &Typed, status: StatusCode) -> Response {
    let page = Page::new(app, visitor, "Changer de demandeur").at(NavItem::Requests).status(status);
    page.show(|| transfer_page(opened, typed, &visitor.csrf))
}

async fn transfer(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let applying = app.habilitation.applying(&actor);
    let email = data.get(Sent::Email);
    let (taking, outcome) = match data.verb(Sent::Action) {
        Some(Verb::TakeOver) => (true, applying.take_over(id).await),
        Some(Verb::HandOver) | None => (false, applying.hand_over(id, email).await),
    };
    let error = match outcome {
        Ok(_) if taking => return Ok(see_other(&format!("{}?reprise=1", paths::request(id)))),
        // The former applicant may not have access to the request any more: back to the list.
        Ok(request) => return Ok(see_other(&format!("{}?confiee={}", paths::REQUESTS, request.public_number()))),
        Err(TransferError::Store(error)) => return Err(WebError::internal(error)),
        Err(error) => error,
    };
    let opened = opened(&app, &actor, id).await?;
    let typed = Typed { email: email.to_owned(), ..Typed::default() };
    Ok(match error.sentence().filter(|_| !taking) {
        Some(sentence) => present(&app, &visitor, &opened, &Typed { error: Some(sentence), ..typed }, StatusCode::UNPROCESSABLE_ENTITY),
        None => {
            let late = match error {
                TransferError::NotNow => "Cette demande ne peut pas changer de demandeur pour l’instant.",
                _ => "Cette demande a changé depuis que vous avez ouvert cette page\u{a0}: son demandeur n’est plus le même.",
            };
            present(&app, &visitor, &opened, &Typed { late: Some(late), ..typed }, StatusCode::CONFLICT)
        }
    })
}

async fn show_duplicate(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let opened = app.habilitation.applying(&actor).open(id_of(&id)?).await?;
    if !opened.allows(Act::Duplicate) {
        return Err(WebError::NotFound);
    }
    Ok(Page::new(&app, &visitor, "Dupliquer cette demande").at(NavItem::Requests).show(|| duplicate_page(&opened, &visitor.csrf)))
}

async fn duplicate(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let applying = app.habilitation.applying(&actor);
    let with = Copied { contacts: data.ticked(CopySent::Contacts), reliance: data.ticked(CopySent::Reliance) };
    let copy: RequestId = id_once(&app, &actor, &data, &paths::request_duplicate(id), &[]);
    match applying.duplicate(copy, id, with).await {
        Ok(()) | Err(RequestError::Begun(_)) => first_page(&applying, copy, Some("copie")).await,
        Err(error) => Err(error.into()),
    }
}
