//! The members of one's organisation, and vouching for one of them.

pub mod page;

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::{ids::AccountId, routes as paths};
use web::{App, Page, Routes, SignedForm, SignedIn, WebError, id_of, see_other, signed_in};

use crate::colleagues::page as pages;

pub fn routes() -> Routes {
    Routes::new().get(paths::COLLEAGUES, show).post(paths::COLLEAGUES, vouch)
}

async fn show(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let (organisation, members) = app.habilitation.colleagues(&actor).await?;
    let done = query.contains_key("confirme");
    Ok(Page::new(&app, &visitor, "Membres de votre organisation").show(|| pages::page(&organisation, &members, done, &visitor.csrf)))
}

async fn vouch(State(app): State<App>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::COLLEAGUES.to_owned())?;
    let member: AccountId = id_of(form.data.text("membre"))?;
    app.habilitation.vouch(actor, member).await?;
    Ok(see_other(&format!("{}?confirme=1", paths::COLLEAGUES)))
}
