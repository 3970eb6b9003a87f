//! Unsafe requests must come from our own pages. After the algorithm of Go's `CrossOriginProtection`:
//! `Sec-Fetch-Site` where the browser sends it, else `Origin` against `Host`.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::error::WebError;

pub async fn refuse(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_ours(request.headers()) { next.run(request).await } else { WebError::CrossSite.into_response() }
}

fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else {
        // Neither header: an outdated browser or a program. The form's CSRF token still protects the request.
        return true;
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(header::HOST.as_str())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn who_may_post() {
        for (given, expected) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "none")], true),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "same-site"), ("origin", "https://a.fr"), ("host", "a.fr")], false),
            (vec![("origin", "https://habilis.fr"), ("host", "habilis.fr")], true),
            (vec![("origin", "https://evil.fr"), ("host", "habilis.fr")], false),
            (vec![("origin", "null"), ("host", "habilis.fr")], false),
            (vec![("host", "habilis.fr")], true),
        ] {
            let headers: HeaderMap = given.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
            assert_eq!(is_ours(&headers), expected, "{given:?}");
        }
    }
}
