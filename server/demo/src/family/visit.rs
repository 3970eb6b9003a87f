//! The portal’s cookie and forms, as browsers send them, limited in size.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use oidc::{Params, params::ParamError};
use subtle::ConstantTimeEq;
use web::{App, WebError};

use crate::family::{
    present::{Message, message},
    session::Session,
};

/// A visit of a page, with the session of its cookie; 404 outside the demonstration.
pub struct Visit(pub Option<Session>);

/// A form of the portal, whose token matches the session.
pub struct Posted {
    pub session: Session,
    pub form: Params,
}

impl FromRequestParts<App> for Visit {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        if !app.settings.demo {
            return Err(WebError::NotFound);
        }
        Ok(Self(cookie(app, &parts.headers).and_then(|value| Session::open(&app.cx, value))))
    }
}

impl FromRequest<App> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Visit(session) = Visit::from_request_parts(&mut parts, app).await.map_err(IntoResponse::into_response)?;
        let bytes = axum::body::to_bytes(body, Params::MAX_BYTES).await.map_err(|_| message(app, Message::TOO_LARGE))?;
        let form = Params::parse(&bytes).map_err(|error| match error {
            ParamError::TooLong => message(app, Message::TOO_LARGE),
            ParamError::NotText | ParamError::Repeated(_) => message(app, Message::UNREADABLE),
        })?;
        let session = session.filter(|session| is_theirs(session, &form)).ok_or_else(|| message(app, Message::FORM_EXPIRED))?;
        Ok(Self { session, form })
    }
}

fn is_theirs(session: &Session, form: &Params) -> bool {
    let sent = form.one(ui::components::CSRF_FIELD).ok().flatten().unwrap_or_default();
    session.form.as_bytes().ct_eq(sent.as_bytes()).into()
}

fn cookie<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    web::cookies::value(headers, cookie_name(app))
}

/// Browsers accept the prefix `__Host-`, which restricts a cookie to this host, over HTTPS only.
fn cookie_name(app: &App) -> &'static str {
    if app.settings.is_https() { "__Host-portail_famille" } else { "portail_famille" }
}

/// Adds the cookie of the session to the answer.
pub fn keep(app: &App, response: Response, session: &Session) -> Response {
    set_cookie(app, response, &session.seal(&app.cx), "; Max-Age=1800")
}

pub fn forget(app: &App, response: Response) -> Response {
    set_cookie(app, response, "", "; Max-Age=0")
}

fn set_cookie(app: &App, mut response: Response, value: &str, lifetime: &str) -> Response {
    let secure = if app.settings.is_https() { "; Secure" } else { "" };
    let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{lifetime}", cookie_name(app));
    let cookie = HeaderValue::from_str(&cookie).expect("names and values are base64url digits and ASCII words");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
