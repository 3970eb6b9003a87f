//! The list of requests as a file: CSV is sent at once, XLSX is made in the background while a page shows the progress.

mod page;

use axum::{
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{calendar, ids::ExportId, queue::QueueQuery, routes as paths};
use habilitation::reviews::{ExportError, ExportState, Reading};
use http_body_util::channel::{Channel, Sender};
use store::sealed_file;
use ui::shell::NavItem;
use web::{ActorForm, App, Page, Routes, SignedIn, WebError, id_of, id_once, see_other};

use self::page::export_page;
use crate::{
    queue::{Export, Pairs, Said, kept, show_list},
    shared::reviewing,
};

const BUFFERED: usize = 2;
const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Seconds after which the page of an export in progress is loaded again.
const REFRESH: u64 = 3;

pub fn routes() -> Routes {
    Routes::new().get(paths::LIST_CSV, csv).post(paths::EXPORTS, start).get(paths::EXPORT, progress).get(paths::EXPORT_FILE, file)
}

fn attachment(app: &App, kind: &'static str, extension: &str, body: Body) -> Response {
    let name = format!("attachment; filename=\"demandes-{}.{extension}\"", calendar::paris_date(app.cx.now()));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).unwrap_or_else(|_| HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (headers, body).into_response()
}

/// Refuses a query with an unreadable date: without that filter, the export would hold other requests than those asked for.
fn readable(query: QueueQuery) -> Result<QueueQuery, WebError> {
    const UNREADABLE: &str = "Une date de cette liste n’est pas valide\u{a0}: corrigez les filtres de la liste, par exemple 31/01/2027.";
    if query.problems().is_empty() { Ok(query) } else { Err(WebError::BadRequest(UNREADABLE)) }
}

async fn csv(State(app): State<App>, SignedIn { actor, .. }: SignedIn, Query(pairs): Query<Pairs>) -> Result<Response, WebError> {
    let query = readable(QueueQuery::parse(&pairs))?;
    let reading = reviewing(&app, &actor)?.reading(query);
    let (sender, body) = Channel::<Bytes, std::io::Error>::new(BUFFERED);
    tokio::spawn(send_csv(reading, sender));
    Ok(attachment(&app, CSV, "csv", Body::new(body)))
}

/// Sends as fast as the browser reads. An error ends the answer abruptly, so that nobody takes a part of the list for the whole.
async fn send_csv(mut reading: Reading, mut to: Sender<Bytes, std::io::Error>) {
    loop {
        match reading.next_csv().await {
            Ok(Some(text)) => {
                if to.send_data(text.into()).await.is_err() {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => {
                tracing::error!(%error, "a CSV export was broken off");
                to.abort(std::io::Error::other("the list cannot be read on"));
                return;
            }
        }
    }
}

async fn start(State(app): State<App>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let reviewing = reviewing(&app, &actor)?;
    let query = readable(kept(data.get(Export::List)))?;
    let id: ExportId = id_once(&app, &actor, &data, paths::EXPORTS, &[]);
    match reviewing.start_export(id, &query).await {
        Ok(id) => Ok(see_other(&paths::export(id))),
        Err(error @ (ExportError::TooMany | ExportError::TooLong | ExportError::Spent(_))) => {
            let said = Said { problem: error.sentence(), ..Said::default() };
            show_list(&app, &visitor, &reviewing, query, 1, said, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn progress(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let id: ExportId = id_of(&id)?;
    let export = reviewing(&app, &actor)?.export(id).await?;
    let mut response = Page::new(&app, &visitor, "Export de la liste").at(NavItem::Review).show(|| export_page(&export));
    if matches!(export.state, ExportState::Waiting | ExportState::Running) {
        // Browsers load the page again by themselves, with or without JavaScript.
        response.headers_mut().insert("refresh", HeaderValue::from(REFRESH));
    }
    Ok(response)
}

async fn file(State(app): State<App>, SignedIn { actor, .. }: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let id: ExportId = id_of(&id)?;
    let reading = reviewing(&app, &actor)?.export_file(id).await?;
    let (sender, body) = Channel::<Bytes, std::io::Error>::new(BUFFERED);
    tokio::spawn(send_pieces(reading, sender));
    Ok(attachment(&app, XLSX, "xlsx", Body::new(body)))
}

async fn send_pieces(mut reading: sealed_file::Reading, mut sender: Sender<Bytes, std::io::Error>) {
    loop {
        let next = tokio::task::spawn_blocking(move || (reading.next_piece(), reading)).await;
        let Ok((piece, rest)) = next else { return sender.abort(std::io::Error::other("reading was given up")) };
        reading = rest;
        match piece {
            Ok(Some(bytes)) => {
                if sender.send_data(bytes.into()).await.is_err() {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => return sender.abort(error),
        }
    }
}
