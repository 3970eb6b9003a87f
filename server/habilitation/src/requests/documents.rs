//! Documents: sniffed, sized, stored outside the web root under a random name, and downloaded through the same
//! door as the request they belong to.

use domain::{
    actor::Actor,
    catalogue::Kind,
    form::Answers,
    ids::{DocumentId, RequestId},
    request::JournalKind,
};
use sha2::{Digest, Sha256};
use store::{
    document::{self, Document},
    journal,
    request::{self, Request},
};

use super::{Applying, RequestError};
use crate::Habilitation;

/// Of one document.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
const MAX_PER_FIELD: usize = 6;
const MAX_NAME: usize = 120;

/// A file as the browser sent it.
#[derive(Debug, Clone)]
pub struct Upload {
    pub field: String,
    pub file_name: String,
    pub bytes: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("Ce document dépasse 10 Mo\u{a0}: réduisez-le ou déposez-en plusieurs.")]
    TooLarge,
    #[error("Ce document n’est pas un PDF.")]
    NotPdf,
    #[error("Six documents au plus\u{a0}: retirez-en un avant d’en ajouter.")]
    TooMany,
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("the document cannot be stored")]
    Io(#[from] std::io::Error),
}

impl From<store::Error> for DocumentError {
    fn from(error: store::Error) -> Self {
        Self::Request(error.into())
    }
}

impl Applying<'_> {
    /// Attaches one PDF; the new version of the request is returned.
    pub async fn add_document(&self, id: RequestId, upload: Upload) -> Result<i32, DocumentError> {
        let cx = &self.room.cx;
        let (mut request, service) = self.editable(id).await?;
        let fields = service.all_fields();
        let field = fields.iter().find(|f| f.id == upload.field && f.kind == Kind::Documents).ok_or(RequestError::NotFound)?;
        if upload.bytes.len() > MAX_BYTES {
            return Err(DocumentError::TooLarge);
        }
        if !upload.bytes.starts_with(b"%PDF-") {
            return Err(DocumentError::NotPdf);
        }
        if request.answers.all(&field.id).len() >= MAX_PER_FIELD {
            return Err(DocumentError::TooMany);
        }
        let row = Document {
            id: cx.new_id(),
            request: id,
            field: field.id.clone(),
            file_name: clean_name(&upload.file_name),
            size: u64::try_from(upload.bytes.len()).unwrap_or(u64::MAX),
            sha256: hex::encode(Sha256::digest(&upload.bytes)),
            uploaded_by: self.actor.account,
            created_at: cx.now(),
        };
        tokio::fs::create_dir_all(&self.room.documents).await?;
        tokio::fs::write(self.room.document_path(row.id), &upload.bytes).await?;
        let mut ids = request.answers.all(&field.id).to_vec();
        ids.push(row.id.to_string());
        request.answers.0.insert(field.id.clone(), ids);
        let tx = cx.begin().await?;
        document::add(&*tx, &row).await?;
        let version = self.write_documents(&tx, &request).await?;
        journal::write(cx, &*tx, id, JournalKind::DocumentAdded, Some(self.actor.account), &row.file_name).await?;
        tx.commit().await?;
        Ok(version)
    }

    pub async fn remove_document(&self, id: RequestId, document: DocumentId) -> Result<String, DocumentError> {
        let cx = &self.room.cx;
        let (mut request, _) = self.editable(id).await?;
        let row = document::find(&cx.db, id, document).await?.ok_or(RequestError::NotFound)?;
        without(&mut request.answers, &row.field, document);
        let tx = cx.begin().await?;
        document::remove(&*tx, document).await?;
        self.write_documents(&tx, &request).await?;
        journal::write(cx, &*tx, id, JournalKind::DocumentRemoved, Some(self.actor.account), &row.file_name).await?;
        tx.commit().await?;
        if let Err(error) = tokio::fs::remove_file(self.room.document_path(document)).await {
            tracing::warn!(document.id = %document, %error, "a removed document's file could not be deleted");
        }
        Ok(row.field)
    }

    async fn write_documents(&self, tx: &store::Tx, request: &Request) -> Result<i32, DocumentError> {
        match request::save(&**tx, request, self.room.cx.now()).await {
            Err(store::Error::Stale { .. }) => Err(RequestError::Stale(Box::new(request.clone())).into()),
            other => Ok(other?),
        }
    }
}

impl Habilitation {
    fn document_path(&self, id: DocumentId) -> std::path::PathBuf {
        self.documents.join(format!("{id}.pdf"))
    }

    /// For the applicant of the request and the reviewers of its service; nobody else learns that it exists.
    pub async fn read_document(&self, actor: &Actor, id: RequestId, document: DocumentId) -> Result<(Document, Vec<u8>), DocumentError> {
        let db = &self.cx.db;
        let seen = match request::of_applicant(db, id, actor.account).await? {
            Some(request) => Some(request),
            None => request::of_reviewer(db, id, &actor.grants).await?,
        };
        seen.ok_or(RequestError::NotFound)?;
        let row = document::find(db, id, document).await?.ok_or(RequestError::NotFound)?;
        let bytes = tokio::fs::read(self.document_path(document)).await?;
        Ok((row, bytes))
    }
}

fn without(answers: &mut Answers, field: &str, document: DocumentId) {
    if let Some(ids) = answers.0.get_mut(field) {
        ids.retain(|id| *id != document.to_string());
    }
}

/// The last part of a path, without what a header or a page could stumble over.
fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control() && !"\"<>|?*:;".contains(*c)).take(MAX_NAME).collect();
    if kept.trim().is_empty() { "document.pdf".to_owned() } else { kept.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::clean_name;

    #[test]
    fn names_come_out_harmless() {
        for (given, kept) in [
            ("Délibération 2026.pdf", "Délibération 2026.pdf"),
            ("C:\\Users\\x\\acte.pdf", "acte.pdf"),
            ("../../etc/passwd", "passwd"),
            ("a\"\r\nX: y.pdf", "aX y.pdf"),
            ("", "document.pdf"),
        ] {
            assert_eq!(clean_name(given), kept);
        }
        assert_eq!(clean_name(&"x".repeat(500)).len(), 120);
    }
}
