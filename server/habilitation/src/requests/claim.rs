//! A request prepared by a reviewer becomes the draft of the one person invited to file it.

use domain::{ids::RequestId, prepared::Phase, request::JournalKind, siret::Siret};
use store::{
    account, journal, organisation,
    prepared::{self, Prepared},
    unless_stale,
};

use super::{Applying, RequestError, Ties};

#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Used, expired, withdrawn or never sent.
    #[error("dead link")]
    Dead,
    /// The link was sent to another address.
    #[error("somebody else's")]
    NotYours,
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl From<store::Error> for ClaimError {
    fn from(error: store::Error) -> Self {
        Self::Request(error.into())
    }
}

/// What the invited person reads before taking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub service: String,
    pub title: String,
    pub organisation: String,
    pub by: String,
    pub note: String,
}

impl Applying<'_> {
    pub async fn offer(&self, token: &str) -> Result<Offer, ClaimError> {
        let (one, siret) = self.offered(token).await?;
        let cx = &self.room.cx;
        let by = account::by_id(&cx.db, one.prepared_by).await?.map(|account| account.name()).unwrap_or_default();
        let name = organisation::directory_entry(&cx.db, &siret).await?.and_then(|(found, _)| found).map(|found| found.name);
        Ok(Offer {
            service: self.room.form_name(&one.service, one.variant.as_deref()),
            title: one.answers.text("name").to_owned(),
            organisation: name.unwrap_or_else(|| siret.spaced()),
            by,
            note: one.note,
        })
    }

    async fn offered(&self, token: &str) -> Result<(Prepared, Siret), ClaimError> {
        let cx = &self.room.cx;
        let one = prepared::by_token(&cx.db, token).await?.ok_or(ClaimError::Dead)?;
        let Phase::Invited { siret, until, .. } = &one.phase else { return Err(ClaimError::Dead) };
        if *until <= cx.now() {
            return Err(ClaimError::Dead);
        }
        if !one.phase.may_be_claimed(&self.actor.email, cx.now()) {
            return Err(ClaimError::NotYours);
        }
        let siret = siret.clone();
        Ok((one, siret))
    }

    /// Creates the draft, in the name of the organisation that the reviewer chose; its author joins that organisation, with an
    /// unverified membership. Whoever claimed it already gets the same draft again.
    pub async fn claim(&self, token: &str) -> Result<RequestId, ClaimError> {
        match self.claim_once(token).await {
            Err(ClaimError::Dead) => self.claimed_already(token).await?.ok_or(ClaimError::Dead),
            other => other,
        }
    }

    async fn claimed_already(&self, token: &str) -> Result<Option<RequestId>, ClaimError> {
        let found = prepared::by_token(&self.room.cx.db, token).await?;
        Ok(found.and_then(|one| match one.phase {
            Phase::Claimed { by, request, .. } if by == self.actor.account => Some(request),
            _ => None,
        }))
    }

    async fn claim_once(&self, token: &str) -> Result<RequestId, ClaimError> {
        let cx = &self.room.cx;
        let (one, siret) = self.offered(token).await?;
        let whole = self.room.form_prepared(&one).ok_or(RequestError::UnknownService)?;
        let found = organisation::directory_entry(&cx.db, &siret).await?.and_then(|(found, _)| found);
        let mut answers = whole.first_answers();
        answers.0.extend(domain::prefill::accepted(whole, &one.answers.pairs()).0);
        whole.fit(&mut answers);
        let form = whole.asked(&answers);
        let by = account::by_id(&cx.db, one.prepared_by).await?.map(|account| account.name()).unwrap_or_default();
        let id = cx.new_id();
        let tx = cx.begin().await?;
        let body = organisation::upsert(&tx, cx.new_id(), &siret, found.as_ref(), cx.now()).await?;
        self.room.check_body(form, &body).map_err(RequestError::from)?;
        if !organisation::is_member(&tx, self.actor.account, body.id).await? {
            organisation::join(&tx, self.actor.account, body.id, false, cx.now()).await?;
        }
        self.create(&tx, id, form, &body, &answers, Ties::default()).await?;
        journal::write(cx, &tx, id, JournalKind::Claimed, self.actor, &format!("Préparé par {by}")).await?;
        unless_stale(prepared::claim(&tx, one.id, self.actor.account, id, one.version, cx.now()).await, || ClaimError::Dead)?;
        tx.commit().await?;
        Ok(id)
    }
}
