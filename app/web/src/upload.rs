//! Forms with documents. A file is read only once its sender and CSRF token are known, and is written to disk as it arrives.

use std::{os::unix::fs::FileExt, sync::Arc};

use axum::{
    extract::{
        DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};
use domain::{actor::Actor, document::MAX_BYTES, routes, text};
use habilitation::documents::Upload;
use tokio::{io::AsyncWriteExt, sync::OwnedSemaphorePermit};

use crate::{
    error::WebError,
    form::{self, ActorForm, FormData, MAX_FORM},
    intake::{Gate, Sending},
    kept,
    state::App,
    visitor::{Visitor, require_strength},
};

/// Per form.
const MAX_FILES: usize = 20;

/// A document that was sent, in an unnamed temporary file that disappears with the request.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    pub field: String,
    pub file_name: String,
    file: Arc<std::fs::File>,
    size: usize,
}

/// A form with documents whose CSRF token matches the visitor's session. The page puts the token before the files.
#[derive(Debug)]
pub struct SignedUpload {
    pub actor: Actor,
    pub visitor: Visitor,
    pub data: FormData,
    pub files: Vec<UploadedFile>,
    _sending: Option<Sending>,
}

impl UploadedFile {
    /// Its field, its name and its size in bytes.
    pub fn described(&self) -> (&str, &str, usize) {
        (&self.field, &self.file_name, self.size)
    }
}

impl FromRequest<App> for SignedUpload {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        if !form::is_multipart(request.headers()) {
            let ActorForm { actor, visitor, data, .. } = ActorForm::from_request(request, app).await?;
            return Ok(Self { actor, visitor, data, files: Vec::new(), _sending: None });
        }
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        require_strength(&parts.uri, visitor.actor.as_ref())?;
        let mut kept = parts.clone();
        let mut fields = Vec::new();
        let received = receive(Request::from_parts(parts, body), app, &visitor, &mut fields).await;
        let data = form::checked(fields);
        let (files, sending) = match received {
            Ok(received) => received,
            Err(WebError::SignIn { .. }) => return Err(form::expired(&kept, app)),
            Err(error) => {
                form::keep_for_again(&kept, &visitor, &data);
                return Err(error);
            }
        };
        if !visitor.csrf_matches(data.text("csrf")) {
            return Err(form::from_another_session(app, &kept, &visitor, &data).await?);
        }
        let Some(actor) = visitor.actor.clone() else { return Err(form::expired(&kept, app)) };
        form::note(app, &mut kept, &visitor, &data, &files).await?;
        Ok(Self { actor, visitor, data, files, _sending: sending })
    }
}

/// Texts are added to `fields` as they arrive, so that they are known when a document is refused. Files are read only if the CSRF token
/// before them matches; those of a page opened in another session are skipped, and the texts after them are still read.
async fn receive(
    mut request: Request,
    app: &App,
    visitor: &Visitor,
    fields: &mut Vec<(String, String)>,
) -> Result<(Vec<UploadedFile>, Option<Sending>), WebError> {
    // The framework's own limit, 2 MB, is smaller than one document: [`Gate`] applies ours.
    DefaultBodyLimit::disable().apply(&mut request);
    let gate = request.extensions().get::<Gate>().cloned();
    let mut multipart = Multipart::from_request(request, app).await.map_err(|_| WebError::BadRequest("Ce formulaire est illisible."))?;
    let (mut files, mut sending, mut length) = (Vec::new(), None, 0);
    while let Some(mut part) = multipart.next_field().await.map_err(refused)? {
        let name = part.name().unwrap_or_default().to_owned();
        let Some(file_name) = part.file_name().map(|name| text::visible(&as_typed(name)).into_owned()) else {
            let text = text_of(&mut part, &mut length).await?;
            fields.push((name, text));
            continue;
        };
        if !is_read(app, visitor, fields)? {
            continue;
        }
        let first = part.chunk().await.map_err(refused)?;
        if file_name.is_empty() && first.as_ref().is_none_or(|bytes| bytes.is_empty()) {
            continue;
        }
        if files.len() >= MAX_FILES {
            return Err(WebError::BadRequest("20 documents au plus par envoi."));
        }
        if sending.is_none() {
            let account = visitor.actor.as_ref().map(|actor| actor.account).ok_or(WebError::FormExpired)?;
            sending = Some(app.intake.begin_upload(account)?);
        }
        let (file, size) = to_disk(app, gate.as_ref(), part, first).await?;
        files.push(UploadedFile { field: name, file_name, file: Arc::new(file), size });
    }
    Ok((files, sending))
}

