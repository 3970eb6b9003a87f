//! What an administrator does to an account: suspend it, restore it, remove a lost second factor.

use domain::{administration::AdminKind, contact::Email, ids::AccountId, routes, security::SecurityKind};
use store::{
    account::{self, Account},
    admin_event::{self, Change},
    second_factor, session,
};

use super::{Administering, RightsError, checked_reason};
use crate::{Habilitation, mails::account as mails};

impl Habilitation {
    /// From the command line: removes every second factor of an account. False when it has none.
    pub async fn take_factor_away(&self, email: &str) -> Result<bool, store::Error> {
        let Some(email) = Email::parse(email) else { return Ok(false) };
        let tx = self.cx.begin().await?;
        let Some(account) = account::by_email(&tx, &email).await? else { return Ok(false) };
        if !second_factor::remove_all(&tx, account.id).await? {
            return Ok(false);
        }
        session::close_all(&tx, account.id).await?;
        admin_event::write(&self.cx, &tx, None, AdminKind::FactorReset, Some(account.id), Change::default()).await?;
        self.note(&tx, SecurityKind::FactorReset, Some(account.id), None, "Ligne de commande").await?;
        mails::factor_reset(&account.email).send(&self.cx, &tx).await?;
        tx.commit().await?;
        Ok(true)
    }
}

impl Administering<'_> {
    /// Ends the sessions and refuses new ones. An administrator cannot be suspended: that right is taken away first.
    pub async fn suspend(&self, id: AccountId, reason: &str) -> Result<(), RightsError> {
        self.require_admin()?;
        let reason = &checked_reason(reason)?;
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        let account = self.other(&tx, id).await?;
        if account.suspended.is_some() {
            return Ok(());
        }
        account::suspend(&tx, id, reason, cx.now()).await?;
        session::close_all(&tx, id).await?;
        self.journal(&tx, AdminKind::Suspended, id, reason).await?;
        mails::suspended(&account.email, reason).send(cx, &tx).await?;
        Ok(tx.commit().await?)
    }

    pub async fn restore(&self, id: AccountId, reason: &str) -> Result<(), RightsError> {
        self.require_admin()?;
        let reason = &checked_reason(reason)?;
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        let account = account::by_id(&tx, id).await?.ok_or(RightsError::NotFound)?;
        if account.suspended.is_none() {
            return Ok(());
        }
        account::restore(&tx, id).await?;
        self.journal(&tx, AdminKind::Restored, id, reason).await?;
        mails::restored(&account.email, &cx.url(routes::SIGN_IN)).send(cx, &tx).await?;
        Ok(tx.commit().await?)
    }

    /// Removes every second factor of somebody who lost theirs and the recovery codes, and proved who they are by other means.
    pub async fn reset_factor(&self, id: AccountId, reason: &str) -> Result<(), RightsError> {
        self.require_admin()?;
        let reason = &checked_reason(reason)?;
        let cx = &self.room.cx;
        let tx = cx.begin().await?;
        let account = account::by_id(&tx, id).await?.ok_or(RightsError::NotFound)?;
        if id == self.actor.account {
            return Err(RightsError::NotThem);
        }
        if !second_factor::remove_all(&tx, id).await? {
            return Ok(());
        }
        session::close_all(&tx, id).await?;
        self.journal(&tx, AdminKind::FactorReset, id, reason).await?;
        self.room.note(&tx, SecurityKind::FactorReset, Some(id), None, "").await?;
        mails::factor_reset(&account.email).send(cx, &tx).await?;
        Ok(tx.commit().await?)
    }

    async fn other(&self, tx: &store::Tx, id: AccountId) -> Result<Account, RightsError> {
        let account = account::by_id(tx, id).await?.ok_or(RightsError::NotFound)?;
        if account.is_erased() {
            return Err(RightsError::NotFound);
        }
        if account.id == self.actor.account || account.admin { Err(RightsError::NotThem) } else { Ok(account) }
    }

    async fn journal(&self, tx: &store::Tx, kind: AdminKind, about: AccountId, reason: &str) -> Result<(), store::Error> {
        let change = Change { reason, ..Change::default() };
        admin_event::write(&self.room.cx, tx, self.actor, kind, Some(about), change).await
    }
}
