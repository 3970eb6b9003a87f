//! Second factors that are typed: the codes of an authenticator application, and ten recovery codes that each work once. Passkeys are
//! in `passkeys`.

use domain::{
    Timestamp,
    actor::Actor,
    administration::AdminKind,
    ids::AccountId,
    network::Origin,
    second_factor::{is_fresh, must_stay, proved_at},
    security::SecurityKind,
    text::joined,
};
use store::{
    account,
    admin_event::{self, Change},
    passkey,
    second_factor::{self, SecondFactor},
    session,
};

use crate::{
    Habilitation,
    limits::{Door, TooMany},
    mails::account as mails,
    totp,
};

mod demonstration;
mod state;

pub use state::{AtHand, FactorState, Passkey};

pub(crate) use state::required;

/// Recovery codes given at once.
pub const RECOVERY_CODES: usize = 10;
/// Crockford's base 32: no letter can be mistaken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RECOVERY_LENGTH: usize = 10;

#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    #[error(transparent)]
    TooMany(#[from] TooMany),
    #[error("wrong code")]
    WrongCode,
    #[error("wrong password")]
    WrongPassword,
    /// A factor is enrolled already, or there is none: the page was out of date.
    #[error("not in this state")]
    State,
    #[error("the last factor of somebody who needs one")]
    Last,
    /// Refused during an impersonation.
    #[error("impersonated")]
    Impersonated,
    /// The factor was shown too long ago: it is asked for again.
    #[error("not shown lately")]
    Stale,
    #[error("no session")]
    Nobody,
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl FactorError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::WrongCode => "Ce code est incorrect ou a déjà servi. Attendez le suivant et réessayez.".to_owned(),
            Self::WrongPassword => "Ce mot de passe est incorrect.".to_owned(),
            Self::Last => {
                "C’est votre dernier moyen de confirmer vos connexions, et vos droits en exigent un. Ajoutez-en un autre d’abord.".to_owned()
            }
            _ => return None,
        })
    }
}

/// A secret that is not enrolled yet: it travels sealed in the page's form until a code proves that the application holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub secret: String,
    pub uri: String,
    pub sealed: String,
}

/// The recovery codes, in clear for the only time, and the new token of the session. No code when the account had a factor already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    pub codes: Vec<String>,
    pub session: String,
    /// The application replaced another one.
    pub replaced: bool,
}

/// The names of the two kinds in the journal, whose lines cannot be erased: never the name that a person gave a key.
pub(crate) const APPLICATION: &str = "Application d’authentification";
pub(crate) const PASSKEY: &str = "Clé d’accès";

impl Habilitation {
    pub(crate) fn counts(&self, factor: &SecondFactor) -> bool {
        !factor.demonstration || self.demonstration
    }

    /// The seal of a proposal names the application it is to replace, if any: a page left open cannot replace one enrolled since.
    fn sealed_place(account: AccountId, replaces: Option<Timestamp>) -> String {
        format!("second_factor.proposal:{account}:{}", replaces.map_or(0, Timestamp::as_microsecond))
    }

    /// `replaces`: when the application in force was enrolled.
    pub fn propose_factor(&self, actor: &Actor, replaces: Option<Timestamp>) -> Proposal {
        let mut secret = [0; totp::SECRET];
        self.cx.entropy.fill(&mut secret);
        let sealed = hex::encode(self.cx.seal(&Self::sealed_place(actor.account, replaces), &secret));
        Self::proposal(actor, &secret, sealed)
    }

    fn proposal(actor: &Actor, secret: &[u8], sealed: String) -> Proposal {
        Proposal { secret: totp::base32(secret), uri: totp::uri(secret, &actor.email), sealed }
    }

    /// The same secret again after a wrong code: the application holds it already.
    pub fn proposed_factor(&self, actor: &Actor, replaces: Option<Timestamp>, sealed: &str) -> Option<Proposal> {
        let secret = self.unsealed(actor, replaces, sealed)?;
        Some(Self::proposal(actor, &secret, sealed.to_owned()))
    }

    fn unsealed(&self, actor: &Actor, replaces: Option<Timestamp>, sealed: &str) -> Option<Vec<u8>> {
        let bytes = hex::decode(sealed).ok()?;
        self.cx.open(&Self::sealed_place(actor.account, replaces), &bytes).ok()
    }

