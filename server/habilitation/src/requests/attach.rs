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

use super::{Applying, RequestError, filling::TRIES};
use crate::documents::{DocumentError, Upload, check, cited};

impl Applying<'_> {
    /// Attaches one document; false when the question has one of the same name and the same bytes already. What others write in the
    /// request meanwhile is no conflict: the document is attached again.
    pub(super) async fn add_document(&self, id: RequestId, upload: &Upload) -> Result<bool, DocumentError> {
        let mut done = self.add_document_once(id, upload).await;
        for _ in 1..TRIES {
            let Err(DocumentError::Request(RequestError::Stale(_))) = done else { break };
            done = self.add_document_once(id, upload).await;
        }
        done
    }

    async fn add_document_once(&self, id: RequestId, upload: &Upload) -> Result<bool, DocumentError> {
        let (mut request, service) = self.editable(id).await?;
        let fields = service.all_fields();
        let field = fields.iter().find(|f| f.id == upload.field && f.kind == Kind::Documents).ok_or(RequestError::NotFound)?;
        let format = check(&upload.bytes, &field.formats())?;
        let row = self.room.new_document(self.actor, id, upload, format);
        let known = document::of_request(&self.room.cx.db, id).await?;
        let same = |one: &Document| (&one.field, &one.file_name, &one.sha256) == (&row.field, &row.file_name, &row.sha256);
        if cited(&request, &known).any(|one| same(one) && !one.scan.wants_another()) {
            return Ok(false);
        }
        if request.answers.all(&field.id).len() >= MAX_PER_FIELD {
            return Err(DocumentError::TooMany(MAX_PER_FIELD));
        }
        self.room.quota(&self.room.cx.db, Made::Documents, (self.actor.account, Some(request.organisation)), 1).await??;
        let mut ids = request.answers.all(&field.id).to_vec();
        ids.push(row.id.to_string());
        request.answers.0.insert(field.id.clone(), ids);
        self.room.keep_bytes(&row, &upload.bytes).await?;
        let written = self.attach(&request, &row).await;
        if written.is_err() {
            self.room.forget_bytes(&row).await;
        }
        written.map(|()| true)
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
        let mut done = self.remove_document_once(id, document).await;
        for _ in 1..TRIES {
            let Err(DocumentError::Request(RequestError::Stale(_))) = done else { break };
            done = self.remove_document_once(id, document).await;
        }
        let Err(DocumentError::Request(RequestError::NotFound)) = done else { return done };
        // Removed already by the same form.
        let last = self.room.own_last(self.actor, id, [JournalKind::DocumentAdded, JournalKind::DocumentRemoved]).await?;
        if last.is_some_and(|line| line.kind == JournalKind::DocumentRemoved) { Ok(()) } else { done }
    }

    async fn remove_document_once(&self, id: RequestId, document: DocumentId) -> Result<(), DocumentError> {
        let cx = &self.room.cx;
        let (mut request, _) = self.editable(id).await?;
        let row = document::find(&cx.db, id, document).await?.ok_or(RequestError::NotFound)?;
        if !without(&mut request.answers, &row.field, document) {
            return Err(RequestError::NotFound.into());
        }
        // A document that was submitted stays for its submission, and is there again when a change is cancelled.
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

/// Removes a document from the answers; false when they did not cite it.
fn without(answers: &mut Answers, field: &str, document: DocumentId) -> bool {
    let Some(ids) = answers.0.get_mut(field) else { return false };
    let before = ids.len();
    ids.retain(|id| *id != document.to_string());
    ids.len() < before
}
