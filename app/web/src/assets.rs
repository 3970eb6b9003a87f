//! Static files of the built front end, precompressed, and the State's stylesheet where one is configured.

use std::path::Path;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::{App, Routes, WebError};

const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=3600, must-revalidate");

pub fn routes() -> Routes {
    Routes::new().get("/assets/{*path}", asset).get("/pkg/{*path}", package).get("/theme/{*path}", theme).get("/favicon.ico", favicon)
}

async fn asset(State(app): State<App>, request: Request) -> Result<Response, WebError> {
    serve(&app.settings.site_dir.join("assets"), &below(&request), request).await
}

async fn package(State(app): State<App>, request: Request) -> Result<Response, WebError> {
    serve(&app.settings.site_dir.join("pkg"), &below(&request), request).await
}

async fn theme(State(app): State<App>, request: Request) -> Result<Response, WebError> {
    let folder = app.settings.theme_dir.as_ref().ok_or(WebError::NotFound)?;
    serve(folder, &below(&request), request).await
}

async fn favicon(State(app): State<App>, request: Request) -> Result<Response, WebError> {
    serve(&app.settings.site_dir.join("assets"), "favicon.svg", request).await
}

/// The address without its first segment, as it was sent.
fn below(request: &Request) -> String {
    request.uri().path().trim_start_matches('/').split_once('/').map_or_else(String::new, |(_, below)| below.to_owned())
}

/// A file below `root`. For a missing file or a folder, the site's own 404 page.
async fn serve(root: &Path, path: &str, mut request: Request) -> Result<Response, WebError> {
    *request.uri_mut() = Uri::builder().path_and_query(format!("/{path}")).build().map_err(|_| WebError::NotFound)?;
    let files = ServeDir::new(root).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
    let mut response = files.oneshot(request).await.map_err(WebError::internal)?.map(Body::new);
    match response.status() {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED => {
            response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
            response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
            Ok(response.into_response())
        }
        StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PRECONDITION_FAILED => Ok(response.into_response()),
        // A folder, a name that is too long for the file system, nothing there.
        _ => Err(WebError::NotFound),
    }
}
