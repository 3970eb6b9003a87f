//! One-time links that invite somebody to co-edit a request or to manage its keys: they open an account, or give an existing one
//! access.

use domain::{contact::Email, ids::RequestId, network::Origin, request::JournalKind, security::SecurityKind};
use store::{
    account, co_editor,
    habilitation::contacts,
    journal,
    link::{self, Link, Purpose},
    partner,
};

use super::{AccountError, SignUp, check_owner, email_of, new_account};
use crate::{Habilitation, limits::Door};

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
    /// Who invites: the person who files the request, or the organisation that named a technical contact.
    pub by: String,
    /// The address has a confirmed account: the page asks for its password, not for a new one.
    pub known: bool,
}

impl Habilitation {
    /// What the page of the invitation shows: the request, who invites, and whether an account exists already.
    pub async fn invitation(&self, token: &str) -> Result<Invitation, AccountError> {
        let found = link::find(&self.cx.db, token, self.cx.now()).await?;
        let (request, to, email) = match found {
            // The link stops working when the designation it was sent for, or the habilitation, ends.
            Some(Link { purpose: Purpose::Invitation(request), email }) if self.keeps_keys(request, &email).await? => {
                (request, InvitedTo::PartnerSpace, email)
            }
            Some(Link { purpose: Purpose::CoEdit(request), email }) => (request, InvitedTo::CoEdit, email),
            _ => return Err(AccountError::Link),
        };
        let known = match Email::parse(&email) {
            Some(address) => account::by_email(&self.cx.db, &address).await?.is_some_and(|account| account.email_confirmed_at.is_some()),
            None => false,
        };
        // A request that is over (refused, revoked or archived) has neither keys nor a form to fill.
        let opens = store::request::by_id(&self.cx.db, request).await?.filter(|request| !request.phase.state().is_over());
        let opens = opens.ok_or(AccountError::Link)?;
        let by = match to {
            InvitedTo::CoEdit => account::by_id(&self.cx.db, opens.applicant).await?.map(|account| account.name()),
            InvitedTo::PartnerSpace => self.organisation(opens.organisation).await?.map(|organisation| organisation.name()),
        };
        // A co-editor reads the title being written; a technical contact, the title that was granted.
        let title = if to == InvitedTo::CoEdit { opens.title } else { self.granted_title(opens).await? };
        Ok(Invitation { request, to, email, title, by: by.unwrap_or_default(), known })
    }

    async fn keeps_keys(&self, request: RequestId, email: &str) -> Result<bool, store::Error> {
        let people = contacts::in_force(&self.cx.db, request).await?;
        Ok(people.iter().any(|one| one.keeps_keys && one.email == email))
    }

    /// Opens the account of the invited person, or gives their existing account access, and signs them in. The link came to their
    /// mailbox, so the address is theirs; the owner of an existing account also gives its password.
    pub async fn accept_invitation(&self, token: &str, form: &SignUp, from: &Origin) -> Result<(String, Invitation), AccountError> {
        let invitation = self.invitation(token).await?;
        let Invitation { request, to, email, known, .. } = invitation.clone();
        let address = email_of(&email)?;
        self.may_try(Door::Password(&address), from).await??;
        let existing = account::by_email(&self.cx.db, &address).await?;
        let opened = if known {
            self.recognised(existing.clone(), &form.password, from).await?;
            None
        } else {
            let bodies: Vec<String> = self.body_of(request).await?.into_iter().collect();
            let names = check_owner(form, &email, &bodies)?;
            Some((names, self.passwords.hash(&form.password, self.salt()).await))
        };
        let now = self.cx.now();
        let tx = self.cx.begin().await?;
        let id = match (existing, opened) {
            (Some(account), None) => account.id,
            // Somebody signed up with this address and never confirmed it.
            (Some(account), Some((names, hash))) => {
                self.give_to_owner(&tx, account.id, &names, &hash, from).await?;
                link::withdraw_of_account(&tx, account.id).await?;
                account.id
            }
            (None, Some((names, hash))) => {
                let account = new_account(&self.cx, names, &address, Some((hash, now)));
                if !account::create(&tx, &account, now).await? {
                    // Created meanwhile, by another tab for instance: its password is needed.
                    return Err(AccountError::Credentials);
                }
                self.note(&tx, SecurityKind::PasswordChosen, Some(account.id), Some(from), "").await?;
                account.id
            }
            (None, None) => return Err(AccountError::Credentials),
        };
        if !link::consume(&tx, token, now).await? {
            return Err(AccountError::Link);
        }
        let purpose = if to == InvitedTo::PartnerSpace { Purpose::Invitation(request) } else { Purpose::CoEdit(request) };
        link::withdraw_others(&tx, &Link { purpose, email: email.clone() }).await?;
        let happened = match to {
            InvitedTo::PartnerSpace => {
                partner::give_access(&tx, request, id, now).await?;
                JournalKind::AccessGiven
            }
            InvitedTo::CoEdit => {
                if !co_editor::accept(&tx, request, address.as_str(), id, now).await? {
                    return Err(AccountError::Link);
                }
                JournalKind::CoEditorJoined
            }
        };
        journal::write(&self.cx, &tx, request, happened, Some(id), "").await?;
        let session = self.open_session(&tx, id).await?;
        tx.commit().await?;
        Ok((session, invitation))
    }
}
