//! The administrators' list of links between people and bodies.

pub mod page;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    actor::Actor,
    ids::{AccountId, OrganisationId},
    routes as paths,
};
use habilitation::memberships::{LinkDesk, MembershipError};
use serde::Deserialize;
use ui::shell::NavItem;
use web::{App, ListQuery, Page, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, see_other, signed_in};

use crate::memberships::page::{self as pages, LinkList};

pub fn routes() -> Routes {
    Routes::new().get(paths::LINK_DESK, show).post(paths::LINK_DESK, decide)
}

#[derive(Deserialize)]
struct Which {
    etat: Option<String>,
    fait: Option<String>,
}

fn desk<'a>(app: &'a App, actor: &'a Actor) -> Result<LinkDesk<'a>, WebError> {
    app.habilitation.link_desk(actor).ok_or(WebError::NotFound)
}

async fn show(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(page): Query<ListQuery>,
    Query(which): Query<Which>,
) -> Result<Response, WebError> {
    let verified = which.etat.as_deref() == Some("verifies");
    let list = LinkList { verified, number: page.number(), refused: None, done: which.fait.is_some() };
    present(&app, &visitor, &actor, list, StatusCode::OK).await
}

async fn present(app: &App, visitor: &Visitor, actor: &Actor, list: LinkList, status: StatusCode) -> Result<Response, WebError> {
    let lines = desk(app, actor)?.list(list.verified, list.number.into()).await?;
    let page = Page::new(app, visitor, "Rattachements").at(NavItem::Administration).status(status);
    Ok(page.show(|| pages::page(lines, &list, &visitor.csrf)))
}

async fn decide(State(app): State<App>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::LINK_DESK.to_owned())?;
    let desk = desk(&app, actor)?;
    let key = form.data.text("rattachement");
    let (account, organisation) = key.split_once('.').ok_or(WebError::NotFound)?;
    let account: AccountId = id_of(account)?;
    let organisation: OrganisationId = id_of(organisation)?;
    let verified = form.data.text("decision") != "annuler";
    let back = if verified { format!("{}?fait=1", paths::LINK_DESK) } else { format!("{}?etat=verifies&fait=1", paths::LINK_DESK) };
    match desk.decide(account, organisation, verified, form.data.text("motif")).await {
        Ok(()) => Ok(see_other(&back)),
        Err(error @ MembershipError::Reason(_)) => {
            let refused = Some((key.to_owned(), form.data.text("motif").to_owned(), error.sentence().ok_or(error)?));
            let list = LinkList { verified: !verified, number: 1, refused, done: false };
            present(&app, &form.visitor, actor, list, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}
