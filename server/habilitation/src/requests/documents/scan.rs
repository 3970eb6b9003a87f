//! Has documents scanned and records the verdict. Run by the outbox, at least once for each document.

use domain::{
    actor::Actor,
    document::{MAX_RESCANS, Scan},
    events::Event,
    ids::{DocumentId, RequestId},
    request::JournalKind,
    routes,
    sight::Act,
};
use store::{
    account, co_editor,
    document::{self, Document},
    journal, outbox,
    request::{self, Viewer},
    role,
};

use super::{
    DocumentError, OF_MESSAGE,
    clamd::{ClamdError, Verdict},
};
use crate::{
    Habilitation,
    mails::{self, About},
    requests::RequestError,
};

/// The scan must be tried again later.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    #[error(transparent)]
    Clamd(#[from] ClamdError),
    #[error("the document cannot be read")]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Habilitation {
    /// Asks the antivirus once more about a document it could not read; for people who may see the state of the document.
    pub async fn scan_again(&self, actor: &Actor, id: RequestId, document: DocumentId) -> Result<(), DocumentError> {
        let cx = &self.cx;
        let row = document::find(&cx.db, id, document).await?.ok_or(RequestError::NotFound)?;
        self.document_door(actor, id, &row).await?;
        if row.field != OF_MESSAGE {
            let viewer = Viewer { account: actor.account, email: &actor.email };
            let reads = request::seen_by(&cx.db, id, viewer).await?.is_some_and(|seen| seen.allows(Act::Read));
            if !reads && request::of_reviewer(&cx.db, id, &actor.grants).await?.is_none() {
                return Err(RequestError::NotFound.into());
            }
        }
        if row.scan == Scan::Failed && row.rescans >= MAX_RESCANS {
            return Err(DocumentError::ScannedEnough);
        }
        let tx = cx.begin().await?;
        // Somebody else may have asked meanwhile: one scan is enough.
        if document::scan_again(&tx, document, MAX_RESCANS).await? {
            outbox::publish(cx, &tx, None, &Event::Scan { document }).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Does nothing for a document that is gone or was scanned already.
    pub async fn scan_document(&self, id: DocumentId) -> Result<(), ScanError> {
        let Some(row) = document::by_id(&self.cx.db, id).await?.filter(|row| row.scan == Scan::Waiting) else { return Ok(()) };
        let Some(scanner) = &self.scanner else {
            // The antivirus was taken out of the configuration meanwhile.
            return self.record(&row, Scan::Unscanned).await;
        };
        let bytes = self.bytes_of(&row).await?;
        match scanner.scan(&bytes).await? {
            Verdict::Clean => self.record(&row, Scan::Clean).await,
            Verdict::Refused(reason) => {
                tracing::warn!(document.id = %id, %reason, "the antivirus could not scan a document");
                self.record(&row, Scan::Failed).await
            }
            Verdict::Infected(name) => {
                tracing::warn!(document.id = %id, found = %name, "the antivirus found an infected document");
                self.record(&row, Scan::Infected).await?;
                self.forget_bytes(&row).await;
                Ok(())
            }
        }
    }

    async fn record(&self, row: &Document, scan: Scan) -> Result<(), ScanError> {
        let tx = self.cx.begin().await?;
        if document::record_scan(&tx, row.id, scan, self.cx.now()).await? && scan == Scan::Infected {
            journal::write(&self.cx, &tx, row.request, JournalKind::DocumentInfected, None, &row.file_name).await?;
            self.tell_of_virus(&tx, row).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Tells the person who uploaded the file, since their own machine may be infected.
    async fn tell_of_virus(&self, tx: &store::Tx, row: &Document) -> Result<(), ScanError> {
        let (Some(sender), Some(request)) = (account::by_id(tx, row.uploaded_by).await?, request::by_id(tx, row.request).await?) else {
            return Ok(());
        };
        let grants = role::of_account(tx, sender.id).await?;
        let files = request.applicant == sender.id || !co_editor::rights(tx, [request.id], sender.id).await?.is_empty();
        let reviews = !files && grants.iter().any(|grant| request.services().any(|service| service == grant.service));
        let path = if reviews { routes::review_request(row.request) } else { routes::request(row.request) };
        let about = About::new(&self.cx, &request, self.service_name(&request.service), &path);
        Ok(mails::request::infected(&sender.email, &about, &row.file_name).send(&self.cx, tx).await?)
    }
}
