//! The mailbox that receives the mails of the demonstration; elsewhere its pages answer 404.

mod page;

use axum::{
    extract::{Path, Query, State, rejection::PathRejection},
    response::Response,
};
use domain::routes;
use store::mailbox::{self, Message};
use ui::fields;
use uuid::Uuid;
use web::{App, FormData, Page, Routes, Visitor, WebError};

use self::page as pages;

fields! {
    enum Sent {
        Recipient = "pour",
    }
}

const SHOWN: u64 = 100;

pub fn routes() -> Routes {
    Routes::new().get(routes::MAILBOX, list).get(routes::MAIL, read)
}

async fn list(State(app): State<App>, visitor: Visitor, Query(query): Query<FormData>) -> Result<Response, WebError> {
    if !app.settings.demo {
        return Err(WebError::NotFound);
    }
    let recipient = query.get(Sent::Recipient).trim();
    let found = mailbox::latest_for(&app.cx.db, recipient, SHOWN).await?;
    let messages = found.into_iter().map(view).collect();
    Ok(Page::new(&app, &visitor, "Boîte de démonstration").show(|| pages::list(messages, recipient)))
}

async fn read(State(app): State<App>, visitor: Visitor, id: Result<Path<Uuid>, PathRejection>) -> Result<Response, WebError> {
    let Path(id) = id.map_err(|_| WebError::NotFound)?;
    if !app.settings.demo {
        return Err(WebError::NotFound);
    }
    let message = mailbox::by_id(&app.cx.db, id).await?.map(view).ok_or(WebError::NotFound)?;
    let title = if message.subject.is_empty() { "Message".to_owned() } else { message.subject.clone() };
    Ok(Page::new(&app, &visitor, title).show(|| pages::message(&message, &app.settings.base_url)))
}

fn view(message: Message) -> pages::Message {
    let Message { id, channel, recipient, subject, body, sent_at } = message;
    pages::Message { id: id.to_string(), sms: channel == "sms", recipient, subject, body, sent_at }
}
