//! One's own account: name and telephone, password, sessions.

use domain::{
    actor::Actor,
    form::Problem,
    ids::SessionId,
    network::Origin,
    phone::Phone,
    security::SecurityKind,
    text::{is_blank, one_line},
};
use store::{account, link, session};
pub use store::{account::Account, session::Session};

use crate::{
    Habilitation,
    accounts::{FieldErrors, odd_name},
    limits::{Door, TooMany},
    mails::account as mails,
};

#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    #[error("fields to correct")]
    Fields(FieldErrors),
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Refused during an impersonation.
    #[error("impersonated")]
    Impersonated,
    #[error("no such session")]
    NotFound,
    #[error(transparent)]
    Store(#[from] store::Error),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    pub given_name: String,
    pub family_name: String,
    /// May be left empty.
    pub phone: String,
}

/// What the page of one's account shows.
#[derive(Debug, Clone)]
pub struct OwnAccount {
    pub account: Account,
    pub sessions: Vec<Session>,
    /// The one this page is seen in.
    pub current: Option<SessionId>,
}

/// The capability over one's own account, in one session.
pub struct Owning<'a> {
    pub(crate) room: &'a Habilitation,
    pub(crate) actor: &'a Actor,
    pub(crate) token: &'a str,
}

impl Habilitation {
    /// During an impersonation, the administrator may look but change nothing here.
    pub fn owning<'a>(&'a self, actor: &'a Actor, token: &'a str) -> Owning<'a> {
        Owning { room: self, actor, token }
    }
}

impl Owning<'_> {
    pub async fn show(&self) -> Result<OwnAccount, OwnError> {
        let (db, now) = (&self.room.cx.db, self.room.cx.now());
        let account = account::by_id(db, self.actor.account).await?.ok_or(OwnError::NotFound)?;
        let sessions = session::of_account(db, self.actor.account, now).await?;
        let current = session::find(db, self.token, now).await?.map(|session| session.id);
        Ok(OwnAccount { account, sessions, current })
    }

    pub(crate) fn in_person(&self) -> Result<(), OwnError> {
        if self.actor.impersonated_by.is_some() { Err(OwnError::Impersonated) } else { Ok(()) }
    }

    pub async fn set_identity(&self, identity: &Identity) -> Result<(), OwnError> {
        self.in_person()?;
        let identity = checked(identity)?;
        let tx = self.room.cx.begin().await?;
        account::set_identity(&tx, self.actor.account, &identity.given_name, &identity.family_name, &identity.phone).await?;
        Ok(tx.commit().await?)
    }

    /// Changes the password. The other sessions end and the one-time links sent before are withdrawn: whoever knew the old password
    /// is out.
    pub async fn set_password(&self, current: &str, new: &str, from: &Origin) -> Result<(), OwnError> {
        self.in_person()?;
        let room = self.room;
        let email = &self.actor.email;
        room.may_try(Door::OwnPassword(self.actor.account), from).await??;
        let account = account::by_id(&room.cx.db, self.actor.account).await?.ok_or(OwnError::NotFound)?;
        let mut errors = FieldErrors::new();
        if !room.passwords.verify(current, account.password_hash.as_deref()).await {
            room.note_now(SecurityKind::SignInFailed, Some(account.id), Some(from), "Changement de mot de passe").await?;
            errors.push(("current_password", "Le mot de passe actuel est incorrect.".to_owned()));
        }
        if let Err(weak) = room.check_password(new, &account).await? {
            errors.push(("password", weak.sentence()));
        }
        if !errors.is_empty() {
            return Err(OwnError::Fields(errors));
        }
        let hash = room.passwords.hash(new, room.salt()).await;
        let tx = room.cx.begin().await?;
        account::set_password(&tx, account.id, &hash).await?;
        session::close_others(&tx, account.id, self.token).await?;
        link::withdraw_of_account(&tx, account.id).await?;
        room.note(&tx, SecurityKind::PasswordChanged, Some(account.id), Some(from), "").await?;
        mails::password_changed(email, false).send(&room.cx, &tx).await?;
        Ok(tx.commit().await?)
    }

    pub async fn end_session(&self, id: SessionId) -> Result<(), OwnError> {
        self.in_person()?;
        let tx = self.room.cx.begin().await?;
        if !session::close_one(&tx, self.actor.account, id).await? {
            return Err(OwnError::NotFound);
        }
        Ok(tx.commit().await?)
    }

    pub async fn end_other_sessions(&self) -> Result<(), OwnError> {
        self.in_person()?;
        let tx = self.room.cx.begin().await?;
        session::close_others(&tx, self.actor.account, self.token).await?;
        Ok(tx.commit().await?)
    }
}

fn checked(identity: &Identity) -> Result<Identity, OwnError> {
    let given_name = one_line(&identity.given_name);
    let family_name = one_line(&identity.family_name);
    let mut errors = FieldErrors::new();
    let names = [
        ("given_name", &given_name, "Indiquez votre prénom, en 100 caractères au plus."),
        ("family_name", &family_name, "Indiquez votre nom, en 100 caractères au plus."),
    ];
    for (field, value, sentence) in names {
        if !(1..=100).contains(&value.chars().count()) {
            errors.push((field, sentence.to_owned()));
        } else if let Some(odd) = odd_name(value) {
            errors.push((field, odd));
        }
    }
    let phone = kept_phone(&identity.phone).unwrap_or_else(|| {
        errors.push(("phone", Problem::Phone.sentence()));
        String::new()
    });
    if !errors.is_empty() {
        return Err(OwnError::Fields(errors));
    }
    Ok(Identity { given_name, family_name, phone })
}

/// The number as it is kept, or nothing when nothing was typed. None for what is no number.
pub(crate) fn kept_phone(typed: &str) -> Option<String> {
    if is_blank(typed) { Some(String::new()) } else { Phone::parse(typed).map(|phone| phone.number) }
}