    /// Enrols the proposed secret once a code proves that the application holds it. An application already enrolled is replaced in
    /// the same transaction, so that somebody who needs a factor is never without one.
    pub async fn enrol(&self, actor: &Actor, token: &str, sealed: &str, typed: &str, from: &Origin) -> Result<Enrolled, FactorError> {
        self.may_change(actor, from).await?;
        self.require_fresh(actor, token).await?;
        let now = self.cx.now();
        let tx = self.cx.begin().await?;
        let before = second_factor::find(&self.cx, &tx, actor.account).await?.filter(|factor| self.counts(factor)).map(|factor| factor.created_at);
        let secret = self.unsealed(actor, before, sealed).ok_or(FactorError::State)?;
        let last_step = totp::matching_step(&secret, &digits(typed), now).ok_or(FactorError::WrongCode)?;
        let first = before.is_none() && passkey::count(&tx, actor.account).await? == 0;
        let factor = SecondFactor { secret, last_step, demonstration: false, created_at: now };
        second_factor::install(&self.cx, &tx, actor.account, &factor).await?;
        let codes = if first { self.new_codes(&tx, actor.account).await? } else { Vec::new() };
        let session = self.renewed(&tx, token).await?;
        let (kind, letter) = match before {
            Some(_) => (AdminKind::FactorReplaced, mails::application_replaced(&actor.email)),
            None if first => (AdminKind::FactorAdded, mails::factor_installed(&actor.email)),
            None => (AdminKind::FactorAdded, mails::application_added(&actor.email)),
        };
        self.journal_factor(&tx, actor.account, kind, (before.map_or("", |_| APPLICATION), APPLICATION), from).await?;
        letter.send(&self.cx, &tx).await?;
        tx.commit().await?;
        Ok(Enrolled { codes, session, replaced: before.is_some() })
    }

    /// Writes what people do with their own factors to the administration's journal, and to the security events.
    pub(crate) async fn journal_factor(
        &self,
        tx: &store::Tx,
        account: AccountId,
        kind: AdminKind,
        (before, after): (&str, &str),
        from: &Origin,
    ) -> Result<(), store::Error> {
        let told = match kind {
            AdminKind::FactorReplaced => SecurityKind::FactorReplaced,
            AdminKind::FactorRemoved => SecurityKind::FactorRemoved,
            AdminKind::RecoveryCodesRenewed => SecurityKind::RecoveryCodesRenewed,
            _ => SecurityKind::FactorAdded,
        };
        self.note(tx, told, Some(account), Some(from), if after.is_empty() { before } else { after }).await?;
        admin_event::write(&self.cx, tx, Some(account), kind, Some(account), Change { before, after, reason: "" }).await
    }

    /// Replaces the recovery codes, and returns them as they are shown.
    pub(crate) async fn new_codes(&self, tx: &store::Tx, account: AccountId) -> Result<Vec<String>, store::Error> {
        let codes = self.recovery_codes();
        second_factor::set_codes(&self.cx, tx, account, &codes).await?;
        Ok(codes.iter().map(|code| grouped(code)).collect())
    }

    /// Before any change of factors, one must have been shown recently, or the password when the account has none.
    pub(crate) async fn require_fresh(&self, actor: &Actor, token: &str) -> Result<(), FactorError> {
        if self.proved_lately(actor, token).await? { Ok(()) } else { Err(FactorError::Stale) }
    }

    /// Whether a second factor was shown recently in this session, or the password when the account has none.
    pub async fn proved_lately(&self, actor: &Actor, token: &str) -> Result<bool, FactorError> {
        let now = self.cx.now();
        let found = session::find(&self.cx.db, token, now).await?.ok_or(FactorError::Nobody)?;
        let has_factor = self.has_second_factor(&self.cx.db, actor.account).await?;
        Ok(is_fresh(proved_at(has_factor, found.strong_at, found.created_at), now))
    }

