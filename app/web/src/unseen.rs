//! Removes invisible characters from the parameters of an address before any handler reads them, as is done for forms. Parameters of
//! OpenID Connect are ASCII (RFC 6749, appendix A): none is altered.

use std::borrow::Cow;

use axum::{
    extract::Request,
    http::{Uri, uri::PathAndQuery},
    middleware::Next,
    response::Response,
};
use domain::text::visible;
use url::form_urlencoded;

pub async fn leave_out(mut request: Request, next: Next) -> Response {
    if let Some(seen) = seen(request.uri()) {
        *request.uri_mut() = seen;
    }
    next.run(request).await
}

/// The address without invisible characters; `None` when it holds none.
fn seen(uri: &Uri) -> Option<Uri> {
    let query = uri.query().filter(|query| !query.is_empty())?;
    let hides = |(name, value): (Cow<'_, str>, Cow<'_, str>)| [name, value].iter().any(|text| matches!(visible(text), Cow::Owned(_)));
    if !form_urlencoded::parse(query.as_bytes()).any(hides) {
        return None;
    }
    let mut kept = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        kept.append_pair(&visible(&name), &visible(&value));
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(format!("{}?{}", uri.path(), kept.finish())).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_what_is_seen() {
        for (from, to) in [
            ("/x", None),
            ("/x?q=%C3%A9t%C3%A9&q=a+b", None),
            ("/x?q=%E2%80%AEAli&page=2", Some("/x?q=Ali&page=2")),
            ("/x?%E2%80%8Bq=un%E2%80%A9deux%AD%C2%AD", Some("/x?q=un%0Adeux%EF%BF%BD")),
        ] {
            let seen = seen(&from.parse().expect("an address")).map(|uri| uri.to_string());
            assert_eq!(seen.as_deref(), to, "{from}");
        }
    }
}
