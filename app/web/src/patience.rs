//! How long a request may last before the person is told to come back.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{error::WebError, form::is_multipart};

/// Forms with documents get this many times longer, since some connections send only a hundred kilobytes per second.
const FOR_DOCUMENTS: u32 = 5;

pub async fn give_up(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    let patience = if is_multipart(request.headers()) { patience * FOR_DOCUMENTS } else { patience };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(timeout_s = patience.as_secs(), "a request lasted too long");
            WebError::TimedOut.into_response()
        }
    }
}