    /// Checks the password again, for an account without a second factor; returns the new token of the session.
    pub async fn enter_password(&self, actor: &Actor, token: &str, typed: &str, from: &Origin) -> Result<String, FactorError> {
        if actor.impersonated_by.is_some() {
            return Err(FactorError::Impersonated);
        }
        self.may_try(Door::OwnPassword(actor.account), from).await??;
        let account = account::by_id(&self.cx.db, actor.account).await?.ok_or(FactorError::Nobody)?;
        if self.has_second_factor(&self.cx.db, account.id).await? {
            return Err(FactorError::State);
        }
        if !self.passwords.verify(typed, account.password_hash.as_deref()).await {
            self.note_now(SecurityKind::SignInFailed, Some(account.id), Some(from), "").await?;
            return Err(FactorError::WrongPassword);
        }
        let new = self.cx.new_token();
        let tx = self.cx.begin().await?;
        session::begin_again(&tx, token, self.cx.now()).await?;
        session::rename(&tx, token, &new).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// Checks the code asked after the password; returns the new token of the strengthened session. When a form is sent twice, the
    /// second sending finds no session under the old token, and its code is not tried.
    pub async fn enter_code(&self, token: &str, typed: &str, from: &Origin) -> Result<String, FactorError> {
        let now = self.cx.now();
        let found = session::find(&self.cx.db, token, now).await?.ok_or(FactorError::Nobody)?;
        if found.impersonation.is_some() {
            return Err(FactorError::Impersonated);
        }
        let account = account::by_id(&self.cx.db, found.account).await?.filter(|account| account.suspended.is_none()).ok_or(FactorError::Nobody)?;
        self.may_try(Door::Code(account.id), from).await??;
        let tx = self.cx.begin().await?;
        let renewed = self.renewed(&tx, token).await?;
        let tx = self.check_code(tx, (account.id, &account.email), typed, from).await?;
        tx.commit().await?;
        Ok(renewed)
    }

    /// Replaces the recovery codes, on a code of the application where there is one, else on a passkey shown recently.
    pub async fn renew_codes(&self, actor: &Actor, token: &str, typed: &str, from: &Origin) -> Result<Vec<String>, FactorError> {
        self.may_change(actor, from).await?;
        let by_code = self.has_application(&self.cx.db, actor.account).await?;
        if !by_code && passkey::count(&self.cx.db, actor.account).await? == 0 {
            return Err(FactorError::State);
        }
        if !by_code {
            self.require_fresh(actor, token).await?;
        }
        let mut tx = self.cx.begin().await?;
        if by_code {
            tx = self.check_code(tx, (actor.account, &actor.email), typed, from).await?;
        }
        let codes = self.new_codes(&tx, actor.account).await?;
        self.journal_factor(&tx, actor.account, AdminKind::RecoveryCodesRenewed, ("", ""), from).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Removes the application, on a valid code. The last factor of somebody whose rights need one is not removed; when none is left,
    /// no session of the account stays strong.
    pub async fn remove_factor(&self, actor: &Actor, typed: &str, from: &Origin) -> Result<(), FactorError> {
        self.may_change(actor, from).await?;
        let tx = self.cx.begin().await?;
        if !self.has_application(&tx, actor.account).await? {
            return Err(FactorError::State);
        }
        let others = usize::try_from(passkey::count(&tx, actor.account).await?).unwrap_or(usize::MAX);
        if must_stay(required(actor), others) {
            return Err(FactorError::Last);
        }
        let tx = self.check_code(tx, (actor.account, &actor.email), typed, from).await?;
        second_factor::remove(&tx, actor.account).await?;
        let last = others == 0;
        let letter = if last { mails::factor_removed(&actor.email) } else { mails::application_removed(&actor.email) };
        if last {
            self.without_factor(&tx, actor.account).await?;
        }
        self.journal_factor(&tx, actor.account, AdminKind::FactorRemoved, (APPLICATION, ""), from).await?;
        letter.send(&self.cx, &tx).await?;
        Ok(tx.commit().await?)
    }

    /// After the last factor is removed: deletes the recovery codes and weakens every session.
    pub(crate) async fn without_factor(&self, tx: &store::Tx, account: AccountId) -> Result<(), store::Error> {
        second_factor::remove_codes(tx, account).await?;
        session::weaken_all(tx, account).await
    }

    pub(crate) async fn may_change(&self, actor: &Actor, from: &Origin) -> Result<(), FactorError> {
        if actor.impersonated_by.is_some() {
            return Err(FactorError::Impersonated);
        }
        Ok(self.may_try(Door::Code(actor.account), from).await??)
    }

    /// Returns the transaction when the code is right. When it is wrong, the transaction is rolled back and a security event is
    /// written.
    async fn check_code(&self, tx: store::Tx, whose: (AccountId, &str), typed: &str, from: &Origin) -> Result<store::Tx, FactorError> {
        match self.accept_code(&tx, whose, typed, from).await {
            Ok(()) => Ok(tx),
            Err(error) => {
                drop(tx);
                if matches!(error, FactorError::WrongCode) {
                    self.note_now(SecurityKind::CodeFailed, Some(whose.0), Some(from), "Code").await?;
                }
                Err(error)
            }
        }
    }

    /// Accepts a code of the application or a recovery code, each once.
    async fn accept_code(&self, tx: &store::Tx, (account, email): (AccountId, &str), typed: &str, from: &Origin) -> Result<(), FactorError> {
        let factor = second_factor::find(&self.cx, tx, account).await?.filter(|factor| self.counts(factor));
        if factor.is_none() && passkey::count(tx, account).await? == 0 {
            return Err(FactorError::State);
        }
        let matching = factor.and_then(|factor| Some((totp::matching_step(&factor.secret, &digits(typed), self.cx.now())?, factor)));
        if let Some((step, factor)) = matching {
            // The code of a demonstration account is accepted several times: several people try the demonstration at once with the
            // code on the page.
            let fresh = factor.demonstration || second_factor::accept_step(tx, account, step).await?;
            return if fresh { Ok(()) } else { Err(FactorError::WrongCode) };
        }
        if !second_factor::use_code(&self.cx, tx, account, &recovery(typed)).await? {
            return Err(FactorError::WrongCode);
        }
        self.note(tx, SecurityKind::RecoveryCodeUsed, Some(account), Some(from), "").await?;
        let left = second_factor::codes_left(tx, account).await?;
        Ok(mails::recovery_code_used(email, left).send(&self.cx, tx).await?)
    }

    /// Makes the session strong and renews its token; `Nobody` when the token was replaced meanwhile.
    pub(crate) async fn renewed(&self, tx: &store::Tx, token: &str) -> Result<String, FactorError> {
        let new = self.cx.new_token();
        session::strengthen(tx, token, self.cx.now()).await?;
        if session::rename(tx, token, &new).await? { Ok(new) } else { Err(FactorError::Nobody) }
    }

    fn recovery_codes(&self) -> Vec<String> {
        let mut bytes = [0; RECOVERY_LENGTH * RECOVERY_CODES];
        self.cx.entropy.fill(&mut bytes);
        bytes.chunks(RECOVERY_LENGTH).map(|chunk| chunk.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()).collect()
    }
}

/// A code as typed, without separators: « 123 456 », « 123-456 », « 123.456 ».
fn digits(typed: &str) -> String {
    joined(typed).chars().take(16).collect()
}

/// A recovery code as it was generated, however it was copied: case, spaces, dashes, O for 0, I or L for 1.
fn recovery(typed: &str) -> String {
    let typed = joined(typed);
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase());
    let read = |c| match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    letters.map(read).take(RECOVERY_LENGTH + 1).collect()
}

fn grouped(code: &str) -> String {
    let (left, right) = code.split_at(RECOVERY_LENGTH / 2);
    format!("{left}-{right}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_however_they_were_copied() {
        for typed in ["123456", "123 456", "123-456", "123.456", "123\u{2011}456", "123\u{202f}456.", "\u{200b}123 456", "１２３４５６", "123/456"]
        {
            assert_eq!(digits(typed), "123456", "{typed:?}");
        }
        for typed in ["０1abc\u{2011}def0z", "01ABC.DEF0Z", "01ABC-DEF0Z", "o1abc def0z", " OIABCDEFOZ ", "0LABC—DEF0Z"] {
            assert_eq!(recovery(typed), "01ABCDEF0Z", "{typed}");
        }
        assert_eq!(grouped("01ABCDEF0Z"), "01ABC-DEF0Z");
        assert_eq!(recovery(&"A".repeat(100)).len(), RECOVERY_LENGTH + 1);
    }
}
