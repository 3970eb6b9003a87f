//! The messages exchanged about a request, for its applicant and for the teams that review it.

mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    actor::Actor,
    ids::{MessageId, RequestId},
    message::Side,
    routes as paths,
};
use habilitation::messages::{MessageError, Thread};
use ui::{fields, shell::NavItem};
use web::{App, ListQuery, Page, Routes, SignedIn, SignedUpload, Visitor, WebError, id_of, id_once, see_other, upload};

use self::page::{Draft, thread_page};

fields! {
    /// What the form of a message sends.
    enum Sent {
        Text = "message",
        Documents = "documents",
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::REQUEST_MESSAGES, |app, who, path, query| show(app, who, path, query, Side::Applicant))
        .post(paths::REQUEST_MESSAGES, |app, path, form| write(app, path, form, Side::Applicant))
        .get(paths::REVIEW_MESSAGES, |app, who, path, query| show(app, who, path, query, Side::Reviewer))
        .post(paths::REVIEW_MESSAGES, |app, path, form| write(app, path, form, Side::Reviewer))
}

fn address(side: Side, id: RequestId) -> String {
    match side {
        Side::Applicant => paths::request_messages(id),
        Side::Reviewer => paths::review_messages(id),
    }
}

async fn show(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
    side: Side,
) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let thread = open(&app, &actor, side, id, query.asked()).await?;
    Ok(page(&app, &visitor, &thread, side, &Draft::default(), StatusCode::OK))
}

async fn open(app: &App, actor: &Actor, side: Side, id: RequestId, page: Option<u64>) -> Result<Thread, WebError> {
    Ok(app.habilitation.messaging(actor, side, id).await?.read(page).await?)
}

fn page(app: &App, visitor: &Visitor, thread: &Thread, side: Side, draft: &Draft, status: StatusCode) -> Response {
    let nav = if side == Side::Applicant { NavItem::Requests } else { NavItem::Review };
    let title = format!("Messages – {}", thread.request.public_number());
    Page::new(app, visitor, title).at(nav).status(status).show(|| thread_page(thread, side, draft, &visitor.csrf))
}

async fn write(State(app): State<App>, Path(id): Path<String>, form: SignedUpload, side: Side) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let actor = &form.actor;
    let typed = form.data.get(Sent::Text);
    let loaded = upload::load(&app, &form.files).await?;
    let files: Vec<String> = loaded.uploads.iter().map(|file| format!("{} {}", file.file_name, file.bytes.len())).collect();
    let message: MessageId = id_once(&app, actor, &form.data, &address(side, id), &files);
    match app.habilitation.messaging(actor, side, id).await?.write(message, typed, &loaded.uploads).await {
        Ok(()) => Ok(see_other(&format!("{}#message-{message}", address(side, id)))),
        Err(MessageError::Refused(problems)) => {
            let thread = open(&app, actor, side, id, None).await?;
            let draft = Draft { text: typed.replace("\r\n", "\n"), problems, files: !form.files.is_empty() };
            Ok(page(&app, &form.visitor, &thread, side, &draft, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}
