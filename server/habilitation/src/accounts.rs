//! Opening an account, entering and leaving. The answer never tells whether an address is known.

use std::net::IpAddr;

use domain::{
    Hours, Timestamp,
    actor::{Actor, Grant, Role},
    contact::Email,
    ids::AccountId,
    routes,
};
use store::{
    account::{self, Account},
    link::{self, Link, Purpose},
    passkey, role, session,
};
use validator::Validate;

use crate::{Habilitation, limits::TooMany, mails::account as mails, passwords};

mod invitations;

pub use invitations::{Invitation, InvitedTo};
pub use passwords::{MIN as PASSWORD_MIN, WeakPassword};

const CONFIRMATION: Hours = Hours(24);
const RESET: Hours = Hours(1);

/// Whoever sends the request: signed in or not.
pub type Visitor = Option<Actor>;

#[derive(Debug, Clone, Default, Validate)]
pub struct SignUp {
    #[validate(length(min = 1, max = 100, message = "Indiquez votre prénom, en 100 caractères au plus."))]
    pub given_name: String,
    #[validate(length(min = 1, max = 100, message = "Indiquez votre nom, en 100 caractères au plus."))]
    pub family_name: String,
    pub email: String,
    pub password: String,
}

/// One sentence by field name.
pub type FieldErrors = Vec<(&'static str, String)>;

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("fields to correct")]
    Fields(FieldErrors),
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Wrong address or wrong password: nobody is told which.
    #[error("wrong credentials")]
    Credentials,
    /// The password was right but the address was never confirmed; a new link was sent.
    #[error("e-mail not confirmed")]
    Unconfirmed,
    /// The password was right; an administrator keeps the person out.
    #[error("suspended")]
    Suspended,
    /// Unknown, used or too old.
    #[error("link not usable")]
    Link,
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn email_of(text: &str) -> Result<Email, AccountError> {
    Email::parse(text).ok_or_else(|| AccountError::Fields(vec![("email", domain::form::Problem::Email.to_string())]))
}

fn check_sign_up(form: &SignUp) -> Result<Email, AccountError> {
    let mut errors: FieldErrors = Vec::new();
    let trimmed = SignUp { given_name: form.given_name.trim().to_owned(), family_name: form.family_name.trim().to_owned(), ..SignUp::default() };
    if let Err(problems) = trimmed.validate() {
        for field in ["given_name", "family_name"] {
            let message = problems.field_errors().get(field).and_then(|e| e.first()).and_then(|e| e.message.clone());
            errors.extend(message.map(|message| (field, message.into_owned())));
        }
    }
    for (field, value) in [("given_name", &form.given_name), ("family_name", &form.family_name)] {
        if value.chars().any(char::is_control) {
            errors.push((field, domain::form::Problem::ControlCharacter.to_string()));
        }
    }
    let email = Email::parse(&form.email);
    if email.is_none() {
        errors.push(("email", domain::form::Problem::Email.to_string()));
    }
    if let Err(weak) = passwords::check_strength(&form.password, &form.email) {
        errors.push(("password", weak.to_string()));
    }
    match email {
        Some(email) if errors.is_empty() => Ok(email),
        _ => Err(AccountError::Fields(errors)),
    }
}

