//! Who sends the request. The session's cookie holds a random token; forms carry a CSRF token derived from it, or from a visit cookie
//! for people who are not signed in.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, Method, Uri, header, request::Parts},
};
use domain::{actor::Actor, ids::TypedId, routes};
use habilitation::sessions::{Holder, Waiting, Who};
use subtle::ConstantTimeEq;

use crate::{
    cookies,
    error::WebError,
    form::{FormData, note_bulk},
    impersonation, kept,
    state::App,
};

pub const SESSION_COOKIE: &str = "habilis_session";
/// Recognises a browser that somebody signed in with, long after the session ended.
pub const DEVICE_COOKIE: &str = "habilis_appareil";
pub(crate) const VISIT_COOKIE: &str = "habilis_visite";

#[derive(Debug, Clone)]
pub struct Visitor {
    pub actor: Option<Actor>,
    pub session: Option<String>,
    /// The CSRF value of the forms: the session's token, a random part for each page (tells a form submitted twice), and the account.
    pub csrf: String,
    /// The visit cookie to set with the page, when the browser has neither a session nor a visit cookie.
    pub new_visit: Option<String>,
    /// The organisation's name, for the header.
    pub organisation: Option<String>,
    /// Messages to read, for the header.
    pub waiting: Waiting,
    /// The password was right and the second factor is still awaited: there is a session, but no `actor` yet.
    pub awaits_code: bool,
    /// The browser sent the cookie of a session that has ended.
    pub ended: bool,
    /// « Firefox sur Windows ».
    pub browser: String,
    /// The confirmation to show after a one-time link was used, on whichever page the person lands.
    pub told: Option<&'static str>,
}

/// Values of the `fait` parameter after a one-time link, with the message of each.
const ENTERED: [(&str, &str); 2] =
    [("compte-ouvert", "Votre compte est ouvert"), ("mot-de-passe-choisi", "Votre nouveau mot de passe est enregistré")];

/// The message that this address asks for; only shown to a visitor who has a session.
fn told(uri: &Uri) -> Option<&'static str> {
    let query = url::form_urlencoded::parse(uri.query()?.as_bytes());
    let (_, done) = query.into_iter().find(|(name, _)| name == "fait")?;
    ENTERED.iter().find(|(word, _)| *word == done).map(|(_, sentence)| *sentence)
}

/// A visitor who has an account; others are sent to the sign-in page and back.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub visitor: Visitor,
    pub actor: Actor,
    pub session: String,
}

