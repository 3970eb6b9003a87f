//! The end of an account and of a request file. An account is reduced to an id, so that what others may still read has an author; a
//! file, to a number and its dates.

use domain::{
    administration::AdminKind,
    erasure::InForce,
    ids::{AccountId, RequestId},
    network::Origin,
    security::SecurityKind,
};
use store::{
    Tx,
    account::{self, Account},
    admin_event::{self, Change},
    document, erasure, journal,
    request::{self, Request},
};

use crate::{
    Habilitation,
    accounts::FieldErrors,
    administration::{Administering, RightsError, checked_reason},
    factors::FactorError,
    limits::{Door, TooMany},
    mails::account as mails,
    own_account::Owning,
};

#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    #[error("fields to correct")]
    Fields(FieldErrors),
    /// The account holds something in force, which must pass to somebody else first.
    #[error("something is in force")]
    InForce(InForce),
    /// Refused during an impersonation.
    #[error("impersonated")]
    Impersonated,
    #[error("no such account")]
    NotFound,
    #[error(transparent)]
    Factor(#[from] FactorError),
    #[error(transparent)]
    TooMany(#[from] TooMany),
    #[error(transparent)]
    Rights(#[from] RightsError),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Why an account is deleted, as the administration's journal tells it.
struct Cause<'a> {
    kind: AdminKind,
    by: Option<AccountId>,
    reason: &'a str,
    /// What the last mail says.
    told: &'a str,
}

impl Owning<'_> {
    /// What the account holds in force, which may forbid deleting it.
    pub async fn holds(&self) -> Result<InForce, ErasureError> {
        Ok(erasure::in_force(&self.room.cx.db, self.actor.account).await?)
    }

    /// Deletes the account at once and irreversibly.
    pub async fn erase(&self, password: &str, understood: bool, from: &Origin) -> Result<(), ErasureError> {
        if self.actor.impersonated_by.is_some() {
            return Err(ErasureError::Impersonated);
        }
        let room = self.room;
        room.require_fresh(self.actor, self.token).await?;
        room.may_try(Door::OwnPassword(self.actor.account), from).await??;
        let account = account::by_id(&room.cx.db, self.actor.account).await?.ok_or(ErasureError::NotFound)?;
        let mut errors = FieldErrors::new();
        if !room.passwords.verify(password, account.password_hash.as_deref()).await {
            room.note_now(SecurityKind::SignInFailed, Some(account.id), Some(from), "Suppression du compte").await?;
            errors.push(("current_password", "Le mot de passe est incorrect.".to_owned()));
        }
        if !understood {
            errors.push(("understood", "Cochez cette case pour confirmer.".to_owned()));
        }
        if !errors.is_empty() {
            return Err(ErasureError::Fields(errors));
        }
        let told = "Vous avez demandé la suppression de votre compte Habilis\u{a0}: c’est fait.";
        room.erase_account(&account, &Cause { kind: AdminKind::AccountErased, by: Some(account.id), reason: "", told }).await
    }
}

impl Administering<'_> {
    /// Deletes the account of somebody who asked the team for it. `token` is that of the administrator's own session.
    pub async fn erase(&self, token: &str, id: AccountId, reason: &str) -> Result<(), ErasureError> {
        self.require_admin()?;
        self.room.require_fresh(self.actor, token).await?;
        let reason = &checked_reason(reason)?;
        let account = account::by_id(&self.room.cx.db, id).await?.filter(|account| !account.is_erased()).ok_or(ErasureError::NotFound)?;
        if account.id == self.actor.account {
            return Err(RightsError::NotThem.into());
        }
        let told = "L’équipe Habilis a supprimé votre compte, comme vous l’aviez demandé.";
        self.room.erase_account(&account, &Cause { kind: AdminKind::AccountErased, by: Some(self.actor.account), reason, told }).await
    }
}

impl Habilitation {
    async fn erase_account(&self, account: &Account, cause: &Cause<'_>) -> Result<(), ErasureError> {
        let tx = self.cx.begin().await?;
        let held = erasure::in_force(&tx, account.id).await?;
        if held.refuses_erasure() {
            return Err(ErasureError::InForce(held));
        }
        if self.forget(&tx, account, cause).await? {
            tx.commit().await?;
        }
        Ok(())
    }

    /// Called by the clock, which has checked that nothing is in force.
    pub(crate) async fn expire_account(&self, tx: &Tx, account: &Account, reason: &str) -> Result<bool, store::Error> {
        let told = "Comme annoncé, votre compte Habilis est supprimé, faute de connexion depuis deux ans.";
        self.forget(tx, account, &Cause { kind: AdminKind::AccountExpired, by: None, reason, told }).await
    }

    /// False when the account was erased already.
    async fn forget(&self, tx: &Tx, account: &Account, cause: &Cause<'_>) -> Result<bool, store::Error> {
        let Cause { kind, by, reason, told } = cause;
        for request in request::filed_by(tx, account.id).await? {
            self.leave_file(tx, &request).await?;
        }
        if !erasure::erase(tx, account.id, self.cx.now()).await? {
            return Ok(false);
        }
        mails::erased(&account.email, told).send(&self.cx, tx).await?;
        admin_event::erase_texts(&self.cx, tx, account.id).await?;
        admin_event::write(&self.cx, tx, *by, *kind, Some(account.id), Change { reason, ..Change::default() }).await?;
        Ok(true)
    }

    /// A draft that was never submitted is erased with its author's account; a submitted file stays, but is not found by their name.
    async fn leave_file(&self, tx: &Tx, request: &Request) -> Result<(), store::Error> {
        if request.first_submitted_at.is_none() {
            self.erase_file(tx, request.id).await?;
            return Ok(());
        }
        let words = self.words_without_applicant(request).await?;
        request::set_folded(tx, request.id, &words).await
    }

    /// Erases what people wrote in a request, and its files after the commit. False when it was erased already.
    pub(crate) async fn erase_file(&self, tx: &Tx, id: RequestId) -> Result<bool, store::Error> {
        let documents = document::all_of_request(tx, id).await?;
        if !request::erase(tx, id, self.cx.now()).await? {
            return Ok(false);
        }
        self.drop_files(tx, &documents).await?;
        // The journal last: its lock makes all other writers wait.
        journal::erase_texts(&self.cx, tx, id).await?;
        Ok(true)
    }
}
