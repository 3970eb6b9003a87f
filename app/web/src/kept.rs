//! What was typed is kept when it cannot be carried out: a form sent after the session ended waits for its account to sign in
//! again, and a page with answers to correct has an address of its own, so that « Précédent » and « Recharger » show it again
//! without sending the form a second time. Everything is sealed, for the same account or browser alone, for a day.

use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use domain::{ids::AccountId, routes};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use store::kept_form;
use subtle::ConstantTimeEq;

use crate::{
    cookies,
    error::{Again, WebError},
    form::FormData,
    headers,
    page::see_other,
    state::App,
    visitor::{SESSION_COOKIE, cookie_name},
};

/// As long as the rows themselves (`domain::retention`).
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// In bytes; longer pages are sent without being kept.
const MAX_PAGE: u64 = 1024 * 1024;
/// The query parameter that holds the token of a kept page.
const FIELD: &str = "saisie";

#[derive(Serialize, Deserialize)]
struct KeptForm {
    action: String,
    fields: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct KeptPage {
    islands: bool,
    body: String,
}

/// Response extension set on pages shown to a signed-in person: only those pages are kept.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    pub account: AccountId,
    pub islands: bool,
}

/// The part of a form's CSRF value that names its account, authenticated by a MAC: it can be checked after the session has ended.
pub(crate) fn tag(app: &App, account: AccountId) -> String {
    let mac = app.cx.keys.mac("form owner", &account.to_string());
    format!("{account}~{}", &mac[..32])
}

/// The account that opened the page this form was sent from, according to its CSRF value.
pub(crate) fn owner(app: &App, csrf: &str) -> Option<AccountId> {
    let tagged = csrf.splitn(3, '.').nth(2)?;
    let account: AccountId = tagged.split_once('~')?.0.parse().ok()?;
    let known: bool = tag(app, account).as_bytes().ct_eq(tagged.as_bytes()).into();
    known.then_some(account)
}

/// Keeps a form whose sender must sign in again; redirects to the sign-in page, then to the kept form.
pub(crate) async fn for_later(app: &App, account: AccountId, action: &str, data: &FormData) -> Result<WebError, WebError> {
    let form = KeptForm { action: action.to_owned(), fields: data.unsigned() };
    let content = serde_json::to_vec(&form).map_err(WebError::internal)?;
    let tx = app.cx.begin().await?;
    let token = kept_form::keep(&app.cx, &tx, &owner_of(app, account), Some(account), &content).await?;
    tx.commit().await?;
    Ok(WebError::SignIn { return_to: routes::resume(&token) })
}

/// The form this person sent when they were signed out.
///
/// # Errors
/// When the database fails.
pub async fn form(app: &App, account: AccountId, token: &str) -> Result<Option<Again>, WebError> {
    let found = kept_form::read(&app.cx, &owner_of(app, account), token, app.cx.now() - KEPT).await?;
    let form = found.and_then(|content| serde_json::from_slice(&content).ok());
    Ok(form.map(|KeptForm { action, fields }| Again { action, fields }))
}

fn owner_of(app: &App, account: AccountId) -> String {
    app.cx.keys.mac("kept form", &account.to_string())
}

/// Middleware: when a form sent by browser navigation gets a page with answers to correct (422), keeps the page and redirects to its
/// address. Other clients get the page directly.
pub async fn keep_refused(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method() == Method::GET
        && let Some(token) = asked(request.uri())
        && let Some(page) = read(&app, request.headers(), &token).await
    {
        return page;
    }
    let navigates = request.method() == Method::POST && request.headers().get("sec-fetch-mode").is_some_and(|mode| mode == "navigate");
    let browser = if navigates { browser(&app, request.headers()) } else { None };
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    match (browser, response.extensions().get::<Reader>().copied()) {
        (Some(browser), Some(reader)) if is_kept(&response) => keep(&app, &browser, reader, &path, response).await,
        _ => response,
    }
}

fn is_kept(response: &Response) -> bool {
    let size = response.body().size_hint().upper();
    response.status() == StatusCode::UNPROCESSABLE_ENTITY && size.is_some_and(|size| size <= MAX_PAGE)
}

fn asked(uri: &Uri) -> Option<String> {
    let mut query = url::form_urlencoded::parse(uri.query()?.as_bytes());
    query.find(|(name, _)| name == FIELD).map(|(_, token)| token.into_owned())
}

/// Whether an answer leads to a page with answers to correct.
pub(crate) fn is_kept_page(location: &HeaderValue) -> bool {
    location.to_str().ok().and_then(|location| location.parse().ok()).is_some_and(|uri: Uri| asked(&uri).is_some())
}

/// A keyed hash of the session.
fn browser(app: &App, headers: &HeaderMap) -> Option<String> {
    let session = cookies::token(headers, &cookie_name(app, SESSION_COOKIE))?;
    Some(app.cx.keys.mac("kept page", session))
}

async fn read(app: &App, headers: &HeaderMap, token: &str) -> Option<Response> {
    let found = kept_form::read(&app.cx, &browser(app, headers)?, token, app.cx.now() - KEPT).await;
    let content = found.inspect_err(|error| tracing::error!(%error, "a kept page could not be read")).ok()??;
    let KeptPage { islands, body } = serde_json::from_slice(&content).ok()?;
    Some(answer(islands, body))
}

fn answer(islands: bool, body: String) -> Response {
    let mut response = (StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response();
    if islands {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, headers::policy_with_islands());
    }
    response
}

/// Redirects to the kept page, or answers with the page itself when it could not be kept.
async fn keep(app: &App, browser: &str, reader: Reader, path: &str, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let bytes = match to_bytes(body, usize::MAX).await {
        Ok(bytes) => bytes,
        Err(error) => return WebError::internal(error).into_response(),
    };
    match written(app, browser, reader, &bytes).await {
        Ok(token) => {
            let mut response = see_other(&routes::with_query(path, &[(FIELD, &token)]));
            response.headers_mut().extend(parts.headers.get(header::SET_COOKIE).map(|cookie| (header::SET_COOKIE, cookie.clone())));
            response
        }
        Err(error) => {
            tracing::error!(%error, "a page with answers to correct could not be kept");
            Response::from_parts(parts, Body::from(bytes))
        }
    }
}

async fn written(app: &App, browser: &str, reader: Reader, page: &[u8]) -> Result<String, store::Error> {
    let page = KeptPage { islands: reader.islands, body: String::from_utf8_lossy(page).into_owned() };
    let content = serde_json::to_vec(&page).unwrap_or_default();
    let tx = app.cx.begin().await?;
    let token = kept_form::keep(&app.cx, &tx, browser, Some(reader.account), &content).await?;
    tx.commit().await?;
    Ok(token)
}