/// Whether the files of this form are read, according to the CSRF token that came before them.
fn is_read(app: &App, visitor: &Visitor, fields: &[(String, String)]) -> Result<bool, WebError> {
    let sent = fields.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value);
    match visitor.csrf_matches(sent) {
        true if visitor.actor.is_some() => Ok(true),
        false if kept::owner(app, sent).is_some() => Ok(false),
        _ if visitor.actor.is_none() => Err(WebError::SignIn { return_to: routes::HOME.to_owned() }),
        _ => Err(WebError::FormExpired),
    }
}

/// The name of a file as it is on its disk: browsers send a quotation mark and line ends as these codes, and those alone (HTML Standard,
/// « multipart/form-data encoding algorithm »).
fn as_typed(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

async fn text_of(part: &mut Field<'_>, length: &mut usize) -> Result<String, WebError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(refused)? {
        *length += chunk.len();
        if *length > MAX_FORM {
            return Err(WebError::TooLarge("512 Ko pour le texte d’un formulaire"));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| form::not_utf8())
}

async fn to_disk(app: &App, gate: Option<&Gate>, mut part: Field<'_>, first: Option<axum::body::Bytes>) -> Result<(std::fs::File, usize), WebError> {
    let file = tempfile::tempfile_in(&app.intake.folder).map_err(WebError::internal)?;
    let (mut file, mut size, mut next) = (tokio::fs::File::from_std(file), 0, first);
    while let Some(chunk) = next {
        // A byte more than a document may have is enough to tell that it is too large.
        let kept = chunk.len().min((MAX_BYTES + 1).saturating_sub(size));
        file.write_all(chunk.get(..kept).unwrap_or_default()).await.map_err(WebError::internal)?;
        size += kept;
        if let Some(gate) = gate {
            gate.written(chunk.len());
        }
        next = part.chunk().await.map_err(refused)?;
    }
    file.flush().await.map_err(WebError::internal)?;
    Ok((file.into_std().await, size))
}

fn refused(error: MultipartError) -> WebError {
    let limited = std::iter::successors(std::error::Error::source(&error), |e| e.source()).any(|e| e.to_string().contains("length limit"));
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE || limited {
        WebError::TooLarge("32 Mo pour un envoi, 10 Mo pour un document")
    } else {
        WebError::BadRequest("Ce formulaire est illisible\u{a0}: rechargez la page et recommencez.")
    }
}

/// Documents in memory, for as long as they are used.
pub struct Loaded {
    pub uploads: Vec<Upload>,
    _room: OwnedSemaphorePermit,
}

/// # Errors
/// When too many documents are in memory already.
pub async fn load(app: &App, files: &[UploadedFile]) -> Result<Loaded, WebError> {
    let room = app.intake.room(files.iter().map(|file| file.size).sum()).await?;
    let mut uploads = Vec::new();
    for file in files {
        uploads.push(read(file).await?);
    }
    Ok(Loaded { uploads, _room: room })
}

/// A document in memory, with the permit to hold while it stays there.
///
/// # Errors
/// When too many documents are in memory already.
pub async fn load_one(app: &App, file: &UploadedFile) -> Result<(Upload, OwnedSemaphorePermit), WebError> {
    let room = app.intake.room(file.size).await?;
    Ok((read(file).await?, room))
}

async fn read(UploadedFile { field, file_name, file, size }: &UploadedFile) -> Result<Upload, WebError> {
    let (file, mut bytes) = (file.clone(), vec![0; *size]);
    let read = move || file.read_exact_at(&mut bytes, 0).map(|()| bytes);
    let bytes = tokio::task::spawn_blocking(read).await.map_err(WebError::internal)?.map_err(WebError::internal)?;
    Ok(Upload { field: field.clone(), file_name: file_name.clone(), bytes })
}
