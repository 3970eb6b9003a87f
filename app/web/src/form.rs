//! Forms as browsers send them: limited in size, decoded, protected by their CSRF token. An unreadable form is refused with a sentence,
//! and pages show again what could be read.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, MatchedPath, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::Response,
};
use domain::{actor::Actor, form::Answers, routes, second_factor::asks_again, security::IN_BULK, text};
use serde::Deserialize;
use ui::named::{Named, Verb};

use crate::{
    caller::origin,
    error::{Again, KEPT_TITLE, WebError, resumed_page},
    impersonation, kept,
    once::{self, First},
    page::{Page, see_other},
    proof::{self, ask_again},
    return_path,
    state::App,
    upload::UploadedFile,
    visitor::{Visitor, require_strength},
};

/// The field with the version of what a page shows, so that nobody overwrites what they have not seen.
pub const VERSION: &str = "version";

/// In bytes, for a form without documents.
pub const MAX_FORM: usize = 512_000;

/// The fields of a form, or of the query of an address (`Query<FormData>`), in order; a name may come several times.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct FormData(Vec<(String, String)>);

/// What was sent, kept in the extensions of the request so that an error page can offer to send it again.
#[derive(Debug, Clone, Default)]
pub struct Sent(Arc<SentParts>);

#[derive(Debug, Default)]
struct SentParts {
    fields: OnceLock<Vec<(String, String)>>,
    without_documents: OnceLock<()>,
    /// Held until the response is known, while identical submissions wait.
    first: Mutex<Option<First>>,
}

impl Sent {
    /// Keeps nothing of a form with documents, which are lost with the request, or with secrets, which are never shown again.
    fn keep(&self, data: &FormData, with_files: bool) {
        if !with_files && !data.holds_secret() {
            // Set at most once per request.
            let _ = self.0.fields.set(data.unsigned());
        }
    }

    fn keep_again(&self, data: &FormData) {
        self.keep(data, false);
        let _ = self.0.without_documents.set(());
    }

    /// Passes the response on to the identical submissions that wait for it.
    pub fn answered(&self, response: &Response) {
        if let Some(first) = self.0.first.lock().unwrap_or_else(PoisonError::into_inner).take() {
            first.answered(response);
        }
    }

    /// Whether the page that tells a failure offers to send the texts again without the documents.
    pub fn without_documents(&self) -> bool {
        self.0.without_documents.get().is_some()
    }

    pub fn fields(&self) -> Option<Vec<(String, String)>> {
        self.0.fields.get().cloned()
    }
}

impl FormData {
    /// Empty when the field was not sent.
    pub fn get(&self, field: impl Named) -> &str {
        self.text(field.as_str())
    }

    pub fn holds(&self, field: impl Named) -> bool {
        self.has(field.as_str())
    }

    /// Whether a box of the form is ticked.
    pub fn ticked(&self, field: impl Named) -> bool {
        self.get(field) == "oui"
    }

    /// Each value of a field that may come several times.
    pub fn all(&self, field: impl Named) -> impl Iterator<Item = &str> {
        let name = field.as_str();
        self.pairs().filter_map(move |(key, value)| (key == name).then_some(value))
    }

    /// What the pressed button asks for.
    pub fn verb<V: Verb>(&self, field: impl Named) -> Option<V> {
        V::parse(self.get(field))
    }

    /// Like [`Self::get`], for a name that is in no enum, such as those of the catalogue's questions.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// The fields without the CSRF token, to be sent again with a current one.
    pub(crate) fn unsigned(&self) -> Vec<(String, String)> {
        self.0.iter().filter(|(name, _)| name != "csrf").cloned().collect()
    }

    /// Passwords and codes are never shown again.
    pub(crate) fn holds_secret(&self) -> bool {
        self.0.iter().any(|(name, _)| is_password(name) || name == "code")
    }

    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The version of what the page showed, as the form sends it back; 0 when it cannot be read.
    pub fn version(&self) -> i32 {
        self.text(VERSION).parse().unwrap_or(0)
    }

    pub fn answers(&self) -> Answers {
        let mut answers = Answers::default();
        for (name, value) in &self.0 {
            answers.0.entry(name.clone()).or_default().push(value.clone());
        }
        answers
    }
}

/// A form whose CSRF token matches the visitor's session. Forms with documents are read by [`super::SignedUpload`], on the pages that
/// accept some.
#[derive(Debug)]
pub struct SignedForm {
    pub visitor: Visitor,
    pub data: FormData,
}

impl AsRef<Visitor> for SignedForm {
    fn as_ref(&self) -> &Visitor {
        &self.visitor
    }
}

