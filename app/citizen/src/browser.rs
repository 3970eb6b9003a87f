//! What a citizen’s browser or a service sends to an issuer, limited in size: parameters, cookie, `Authorization` header.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    response::Response,
};
use broker::Issuer;
use domain::ports::Environment;
use oidc::{Code, OauthError, Params, params::ParamError, paths, token::bearer};
use web::{App, WebError, cookies};

/// A request to an issuer. Parameters that could not be read are kept as an error, which each endpoint answers in its own way.
#[derive(Debug)]
pub struct Call {
    /// From the query of a GET, or the form of a POST.
    pub params: Result<Params, ParamError>,
    pub headers: HeaderMap,
    posted: bool,
}

impl FromRequest<App> for Call {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, _: &App) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let params = if parts.method == Method::POST {
            match axum::body::to_bytes(body, Params::MAX_BYTES).await {
                Ok(bytes) => form(&parts.headers, &bytes),
                Err(_) => Err(ParamError::TooLong),
            }
        } else {
            Params::parse(parts.uri.query().unwrap_or_default().as_bytes())
        };
        // RFC 9110 §5.3: a header that is no list is sent once.
        let twice = parts.headers.get_all(header::AUTHORIZATION).iter().nth(1).is_some();
        let params = if twice { Err(ParamError::Repeated("Authorization")) } else { params };
        Ok(Self { params, headers: parts.headers, posted: parts.method == Method::POST })
    }
}

/// A body of another content type gives no parameters; the endpoint then reports which are missing.
fn form(headers: &HeaderMap, body: &Bytes) -> Result<Params, ParamError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") { Params::parse(body) } else { Ok(Params::default()) }
}

impl Call {
    pub fn authorization(&self) -> Option<&str> {
        self.headers.get(header::AUTHORIZATION)?.to_str().ok()
    }

    /// The access token, from the header (RFC 6750 §2.1) or from the form of a POST (§2.2), never from both nor from an address.
    pub fn access_token(&self) -> Result<Option<&str>, OauthError> {
        let params = self.params.as_ref().map_err(|error| OauthError::from(error.clone()))?;
        match (bearer(self.authorization()), params.filled("access_token").map_err(OauthError::from)?) {
            (Some(_), Some(_)) => Err(OauthError::new(Code::InvalidRequest, "access token must be given only once")),
            (None, Some(_)) if !self.posted => Err(OauthError::new(Code::InvalidRequest, "access token must not be given in the address")),
            (header, form) => Ok(header.or(form)),
        }
    }

    /// The token of the citizen’s session at the broker, from its cookie.
    pub fn session(&self, app: &App, issuer: &Issuer) -> Option<&str> {
        cookies::token(&self.headers, &cookie_name(app, issuer))
    }
}

/// Browsers accept the prefix `__Host-`, which restricts a cookie to this host, over HTTPS only.
fn cookie_name(app: &App, issuer: &Issuer) -> String {
    let prefix = if app.settings.is_https() { "__Host-" } else { "" };
    format!("{prefix}{}", issuer.cookie())
}

/// The issuer named by the address, and the login under way when the address names one.
#[derive(Debug)]
pub struct At {
    pub issuer: Issuer,
    /// Empty when there is none: the broker then finds no such login.
    pub flow: String,
}

impl FromRequestParts<App> for At {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        // The router takes HEAD for GET: a step of a login must not be taken by whoever only asks whether its page is there.
        if parts.method == Method::HEAD && ![paths::DISCOVERY, paths::JWKS].iter().any(|public| parts.uri.path().ends_with(public)) {
            return Err(WebError::Method);
        }
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| WebError::NotFound)?;
        let named = |wanted: &str| params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value);
        let environment = named("environment").and_then(Environment::parse).ok_or(WebError::NotFound)?;
        let issuer = named("realm").and_then(|realm| app.broker.issuer(realm, environment)).ok_or(WebError::NotFound)?;
        Ok(Self { issuer, flow: named("flow").unwrap_or_default().to_owned() })
    }
}

/// A cookie that the browser forgets when it closes; the session in the database ends sooner.
pub fn set_session(app: &App, issuer: &Issuer, response: &mut Response, token: &str) {
    set_cookie(app, issuer, response, token, "");
}

pub fn drop_session(app: &App, issuer: &Issuer, response: &mut Response) {
    set_cookie(app, issuer, response, "", "; Max-Age=0");
}

fn set_cookie(app: &App, issuer: &Issuer, response: &mut Response, value: &str, lifetime: &str) {
    let secure = if app.settings.is_https() { "; Secure" } else { "" };
    let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{lifetime}", cookie_name(app, issuer));
    let cookie = HeaderValue::from_str(&cookie).expect("names and values are hexadecimal digits and ASCII words");
    response.headers_mut().append(header::SET_COOKIE, cookie);
}