impl Habilitation {
    pub(crate) fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.cx.entropy.fill(&mut salt);
        salt
    }

    /// Creates the account and sends the confirmation link; somebody already known gets another message, and
    /// whoever asks sees the same page after the same time.
    /// `return_to` is a path of ours to go on to once the address is confirmed.
    pub async fn sign_up(&self, form: &SignUp, return_to: Option<&str>, ip: IpAddr) -> Result<(), AccountError> {
        let email = check_sign_up(form)?;
        self.limits.check(ip, email.as_str())?;
        let password_hash = self.passwords.hash(&form.password, self.salt()).await;
        let account = self.new_account(form, email.as_str(), password_hash, None);
        let tx = self.cx.begin().await?;
        if account::create(&*tx, &account, self.cx.now()).await? {
            self.send_confirmation(&tx, &account, return_to).await?;
        } else {
            let letter = mails::already_registered(email.as_str(), &self.cx.url(routes::SIGN_IN), &self.cx.url(routes::FORGOTTEN));
            letter.send(&self.cx, &tx).await?;
        }
        Ok(tx.commit().await?)
    }

    fn new_account(&self, form: &SignUp, email: &str, password_hash: String, email_confirmed_at: Option<Timestamp>) -> Account {
        Account {
            id: self.cx.new_id(),
            email: email.to_owned(),
            given_name: form.given_name.trim().to_owned(),
            family_name: form.family_name.trim().to_owned(),
            phone: String::new(),
            password_hash: Some(password_hash),
            email_confirmed_at,
            admin: false,
            suspended: None,
        }
    }

    async fn send_confirmation(&self, tx: &store::Tx, account: &Account, return_to: Option<&str>) -> Result<(), store::Error> {
        let token = self.cx.new_token();
        let purpose = Purpose::ConfirmEmail(account.id);
        link::create(&**tx, &token, &Link { purpose, email: account.email.clone() }, CONFIRMATION.after(self.cx.now())).await?;
        let path = routes::with_return(&routes::confirm_email(&token), return_to);
        mails::confirm_email(&account.email, &self.cx.url(&path)).send(&self.cx, tx).await
    }

    /// Whether the link would work; looking at it (as mail scanners do) does not use it.
    pub async fn confirmation_pending(&self, token: &str) -> Result<bool, AccountError> {
        let link = link::find(&self.cx.db, token, self.cx.now()).await?;
        Ok(matches!(link, Some(Link { purpose: Purpose::ConfirmEmail(_), .. })))
    }

    /// Confirms the address and signs in; the token of the new session is returned.
    pub async fn confirm_email(&self, token: &str) -> Result<String, AccountError> {
        let tx = self.cx.begin().await?;
        let found = link::find(&*tx, token, self.cx.now()).await?;
        let Some(Link { purpose: Purpose::ConfirmEmail(account), .. }) = found else { return Err(AccountError::Link) };
        if !link::consume(&*tx, token, self.cx.now()).await? {
            return Err(AccountError::Link);
        }
        account::confirm_email(&*tx, account, self.cx.now()).await?;
        let session = self.open_session(&tx, account).await?;
        tx.commit().await?;
        Ok(session)
    }

    pub async fn sign_in(&self, email: &str, password: &str, ip: IpAddr) -> Result<String, AccountError> {
        let email = email_of(email)?;
        self.limits.check(ip, email.as_str())?;
        let account = account::by_email(&self.cx.db, &email).await?;
        let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
        let password: String = password.chars().take(passwords::MAX + 1).collect();
        let right = self.passwords.verify(&password, hash).await;
        let Some(account) = account.filter(|_| right) else { return Err(AccountError::Credentials) };
        let tx = self.cx.begin().await?;
        if account.email_confirmed_at.is_none() {
            self.send_confirmation(&tx, &account, None).await?;
            tx.commit().await?;
            return Err(AccountError::Unconfirmed);
        }
        let session = self.open_session(&tx, account.id).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Sends a link when the address is known; says nothing of it either way.
    pub async fn forgotten(&self, email: &str, ip: IpAddr) -> Result<(), AccountError> {
        let email = email_of(email)?;
        self.limits.check(ip, email.as_str())?;
        // The cost of a hash, on both sides of the question below, drowns the difference between them.
        self.passwords.verify("", None).await;
        if let Some(account) = account::by_email(&self.cx.db, &email).await? {
            let token = self.cx.new_token();
            let tx = self.cx.begin().await?;
            let link = Link { purpose: Purpose::ResetPassword(account.id), email: account.email.clone() };
            link::create(&*tx, &token, &link, RESET.after(self.cx.now())).await?;
            mails::reset_password(&account.email, &self.cx.url(&routes::reset(&token))).send(&self.cx, &tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    pub async fn reset_pending(&self, token: &str) -> Result<bool, AccountError> {
        let link = link::find(&self.cx.db, token, self.cx.now()).await?;
        Ok(matches!(link, Some(Link { purpose: Purpose::ResetPassword(_), .. })))
    }

    /// Sets the password, ends every session, and signs in anew.
    pub async fn reset_password(&self, token: &str, password: &str) -> Result<String, AccountError> {
        let found = link::find(&self.cx.db, token, self.cx.now()).await?;
        let Some(Link { purpose: Purpose::ResetPassword(id), email }) = found else { return Err(AccountError::Link) };
        passwords::check_strength(password, &email).map_err(|weak| AccountError::Fields(vec![("password", weak.to_string())]))?;
        let hash = self.passwords.hash(password, self.salt()).await;
        let tx = self.cx.begin().await?;
        if !link::consume(&*tx, token, self.cx.now()).await? {
            return Err(AccountError::Link);
        }
        account::set_password(&*tx, id, &hash).await?;
        // Whoever reads the mailbox owns the address.
        account::confirm_email(&*tx, id, self.cx.now()).await?;
        session::close_all(&*tx, id).await?;
        mails::password_changed(&email, true).send(&self.cx, &tx).await?;
        let session = self.open_session(&tx, id).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// For tests and the demonstration: an account ready to use. Operators have a door of their own, which leaves a line.
    pub async fn add_account(&self, form: &SignUp) -> Result<AccountId, AccountError> {
        let hash = self.checked_hash(form).await?;
        let tx = self.cx.begin().await?;
        let (id, _) = self.add_account_in(&tx, form, hash).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Before a transaction: it takes a while.
    pub(crate) async fn checked_hash(&self, form: &SignUp) -> Result<String, AccountError> {
        check_sign_up(form)?;
        Ok(self.passwords.hash(&form.password, self.salt()).await)
    }

    /// Whether it was created; a known one gets the new password.
    pub(crate) async fn add_account_in(&self, tx: &store::Tx, form: &SignUp, hash: String) -> Result<(AccountId, bool), AccountError> {
        let email = email_of(&form.email)?;
        if let Some(account) = account::by_email(&**tx, &email).await? {
            account::set_password(&**tx, account.id, &hash).await?;
            return Ok((account.id, false));
        }
        let now = self.cx.now();
        let account = self.new_account(form, email.as_str(), hash, Some(now));
        account::create(&**tx, &account, now).await?;
        Ok((account.id, true))
    }

    /// Lets an account decide one stage of one service.
    pub async fn grant_review(&self, account: AccountId, service: &str, stage: &str) -> Result<(), AccountError> {
        self.grant_role(account, &Grant::new(service, Some(stage), Role::Reviewer)).await
    }

    /// For tests and the demonstration: people and operators grant through doors of their own, which have their rules.
    pub async fn grant_role(&self, account: AccountId, grant: &Grant) -> Result<(), AccountError> {
        let tx = self.cx.begin().await?;
        role::give(&*tx, account, grant).await?;
        Ok(tx.commit().await?)
    }

    pub async fn set_admin(&self, account: AccountId, admin: bool) -> Result<(), AccountError> {
        let tx = self.cx.begin().await?;
        account::set_admin(&*tx, account, admin).await?;
        Ok(tx.commit().await?)
    }

    /// Rows past their time leave; called from the background.
    pub async fn purge(&self) -> Result<u64, AccountError> {
        let now = self.cx.now();
        let tx = self.cx.begin().await?;
        let gone =
            session::purge_before(&*tx, now).await? + link::purge_before(&*tx, now).await? + passkey::purge_challenges_before(&*tx, now).await?;
        tx.commit().await?;
        self.limits.sweep();
        Ok(gone)
    }
}