impl FromRequest<App> for SignedForm {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        require_strength(&parts.uri, visitor.actor.as_ref())?;
        if is_multipart(&parts.headers) {
            return Err(WebError::NoDocuments);
        }
        if !content_type(&parts.headers).starts_with("application/x-www-form-urlencoded") {
            return Err(WebError::BadRequest("Ce formulaire n’a pas été envoyé par une page d’Habilis."));
        }
        let mut kept = parts.clone();
        let data = read_urlencoded(Request::from_parts(parts, body)).await?;
        if !visitor.csrf_matches(data.text("csrf")) {
            return Err(from_another_session(app, &kept, &visitor, &data).await?);
        }
        note(app, &mut kept, &visitor, &data, &[]).await?;
        Ok(Self { visitor, data })
    }
}

/// The same, sent by a signed-in account; other visitors are redirected to the sign-in page.
#[derive(Debug)]
pub struct ActorForm {
    pub actor: Actor,
    pub session: String,
    pub visitor: Visitor,
    pub data: FormData,
}

impl FromRequest<App> for ActorForm {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        let (parts, body) = request.into_parts();
        let kept = parts.clone();
        let SignedForm { visitor, data } = SignedForm::from_request(Request::from_parts(parts, body), app).await?;
        match (visitor.actor.clone(), visitor.session.clone()) {
            (Some(actor), Some(session)) => Ok(Self { actor, session, visitor, data }),
            _ => Err(sign_in_first(&kept, app)),
        }
    }
}

/// What is recorded and checked once the CSRF token matches and before the handler runs: keeps the fields for an error page, records
/// and restricts what an impersonating administrator sends, requires a recent proof of identity, records the use of a right, and makes
/// a form submitted twice wait for its first submission.
pub async fn note(app: &App, parts: &mut Parts, visitor: &Visitor, data: &FormData, files: &[UploadedFile]) -> Result<(), WebError> {
    if let Some(sent) = parts.extensions.get::<Sent>() {
        sent.keep(data, !files.is_empty());
    }
    // The answer of a key is used once; a script sends it, not a double click.
    let form = once::Form::of(app, parts.uri.path(), data, files).filter(|_| parts.uri.path() != routes::SIGN_IN_PASSKEY);
    if let (Some(form), Some(sent)) = (form, parts.extensions.get::<Sent>()) {
        let first = app.once.enter(form).await.map_err(|answer| WebError::Answered(Box::new(answer)))?;
        *sent.0.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(first);
    }
    impersonation::note(app, parts, visitor.actor.as_ref()).await?;
    impersonation::check(parts, visitor.actor.as_ref(), data)?;
    require_proof(app, parts, visitor, data).await?;
    note_right(app, parts, visitor.actor.as_ref()).await
}

/// Each form sent below the review queue or the administration, by an account with rights there, leaves a security event.
async fn note_right(app: &App, parts: &Parts, actor: Option<&Actor>) -> Result<(), WebError> {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let theirs = [routes::REVIEW_QUEUE, routes::ADMINISTRATION].iter().any(|root| route.starts_with(root));
    if let Some(actor) = actor.filter(|actor| theirs && (actor.is_reviewer() || actor.administers())) {
        app.habilitation.note_right(actor, &origin(parts, app), route).await?;
    }
    Ok(())
}

/// A download of many requests at once ([`IN_BULK`]) leaves the same security event as a form.
pub async fn note_bulk(app: &App, parts: &Parts, actor: &Actor) -> Result<(), WebError> {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if IN_BULK.contains(&route) { note_right(app, parts, Some(actor)).await } else { Ok(()) }
}

/// Some acts require a proof of identity less than fifteen minutes old; the page that asks for it keeps the form, to be sent
/// afterwards.
async fn require_proof(app: &App, parts: &Parts, visitor: &Visitor, data: &FormData) -> Result<(), WebError> {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let (Some(actor), Some(session)) = (&visitor.actor, &visitor.session) else { return Ok(()) };
    if !asks_again(route, actor) || app.habilitation.proved_lately(actor, session).await? {
        return Ok(());
    }
    let resumed = Again { action: parts.uri.path().to_owned(), fields: data.unsigned() };
    Err(WebError::Answered(Box::new(ask_again(app, visitor, resumed).await?)))
}

