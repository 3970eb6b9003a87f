//! How the issuers answer: pages, with the Content-Security-Policy their forms need; JSON; signed tokens; redirections.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use broker::{Back, Issuer, Refusal};
use domain::routes::realms;
use oidc::{Code, OauthError};
use serde::Serialize;
use ui::shell::Theme;
use web::App;

use crate::page::{self as citizen, BackForm};

pub fn theme(app: &App) -> Theme {
    app.settings.theme()
}

pub fn back_form(issuer: &Issuer, back: Back) -> BackForm {
    let Back { service, flow, csrf, origin: _ } = back;
    BackForm { action: path(issuer, realms::ABORT), service, flow: flow.to_string(), csrf }
}

/// An address below the issuer of a realm.
pub fn path(issuer: &Issuer, below: &str) -> String {
    format!("{}{below}", issuer.path())
}

/// A page of a citizen. Its forms are redirected to `origins` (the service, the identity providers), which `form-action` must allow:
/// browsers check every redirection.
pub fn page(status: u16, html: String, origins: &[String]) -> Response {
    let mut response = (code(status), Html(html)).into_response();
    no_store(response.headers_mut());
    if let Some(policy) = policy(origins) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn policy(origins: &[String]) -> Option<HeaderValue> {
    if origins.is_empty() {
        return None;
    }
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        origins.join(" ")
    );
    HeaderValue::from_str(&policy).ok()
}

pub fn refusal(app: &App, issuer: &Issuer, refusal: Refusal) -> Response {
    told(app, refusal, |back| Some(back_form(issuer, back)))
}

/// The page of an error, without a way back: for an issuer that does not know the service.
pub fn refusal_alone(app: &App, refusal: Refusal) -> Response {
    told(app, refusal, |_| None)
}

fn told(app: &App, refusal: Refusal, way_back: impl Fn(Back) -> Option<BackForm>) -> Response {
    let broker::ErrorPage { code, status, message, reference, back } = app.broker.page(refusal);
    let origin = back.as_ref().and_then(|back| back.origin.clone());
    let view = citizen::ErrorPage { code: code.to_owned(), message, reference, back: back.and_then(way_back) };
    page(status, citizen::error_page(theme(app), view), origin.as_slice())
}

/// 303, not stored by caches.
pub fn see_other(to: &str) -> Response {
    let mut response = web::see_other(to);
    no_store(response.headers_mut());
    response
}

pub fn json(body: &impl Serialize) -> Response {
    let mut response = axum::Json(body).into_response();
    no_store(response.headers_mut());
    response
}

/// Metadata and public keys, which caches may store for five minutes.
pub fn public_json(body: &impl Serialize) -> Response {
    let mut response = axum::Json(body).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

pub fn jwt(token: String) -> Response {
    let mut response = token.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jwt"));
    no_store(response.headers_mut());
    response
}

/// RFC 6749 §5.2, and RFC 6750 §3 for the header.
pub fn oauth_error(error: &OauthError) -> Response {
    let mut response = json(error);
    *response.status_mut() = code(error.error.status());
    let challenge = match error.error {
        Code::InvalidToken => Some("Bearer error=\"invalid_token\""),
        Code::InvalidClient => Some("Basic realm=\"token\""),
        _ => None,
    };
    if let Some(challenge) = challenge {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

fn no_store(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
