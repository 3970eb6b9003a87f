//! What a citizen’s browser or a service sends to an issuer, limited in size: parameters, cookie, `Authorization` header.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use oidc::{Params, params::ParamError};
use web::{App, cookies};

/// A request to an issuer. Parameters that could not be read are kept as an error, which each endpoint answers in its own way.
#[derive(Debug)]
pub struct Call {
    /// From the query of a GET, or the form of a POST.
    pub params: Result<Params, ParamError>,
    pub headers: HeaderMap,
}

impl FromRequest<App> for Call {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, _: &App) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let params = if parts.method == axum::http::Method::POST {
            match axum::body::to_bytes(body, Params::MAX_BYTES).await {
                Ok(bytes) => form(&parts.headers, &bytes),
                Err(_) => Err(ParamError::TooLong),
            }
        } else {
            Params::parse(parts.uri.query().unwrap_or_default().as_bytes())
        };
        Ok(Self { params, headers: parts.headers })
    }
}

/// A body of another content type gives no parameters; the endpoint then reports which are missing.
fn form(headers: &HeaderMap, body: &Bytes) -> Result<Params, ParamError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") { Params::parse(body) } else { Ok(Params::default()) }
}

impl Call {
    pub fn authorization(&self) -> Option<&str> {
        self.headers.get(header::AUTHORIZATION)?.to_str().ok()
    }

    /// The token of the citizen’s session at the broker, from its cookie.
    pub fn session(&self, app: &App) -> Option<&str> {
        cookies::token(&self.headers, cookie_name(app))
    }
}

/// Browsers accept the prefix `__Host-`, which restricts a cookie to this host, over HTTPS only.
fn cookie_name(app: &App) -> &'static str {
    if app.settings.is_https() { "__Host-habilis_fc" } else { "habilis_fc" }
}

/// A cookie that the browser forgets when it closes; the session in the database ends sooner.
pub fn set_session(app: &App, response: &mut Response, token: &str) {
    set_cookie(app, response, token, "");
}

pub fn drop_session(app: &App, response: &mut Response) {
    set_cookie(app, response, "", "; Max-Age=0");
}

fn set_cookie(app: &App, response: &mut Response, value: &str, lifetime: &str) {
    let secure = if app.settings.is_https() { "; Secure" } else { "" };
    let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{lifetime}", cookie_name(app));
    let cookie = HeaderValue::from_str(&cookie).expect("names and values are hexadecimal digits and ASCII words");
    response.headers_mut().append(header::SET_COOKIE, cookie);
}
