//! Static files of the built front end, precompressed, and the State's stylesheet where one is configured.

use std::path::{Component, Path, PathBuf};

use axum::{
    extract::{Path as UrlPath, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{Routes, WebError};
use crate::{App, config::Theme};

pub fn routes() -> Routes {
    Routes::new().get("/assets/{*path}", asset).get("/pkg/{*path}", package).get("/theme/{*path}", theme).get("/favicon.ico", favicon)
}

async fn asset(State(app): State<App>, UrlPath(path): UrlPath<String>, headers: HeaderMap) -> Result<Response, WebError> {
    serve(&app.config.site_dir.join("assets"), &path, &headers).await
}

async fn package(State(app): State<App>, UrlPath(path): UrlPath<String>, headers: HeaderMap) -> Result<Response, WebError> {
    serve(&app.config.site_dir.join("pkg"), &path, &headers).await
}

async fn theme(State(app): State<App>, UrlPath(path): UrlPath<String>, headers: HeaderMap) -> Result<Response, WebError> {
    match &app.config.theme {
        Theme::Dsfr(dir) => serve(dir, &path, &headers).await,
        Theme::Own => Err(WebError::NotFound),
    }
}

async fn favicon(State(app): State<App>, headers: HeaderMap) -> Result<Response, WebError> {
    serve(&app.config.site_dir.join("assets"), "favicon.svg", &headers).await
}

async fn serve(root: &Path, path: &str, headers: &HeaderMap) -> Result<Response, WebError> {
    let relative = PathBuf::from(path);
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    let Some(media_type) = media_type(&relative).filter(|_| plain) else { return Err(WebError::NotFound) };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    for (encoding, suffix) in [("br", ".br"), ("gzip", ".gz"), ("", "")] {
        if !accepted.split(',').any(|one| one.trim().split(';').next() == Some(encoding)) && !encoding.is_empty() {
            continue;
        }
        let mut file = root.join(&relative).into_os_string();
        file.push(suffix);
        if let Ok(bytes) = tokio::fs::read(&file).await {
            return Ok(answer(bytes, media_type, encoding, headers));
        }
    }
    Err(WebError::NotFound)
}

fn answer(bytes: Vec<u8>, media_type: &'static str, encoding: &'static str, headers: &HeaderMap) -> Response {
    use sha2::{Digest, Sha256};

    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&bytes)[..12]));
    let Ok(tag_value) = HeaderValue::from_str(&tag) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|sent| *sent == tag_value);
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { bytes.into_response() };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    out.insert(header::ETAG, tag_value);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600, must-revalidate"));
    if !encoding.is_empty() && !known {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn media_type(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}
