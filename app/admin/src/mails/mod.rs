//! The mails that wait, for those who run the site.

pub mod page;

use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::{actor::Actor, routes as paths};
use habilitation::outgoing::Outgoing;
use serde::Deserialize;
use ui::shell::NavItem;
use web::{App, ListQuery, Page, Routes, SignedForm, SignedIn, WebError, see_other, signed_in};

use crate::mails::page as pages;

pub fn routes() -> Routes {
    Routes::new().get(paths::MAILS, list).post(paths::MAILS, retry)
}

fn outgoing<'a>(app: &'a App, actor: &Actor) -> Result<Outgoing<'a>, WebError> {
    app.habilitation.outgoing(actor).ok_or(WebError::NotFound)
}

#[derive(Deserialize)]
struct Hurried {
    relances: Option<String>,
}

async fn list(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
    Query(hurried): Query<Hurried>,
) -> Result<Response, WebError> {
    let outgoing = outgoing(&app, &actor)?;
    let (waiting, refused) = (outgoing.list(query.number().into()).await?, outgoing.refused().await?);
    let hurried = hurried.relances.and_then(|count| count.parse().ok());
    let page = Page::new(&app, &visitor, "Courriels en attente").at(NavItem::Administration);
    Ok(page.show(|| pages::mails_page(&waiting, &refused, query.number(), hurried, &visitor.csrf)))
}

async fn retry(State(app): State<App>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::MAILS.to_owned())?;
    let outgoing = outgoing(&app, actor)?;
    let hurried = match form.data.text("courriel") {
        "" => outgoing.retry_now().await?,
        one => u64::from(outgoing.offer_again(one.parse().map_err(|_| WebError::NotFound)?).await?),
    };
    Ok(see_other(&format!("{}?relances={hurried}", paths::MAILS)))
}
