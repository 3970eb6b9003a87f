//! People named in a request (data protection officer, technical contact…) confirm or decline their designation, through the one-time
//! link they received or from their account.

mod page;

use axum::{
    extract::{Path, Query, State as FromState},
    http::StatusCode,
    response::Response,
};
use domain::{request::State, routes as paths};
use habilitation::requests::{
    Opened,
    designations::{RoleError, RoleReply},
};
use serde::Deserialize;
use ui::{fields, shell::NavItem, verbs};
use web::{ActorForm, App, FormData, LinkToken, Page, Routes, SignedForm, Visitor, WebError, id_of, see_other};

pub(crate) use self::page::RoleForm;
use self::page::{contact_page, dead_role_page, over_role_page};

fields! {
    /// What the two forms of a role send.
    enum Sent {
        /// The role the answer is about, as the form of the request names it.
        Role = "role",
        Answer = "reponse",
        Reason = "motif",
    }
}

verbs! {
    enum Verb {
        Confirm = "confirmer",
        Decline = "decliner",
    }
}

pub fn routes() -> Routes {
    Routes::new().get(paths::ROLE, show).post(paths::ROLE, answer).post(paths::OWN_ROLE, answer_signed_in)
}

#[derive(Deserialize)]
struct Done {
    repondu: Option<String>,
}

async fn show(
    FromState(app): FromState<App>,
    visitor: Visitor,
    LinkToken(token): LinkToken,
    Query(query): Query<Done>,
) -> Result<Response, WebError> {
    let form = RoleForm { done: query.repondu.is_some(), ..RoleForm::default() };
    present(&app, &visitor, &token, form, StatusCode::OK).await
}

async fn present(app: &App, visitor: &Visitor, token: &str, form: RoleForm, status: StatusCode) -> Result<Response, WebError> {
    let (named, opened) = match app.habilitation.designation(token).await {
        Ok(found) => found,
        Err(RoleError::Link) => return Ok(dead(app, visitor)),
        Err(RoleError::Over(state)) => return Ok(over(app, visitor, state)),
        Err(error) => return Err(refused(error)),
    };
    let (action, mine) = (paths::role(token), [named]);
    let page = Page::new(app, visitor, "Votre rôle dans une demande").status(status);
    Ok(page.show(|| contact_page(&opened, &mine, &action, &form, false, &visitor.csrf)))
}

fn dead(app: &App, visitor: &Visitor) -> Response {
    Page::new(app, visitor, "Ce lien ne fonctionne plus").status(StatusCode::GONE).show(dead_role_page)
}

/// The page of a one-time link whose request is over.
fn over(app: &App, visitor: &Visitor, state: State) -> Response {
    Page::new(app, visitor, "Cette demande est terminée").status(StatusCode::GONE).show(|| over_role_page(state))
}

fn refused(error: RoleError) -> WebError {
    match error {
        RoleError::Request(error) => error.into(),
        RoleError::Link => WebError::NotFound,
        RoleError::TooMany(wait) => wait.into(),
        RoleError::Over(_) => WebError::Conflict("Cette demande est terminée\u{a0}: il n’y a plus de rôle à confirmer ni à décliner."),
        _ => WebError::BadRequest("Votre réponse est à corriger."),
    }
}

fn reply(data: &FormData) -> Result<RoleReply, WebError> {
    match data.verb(Sent::Answer) {
        Some(Verb::Confirm) => Ok(RoleReply::Confirm),
        Some(Verb::Decline) => Ok(RoleReply::Decline(data.get(Sent::Reason).to_owned())),
        None => Err(WebError::BadRequest("Confirmez ou déclinez ce rôle.")),
    }
}

/// What was typed, with the sentence about it; other errors have their own page.
fn typed(data: &FormData, error: RoleError) -> Result<RoleForm, WebError> {
    match error {
        RoleError::Reason(_) => {
            Ok(RoleForm { contact: data.get(Sent::Role).to_owned(), reason: data.get(Sent::Reason).to_owned(), error: error.sentence(), done: false })
        }
        other => Err(refused(other)),
    }
}

async fn answer(
    FromState(app): FromState<App>,
    LinkToken(token): LinkToken,
    SignedForm { visitor, data, .. }: SignedForm,
) -> Result<Response, WebError> {
    let outcome = match app.habilitation.designation(&token).await {
        // Whether the link is known is said before what is wrong with the form.
        Ok((named, _)) => app.habilitation.answer_designation(&token, reply(&data)?).await.map_err(|error| (error, named.contact)),
        Err(error) => Err((error, String::new())),
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("{}?repondu=1", paths::role(&token)))),
        Err((RoleError::Link, _)) => Ok(dead(&app, &visitor)),
        Err((RoleError::Over(state), _)) => Ok(over(&app, &visitor, state)),
        Err((error, contact)) => {
            let form = RoleForm { contact, ..typed(&data, error)? };
            present(&app, &visitor, &token, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn answer_signed_in(
    FromState(app): FromState<App>,
    Path(id): Path<String>,
    ActorForm { actor, visitor, data, .. }: ActorForm,
) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let applying = app.habilitation.applying(&actor);
    let opened = applying.open(id).await?;
    match applying.answer_role(id, data.get(Sent::Role), reply(&data)?).await {
        Ok(()) => Ok(see_other(&format!("{}?repondu=1", paths::request(id)))),
        Err(error) => {
            let typed = typed(&data, error)?;
            Ok(show_to_contact(&app, &visitor, &opened, &typed, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// The page of a request for an account named in it.
pub(crate) fn show_to_contact(app: &App, visitor: &Visitor, opened: &Opened, form: &RoleForm, status: StatusCode) -> Response {
    let action = paths::own_role(opened.request.id);
    let page = Page::new(app, visitor, format!("Demande {}", opened.request.public_number())).at(NavItem::Requests).status(status);
    page.show(|| contact_page(opened, &opened.people.designations, &action, form, true, &visitor.csrf))
}
