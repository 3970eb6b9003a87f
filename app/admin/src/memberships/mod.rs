//! Memberships of organisations: administrators confirm that a person works for an organisation, or withdraw that.

mod page;

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
use habilitation::memberships::{MembershipError, Memberships};
use serde::Deserialize;
use ui::{fields, verbs};
use web::{ActorForm, App, ListQuery, Routes, SignedIn, Visitor, WebError, id_of, see_other};

use self::page::MembershipList;
use crate::shared::admin_page;

fields! {
    enum Sent {
        /// « account.organisation ».
        Membership = "rattachement",
        Decision = "decision",
        Reason = "motif",
    }
}

verbs! {
    enum Decision {
        Verify = "verifier",
        Cancel = "annuler",
    }
}

pub fn routes() -> Routes {
    Routes::new().get(paths::MEMBERSHIPS, show).post(paths::MEMBERSHIPS, decide)
}

#[derive(Deserialize)]
struct Which {
    etat: Option<String>,
    fait: Option<String>,
}

fn desk<'a>(app: &'a App, actor: &'a Actor) -> Result<Memberships<'a>, WebError> {
    app.habilitation.memberships(actor).ok_or(WebError::NotFound)
}

async fn show(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(page): Query<ListQuery>,
    Query(which): Query<Which>,
) -> Result<Response, WebError> {
    let verified = which.etat.as_deref() == Some("verifies");
    let list = MembershipList { verified, number: page.number(), refused: None, done: which.fait.is_some() };
    present(&app, &visitor, &actor, list, StatusCode::OK).await
}

async fn present(app: &App, visitor: &Visitor, actor: &Actor, list: MembershipList, status: StatusCode) -> Result<Response, WebError> {
    let lines = desk(app, actor)?.list(list.verified, list.number.into()).await?;
    let shown = admin_page(app, visitor, "Rattachements").status(status);
    Ok(shown.show(|| page::page(lines, &list, &visitor.csrf)))
}

async fn decide(State(app): State<App>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let desk = desk(&app, &actor)?;
    let key = data.get(Sent::Membership);
    let (account, organisation) = key.split_once('.').ok_or(WebError::NotFound)?;
    let account: AccountId = id_of(account)?;
    let organisation: OrganisationId = id_of(organisation)?;
    let verified = match data.verb(Sent::Decision) {
        Some(Decision::Cancel) => false,
        Some(Decision::Verify) | None => true,
    };
    let back = if verified { format!("{}?fait=1", paths::MEMBERSHIPS) } else { format!("{}?etat=verifies&fait=1", paths::MEMBERSHIPS) };
    match desk.decide(account, organisation, verified, data.get(Sent::Reason)).await {
        Ok(()) => Ok(see_other(&back)),
        Err(error @ MembershipError::Reason(_)) => {
            let refused = Some((key.to_owned(), data.get(Sent::Reason).to_owned(), error.sentence().ok_or(error)?));
            let list = MembershipList { verified: !verified, number: 1, refused, done: false };
            present(&app, &visitor, &actor, list, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}
