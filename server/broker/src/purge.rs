//! Deletes the broker's data once it has expired.

use std::time::Duration;

use store::{access_token, authorization_code, broker_session, flow};

use crate::Broker;

/// How long an exchanged or expired code is kept, without any identity, to detect that it is presented again.
const REPLAY_WATCH: Duration = Duration::from_secs(10 * 60);

impl Broker {
    /// To be called every minute or so; returns the number of rows deleted.
    pub async fn purge(&self) -> store::Result<u64> {
        let now = self.cx.now();
        let tx = self.cx.begin().await?;
        let mut gone = access_token::purge_before(&tx, now).await?;
        gone += authorization_code::purge_before(&tx, now - REPLAY_WATCH).await?;
        gone += authorization_code::forget_people_before(&tx, now).await?;
        gone += flow::purge_before(&tx, now).await?;
        gone += broker_session::purge_before(&tx, now).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
