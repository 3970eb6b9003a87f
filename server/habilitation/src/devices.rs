//! Browsers in which people have completed a sign-in: attempts by others on an account do not lock its owner out there.

use domain::{network::Origin, security::SecurityKind};
use store::{known_device, session};

use crate::{Habilitation, accounts::AccountError, limits::known_since};

impl Habilitation {
    /// Remembers the browser of a session that opens everything the account may do, and of no other: whoever has only the password
    /// must not get a separate bucket to guess codes from. Returns the browser's token, a new one when it had none.
    pub async fn know_device(&self, token: &str, family: &str, from: &Origin) -> Result<Option<String>, AccountError> {
        let now = self.cx.now();
        let Some(session) = session::find(&self.cx.db, token, now).await?.filter(|session| !session.awaits_code()) else { return Ok(None) };
        let device = from.device.clone().unwrap_or_else(|| self.cx.new_token());
        let tx = self.cx.begin().await?;
        if known_device::note(&tx, &device, session.account, now).await? {
            self.note(&tx, SecurityKind::NewDevice, Some(session.account), Some(from), family).await?;
        }
        tx.commit().await?;
        Ok(Some(device))
    }

    pub(crate) async fn purge_devices(&self, tx: &store::Tx) -> Result<u64, store::Error> {
        known_device::purge_before(tx, known_since(self.cx.now())).await
    }
}
