//! The second factor of the demonstration's accounts: a public secret, which is not accepted on other sites.

use domain::ids::AccountId;
use store::{
    account, role,
    second_factor::{self, SecondFactor},
    session,
};

use crate::{Habilitation, factors::FactorError, totp};

/// Public by design, for whoever adds these accounts to an authenticator application.
const DEMONSTRATION_SECRET: &[u8; totp::SECRET] = b"demonstration-public";

impl Habilitation {
    /// Enrols the public secret, for a demonstration account whose rights need a second factor.
    pub async fn install_demonstration_factor(&self, account: AccountId) -> Result<(), FactorError> {
        let tx = self.cx.begin().await?;
        let needed = !role::of_account(&tx, account).await?.is_empty() || account::by_id(&tx, account).await?.is_some_and(|account| account.admin);
        if needed && second_factor::kind(&tx, account).await?.is_none() {
            let factor = SecondFactor { secret: DEMONSTRATION_SECRET.to_vec(), last_step: 0, demonstration: true, created_at: self.cx.now() };
            second_factor::install(&self.cx, &tx, account, &factor).await?;
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
