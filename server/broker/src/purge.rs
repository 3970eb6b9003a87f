//! What the broker forgets, and when.

use std::time::Duration;

use store::{access_token, authorization_code, broker_session, flow};

use crate::Broker;

/// How long an exchanged or expired code is kept, without any identity, to recognise who presents it again.
const REPLAY_WATCH: Duration = Duration::from_secs(10 * 60);

impl Broker {
    /// To be called every minute or so; gives the number of rows that went.
    pub async fn purge(&self) -> store::Result<u64> {
        let (db, now) = (&self.cx.db, self.cx.now());
        let tokens = access_token::purge_before(db, now).await?;
        let codes = authorization_code::purge_before(db, now - REPLAY_WATCH).await?;
        let flows = flow::purge_before(db, now).await?;
        let sessions = broker_session::purge_before(db, now).await?;
        Ok(tokens + authorization_code::forget_people_before(db, now).await? + codes + flows + sessions)
    }
}