pub fn cookie_name(app: &App, name: &str) -> String {
    if app.settings.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

fn cookie(app: &App, name: &str, value: &str, lifetime: &str) -> HeaderValue {
    let secure = if app.settings.is_https() { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{lifetime}", cookie_name(app, name));
    HeaderValue::from_str(&text).expect("names and values are hexadecimal digits and ASCII words")
}

/// `Set-Cookie` of a new session. The cookie outlives the twelve hours of the session: whoever comes back in between is
/// told that it is over.
pub fn session_cookie(app: &App, token: &str) -> HeaderValue {
    cookie(app, SESSION_COOKIE, token, "; Max-Age=172800")
}

pub fn session_cookie_removal(app: &App) -> HeaderValue {
    cookie(app, SESSION_COOKIE, "", "; Max-Age=0")
}

/// Half a year, as long as the browser is known.
pub fn device_cookie(app: &App, token: &str) -> HeaderValue {
    cookie(app, DEVICE_COOKIE, token, "; Max-Age=15552000")
}

pub fn visit_cookie(app: &App, token: &str) -> HeaderValue {
    cookie(app, VISIT_COOKIE, token, "; Max-Age=86400")
}

/// The CSRF value of one page's forms: the token of the session or visit, a random part for this page, and the account.
fn csrf(app: &App, source: &str, actor: Option<&Actor>) -> String {
    let (token, page) = (app.cx.keys.mac("csrf", source), &app.cx.new_token()[..16]);
    match actor {
        Some(actor) => format!("{token}.{page}.{}", kept::tag(app, actor.account)),
        None => format!("{token}.{page}"),
    }
}

impl Visitor {
    /// The same visitor after the token of the session was replaced.
    pub fn moved(&self, app: &App, session: String, actor: Option<Actor>) -> Self {
        let csrf = csrf(app, &session, actor.as_ref());
        Self { actor, session: Some(session), csrf, awaits_code: false, ..self.clone() }
    }

    pub fn csrf_matches(&self, sent: &str) -> bool {
        token_of(&self.csrf).as_bytes().ct_eq(token_of(sent).as_bytes()).into()
    }
}

fn token_of(csrf: &str) -> &str {
    csrf.split_once('.').map_or(csrf, |(token, _)| token)
}

/// The id of what a form creates, derived from the page and the fields: the same form submitted twice creates one thing only.
pub fn id_once<T: TypedId>(app: &App, actor: &Actor, data: &FormData, at: &str, more: &[String]) -> T {
    let Some((_, page)) = data.text("csrf").split_once('.') else { return app.cx.new_id() };
    let fields = data.pairs().filter(|(name, _)| *name != "csrf").flat_map(|(name, value)| [name, value]);
    let words: Vec<&str> = [page, at].into_iter().chain(more.iter().map(String::as_str)).chain(fields).collect();
    app.cx.id_of(&format!("{} {words:?}", actor.account))
}

impl FromRequestParts<App> for Visitor {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let session = cookies::token(&parts.headers, &cookie_name(app, SESSION_COOKIE)).map(str::to_owned);
        let who = match &session {
            Some(token) => app.habilitation.who(token).await.map_err(WebError::internal)?,
            None => Who::Nobody,
        };
        let ended = session.is_some() && who == Who::Nobody;
        let session = session.filter(|_| !ended);
        let awaits_code = who == Who::AwaitingCode;
        let (actor, organisation, waiting) = match who {
            Who::Somebody(holder) => {
                let Holder { actor, organisation, waiting } = *holder;
                (Some(actor), organisation, waiting)
            }
            Who::AwaitingCode | Who::Nobody => (None, None, Waiting::default()),
        };
        let visit = cookies::token(&parts.headers, &cookie_name(app, VISIT_COOKIE)).map(str::to_owned);
        let new_visit = (session.is_none() && visit.is_none()).then(|| app.cx.new_token());
        let source = session.as_ref().or(visit.as_ref()).or(new_visit.as_ref());
        let csrf = csrf(app, source.map_or("", String::as_str), actor.as_ref());
        if parts.method == Method::GET {
            app.once.page_opened(&csrf);
        }
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let browser = domain::browser_family::family(user_agent);
        let told = session.as_ref().and_then(|_| told(&parts.uri));
        Ok(Self { actor, session, csrf, new_visit, organisation, waiting, awaits_code, ended, browser, told })
    }
}

/// When an account's rights require a second factor that this session has not shown, the pages of those rights redirect to
/// second-factor enrolment.
pub fn require_strength(uri: &Uri, actor: Option<&Actor>) -> Result<(), WebError> {
    let path = uri.path();
    let under = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if actor.is_some_and(|actor| actor.dormant) && (under(routes::REVIEW_QUEUE) || under(routes::ADMINISTRATION)) {
        return Err(WebError::SecondFactor { return_to: uri.path_and_query().map_or(path, |whole| whole.as_str()).to_owned() });
    }
    Ok(())
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        match (&visitor.actor, &visitor.session) {
            (Some(actor), Some(session)) => {
                require_strength(&parts.uri, Some(actor))?;
                impersonation::check_page(parts, actor)?;
                note_bulk(app, parts, actor).await?;
                Ok(Self { actor: actor.clone(), session: session.clone(), visitor })
            }
            _ => {
                let safe = parts.method == Method::GET;
                let return_to = if safe { parts.uri.path_and_query().map_or("/", |p| p.as_str()) } else { "/" };
                Err(WebError::SignIn { return_to: return_to.to_owned() })
            }
        }
    }
}
