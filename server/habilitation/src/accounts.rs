//! Signing in, and the accounts that operators create. Neither the answer nor the time it takes tells whether an address has an
//! account: work that depends on it runs later, from the outbox.

use domain::{
    Hours, Timestamp,
    actor::{Actor, Grant, Role},
    contact::Email,
    ids::{AccountId, RequestId},
    network::Origin,
    person_name,
    retention::REFUSED_MAIL,
    security::SecurityKind,
    text,
};
use store::{
    account::{self, Account},
    co_editor, limit, link, organisation, outbox, partner, passkey, request, role, session,
};
use validator::Validate;

use crate::{
    Habilitation,
    limits::{Door, TooMany},
    passwords,
};

mod invitations;
mod opening;
mod reset;

pub use invitations::{Invitation, InvitedTo};
pub use opening::Opening;
pub use passwords::{MIN as PASSWORD_MIN, WeakPassword};

/// Who sends an HTTP request: `None` when nobody is signed in.
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

/// For each field to correct: its name and the sentence to show.
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
    /// The password is right, but an administrator suspended the account.
    #[error("suspended")]
    Suspended,
    /// The one-time link is unknown, used or expired.
    #[error("link not usable")]
    Link,
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Parses an address that is only looked up, to sign in for instance: it may be one that `mailbox` refuses.
pub(crate) fn email_of(text: &str) -> Result<Email, AccountError> {
    Email::parse(text).ok_or_else(|| AccountError::Fields(vec![("email", domain::form::Problem::Email.sentence())]))
}

/// Returns the errors about the names, and the names as they are stored.
fn check_names(form: &SignUp) -> (FieldErrors, [String; 2]) {
    let mut errors: FieldErrors = Vec::new();
    let trimmed = SignUp { given_name: text::one_line(&form.given_name), family_name: text::one_line(&form.family_name), ..SignUp::default() };
    if let Err(problems) = trimmed.validate() {
        for field in ["given_name", "family_name"] {
            let message = problems.field_errors().get(field).and_then(|e| e.first()).and_then(|e| e.message.clone());
            errors.extend(message.map(|message| (field, message.into_owned())));
        }
    }
    for (field, value) in [("given_name", &trimmed.given_name), ("family_name", &trimmed.family_name)] {
        errors.extend(odd_name(value).map(|sentence| (field, sentence)));
    }
    (errors, [trimmed.given_name, trimmed.family_name])
}

/// The sentence to show when the name of an account is not acceptable.
pub(crate) fn odd_name(name: &str) -> Option<String> {
    if let Some(forbidden) = text::forbidden(name) {
        return Some(text::forbidden_sentence(forbidden));
    }
    (!name.trim().is_empty() && !person_name::is_name(name)).then(|| person_name::NOT_A_NAME.to_owned())
}

/// Checks the names and the password chosen by the owner of this address. The password must not be made of the names of `bodies`, the
/// organisations the person already has to do with.
fn check_owner(form: &SignUp, email: &str, bodies: &[String]) -> Result<[String; 2], AccountError> {
    let (mut errors, names) = check_names(form);
    let about: Vec<&str> = [email, &names[0], &names[1]].into_iter().chain(bodies.iter().map(String::as_str)).collect();
    if let Err(weak) = passwords::check_strength(&form.password, email, &about) {
        errors.push(("password", weak.sentence()));
    }
    if errors.is_empty() { Ok(names) } else { Err(AccountError::Fields(errors)) }
}

fn new_account(cx: &store::Cx, [given_name, family_name]: [String; 2], email: &Email, password: Option<(String, Timestamp)>) -> Account {
    let (password_hash, email_confirmed_at) = password.unzip();
    Account {
        id: cx.new_id(),
        email: email.to_string(),
        given_name,
        family_name,
        phone: String::new(),
        password_hash,
        email_confirmed_at,
        admin: false,
        suspended: None,
    }
}

impl Habilitation {
    /// Checks the names and the address of a sign-up form, not its password.
    fn check_newcomer(&self, form: &SignUp) -> Result<(Email, [String; 2]), AccountError> {
        let (mut errors, names) = check_names(form);
        match self.mailbox(&form.email) {
            Ok(email) if errors.is_empty() => return Ok((email, names)),
            Ok(_) => {}
            Err(problem) => errors.push(("email", problem.sentence())),
        }
        Err(AccountError::Fields(errors))
    }

