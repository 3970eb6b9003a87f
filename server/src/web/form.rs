//! Forms as browsers send them: sized, decoded, guarded by their token. What cannot be read is refused with a
//! sentence, and the pages give back what could.

use std::sync::{Arc, OnceLock};

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request, multipart::MultipartError},
    http::{StatusCode, header, request::Parts},
};
use domain::{form::Answers, routes};

use super::{Visitor, WebError, account::return_path, stand_in, visitor::require_strength};
use crate::App;

/// Of a form without documents.
const MAX_FORM: usize = 512 * 1024;
/// Of a form with documents: six of 10 MiB would be more than anybody waits for at once.
const MAX_UPLOAD: usize = 32 * 1024 * 1024;

/// The fields of a form, in order; a name may come several times.
#[derive(Debug, Clone, Default)]
pub struct FormData(Vec<(String, String)>);

#[derive(Debug, Clone)]
pub struct UploadedFile {
    pub field: String,
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// What was sent, where the page that says « Réessayez » finds it.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent(Arc<OnceLock<Vec<(String, String)>>>);

impl Sent {
    /// Nothing when it cannot be offered again as it was: documents are gone with the request, and secrets are never echoed.
    fn keep(&self, data: &FormData, files: &[UploadedFile]) {
        let secret = |name: &str| name.contains("password") || name == "code";
        if files.is_empty() && !data.0.iter().any(|(name, _)| secret(name)) {
            // Once a request: nothing was kept before.
            let _ = self.0.set(data.0.iter().filter(|(name, _)| name != "csrf").cloned().collect());
        }
    }

    pub(super) fn fields(&self) -> Option<Vec<(String, String)>> {
        self.0.get().cloned()
    }
}

impl FormData {
    /// Empty when the field was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// Of what the page showed, as it sent it back; what cannot be read is the version of nothing.
    pub fn version(&self) -> i32 {
        self.text("version").parse().unwrap_or(0)
    }

    pub fn answers(&self) -> Answers {
        let mut answers = Answers::default();
        for (name, value) in &self.0 {
            answers.0.entry(name.clone()).or_default().push(value.clone());
        }
        answers
    }
}

/// A form sent by a page of ours to whoever opened it.
#[derive(Debug)]
pub struct SignedForm {
    pub visitor: Visitor,
    pub data: FormData,
    pub files: Vec<UploadedFile>,
}

impl FromRequest<App> for SignedForm {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        require_strength(&parts.uri, visitor.actor.as_ref())?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let mut kept = parts.clone();
        let request = Request::from_parts(parts, body);
        let (data, files) = if kind.starts_with("multipart/form-data") {
            read_multipart(request, app).await?
        } else if kind.starts_with("application/x-www-form-urlencoded") {
            (read_urlencoded(request).await?, Vec::new())
        } else {
            return Err(WebError::BadRequest("Ce formulaire n’a pas été envoyé par une page d’Habilis."));
        };
        if !visitor.csrf_matches(data.text("csrf")) {
            return Err(if visitor.ended { expired(&kept, app) } else { WebError::FormExpired });
        }
        if let Some(sent) = kept.extensions.get::<Sent>() {
            sent.keep(&data, &files);
        }
        stand_in::note(app, &mut kept, visitor.actor.as_ref()).await?;
        stand_in::check(&kept, visitor.actor.as_ref(), &data)?;
        Ok(Self { visitor, data, files })
    }
}

/// A form sent after the session ended: its page is where one comes back to. A script that saves in the background is told no,
/// and says so in the page.
fn expired(parts: &Parts, app: &App) -> WebError {
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if header("sec-fetch-mode").is_some_and(|mode| mode != "navigate") {
        return WebError::FormExpired;
    }
    let page = header("referer").and_then(|page| page.strip_prefix(app.config.base_url.as_str())).and_then(return_path);
    WebError::SignIn { return_to: page.unwrap_or(routes::HOME).to_owned() }
}

async fn read_urlencoded(request: Request) -> Result<FormData, WebError> {
    let bytes = read_body(request, MAX_FORM, "512 Ko pour un formulaire sans document").await?;
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(&bytes).into_owned().collect();
    checked(fields)
}

pub(super) async fn read_body(request: Request, max: usize, limit: &'static str) -> Result<Bytes, WebError> {
    axum::body::to_bytes(request.into_body(), max).await.map_err(|error| {
        let too_large = std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("length limit"));
        if too_large { WebError::TooLarge(limit) } else { WebError::BadRequest("L’envoi a été interrompu\u{a0}: recommencez.") }
    })
}

/// The decoder puts U+FFFD where the bytes were not UTF-8.
fn checked(fields: Vec<(String, String)>) -> Result<FormData, WebError> {
    if fields.iter().any(|(name, value)| name.contains('\u{fffd}') || value.contains('\u{fffd}')) {
        return Err(WebError::BadRequest("Le texte reçu contient des caractères illisibles (il doit être en UTF-8)."));
    }
    Ok(FormData(fields))
}

async fn read_multipart(request: Request, app: &App) -> Result<(FormData, Vec<UploadedFile>), WebError> {
    let mut limited = request.map(|body| axum::body::Body::new(http_body_util::Limited::new(body, MAX_UPLOAD)));
    // The framework's own limit, 2 MB, is smaller than one document.
    DefaultBodyLimit::disable().apply(&mut limited);
    let mut multipart = Multipart::from_request(limited, app).await.map_err(|_| WebError::BadRequest("Ce formulaire est illisible."))?;
    let (mut fields, mut files, mut size) = (Vec::new(), Vec::new(), 0);
    while let Some(field) = multipart.next_field().await.map_err(refused)? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file_name) = field.file_name().map(str::to_owned) {
            let bytes = field.bytes().await.map_err(refused)?.to_vec();
            if !bytes.is_empty() || !file_name.is_empty() {
                files.push(UploadedFile { field: name, file_name, bytes });
            }
        } else {
            let bytes = field.bytes().await.map_err(refused)?;
            size += bytes.len();
            if size > MAX_FORM {
                return Err(WebError::TooLarge("512 Ko pour le texte d’un formulaire"));
            }
            fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok((checked(fields)?, files))
}

fn refused(error: MultipartError) -> WebError {
    let limited = std::iter::successors(std::error::Error::source(&error), |e| e.source()).any(|e| e.to_string().contains("length limit"));
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE || limited {
        WebError::TooLarge("32 Mo pour un envoi, 10 Mo pour un document")
    } else {
        WebError::BadRequest("Ce formulaire est illisible\u{a0}: rechargez la page et recommencez.")
    }
}
