//! The answers of people named in a request: behind the link they received, or from their account.

pub mod page;

use axum::{
    extract::{FromRequestParts, Path, Query, State as FromState},
    http::{StatusCode, request::Parts},
    response::Response,
};
use domain::{request::State, routes as paths};
use habilitation::requests::{
    Opened,
    designations::{RoleError, RoleReply},
};
use serde::Deserialize;
use ui::shell::NavItem;
use web::{App, FormData, Page, Routes, SignedForm, Visitor, WebError, id_of, see_other, signed_in};

use crate::roles::page::{RoleForm, contact_page, dead_role_page, over_role_page};

pub fn routes() -> Routes {
    Routes::new().get(paths::ROLE, show).post(paths::ROLE, answer).post(paths::OWN_ROLE, answer_signed_in)
}

/// The end of a link as it came; one that was cut or garbled is simply unknown.
struct Token(String);

impl FromRequestParts<App> for Token {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        Ok(Self(path.map_or_else(|_| String::new(), |Path(token)| token)))
    }
}

#[derive(Deserialize)]
struct Done {
    repondu: Option<String>,
}

async fn show(FromState(app): FromState<App>, visitor: Visitor, Token(token): Token, Query(query): Query<Done>) -> Result<Response, WebError> {
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

/// There is nothing left to confirm or to decline.
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
    match data.text("reponse") {
        "confirmer" => Ok(RoleReply::Confirm),
        "decliner" => Ok(RoleReply::Decline(data.text("motif").to_owned())),
        _ => Err(WebError::BadRequest("Confirmez ou déclinez ce rôle.")),
    }
}

/// What was typed, with the sentence about it; other errors have their own page.
fn typed(data: &FormData, error: RoleError) -> Result<RoleForm, WebError> {
    match error {
        RoleError::Reason(_) => {
            Ok(RoleForm { contact: data.text("role").to_owned(), reason: data.text("motif").to_owned(), error: error.sentence(), done: false })
        }
        other => Err(refused(other)),
    }
}

async fn answer(FromState(app): FromState<App>, Token(token): Token, SignedForm { visitor, data, .. }: SignedForm) -> Result<Response, WebError> {
    let outcome = match app.habilitation.designation(&token).await {
        // Unknown links are told before what is wrong with the form.
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

async fn answer_signed_in(FromState(app): FromState<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::request(id))?;
    let applying = app.habilitation.applying(actor);
    let opened = applying.open(id).await?;
    match applying.answer_role(id, form.data.text("role"), reply(&form.data)?).await {
        Ok(()) => Ok(see_other(&format!("{}?repondu=1", paths::request(id)))),
        Err(error) => {
            let typed = typed(&form.data, error)?;
            Ok(show_to_contact(&app, &form.visitor, &opened, &typed, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// The page of a request for an account named in it.
pub(crate) fn show_to_contact(app: &App, visitor: &Visitor, opened: &Opened, form: &RoleForm, status: StatusCode) -> Response {
    let action = paths::own_role(opened.request.id);
    let page = Page::new(app, visitor, format!("Demande {}", opened.request.public_number())).at(NavItem::Requests).status(status);
    page.show(|| contact_page(opened, &opened.people.designations, &action, form, true, &visitor.csrf))
}
