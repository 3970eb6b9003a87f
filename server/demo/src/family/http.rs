//! HTTP calls to the issuer and to the gateway, whose answers are limited in size.

use openidconnect::{HttpRequest, HttpResponse, http};

/// Largest answer accepted, in bytes.
const MAX_ANSWER: usize = 256 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("no answer")]
    Unreachable(#[from] reqwest::Error),
    #[error("answer longer than {MAX_ANSWER} bytes")]
    TooLong,
}

/// The HTTP client of `openidconnect`.
pub async fn send(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    read(client.execute(reqwest::Request::try_from(request)?).await?).await
}

pub async fn get(client: &reqwest::Client, address: &str, bearer: &str) -> Result<HttpResponse, HttpError> {
    read(client.get(address).bearer_auth(bearer).send().await?).await
}

async fn read(mut response: reqwest::Response) -> Result<HttpResponse, HttpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(HttpError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = http::Response::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok(answer)
}
