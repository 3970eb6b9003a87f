//! Documents: their format is detected and their size checked; they are stored sealed outside the web root under their row's id,
//! scanned, and downloaded under the access rules of their request.

use domain::{
    actor::Actor,
    document::{Format, MAX_BYTES, Scan, formats_in_words},
    events::Event,
    form::Answers,
    ids::{DocumentId, RequestId},
    quota::Spent,
    sight::Documents,
    text::is_invisible,
};
use sha2::{Digest, Sha256};
use store::{
    document::{self, OF_MESSAGE},
    outbox,
    request::{self, Request, Viewer},
};

use crate::{Habilitation, requests::RequestError};

mod clamd;
mod files;
mod scan;

pub use clamd::{ClamdError, Scanner};
pub(crate) use files::document_in;
pub use scan::ScanError;
pub use store::document::Document;

/// Maximum number of characters of a file name; a longer one is cut in its middle.
const MAX_NAME: usize = 200;
/// Characters kept after the cut, before the extension.
const AFTER_CUT: usize = 40;

/// A file as the browser sent it.
#[derive(Debug, Clone)]
pub struct Upload {
    pub field: String,
    pub file_name: String,
    pub bytes: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("too large")]
    TooLarge,
    #[error("empty")]
    Empty,
    /// The accepted formats, in words.
    #[error("not of an accepted format")]
    Format(String),
    #[error("more than {0} documents")]
    TooMany(usize),
    #[error(transparent)]
    Spent(#[from] Spent),
    /// The antivirus has not answered yet.
    #[error("not scanned yet")]
    Waiting,
    #[error("infected")]
    Infected,
    #[error("could not be scanned")]
    Unscanned,
    #[error("asked to be scanned too often")]
    ScannedEnough,
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("the document cannot be stored")]
    Io(#[from] std::io::Error),
}

impl DocumentError {
    /// What the person who chose the file reads; `None` when the error is not about the file.
    pub fn about_the_file(&self) -> Option<String> {
        Some(match self {
            Self::TooLarge => "Ce document dépasse 10 Mo\u{a0}: réduisez-le ou déposez-en plusieurs.".to_owned(),
            Self::Empty => "Ce document est vide.".to_owned(),
            Self::Format(one) => format!("Ce document n’est pas dans un format accepté\u{a0}: {one}."),
            Self::TooMany(one) => format!("{one} documents au plus\u{a0}: retirez-en un avant d’en ajouter."),
            Self::Spent(error) => error.sentence(),
            _ => return None,
        })
    }
}

impl From<store::Error> for DocumentError {
    fn from(error: store::Error) -> Self {
        Self::Request(error.into())
    }
}

