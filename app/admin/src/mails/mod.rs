//! Mails that have not been sent yet, and mails that were refused: why, and a button to try again.

mod page;

use axum::{
    extract::{Query, State},
    response::Response,
};
use domain::{actor::Actor, routes as paths};
use habilitation::outgoing::Outgoing;
use serde::Deserialize;
use ui::fields;
use web::{ActorForm, App, ListQuery, Routes, SignedIn, WebError, id_of, see_other};

use crate::shared::admin_page;

fields! {
    enum Sent {
        /// The id of the refused mail to send again; empty to retry all the mails that wait.
        Mail = "courriel",
    }
}

pub fn routes() -> Routes {
    Routes::new().get(paths::MAILS, list).post(paths::MAILS, retry)
}

fn outgoing<'a>(app: &'a App, actor: &Actor) -> Result<Outgoing<'a>, WebError> {
    app.habilitation.outgoing(actor).ok_or(WebError::NotFound)
}

/// How many mails the button has just put back in the queue.
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
    let shown = admin_page(&app, &visitor, "Courriels en attente");
    Ok(shown.show(|| page::mails_page(&waiting, &refused, query.number(), hurried, &visitor.csrf)))
}

async fn retry(State(app): State<App>, ActorForm { actor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let outgoing = outgoing(&app, &actor)?;
    let hurried = match data.get(Sent::Mail) {
        "" => outgoing.retry_now().await?,
        one => u64::from(outgoing.offer_again(id_of(one)?).await?),
    };
    Ok(see_other(&format!("{}?relances={hurried}", paths::MAILS)))
}
