//! The data API over HTTP: `/api-particulier/{environment}/v{n}/{path}/{modality}`, answered by the gateway.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use domain::{ports::Environment, routes::realms};
use gateway::{Answer, Call};
use web::{App, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get(&below(Environment::Sandbox), async |State(app), uri, headers| answer(&app, Environment::Sandbox, &uri, &headers).await)
        .get(&below(Environment::Production), async |State(app), uri, headers| answer(&app, Environment::Production, &uri, &headers).await)
}

fn below(environment: Environment) -> String {
    format!("{}/{{*call}}", realms::api_particulier(environment))
}

async fn answer(app: &App, environment: Environment, uri: &Uri, headers: &HeaderMap) -> Response {
    let Some((version, path, modality)) = uri.path().strip_prefix(&realms::api_particulier(environment)).and_then(parts) else {
        return respond(app.gateway.unknown_path());
    };
    // A header that is not text becomes an empty one, which the gateway refuses as no token.
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    respond(app.gateway.call(Call { environment, version, path, modality, authorization, query: uri.query().unwrap_or_default() }).await)
}

/// `/v3/dss/quotient_familial/france_connect`: version, path, modality.
fn parts(path: &str) -> Option<(u32, &str, &str)> {
    let (version, rest) = path.strip_prefix("/v")?.split_once('/')?;
    let (path, modality) = rest.rsplit_once('/')?;
    let digits = version.bytes().all(|byte| byte.is_ascii_digit());
    Some((digits.then(|| version.parse().ok()).flatten()?, path, modality))
}

fn respond(answer: Answer) -> Response {
    let Answer { status, headers, body } = answer;
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (path, expected) in [
            ("/v3/dss/quotient_familial/france_connect", Some((3, "dss/quotient_familial", "france_connect"))),
            ("/v12/a/b", Some((12, "a", "b"))),
            ("/v3/a//b", Some((3, "a/", "b"))),
            ("/v3/a/", Some((3, "a", ""))),
            ("/v3/a", None),
            ("/v3", None),
            ("/v/a/b", None),
            ("/v+3/a/b", None),
            ("/v99999999999/a/b", None),
            ("/dss/quotient_familial/france_connect", None),
            ("", None),
        ] {
            assert_eq!(parts(path), expected, "{path}");
        }
    }

    #[test]
    fn an_answer_becomes_http() {
        let answer = Answer { status: 404, headers: vec![("x-request-id", "un".to_owned())], body: serde_json::json!({ "errors": [] }) };
        let response = respond(answer);
        assert_eq!(
            (response.status(), response.headers().get("x-request-id").map(HeaderValue::as_bytes)),
            (StatusCode::NOT_FOUND, Some(b"un".as_slice()))
        );
    }
}
