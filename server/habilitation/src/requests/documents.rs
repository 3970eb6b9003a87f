//! Attaching documents to the answers, and taking them out again.

use domain::{
    catalogue::Kind,
    document::{MAX_PER_FIELD, Scan},
    form::{Answers, FieldProblem, Problem},
    ids::{DocumentId, RequestId},
    quota::Made,
    request::JournalKind,
};
use store::{
    document::{self, Document},
    journal,
    request::{self, Request},
};

use super::{Applying, RequestError};
use crate::documents::{DocumentError, Upload, check, cited};

impl Applying<'_> {
    /// Attaches one document.
    pub(super) async fn add_document(&self, id: RequestId, upload: Upload) -> Result<(), DocumentError> {
        let (mut request, service) = self.editable(id).await?;
        let fields = service.all_fields();
        let field = fields.iter().find(|f| f.id == upload.field && f.kind == Kind::Documents).ok_or(RequestError::NotFound)?;
        let format = check(&upload.bytes, &field.formats())?;
        if request.answers.all(&field.id).len() >= MAX_PER_FIELD {
            return Err(DocumentError::TooMany(MAX_PER_FIELD));
        }
        self.room.quota(&self.room.cx.db, Made::Documents, (self.actor.account, Some(request.organisation)), 1).await??;
        let row = self.room.new_document(self.actor, id, &upload, format);
        let mut ids = request.answers.all(&field.id).to_vec();
        ids.push(row.id.to_string());
        request.answers.0.insert(field.id.clone(), ids);
        self.room.keep_bytes(&row, &upload.bytes).await?;
        let written = self.attach(&request, &row).await;
        if written.is_err() {
            self.room.forget_bytes(&row).await;
        }
        written
    }

    async fn attach(&self, request: &Request, row: &Document) -> Result<(), DocumentError> {
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        self.room.add_row(&tx, row).await?;
        self.write_documents(&tx, request).await?;
        journal::write(cx, &tx, request.id, JournalKind::DocumentAdded, self.actor, &row.file_name).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a document out of the answers. Once a request was submitted, a submission or a habilitation may cite
    /// the document: it is kept for them.
    pub(super) async fn remove_document(&self, id: RequestId, document: DocumentId) -> Result<(), DocumentError> {
        let cx = &self.room.cx;
        let (mut request, _) = self.editable(id).await?;
        let row = document::find(&cx.db, id, document).await?.ok_or(RequestError::NotFound)?;
        if !without(&mut request.answers, &row.field, document) {
            return Err(RequestError::NotFound.into());
        }
        // What was sent once stays with the submission, and a change that is given up finds it again.
        let cited = request.round > 0;
        let tx = cx.begin().await?;
        if !cited {
            document::remove(&tx, document).await?;
        }
        self.write_documents(&tx, &request).await?;
        journal::write(cx, &tx, id, JournalKind::DocumentRemoved, self.actor, &row.file_name).await?;
        tx.commit().await?;
        if !cited && row.scan != Scan::Infected {
            self.room.forget_bytes(&row).await;
        }
        Ok(())
    }

    async fn write_documents(&self, tx: &store::Tx, request: &Request) -> Result<(), DocumentError> {
        let saved = request::save(tx, request, self.room.cx.now()).await;
        store::unless_stale(saved, || RequestError::Stale(Box::new(request.clone())).into()).map(|_| ())
    }
}

/// Documents in the answers which the antivirus refused, as problems of their fields.
pub(super) fn document_problems(request: &Request, documents: &[Document]) -> Vec<FieldProblem> {
    let mut problems: Vec<FieldProblem> = Vec::new();
    for document in cited(request, documents).filter(|document| document.scan.wants_another()) {
        let problem = if document.scan == Scan::Infected { Problem::InfectedDocument } else { Problem::UnscannedDocument };
        if !problems.iter().any(|known| known.field == document.field) {
            problems.push(FieldProblem { field: document.field.clone(), problem });
        }
    }
    problems
}

/// False when the answers did not hold it.
fn without(answers: &mut Answers, field: &str, document: DocumentId) -> bool {
    let Some(ids) = answers.0.get_mut(field) else { return false };
    let before = ids.len();
    ids.retain(|id| *id != document.to_string());
    ids.len() < before
}
