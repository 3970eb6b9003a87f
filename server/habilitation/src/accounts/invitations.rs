//! The links that invite somebody to a request or to its keys: they open an account, or add to one.

use std::net::IpAddr;

use domain::{contact::Email, ids::RequestId, request::JournalKind};
use store::{
    account, co_editor,
    habilitation::contacts,
    journal,
    link::{self, Link, Purpose},
    partner,
};

use super::{AccountError, SignUp, check_sign_up, email_of};
use crate::Habilitation;

/// What an invitation opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitedTo {
    /// The keys of an approved service.
    PartnerSpace,
    /// One request, to fill it together.
    CoEdit,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub request: RequestId,
    pub to: InvitedTo,
    pub email: String,
    pub title: String,
    /// The address has an account: its password is asked for, not a new one.
    pub known: bool,
}

impl Habilitation {
    /// What an invited contact will see: the service's name and whether an account exists already.
    pub async fn invitation(&self, token: &str) -> Result<Invitation, AccountError> {
        let found = link::find(&self.cx.db, token, self.cx.now()).await?;
        let (request, to, email) = match found {
            // A link outlives neither the designation it was sent for nor the habilitation.
            Some(Link { purpose: Purpose::Invitation(request), email }) if self.keeps_keys(request, &email).await? => {
                (request, InvitedTo::PartnerSpace, email)
            }
            Some(Link { purpose: Purpose::CoEdit(request), email }) => (request, InvitedTo::CoEdit, email),
            _ => return Err(AccountError::Link),
        };
        let known = match Email::parse(&email) {
            Some(address) => account::by_email(&self.cx.db, &address).await?.is_some(),
            None => false,
        };
        let title = store::request::by_id(&self.cx.db, request).await?.map(|request| request.title).unwrap_or_default();
        Ok(Invitation { request, to, email, title, known })
    }

    async fn keeps_keys(&self, request: RequestId, email: &str) -> Result<bool, store::Error> {
        let people = contacts::in_force(&self.cx.db, request).await?;
        Ok(people.iter().any(|one| one.keeps_keys && one.email == email))
    }

    /// Opens the account of whoever was invited, or adds what they were invited to to theirs, and signs in. The link came to
    /// their mailbox: the address is theirs. Somebody known proves it with their password.
    pub async fn accept_invitation(&self, token: &str, form: &SignUp, ip: IpAddr) -> Result<(String, Invitation), AccountError> {
        let invitation = self.invitation(token).await?;
        let Invitation { request, to, email, known, .. } = invitation.clone();
        self.limits.check(ip, &email)?;
        let form = SignUp { email: email.clone(), ..form.clone() };
        let address = if known { email_of(&email)? } else { check_sign_up(&form)? };
        let existing = account::by_email(&self.cx.db, &address).await?;
        if let Some(account) = &existing
            && !self.passwords.verify(&form.password, account.password_hash.as_deref()).await
        {
            return Err(AccountError::Credentials);
        }
        let hash = if existing.is_none() { self.passwords.hash(&form.password, self.salt()).await } else { String::new() };
        let now = self.cx.now();
        let tx = self.cx.begin().await?;
        if !link::consume(&*tx, token, now).await? {
            return Err(AccountError::Link);
        }
        let id = match existing {
            Some(account) => account.id,
            None => {
                let account = self.new_account(&form, &email, hash, Some(now));
                if !account::create(&*tx, &account, now).await? {
                    // Opened by another tab in between: its password is asked for now.
                    return Err(AccountError::Credentials);
                }
                account.id
            }
        };
        account::confirm_email(&*tx, id, now).await?;
        let happened = match to {
            InvitedTo::PartnerSpace => {
                partner::give_access(&*tx, request, id, now).await?;
                JournalKind::AccessGiven
            }
            InvitedTo::CoEdit => {
                if !co_editor::accept(&*tx, request, address.as_str(), id, now).await? {
                    return Err(AccountError::Link);
                }
                JournalKind::CoEditorJoined
            }
        };
        journal::write(&self.cx, &*tx, request, happened, Some(id), "").await?;
        let session = self.open_session(&tx, id).await?;
        tx.commit().await?;
        Ok((session, invitation))
    }
}
