//! The second factor: a code of an authenticator application, or one of ten codes that each replace it once.

use std::net::IpAddr;

use domain::{
    Timestamp,
    actor::{Actor, Role},
    events::Event,
    ids::AccountId,
};
use store::{
    account, outbox, role,
    second_factor::{self, SecondFactor},
    session,
};

use crate::{Habilitation, limits::TooMany, mails_people as mails, totp};

/// Recovery codes given at once.
pub const RECOVERY_CODES: usize = 10;
/// Crockford's base 32: no letter is taken for a figure.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RECOVERY_LENGTH: usize = 10;
/// The secret of the demonstration's accounts, for whoever wants them in an application: public by design.
const DEMONSTRATION_SECRET: &[u8; totp::SECRET] = b"demonstration-public";

#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    #[error(transparent)]
    TooMany(#[from] TooMany),
    #[error("Ce code est incorrect ou a déjà servi. Attendez le suivant et réessayez.")]
    WrongCode,
    /// There is one already, or none: the page is read again.
    #[error("not in this state")]
    State,
    /// Not while standing in for somebody.
    #[error("impersonated")]
    Impersonated,
    #[error("no session")]
    Nobody,
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A secret that is not in force yet: it travels sealed in the page's form until a code proves it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub secret: String,
    pub uri: String,
    pub sealed: String,
}

/// The codes, in clear for the only time, and the token the session goes on under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    pub codes: Vec<String>,
    pub session: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorState {
    pub since: Option<Timestamp>,
    pub codes_left: u64,
    /// Their rights ask for it.
    pub required: bool,
}

impl Habilitation {
    pub async fn factor_state(&self, actor: &Actor) -> Result<FactorState, FactorError> {
        let db = &self.cx.db;
        let factor = second_factor::find(&self.cx, db, actor.account).await?.filter(|factor| self.counts(factor));
        let required = actor.dormant || actor.admin || actor.grants.iter().any(|grant| grant.role >= Role::Reviewer);
        Ok(FactorState { since: factor.map(|factor| factor.created_at), codes_left: second_factor::codes_left(db, actor.account).await?, required })
    }

    fn counts(&self, factor: &SecondFactor) -> bool {
        !factor.demonstration || self.demonstration
    }

    fn sealed_place(account: AccountId) -> String {
        format!("second_factor.proposal:{account}")
    }

    pub fn propose_factor(&self, actor: &Actor) -> Proposal {
        let mut secret = [0; totp::SECRET];
        self.cx.entropy.fill(&mut secret);
        self.proposal(actor, &secret)
    }

    fn proposal(&self, actor: &Actor, secret: &[u8]) -> Proposal {
        let sealed = hex::encode(self.cx.seal(&Self::sealed_place(actor.account), secret));
        Proposal { secret: totp::base32(secret), uri: totp::uri(secret, &actor.email), sealed }
    }

    /// The same secret again, when the code typed was wrong: the application holds it already.
    pub fn proposed_factor(&self, actor: &Actor, sealed: &str) -> Option<Proposal> {
        let secret = self.unsealed(actor, sealed)?;
        Some(Proposal { sealed: sealed.to_owned(), ..self.proposal(actor, &secret) })
    }

    fn unsealed(&self, actor: &Actor, sealed: &str) -> Option<Vec<u8>> {
        let bytes = hex::decode(sealed).ok()?;
        self.cx.open(&Self::sealed_place(actor.account), &bytes).ok()
    }

    /// Puts the proposed secret in force once a code proves that the application holds it.
    pub async fn enrol(&self, actor: &Actor, token: &str, sealed: &str, typed: &str, ip: IpAddr) -> Result<Enrolled, FactorError> {
        self.may_change(actor, ip)?;
        let secret = self.unsealed(actor, sealed).ok_or(FactorError::State)?;
        let now = self.cx.now();
        let last_step = totp::matching_step(&secret, &digits(typed), now).ok_or(FactorError::WrongCode)?;
        let codes = self.recovery_codes();
        let tx = self.cx.begin().await?;
        if self.has_second_factor(&*tx, actor.account).await? {
            return Err(FactorError::State);
        }
        let factor = SecondFactor { secret, last_step, demonstration: false, created_at: now };
        second_factor::install(&self.cx, &*tx, actor.account, &factor).await?;
        second_factor::set_codes(&self.cx, &*tx, actor.account, &codes).await?;
        let session = self.renewed(&tx, token).await?;
        outbox::publish(&self.cx, &*tx, None, &Event::Mail(mails::factor_installed(&actor.email))).await?;
        tx.commit().await?;
        Ok(Enrolled { codes: codes.iter().map(|code| grouped(code)).collect(), session })
    }

    /// The code after the password; the token of the strengthened session is returned.
    pub async fn enter_code(&self, token: &str, typed: &str, ip: IpAddr) -> Result<String, FactorError> {
        let now = self.cx.now();
        let found = session::find(&self.cx.db, token, now).await?.ok_or(FactorError::Nobody)?;
        let account = account::by_id(&self.cx.db, found.account).await?.filter(|account| account.suspended.is_none()).ok_or(FactorError::Nobody)?;
        self.limits.check(ip, &limit(&account.email))?;
        let tx = self.cx.begin().await?;
        self.check_code(&tx, account.id, &account.email, typed).await?;
        let renewed = self.renewed(&tx, token).await?;
        tx.commit().await?;
        Ok(renewed)
    }

