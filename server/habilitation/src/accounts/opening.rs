//! Opening an account: names and an address first, the password once the mailbox has been read. Whoever signs up with somebody else's
//! address sets nothing that lasts.

use domain::{
    contact::Email,
    events::{AddressTyped, Event, Wish},
    ids::AccountId,
    network::Origin,
    retention::CONFIRMATION,
    routes,
    security::SecurityKind,
};
use store::{
    Tx,
    account::{self, Account},
    link::{self, Link, Purpose},
    outbox, session,
};

use super::{AccountError, SignUp, check_owner, new_account};
use crate::{Habilitation, limits::Door, mails::account as mails};

/// What the page of a confirmation link is pre-filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub email: String,
    /// As typed by whoever signed up.
    pub given_name: String,
    pub family_name: String,
}

impl Habilitation {
    /// Writes one row for the outbox whether the address has an account or not: the answer and the time it takes are the same.
    /// `return_to` is a path of this site to continue to once the address is confirmed.
    pub async fn sign_up(&self, form: &SignUp, return_to: Option<&str>, from: &Origin) -> Result<(), AccountError> {
        let (email, [given_name, family_name]) = self.check_newcomer(form)?;
        self.may_try(Door::SignUp(&email), from).await??;
        let wish = Wish::Account { given_name, family_name, return_to: return_to.map(str::to_owned) };
        Ok(self.look_up_later(&email, wish, from).await?)
    }

    pub(super) async fn look_up_later(&self, email: &Email, wish: Wish, from: &Origin) -> Result<(), store::Error> {
        let typed = AddressTyped { email: email.to_string(), wish, network: from.network.cut() };
        let tx = self.cx.begin().await?;
        outbox::publish(&self.cx, &tx, None, &Event::AddressTyped(typed)).await?;
        tx.commit().await
    }

    /// Run by the outbox, once the page has been answered: does what an address typed to sign up or to change a password calls for.
    pub async fn answer_address(&self, typed: &AddressTyped) -> Result<(), store::Error> {
        let Some(email) = Email::parse(&typed.email) else { return Ok(()) };
        let write = self.may_write_to(&email).await?;
        let tx = self.cx.begin().await?;
        match &typed.wish {
            Wish::NewPassword => self.answer_forgotten(&tx, &email, &typed.network, write).await?,
            Wish::Account { given_name, family_name, return_to } if write => {
                let names = [given_name.clone(), family_name.clone()];
                self.answer_sign_up(&tx, &email, names, return_to.as_deref()).await?;
            }
            Wish::Account { .. } => {}
        }
        tx.commit().await
    }

    /// Creates an account without a password, which cannot sign in, and sends its confirmation link. An address that already has a
    /// confirmed account gets another message.
    async fn answer_sign_up(&self, tx: &Tx, email: &Email, names: [String; 2], return_to: Option<&str>) -> Result<(), store::Error> {
        let account = new_account(&self.cx, names, email, None);
        if account::create(tx, &account, self.cx.now()).await? {
            return self.send_confirmation(tx, &account, return_to).await;
        }
        match account::by_email(tx, email).await? {
            // The account is suspended: the link would open nothing.
            Some(known) if known.email_confirmed_at.is_none() && known.suspended.is_some() => Ok(()),
            Some(known) if known.email_confirmed_at.is_none() => {
                account::set_names(tx, known.id, (&account.given_name, &account.family_name)).await?;
                self.send_confirmation(tx, &known, return_to).await
            }
            _ => {
                let letter = mails::already_registered(email.as_str(), &self.cx.url(routes::SIGN_IN), &self.cx.url(routes::FORGOTTEN));
                letter.send(&self.cx, tx).await
            }
        }
    }

    pub(super) async fn send_confirmation(&self, tx: &Tx, account: &Account, return_to: Option<&str>) -> Result<(), store::Error> {
        let token = self.cx.new_token();
        let purpose = Purpose::ConfirmEmail(account.id);
        link::create(tx, &token, &Link { purpose, email: account.email.clone() }, CONFIRMATION.after(self.cx.now())).await?;
        let path = routes::with_return(&routes::confirm_email(&token), return_to);
        mails::confirm_email(&account.email, &self.cx.url(&path)).send(&self.cx, tx).await
    }

    /// What the confirmation link opens. Reading it does not use the link up, because mail scanners follow links.
    pub async fn opening(&self, token: &str) -> Result<Opening, AccountError> {
        let Account { email, given_name, family_name, .. } = self.unconfirmed(&self.cx.db, token).await?;
        Ok(Opening { email, given_name, family_name })
    }

    async fn unconfirmed(&self, db: &impl store::ConnectionTrait, token: &str) -> Result<Account, AccountError> {
        let found = link::find(db, token, self.cx.now()).await?;
        let Some(Link { purpose: Purpose::ConfirmEmail(id), .. }) = found else { return Err(AccountError::Link) };
        let account = account::by_id(db, id).await?.ok_or(AccountError::Link)?;
        // An old link must not take over an account that is already confirmed.
        if account.email_confirmed_at.is_some() { Err(AccountError::Link) } else { Ok(account) }
    }

    /// Confirms the address with the names and the password its owner chose, withdraws the account's other links and signs in.
    /// Returns the token of the new session.
    pub async fn confirm_email(&self, token: &str, form: &SignUp, from: &Origin) -> Result<String, AccountError> {
        let Account { id, email, .. } = self.unconfirmed(&self.cx.db, token).await?;
        let names = check_owner(form, &email, &[])?;
        let hash = self.passwords.hash(&form.password, self.salt()).await;
        let tx = self.cx.begin().await?;
        self.give_to_owner(&tx, id, &names, &hash, from).await?;
        if !link::consume(&tx, token, self.cx.now()).await? {
            return Err(AccountError::Link);
        }
        link::withdraw_of_account(&tx, id).await?;
        let session = self.open_session(&tx, id).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Writes the row of the account first: its lock serialises two links used at once.
    pub(super) async fn give_to_owner(&self, tx: &Tx, id: AccountId, names: &[String; 2], hash: &str, from: &Origin) -> Result<(), store::Error> {
        account::open(tx, id, (&names[0], &names[1]), hash, self.cx.now()).await?;
        session::close_all(tx, id).await?;
        self.note(tx, SecurityKind::PasswordChosen, Some(id), Some(from), "").await
    }
}
