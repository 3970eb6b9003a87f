//! The transfer of a request between two people of one organisation.

use domain::{
    contact::Email,
    ids::RequestId,
    request::{JournalKind, State},
    routes,
    sight::Act,
};
use store::{
    account::{self, Account},
    journal, organisation,
    request::{self, Request},
};

use super::{Applying, RequestError};
use crate::mails::{self, About};

#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    #[error("no such request")]
    NotFound,
    #[error("not an e-mail address")]
    Email,
    /// The same sentence whether the account is missing or works elsewhere.
    #[error("no account of the body has this address")]
    NotColleague,
    #[error("one's own request")]
    Yourself,
    /// A draft never sent: there is nothing to hand over yet. Or an archived request.
    #[error("not possible now")]
    NotNow,
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl TransferError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::Email => "Cette adresse électronique n’est pas valide. Exemple\u{a0}: prenom.nom@mairie.fr".to_owned(),
            Self::NotColleague => "Aucun compte de votre organisation n’utilise cette adresse. Votre collègue doit d’abord créer son compte et rejoindre l’organisation.".to_owned(),
            Self::Yourself => "Cette demande est déjà la vôtre.".to_owned(),
            _ => return None,
        })
    }
}

impl From<RequestError> for TransferError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Store(error) => Self::Store(error),
            _ => Self::NotFound,
        }
    }
}

/// Neither a draft that was never submitted nor an archived request is transferred.
pub fn may_change_hands(request: &Request) -> bool {
    request.round > 0 && request.phase.state() != State::Archived
}

impl Applying<'_> {
    /// Transfers the request to a colleague with an account in the same organisation. Returns it, since the actor may not see it any
    /// more. The same form sent twice succeeds twice.
    pub async fn hand_over(&self, id: RequestId, email: &str) -> Result<Request, TransferError> {
        match self.hand_over_once(id, email).await {
            Err(error @ (TransferError::NotFound | TransferError::NotNow)) => self.handed_over_to(id, email).await?.ok_or(error),
            other => other,
        }
    }

    /// Transfers the request to the actor, a verified member of its organisation.
    pub async fn take_over(&self, id: RequestId) -> Result<Request, TransferError> {
        match self.take_over_once(id).await {
            Err(error @ (TransferError::NotFound | TransferError::NotNow)) => self.handed_over_to(id, &self.actor.email).await?.ok_or(error),
            other => other,
        }
    }

    /// The request, when the last thing done to it is that this person gave it to whoever has this address.
    async fn handed_over_to(&self, id: RequestId, email: &str) -> Result<Option<Request>, TransferError> {
        let db = &self.room.cx.db;
        let Some(email) = Email::parse(email) else { return Ok(None) };
        let (Some(to), Some(request)) = (account::by_email(db, &email).await?, request::by_id(db, id).await?) else { return Ok(None) };
        let same = request.applicant == to.id && self.room.did_last(self.actor, id, JournalKind::Transferred).await?;
        Ok(same.then_some(request))
    }

    async fn hand_over_once(&self, id: RequestId, email: &str) -> Result<Request, TransferError> {
        let request = self.allowed(id, Act::Manage).await?.request;
        let email = Email::parse(email).ok_or(TransferError::Email)?;
        if email.as_str() == self.actor.email {
            return Err(TransferError::Yourself);
        }
        let colleague =
            account::by_email(&self.room.cx.db, &email).await?.filter(|one| one.suspended.is_none()).ok_or(TransferError::NotColleague)?;
        if !organisation::is_member(&self.room.cx.db, colleague.id, request.organisation).await? {
            return Err(TransferError::NotColleague);
        }
        self.change_hands(request, &colleague).await
    }

    async fn take_over_once(&self, id: RequestId) -> Result<Request, TransferError> {
        let request = self.allowed(id, Act::TakeOver).await?.request;
        let db = &self.room.cx.db;
        let me = account::by_id(db, self.actor.account).await?.ok_or(TransferError::NotFound)?;
        self.change_hands(request, &me).await
    }

    async fn change_hands(&self, mut request: Request, to: &Account) -> Result<Request, TransferError> {
        if !may_change_hands(&request) {
            return Err(TransferError::NotNow);
        }
        let cx = &self.room.cx;
        let from = account::by_id(&cx.db, request.applicant).await?.ok_or(TransferError::NotFound)?;
        request.applicant = to.id;
        request.folded = self.room.words_of(&request::as_sent(&cx.db, request.clone()).await?).await?;
        let tx = cx.begin().await?;
        store::unless_stale(request::save(&tx, &request, cx.now()).await, || TransferError::NotNow)?;
        let detail = format!("{} → {}", from.name(), to.name());
        journal::write(cx, &tx, request.id, JournalKind::Transferred, self.actor, &detail).await?;
        let about = About::new(cx, &request, self.room.service_name(&request.service), &routes::request(request.id));
        mails::request::handed_over(&from.email, &about, &to.name()).send(cx, &tx).await?;
        mails::request::taken_over(&to.email, &about, &from.name()).send(cx, &tx).await?;
        tx.commit().await?;
        Ok(request)
    }
}
