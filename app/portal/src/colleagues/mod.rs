//! The members of an organisation. A verified member confirms that a colleague belongs to it.

mod page;

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::{ids::AccountId, routes as paths};
use ui::fields;
use web::{ActorForm, App, Page, Routes, SignedIn, WebError, id_of, see_other};

fields! {
    /// What the form beside a member sends.
    enum Sent {
        Member = "membre",
    }
}

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
    Ok(Page::new(&app, &visitor, "Membres de votre organisation").show(|| page::page(&organisation, &members, done, &visitor.csrf)))
}

async fn vouch(State(app): State<App>, ActorForm { actor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let member: AccountId = id_of(data.get(Sent::Member))?;
    app.habilitation.vouch(&actor, member).await?;
    Ok(see_other(&format!("{}?confirme=1", paths::COLLEAGUES)))
}