    pub async fn renew_codes(&self, actor: &Actor, typed: &str, ip: IpAddr) -> Result<Vec<String>, FactorError> {
        self.may_change(actor, ip)?;
        let codes = self.recovery_codes();
        let tx = self.cx.begin().await?;
        self.check_code(&tx, actor.account, &actor.email, typed).await?;
        second_factor::set_codes(&self.cx, &*tx, actor.account, &codes).await?;
        tx.commit().await?;
        Ok(codes.iter().map(|code| grouped(code)).collect())
    }

    /// Only whoever holds the factor takes it away; no session of the account stays strong.
    pub async fn remove_factor(&self, actor: &Actor, typed: &str, ip: IpAddr) -> Result<(), FactorError> {
        self.may_change(actor, ip)?;
        let tx = self.cx.begin().await?;
        self.check_code(&tx, actor.account, &actor.email, typed).await?;
        second_factor::remove(&*tx, actor.account).await?;
        session::weaken_all(&*tx, actor.account).await?;
        outbox::publish(&self.cx, &*tx, None, &Event::Mail(mails::factor_removed(&actor.email))).await?;
        Ok(tx.commit().await?)
    }

    fn may_change(&self, actor: &Actor, ip: IpAddr) -> Result<(), FactorError> {
        if actor.impersonated_by.is_some() {
            return Err(FactorError::Impersonated);
        }
        Ok(self.limits.check(ip, &limit(&actor.email))?)
    }

    /// Accepts a code once, whichever of the two kinds it is.
    async fn check_code(&self, tx: &store::Tx, account: AccountId, email: &str, typed: &str) -> Result<(), FactorError> {
        let factor = second_factor::find(&self.cx, &**tx, account).await?.filter(|factor| self.counts(factor)).ok_or(FactorError::State)?;
        if let Some(step) = totp::matching_step(&factor.secret, &digits(typed), self.cx.now()) {
            // Several people try the demonstration at once, all with the code on the page.
            let fresh = factor.demonstration || second_factor::accept_step(&**tx, account, step).await?;
            return if fresh { Ok(()) } else { Err(FactorError::WrongCode) };
        }
        if !second_factor::use_code(&self.cx, &**tx, account, &recovery(typed)).await? {
            return Err(FactorError::WrongCode);
        }
        let left = second_factor::codes_left(&**tx, account).await?;
        outbox::publish(&self.cx, &**tx, None, &Event::Mail(mails::recovery_code_used(email, left))).await?;
        Ok(())
    }

    /// Strong from now on, under a new token.
    async fn renewed(&self, tx: &store::Tx, token: &str) -> Result<String, store::Error> {
        let new = self.cx.new_token();
        session::strengthen(&**tx, token, self.cx.now()).await?;
        session::rename(&**tx, token, &new).await?;
        Ok(new)
    }

    fn recovery_codes(&self) -> Vec<String> {
        let mut bytes = [0; RECOVERY_LENGTH * RECOVERY_CODES];
        self.cx.entropy.fill(&mut bytes);
        bytes.chunks(RECOVERY_LENGTH).map(|chunk| chunk.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()).collect()
    }

    /// For the accounts of the demonstration: a secret everybody knows.
    pub async fn install_demonstration_factor(&self, account: AccountId) -> Result<(), FactorError> {
        let tx = self.cx.begin().await?;
        let needed = !role::of_account(&*tx, account).await?.is_empty() || account::by_id(&*tx, account).await?.is_some_and(|account| account.admin);
        if needed && second_factor::kind(&*tx, account).await?.is_none() {
            let factor = SecondFactor { secret: DEMONSTRATION_SECRET.to_vec(), last_step: 0, demonstration: true, created_at: self.cx.now() };
            second_factor::install(&self.cx, &*tx, account, &factor).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The code the page of a demonstration gives away, for its own accounts only.
    pub async fn demonstration_code(&self, token: &str) -> Result<Option<String>, FactorError> {
        if !self.demonstration {
            return Ok(None);
        }
        let now = self.cx.now();
        let Some(found) = session::find(&self.cx.db, token, now).await? else { return Ok(None) };
        let factor = second_factor::find(&self.cx, &self.cx.db, found.account).await?.filter(|factor| factor.demonstration);
        Ok(factor.map(|factor| totp::code(&factor.secret, totp::step(now))))
    }
}

/// Codes count apart from passwords: a wrong one does not close the other door.
fn limit(email: &str) -> String {
    format!("code:{email}")
}

fn digits(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace()).take(16).collect()
}

/// As it was made, however it was copied: case, spaces, dashes, O for 0, I or L for 1.
fn recovery(typed: &str) -> String {
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
    fn recovery_codes_are_read_however_they_were_copied() {
        for typed in ["01ABC-DEF0Z", "o1abc def0z", " OIABCDEFOZ ", "0LABC—DEF0Z"] {
            assert_eq!(recovery(typed), "01ABCDEF0Z", "{typed}");
        }
        assert_eq!(grouped("01ABCDEF0Z"), "01ABC-DEF0Z");
        assert_eq!(recovery(&"A".repeat(100)).len(), RECOVERY_LENGTH + 1);
    }
}
