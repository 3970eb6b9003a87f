//! Which optional mails an account receives: the page of its preferences, and the unsubscribe links at the foot of the mails.

mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{notification::Topic, routes as paths};
use habilitation::notifications::UnsubscribeError;
use serde::Deserialize;
use ui::{fields, named::Named};
use web::{ActorForm, App, Page, Routes, SignedIn, Visitor, WebError, see_other};

use self::page as pages;

fields! {
    /// What the page of the preferences sends.
    enum Sent {
        /// Once for each kind of mail that is wanted.
        Topics = "topics",
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::NOTIFICATIONS, switches)
        .post(paths::NOTIFICATIONS, set)
        .get(paths::UNSUBSCRIBE, ask)
        // RFC 8058: mail programs send this form from anywhere; the token of the link is enough, and cookies are ignored.
        .open_post(paths::UNSUBSCRIBE, unsubscribe)
}

#[derive(Deserialize)]
struct Saved {
    enregistre: Option<String>,
}

async fn switches(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Query(saved): Query<Saved>) -> Result<Response, WebError> {
    let topics = app.habilitation.notifications(&actor).await?;
    Ok(Page::new(&app, &visitor, "Mes notifications").show(|| pages::switches(&topics, saved.enregistre.is_some(), &visitor.csrf)))
}

async fn set(State(app): State<App>, ActorForm { actor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let sent = data.answers();
    let wanted: Vec<Topic> = sent.all(Sent::Topics.as_str()).iter().filter_map(|topic| Topic::parse(topic)).collect();
    app.habilitation.set_notifications(&actor, &wanted).await?;
    Ok(see_other(&format!("{}?enregistre=1", paths::NOTIFICATIONS)))
}

async fn ask(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, WebError> {
    match app.habilitation.unsubscribing(&token).await {
        Ok(found) => Ok(Page::new(&app, &visitor, "Ne plus recevoir ces courriels").show(|| pages::ask(&token, &found, &visitor.csrf))),
        Err(error) => dead(&app, &visitor, error),
    }
}

async fn unsubscribe(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, WebError> {
    match app.habilitation.unsubscribe(&token).await {
        Ok(found) => Ok(Page::new(&app, &visitor, "C’est noté").show(|| pages::stopped(&found))),
        Err(error) => dead(&app, &visitor, error),
    }
}

fn dead(app: &App, visitor: &Visitor, error: UnsubscribeError) -> Result<Response, WebError> {
    match error {
        UnsubscribeError::Link => Ok(Page::new(app, visitor, "Ce lien ne fonctionne plus").status(StatusCode::GONE).show(pages::dead)),
        UnsubscribeError::Store(error) => Err(error.into()),
    }
}
