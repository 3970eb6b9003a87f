//! A request whose applicant left: a reviewer hands it to another verified member of the same organisation.

use domain::{
    contact::Email,
    ids::RequestId,
    request::{JournalKind, Phase},
    routes,
};
use store::{
    account, journal,
    organisation::members,
    request::{self, Request},
};

use super::{DecideError, Reviewing, decision::checked_reason};
use crate::{
    mails::{self, About},
    requests::may_change_hands,
};

#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    #[error("not an e-mail address")]
    Email,
    /// The same sentence whether the account is missing, works elsewhere, or is no verified member.
    #[error("no verified member has this address")]
    NotMember,
    #[error("follows the request already")]
    Same,
    /// The reason is refused, or the request cannot be transferred as it stands.
    #[error(transparent)]
    Review(#[from] DecideError),
}

impl TransferError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::Email => "Cette adresse électronique n’est pas valide. Exemple\u{a0}: prenom.nom@mairie.fr".to_owned(),
            Self::NotMember => "Aucun membre vérifié de cette organisation n’utilise cette adresse.".to_owned(),
            Self::Same => "Cette personne suit déjà la demande.".to_owned(),
            Self::Review(error) => return error.sentence(),
        })
    }
}

impl From<store::Error> for TransferError {
    fn from(error: store::Error) -> Self {
        Self::Review(error.into())
    }
}

impl Reviewing<'_> {
    /// Whoever decides for the service, while the request can change hands.
    pub fn may_transfer(&self, request: &Request) -> bool {
        self.actor.reviews_one_of(request.services()) && may_change_hands(request) && request.phase != Phase::Draft
    }

    /// The same form sent twice succeeds twice.
    pub async fn transfer(&self, id: RequestId, email: &str, reason: &str, seen: i32) -> Result<(), TransferError> {
        match self.transfer_once(id, email, reason, seen).await {
            Err(TransferError::Review(DecideError::Stale)) if self.transferred_already(id, email, reason).await? => Ok(()),
            other => other,
        }
    }

    async fn transferred_already(&self, id: RequestId, email: &str, reason: &str) -> Result<bool, TransferError> {
        let db = &self.room.cx.db;
        let (Some(email), Ok(reason)) = (Email::parse(email), checked_reason(reason, true)) else { return Ok(false) };
        let (Some(to), Some(request)) = (account::by_email(db, &email).await?, request::by_id(db, id).await?) else { return Ok(false) };
        let last = self.room.own_last_move(self.actor, id).await?;
        let told = told(&to.name(), &reason);
        Ok(request.applicant == to.id && last.is_some_and(|line| line.kind == JournalKind::Transferred && line.detail.ends_with(&told)))
    }

    async fn transfer_once(&self, id: RequestId, email: &str, reason: &str, seen: i32) -> Result<(), TransferError> {
        let cx = &self.room.cx;
        let (opened, _) = self.open(id).await?;
        if !self.may_transfer(&opened.request) {
            return Err(DecideError::NotYourTurn.into());
        }
        if opened.request.version != seen {
            return Err(DecideError::Stale.into());
        }
        let email = Email::parse(email).ok_or(TransferError::Email)?;
        let reason = &checked_reason(reason, true)?;
        let to = account::by_email(&cx.db, &email).await?.filter(|one| one.suspended.is_none()).ok_or(TransferError::NotMember)?;
        if to.id == opened.request.applicant {
            return Err(TransferError::Same);
        }
        if !members::is_verified(&cx.db, to.id, opened.request.organisation).await? {
            return Err(TransferError::NotMember);
        }
        // Loaded as it is stored, not as reviewers read it, so that what was written since the last submission is kept.
        let mut request = request::by_id(&cx.db, id).await?.filter(|one| one.version == seen).ok_or(DecideError::Stale)?;
        request.applicant = to.id;
        request.folded = self.room.words_of(&request::as_sent(&cx.db, request.clone()).await?).await?;
        let tx = cx.begin().await?;
        store::unless_stale(request::save(&tx, &request, cx.now()).await, || TransferError::from(DecideError::Stale))?;
        let detail = format!("{}{}", opened.applicant_name, told(&to.name(), reason));
        journal::write(cx, &tx, id, JournalKind::Transferred, self.actor, &detail).await?;
        let about = About::new(cx, &request, &opened.service.name, &routes::request(id));
        let before = mails::request::handed_over(&opened.applicant_email, &about, &to.name());
        let after = mails::request::taken_over(&to.email, &about, &opened.applicant_name);
        for letter in [before, after] {
            letter.with_message("L’équipe qui instruit la demande", reason).send(cx, &tx).await?;
        }
        tx.commit().await.map_err(TransferError::from)
    }
}

/// The end of the line in the journal, after the name of whoever followed the request until then.
fn told(to: &str, reason: &str) -> String {
    format!(" → {to} — {reason}")
}