/// The format of the bytes, when the field accepts it.
pub(crate) fn check(bytes: &[u8], formats: &[Format]) -> Result<Format, DocumentError> {
    if bytes.is_empty() {
        return Err(DocumentError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(DocumentError::TooLarge);
    }
    Format::sniff(bytes).filter(|format| formats.contains(format)).ok_or_else(|| DocumentError::Format(formats_in_words(formats)))
}

impl Habilitation {
    /// The row for a checked file; nothing is written yet.
    pub(crate) fn new_document(&self, actor: &Actor, request: RequestId, upload: &Upload, format: Format) -> Document {
        Document {
            id: self.cx.new_id(),
            request,
            field: upload.field.clone(),
            file_name: clean_name(&upload.file_name, format),
            format,
            size: u64::try_from(upload.bytes.len()).unwrap_or(u64::MAX),
            sha256: hex::encode(Sha256::digest(&upload.bytes)),
            uploaded_by: actor.account,
            created_at: self.cx.now(),
            scan: if self.scanner.is_some() { Scan::Waiting } else { Scan::Unscanned },
            rescans: 0,
        }
    }

    /// The same file for another request, to be scanned again; `None` when its bytes cannot be read or written.
    pub(crate) async fn copy_document(&self, from: &Document, actor: &Actor, request: RequestId) -> Option<Document> {
        let bytes = self.bytes_of(from).await.ok()?;
        let upload = Upload { field: from.field.clone(), file_name: from.file_name.clone(), bytes };
        let copy = self.new_document(actor, request, &upload, from.format);
        match self.keep_bytes(&copy, &upload.bytes).await {
            Ok(()) => Some(copy),
            Err(error) => {
                tracing::warn!(document.id = %from.id, %error, "a document could not be copied");
                None
            }
        }
    }

    /// Adds the row, and the event that has it scanned.
    pub(crate) async fn add_row(&self, tx: &store::Tx, document: &Document) -> Result<(), store::Error> {
        document::add(tx, document).await?;
        if document.scan == Scan::Waiting {
            outbox::publish(&self.cx, tx, None, &Event::Scan { document: document.id }).await?;
        }
        Ok(())
    }

    /// When a draft that was never submitted is archived, its documents are removed: the rows in this transaction, the files after
    /// the commit.
    pub(crate) async fn drop_documents_of_draft(&self, tx: &store::Tx, request: &Request) -> Result<(), store::Error> {
        if request.round > 0 {
            return Ok(());
        }
        let mut names = Vec::new();
        for one in document::of_request(tx, request.id).await? {
            document::remove(tx, one.id).await?;
            names.push(file_name(&one));
        }
        if !names.is_empty() {
            outbox::publish(&self.cx, tx, None, &Event::FilesDropped { names }).await?;
        }
        Ok(())
    }

    /// Has the files of these documents deleted after the commit, when the request they belong to is erased.
    pub(crate) async fn drop_files(&self, tx: &store::Tx, documents: &[Document]) -> Result<(), store::Error> {
        if documents.is_empty() {
            return Ok(());
        }
        let names = documents.iter().map(file_name).collect();
        outbox::publish(&self.cx, tx, None, &Event::FilesDropped { names }).await
    }

    /// For whoever may see the document in the request, and the reviewers of its service; for others it does not exist.
    pub async fn read_document(&self, actor: &Actor, id: RequestId, document: DocumentId) -> Result<(Document, Vec<u8>), DocumentError> {
        let row = document::find(&self.cx.db, id, document).await?.ok_or(RequestError::NotFound)?;
        self.document_door(actor, id, &row).await?;
        match row.scan {
            Scan::Waiting => Err(DocumentError::Waiting),
            Scan::Infected => Err(DocumentError::Infected),
            Scan::Failed => Err(DocumentError::Unscanned),
            Scan::Unscanned | Scan::Clean => {
                let bytes = self.bytes_of(&row).await?;
                Ok((row, bytes))
            }
        }
    }

    pub(crate) async fn document_door(&self, actor: &Actor, id: RequestId, document: &Document) -> Result<(), DocumentError> {
        if document.field == OF_MESSAGE {
            return Ok(self.messaging_door(actor, id).await?);
        }
        let db = &self.cx.db;
        let seen = request::seen_by(db, id, Viewer { account: actor.account, email: &actor.email }).await?;
        let opens = seen.as_ref().map_or(Documents::Sent, |seen| seen.sight.documents());
        let is_in = |answers: &Answers| cited_in(answers, std::slice::from_ref(document)).next().is_some();
        let open = match (opens, seen) {
            (Documents::All, Some(_)) => true,
            (Documents::Cited, Some(seen)) => {
                let mut read = self.opened(seen.request).await?;
                read.reduce_for(&actor.email);
                is_in(&read.request.answers) || (self.reviews(actor, id).await? && self.was_sent(id, is_in).await?)
            }
            (_, seen) => (seen.is_some() || self.reviews(actor, id).await?) && self.was_sent(id, is_in).await?,
        };
        if open { Ok(()) } else { Err(RequestError::NotFound.into()) }
    }

    async fn reviews(&self, actor: &Actor, id: RequestId) -> Result<bool, store::Error> {
        Ok(request::of_reviewer(&self.cx.db, id, &actor.grants).await?.is_some())
    }

    async fn was_sent(&self, id: RequestId, is_in: impl Fn(&Answers) -> bool) -> Result<bool, store::Error> {
        Ok(request::submissions(&self.cx.db, id).await?.iter().any(|one| is_in(&one.answers)))
    }
}

fn file_name(document: &Document) -> String {
    format!("{}.{}", document.id, document.format.as_str())
}

/// Of all the documents the request ever had, those that its answers cite, in the order of the answers.
pub fn cited<'a>(request: &'a Request, documents: &'a [Document]) -> impl Iterator<Item = &'a Document> {
    cited_in(&request.answers, documents)
}

pub(crate) fn cited_in<'a>(answers: &'a Answers, documents: &'a [Document]) -> impl Iterator<Item = &'a Document> {
    let named = answers.0.iter().flat_map(|(field, values)| values.iter().map(move |value| (field, value)));
    named.filter_map(|(field, value)| documents.iter().find(|document| document.field == *field && document.id.to_string() == *value))
}

/// The last part of a path, as typed but without control and invisible characters, with the extension of its format.
fn clean_name(name: &str, format: Format) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    let kept = kept.trim().trim_matches('.');
    let end = format!(".{}", format.as_str());
    let named = match kept {
        "" => format!("document{end}"),
        _ if kept.to_lowercase().ends_with(&end) => kept.to_owned(),
        _ => format!("{kept}{end}"),
    };
    let length = named.chars().count();
    if length <= MAX_NAME {
        return named;
    }
    let after = AFTER_CUT + end.len();
    let first: String = named.chars().take(MAX_NAME - after - 1).collect();
    let last: String = named.chars().skip(length - after).collect();
    format!("{}…{}", first.trim_end(), last.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_out_harmless() {
        for (given, kept) in [
            ("Délibération 2026.pdf", "Délibération 2026.pdf"),
            ("C:\\Users\\x\\ACTE.PDF", "ACTE.PDF"),
            ("../../etc/passwd", "passwd.pdf"),
            ("a\"\r\nX: y.pdf", "a\"X: y.pdf"),
            ("Le «\u{a0}oui\u{a0}» ; \"non\" <b>?*|.pdf", "Le «\u{a0}oui\u{a0}» ; \"non\" <b>?*|.pdf"),
            ("facture\u{202e}fdp\u{200b}.exe", "facturefdp.exe.pdf"),
            ("..", "document.pdf"),
            ("", "document.pdf"),
        ] {
            assert_eq!(clean_name(given, Format::Pdf), kept);
        }
        assert_eq!(clean_name("tarifs", Format::Ods), "tarifs.ods");
        let long = format!("{}.pdf", "é".repeat(196));
        assert_eq!(clean_name(&long, Format::Pdf), long, "200 characters are kept");
        let cut = clean_name(&format!("Délibération {} du 3 mai 2027.PDF", "x".repeat(500)), Format::Pdf);
        assert_eq!(cut.chars().count(), 200);
        assert!(cut.starts_with("Délibération xxx") && cut.contains("x…x") && cut.ends_with("x du 3 mai 2027.PDF"), "{cut}");
        assert!(clean_name(&"x".repeat(500), Format::Csv).ends_with("xx.csv"));
    }
}
