//! Reopening a granted request, cancelling the reopening, archiving.

use domain::{catalogue::Kind, form::Answers, ids::RequestId, request::JournalKind, sight::Act};
use store::{
    habilitation, journal, organisation,
    request::{self, Reopened, Request},
};

use super::{Applying, RequestError, opened::named};
use crate::Habilitation;

#[derive(Debug, thiserror::Error)]
pub enum LifeError {
    #[error("no such request")]
    NotFound,
    /// The state of the request does not allow it.
    #[error("not possible now")]
    NotNow,
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<RequestError> for LifeError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Store(error) => Self::Store(error),
            _ => Self::NotFound,
        }
    }
}

impl Applying<'_> {
    /// An approved request becomes a draft again; its habilitation stays in force until another replaces it.
    pub async fn reopen(&self, id: RequestId) -> Result<(), LifeError> {
        let done = self.reopen_once(id).await;
        self.or_done_already(id, JournalKind::Reopened, done).await
    }

    async fn reopen_once(&self, id: RequestId) -> Result<(), LifeError> {
        let cx = &self.room.cx;
        let mut request = self.allowed(id, Act::Manage).await?.request;
        let granted = habilitation::active_of_request(&cx.db, id).await?;
        let main = granted.into_iter().find(|one| one.service == request.service).ok_or(LifeError::NotNow)?;
        request.phase = request.phase.reopen().map_err(|_| LifeError::NotNow)?;
        request.reopened = Some(Reopened { at: cx.now(), habilitation: main.id });
        if let Some(kept) = request.set_aside.take() {
            self.room.take_up(&mut request, kept);
        }
        self.room.bring_up_to_date(&mut request);
        self.write(&request, JournalKind::Reopened, &main.public_number()).await
    }

    /// Restores what was granted; what was typed since is dropped.
    pub async fn cancel_reopening(&self, id: RequestId) -> Result<(), LifeError> {
        let done = self.cancel_reopening_once(id).await;
        self.or_done_already(id, JournalKind::ReopeningCancelled, done).await
    }

    async fn cancel_reopening_once(&self, id: RequestId) -> Result<(), LifeError> {
        let mut request = self.allowed(id, Act::Manage).await?.request;
        // Once submitted, it is under review: the teams answer first.
        if request.reopened.is_none() || !request.phase.is_editable() {
            return Err(LifeError::NotNow);
        }
        self.room.restore(&mut request).await?;
        request.set_aside = None;
        self.write(&request, JournalKind::ReopeningCancelled, "").await
    }

    /// Archives a draft nobody wants any more, or a refused or revoked request.
    pub async fn archive(&self, id: RequestId) -> Result<(), LifeError> {
        let done = self.archive_once(id).await;
        self.or_done_already(id, JournalKind::Archived, done).await
    }

    async fn archive_once(&self, id: RequestId) -> Result<(), LifeError> {
        let mut request = self.allowed(id, Act::Manage).await?.request;
        let reopened = request.reopened.is_some();
        request.phase = request.phase.archive(self.room.cx.now(), Some(self.actor.account), reopened).map_err(|_| LifeError::NotNow)?;
        self.write(&request, JournalKind::Archived, "").await
    }

    /// The same form sent twice succeeds twice.
    async fn or_done_already(&self, id: RequestId, kind: JournalKind, done: Result<(), LifeError>) -> Result<(), LifeError> {
        match done {
            Err(LifeError::NotNow) if self.room.did_last(self.actor, id, kind).await? => Ok(()),
            other => other,
        }
    }

    async fn write(&self, request: &Request, kind: JournalKind, detail: &str) -> Result<(), LifeError> {
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        store::unless_stale(request::save(&tx, request, cx.now()).await, || LifeError::NotNow)?;
        crate::clock::legal_clock_follows(cx, &tx, request).await?;
        if kind == JournalKind::Archived {
            self.room.drop_documents_of_draft(&tx, request).await?;
        }
        if kind == JournalKind::ReopeningCancelled
            && let Some(form) = self.room.form_of(request)
        {
            let organisation = organisation::by_id(&tx, request.organisation).await?.map(|one| one.name()).unwrap_or_default();
            self.room.name_contacts(&tx, request, &form, &organisation, &self.actor.email).await?;
        }
        journal::write(cx, &tx, request.id, kind, self.actor, detail).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Habilitation {
    /// Puts the request back as it was granted.
    pub(crate) async fn restore(&self, request: &mut Request) -> Result<(), store::Error> {
        let inconsistent = || store::Error::Inconsistent { table: "request", id: request.id.to_string() };
        let reopened = request.reopened.ok_or_else(inconsistent)?;
        let granted = habilitation::by_id(&self.cx.db, reopened.habilitation).await?.ok_or_else(inconsistent)?;
        request.phase = request.phase.clone().restore(granted.granted_at, granted.granted_by).map_err(|_| inconsistent())?;
        request.title = granted.title;
        (request.catalogue_version, request.begun_version) = (granted.catalogue_version, None);
        self.follow_form(request, granted.answers);
        request.relies_on = granted.relies_on;
        request.reopened = None;
        request.folded = self.words_of(request).await?;
        Ok(())
    }

    /// A request sent back for changes becomes what was last submitted again; what its people wrote since is set aside for them.
    pub(crate) async fn put_back_as_sent(&self, request: &mut Request) -> Result<(), store::Error> {
        let inconsistent = || store::Error::Inconsistent { table: "request", id: request.id.to_string() };
        let written = request::by_id(&self.cx.db, request.id).await?.ok_or_else(inconsistent)?.answers;
        *request = request::as_sent(&self.cx.db, request.clone()).await?;
        request.set_aside = Some(written).filter(|written| *written != request.answers);
        request.begun_version = None;
        let sent = request.answers.clone();
        self.take_up(request, sent);
        Ok(())
    }

    /// Sets the answers, with the title, the services and the reliance that depend on them.
    pub(crate) fn take_up(&self, request: &mut Request, answers: Answers) {
        request.title = answers.text("name").to_owned();
        self.follow_form(request, answers);
        if let Some(form) = self.form_of(request)
            && form.blocks.iter().flat_map(|block| &block.fields).any(|field| field.kind == Kind::Reliance)
        {
            request.relies_on = named(&form, &request.answers).next();
        }
    }

    /// Whether the answers of a reopened request are those that were granted.
    pub(crate) async fn is_unchanged(&self, request: &Request) -> Result<bool, store::Error> {
        let Some(reopened) = request.reopened else { return Ok(false) };
        let granted = habilitation::by_id(&self.cx.db, reopened.habilitation).await?;
        Ok(granted.is_some_and(|granted| granted.answers == request.answers))
    }
}
