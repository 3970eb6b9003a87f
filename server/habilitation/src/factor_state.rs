//! What somebody has of second factors, for the pages about them.

use domain::{
    Timestamp,
    actor::{Actor, need_second_factor},
    second_factor::is_fresh,
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
    /// A factor was shown lately, or there is none to show.
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
}

impl Habilitation {
    pub async fn factor_state(&self, actor: &Actor, token: &str) -> Result<FactorState, FactorError> {
        let db = &self.cx.db;
        let factor = second_factor::find(&self.cx, db, actor.account).await?.filter(|factor| self.counts(factor));
        let passkeys = passkey::of_account(db, actor.account).await?;
        let strong_at = session::find(db, token, self.cx.now()).await?.and_then(|session| session.strong_at);
        Ok(FactorState {
            codes_left: second_factor::codes_left(db, actor.account).await?,
            required: required(actor),
            fresh: (factor.is_none() && passkeys.is_empty()) || is_fresh(strong_at, self.cx.now()),
            since: factor.map(|factor| factor.created_at),
            passkeys_offered: self.relying_party.is_some(),
            passkeys,
        })
    }

    /// For whoever holds this session, whether the password alone or more was shown.
    pub async fn factors_at_hand(&self, token: &str) -> Result<AtHand, FactorError> {
        let db = &self.cx.db;
        let found = session::find(db, token, self.cx.now()).await?.ok_or(FactorError::Nobody)?;
        let passkeys = self.relying_party.is_some() && passkey::count(db, found.account).await? > 0;
        Ok(AtHand { application: self.has_application(db, found.account).await?, passkeys })
    }
}

pub(crate) fn required(actor: &Actor) -> bool {
    actor.dormant || need_second_factor(actor.admin, &actor.grants)
}