/// What to answer to a form whose page was opened in another session. What was typed is kept for the account that opened the page:
/// shown at once if that account is signed in again, otherwise after it signs in.
pub(crate) async fn from_another_session(app: &App, parts: &Parts, visitor: &Visitor, data: &FormData) -> Result<WebError, WebError> {
    let sent = once::Form::of(app, parts.uri.path(), data, &[]);
    if let Some(form) = sent
        && let Some(answer) = app.once.answer_of(app, &parts.headers, &form).await
    {
        return Ok(WebError::Answered(Box::new(answer)));
    }
    if let Some(there) = sent_twice(parts, visitor, data) {
        return Ok(WebError::Answered(Box::new(see_other(there))));
    }
    let in_background = header_of(parts, "sec-fetch-mode").is_some_and(|mode| mode != "navigate");
    let owner = if in_background { None } else { kept::owner(app, data.text("csrf")) };
    let action = parts.uri.path();
    match (owner, &visitor.actor) {
        // Secrets are never kept: they are typed again in their own page.
        (Some(_), None) if data.holds_secret() => Ok(sign_in_first(parts, app)),
        (Some(_), _) if data.holds_secret() => Ok(WebError::FormExpired),
        (Some(owner), Some(actor)) if actor.account == owner && actor.impersonated_by.is_none() => {
            let again = Again { action: action.to_owned(), fields: data.unsigned() };
            Ok(WebError::Answered(Box::new(kept_page(app, visitor, again, StatusCode::FORBIDDEN))))
        }
        (Some(owner), None) => kept::for_later(app, owner, action, data).await,
        _ if visitor.ended => Ok(expired(parts, app)),
        _ => Ok(WebError::FormExpired),
    }
}

/// For a form submitted twice whose first submission changed the session (sign-in code, sign-out): where the first one led.
fn sent_twice<'a>(parts: &Parts, visitor: &Visitor, data: &'a FormData) -> Option<&'a str> {
    match parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str)? {
        routes::SIGN_IN_CODE if visitor.ended || visitor.actor.is_some() => {
            Some(return_path(data.get(proof::Sent::ReturnTo)).unwrap_or(routes::SIGN_IN_CODE))
        }
        routes::SIGN_OUT if visitor.ended => Some(routes::HOME),
        _ => None,
    }
}

/// Keeps the texts of a form whose documents were refused, to be sent again without them.
pub(crate) fn keep_for_again(parts: &Parts, visitor: &Visitor, data: &FormData) {
    if visitor.csrf_matches(data.text("csrf"))
        && let Some(sent) = parts.extensions.get::<Sent>()
    {
        sent.keep_again(data);
    }
}

/// The page of a kept form, once its sender has signed in again.
pub fn kept_page(app: &App, visitor: &Visitor, again: Again, status: StatusCode) -> Response {
    Page::new(app, visitor, KEPT_TITLE).status(status).show(|| resumed_page(again, &visitor.csrf))
}

/// For a form sent after the session ended: redirects to the sign-in page, then back to the form's page. A background save gets an
/// error instead, which its script shows.
pub fn expired(parts: &Parts, app: &App) -> WebError {
    if header_of(parts, "sec-fetch-mode").is_some_and(|mode| mode != "navigate") {
        return WebError::FormExpired;
    }
    sign_in_first(parts, app)
}

/// Redirects to the sign-in page, then back to the page that holds the form (its `Referer`).
fn sign_in_first(parts: &Parts, app: &App) -> WebError {
    let page = header_of(parts, "referer").and_then(|page| page.strip_prefix(app.settings.base_url.as_str())).and_then(return_path);
    WebError::SignIn { return_to: page.unwrap_or(routes::HOME).to_owned() }
}

fn header_of<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name).and_then(|value| value.to_str().ok())
}

/// In lower case, as media types are compared.
fn content_type(headers: &HeaderMap) -> String {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().trim().to_ascii_lowercase()
}

pub fn is_multipart(headers: &HeaderMap) -> bool {
    content_type(headers).starts_with("multipart/")
}

async fn read_urlencoded(request: Request) -> Result<FormData, WebError> {
    let bytes = read_body(request, MAX_FORM, "512 Ko pour un formulaire sans document").await?;
    // A character is never cut by the marks between two fields: the whole is UTF-8 when each of them is.
    if percent_encoding::percent_decode(&bytes).decode_utf8().is_err() {
        return Err(not_utf8());
    }
    Ok(checked(url::form_urlencoded::parse(&bytes).into_owned().collect()))
}

/// For bytes that are not UTF-8. U+FFFD itself is valid text, found in texts copied from elsewhere: its field refuses it.
pub fn not_utf8() -> WebError {
    WebError::BadRequest("Le texte reçu contient des caractères illisibles (il doit être en UTF-8).")
}

async fn read_body(request: Request, max: usize, limit: &'static str) -> Result<Bytes, WebError> {
    axum::body::to_bytes(request.into_body(), max).await.map_err(|error| {
        let too_large = std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("length limit"));
        if too_large { WebError::TooLarge(limit) } else { WebError::BadRequest("L’envoi a été interrompu\u{a0}: recommencez.") }
    })
}

/// Removes invisible characters from every field except passwords, which are compared and never shown.
pub fn checked(mut fields: Vec<(String, String)>) -> FormData {
    for (_, value) in fields.iter_mut().filter(|(name, _)| !is_password(name)) {
        if let Cow::Owned(visible) = text::visible(value) {
            *value = visible;
        }
    }
    FormData(fields)
}

fn is_password(name: &str) -> bool {
    name.contains("password")
}
