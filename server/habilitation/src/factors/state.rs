//! The second factors of an account, for the pages about them.

use domain::{
    Timestamp,
    actor::{Actor, need_second_factor},
    second_factor::{is_fresh, proved_at},
};
pub use store::passkey::Passkey;
use store::{passkey, second_factor, session};

use crate::{Habilitation, factors::FactorError};

#[derive(Debug, Clone, PartialEq)]
pub struct FactorState {
    /// When the application was enrolled.
    pub since: Option<Timestamp>,
    pub passkeys: Vec<Passkey>,
    pub codes_left: u64,
    /// Their rights ask for it.
    pub required: bool,
    /// A factor was shown lately, or the password where there is none.
    pub fresh: bool,
    /// This site can take passkeys.
    pub passkeys_offered: bool,
}

impl FactorState {
    pub fn any(&self) -> bool {
        self.since.is_some() || !self.passkeys.is_empty()
    }
}

/// What somebody can show besides a recovery code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AtHand {
    pub application: bool,
    pub passkeys: bool,
    /// Only when there is no factor.
    pub password: bool,
}

impl Habilitation {
    pub async fn factor_state(&self, actor: &Actor, token: &str) -> Result<FactorState, FactorError> {
        let db = &self.cx.db;
        let factor = second_factor::find(&self.cx, db, actor.account).await?.filter(|factor| self.counts(factor));
        let passkeys = passkey::of_account(db, actor.account).await?;
        let now = self.cx.now();
        let session = session::find(db, token, now).await?;
        let proved = session.and_then(|session| proved_at(factor.is_some() || !passkeys.is_empty(), session.strong_at, session.created_at));
        Ok(FactorState {
            codes_left: second_factor::codes_left(db, actor.account).await?,
            required: required(actor),
            fresh: is_fresh(proved, now),
            since: factor.map(|factor| factor.created_at),
            passkeys_offered: self.relying_party.is_some(),
            passkeys,
        })
    }

    /// For whoever holds this session, whether the password alone or more was shown.
    pub async fn factors_at_hand(&self, token: &str) -> Result<AtHand, FactorError> {
        let db = &self.cx.db;
        let found = session::find(db, token, self.cx.now()).await?.ok_or(FactorError::Nobody)?;
        let (application, kept) = (self.has_application(db, found.account).await?, passkey::count(db, found.account).await? > 0);
        Ok(AtHand { application, passkeys: self.relying_party.is_some() && kept, password: !application && !kept })
    }
}

pub(crate) fn required(actor: &Actor) -> bool {
    actor.dormant || need_second_factor(actor.admin, &actor.grants)
}