    pub(crate) fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.cx.entropy.fill(&mut salt);
        salt
    }

    /// The name of the organisation that files a request.
    async fn body_of(&self, request: RequestId) -> Result<Option<String>, store::Error> {
        let Some(request) = request::by_id(&self.cx.db, request).await? else { return Ok(None) };
        Ok(organisation::by_id(&self.cx.db, request.organisation).await?.map(|body| body.name()))
    }

    /// Refuses a password made of what people know of the account: its address, its names, the organisations it works for, and those
    /// whose requests or keys it shares.
    pub(crate) async fn check_password(&self, password: &str, account: &Account) -> Result<Result<(), WeakPassword>, store::Error> {
        let bodies = organisation::of_account(&self.cx.db, account.id).await?;
        let mut about = vec![account.email.clone(), account.given_name.clone(), account.family_name.clone()];
        about.extend(bodies.iter().map(|body| body.name()));
        let shared = co_editor::requests_of(&self.cx.db, account.id).await?;
        for request in shared.into_iter().chain(partner::services_of(&self.cx.db, account.id).await?) {
            about.extend(self.body_of(request).await?);
        }
        let about: Vec<&str> = about.iter().map(String::as_str).collect();
        Ok(passwords::check_strength(password, &account.email, &about))
    }

    pub async fn sign_in(&self, email: &str, password: &str, from: &Origin) -> Result<String, AccountError> {
        let email = email_of(email)?;
        self.may_try(Door::Password(&email), from).await??;
        let account = account::by_email(&self.cx.db, &email).await?;
        let account = self.recognised(account, password, from).await?;
        let tx = self.cx.begin().await?;
        let session = self.open_session(&tx, account.id).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// The account, when the password is right and the account is not suspended. A wrong password leaves the same security event
    /// whether the account exists or not.
    async fn recognised(&self, account: Option<Account>, password: &str, from: &Origin) -> Result<Account, AccountError> {
        // A password set before the address was confirmed may not be its owner's: it is not accepted.
        let confirmed = account.as_ref().filter(|account| account.email_confirmed_at.is_some());
        let hash = confirmed.and_then(|account| account.password_hash.as_deref());
        let right = self.passwords.verify(password, hash).await;
        let id = account.as_ref().map(|account| account.id);
        match account.filter(|_| right) {
            Some(account) if account.suspended.is_some() => {
                self.note_now(SecurityKind::SignInFailed, id, Some(from), "Compte suspendu").await?;
                Err(AccountError::Suspended)
            }
            Some(account) => Ok(account),
            None => {
                self.note_now(SecurityKind::SignInFailed, id, Some(from), "").await?;
                Err(AccountError::Credentials)
            }
        }
    }

    /// For tests and the demonstration: an account ready to use. Operators call `Operating::add_account`, which writes to the
    /// administration's journal.
    pub async fn add_account(&self, form: &SignUp) -> Result<AccountId, AccountError> {
        // The passwords of the demonstration are public: their strength is not checked.
        let hash = if self.demonstration { self.passwords.hash(&form.password, self.salt()).await } else { self.checked_hash(form).await? };
        let tx = self.cx.begin().await?;
        let (id, _) = self.add_account_in(&tx, form, hash).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Checks the form and hashes its password. Called before a transaction is opened: hashing is slow.
    pub(crate) async fn checked_hash(&self, form: &SignUp) -> Result<String, AccountError> {
        let (email, _) = self.check_newcomer(form)?;
        check_owner(form, email.as_str(), &[])?;
        Ok(self.passwords.hash(&form.password, self.salt()).await)
    }

    /// Returns the account and whether it was created; an existing account gets the new password.
    pub(crate) async fn add_account_in(&self, tx: &store::Tx, form: &SignUp, hash: String) -> Result<(AccountId, bool), AccountError> {
        let (email, names) = self.check_newcomer(form)?;
        let now = self.cx.now();
        if let Some(account) = account::by_email(tx, &email).await? {
            if account.email_confirmed_at.is_none() {
                account::set_names(tx, account.id, (&names[0], &names[1])).await?;
            }
            account::set_password(tx, account.id, &hash).await?;
            account::confirm_email(tx, account.id, now).await?;
            link::withdraw_of_account(tx, account.id).await?;
            self.note(tx, SecurityKind::PasswordChanged, Some(account.id), None, "Ligne de commande").await?;
            return Ok((account.id, false));
        }
        let account = new_account(&self.cx, names, &email, Some((hash, now)));
        account::create(tx, &account, now).await?;
        Ok((account.id, true))
    }

    /// Lets an account decide one stage of one service.
    pub async fn grant_review(&self, account: AccountId, service: &str, stage: &str) -> Result<(), AccountError> {
        self.grant_role(account, &Grant::new(service, Some(stage), Role::Reviewer)).await
    }

    /// For tests and the demonstration. Administrators give roles with `Administering::give` and operators with
    /// `Operating::add_account`, which check and journal them.
    pub async fn grant_role(&self, account: AccountId, grant: &Grant) -> Result<(), AccountError> {
        let tx = self.cx.begin().await?;
        role::give(&tx, account, grant).await?;
        Ok(tx.commit().await?)
    }

    pub async fn set_admin(&self, account: AccountId, admin: bool) -> Result<(), AccountError> {
        let tx = self.cx.begin().await?;
        account::set_admin(&tx, account, admin).await?;
        Ok(tx.commit().await?)
    }

    /// Deletes expired rows; called by the background work.
    pub async fn purge(&self) -> Result<u64, AccountError> {
        let now = self.cx.now();
        let tx = self.cx.begin().await?;
        let mut gone = session::purge_before(&tx, now).await? + link::purge_before(&tx, now).await?;
        gone += passkey::purge_challenges_before(&tx, now).await? + limit::purge_before(&tx, now).await?;
        gone += self.purge_devices(&tx).await? + self.purge_security_events(&tx).await?;
        gone += outbox::purge_given_up_before(&tx, Hours(-REFUSED_MAIL.0).after(now)).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
