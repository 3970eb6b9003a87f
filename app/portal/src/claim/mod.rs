//! The link by which the invited person takes a request prepared for them.

pub mod page;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::routes as paths;
use ui::shell::NavItem;
use web::{App, Page, Routes, SignedForm, SignedIn, WebError, signed_in};

use crate::{claim::page::claim_page, request::first_page};

pub fn routes() -> Routes {
    Routes::new().get(paths::CLAIM, offer).post(paths::CLAIM, claim)
}

async fn offer(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(token): Path<String>) -> Result<Response, WebError> {
    let offer = app.habilitation.applying(&actor).offer(&token).await?;
    let page = Page::new(&app, &visitor, "Une demande a été préparée pour vous").at(NavItem::Requests);
    Ok(page.show(|| claim_page(&token, &offer, &visitor.csrf)))
}

async fn claim(State(app): State<App>, Path(token): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::claim(&token))?;
    let applying = app.habilitation.applying(actor);
    let id = applying.claim(&token).await?;
    first_page(&applying, id, Some("prerempli")).await
}
