//! A new password for whoever lost theirs, by a link to the mailbox of the account.

use domain::{contact::Email, events::Wish, ids::AccountId, network::Origin, retention::NEW_PASSWORD, routes, security::SecurityKind};
use store::{
    ConnectionTrait, Tx,
    account::{self, Account},
    link::{self, Link, Purpose},
    session,
};

use super::AccountError;
use crate::{Habilitation, limits::Door, mails::account as mails};

impl Habilitation {
    /// Writes one row for the outbox whether the address has an account or not: neither the answer nor the time it takes tells.
    pub async fn forgotten(&self, email: &str, from: &Origin) -> Result<(), AccountError> {
        let email = self.mailbox(email).map_err(|problem| AccountError::Fields(vec![("email", problem.sentence())]))?;
        self.may_try(Door::NewPassword(&email), from).await??;
        Ok(self.look_up_later(&email, Wish::NewPassword, from).await?)
    }

    /// Sends a link to choose a password, or to open the account when it is not confirmed yet. Nothing is sent to an unknown address,
    /// nor for a suspended account, nor when `write` is false: the mailbox has received enough links.
    pub(super) async fn answer_forgotten(&self, tx: &Tx, email: &Email, network: &str, write: bool) -> Result<(), store::Error> {
        let account = account::by_email(tx, email).await?;
        let id = account.as_ref().map(|account| account.id);
        self.note_from(tx, SecurityKind::ResetAsked, id, network.to_owned(), "").await?;
        match account.filter(|account| write && account.suspended.is_none()) {
            Some(account) if account.email_confirmed_at.is_none() => self.send_confirmation(tx, &account, None).await,
            Some(account) => self.send_reset(tx, &account).await,
            None => Ok(()),
        }
    }

    async fn send_reset(&self, tx: &Tx, account: &Account) -> Result<(), store::Error> {
        let token = self.cx.new_token();
        let link = Link { purpose: Purpose::ResetPassword(account.id), email: account.email.clone() };
        link::create(tx, &token, &link, NEW_PASSWORD.after(self.cx.now())).await?;
        mails::reset_password(&account.email, &self.cx.url(&routes::reset(&token))).send(&self.cx, tx).await
    }

    pub async fn reset_pending(&self, token: &str) -> Result<bool, AccountError> {
        Ok(self.resettable(&self.cx.db, token).await?.is_some())
    }

    async fn resettable(&self, db: &impl ConnectionTrait, token: &str) -> Result<Option<AccountId>, store::Error> {
        let link = link::find(db, token, self.cx.now()).await?;
        Ok(link.and_then(|link| if let Purpose::ResetPassword(id) = link.purpose { Some(id) } else { None }))
    }

    /// Sets the password, ends every session and every other link, and signs in anew.
    pub async fn reset_password(&self, token: &str, password: &str, from: &Origin) -> Result<String, AccountError> {
        let id = self.resettable(&self.cx.db, token).await?.ok_or(AccountError::Link)?;
        let account = account::by_id(&self.cx.db, id).await?.ok_or(AccountError::Link)?;
        self.check_password(password, &account).await?.map_err(|weak| AccountError::Fields(vec![("password", weak.sentence())]))?;
        let hash = self.passwords.hash(password, self.salt()).await;
        let tx = self.cx.begin().await?;
        // The row of the account is written first: its lock serialises two links used at once.
        account::set_password(&tx, id, &hash).await?;
        if !link::consume(&tx, token, self.cx.now()).await? {
            return Err(AccountError::Link);
        }
        link::withdraw_of_account(&tx, id).await?;
        // The link came to the mailbox: the address is confirmed too.
        account::confirm_email(&tx, id, self.cx.now()).await?;
        session::close_all(&tx, id).await?;
        self.note(&tx, SecurityKind::PasswordReset, Some(id), Some(from), "").await?;
        mails::password_changed(&account.email, true).send(&self.cx, &tx).await?;
        let session = self.open_session(&tx, id).await?;
        tx.commit().await?;
        Ok(session)
    }
}
