//! A request prepared by somebody else: the invited person opens the link they received by mail and takes the request over.

mod page;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::routes as paths;
use ui::shell::NavItem;
use web::{ActorForm, App, Page, Routes, SignedIn, WebError};

use self::page::claim_page;
use crate::request::first_page;

pub fn routes() -> Routes {
    Routes::new().get(paths::CLAIM, offer).post(paths::CLAIM, claim)
}

async fn offer(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(token): Path<String>) -> Result<Response, WebError> {
    let offer = app.habilitation.applying(&actor).offer(&token).await?;
    let page = Page::new(&app, &visitor, "Une demande a été préparée pour vous").at(NavItem::Requests);
    Ok(page.show(|| claim_page(&token, &offer, &visitor.csrf)))
}

async fn claim(State(app): State<App>, Path(token): Path<String>, ActorForm { actor, .. }: ActorForm) -> Result<Response, WebError> {
    let applying = app.habilitation.applying(&actor);
    let id = applying.claim(&token).await?;
    first_page(&applying, id, Some("prerempli")).await
}
