//! Security events of accounts: a line in the logs, and a row for the administration's page. They name the account and the network;
//! never an address, a name or a password.

use domain::{Hours, actor::Actor, ids::AccountId, network::Origin, retention::SECURITY_EVENT, security::SecurityKind};
use store::{
    Tx,
    security_event::{self, SecurityEvent},
};

use crate::Habilitation;

impl Habilitation {
    /// Writes the event in the transaction of what it tells of.
    pub(crate) async fn note(
        &self,
        tx: &Tx,
        kind: SecurityKind,
        account: Option<AccountId>,
        from: Option<&Origin>,
        detail: &str,
    ) -> Result<(), store::Error> {
        let network = from.map_or_else(String::new, |from| from.network.cut());
        self.note_from(tx, kind, account, network, detail).await
    }

    pub(crate) async fn note_from(
        &self,
        tx: &Tx,
        kind: SecurityKind,
        account: Option<AccountId>,
        network: String,
        detail: &str,
    ) -> Result<(), store::Error> {
        let id = account.map(|account| account.to_string()).unwrap_or_default();
        tracing::info!(security.kind = kind.as_str(), account.id = %id, client.network = %network, security.detail = detail, "a security event");
        let event = SecurityEvent { kind, account, network, detail: detail.to_owned(), at: self.cx.now() };
        security_event::write(&self.cx, tx, &event).await
    }

    /// Writes the event in a transaction of its own, when nothing else changes.
    pub(crate) async fn note_now(
        &self,
        kind: SecurityKind,
        account: Option<AccountId>,
        from: Option<&Origin>,
        detail: &str,
    ) -> Result<(), store::Error> {
        let tx = self.cx.begin().await?;
        self.note(&tx, kind, account, from, detail).await?;
        tx.commit().await
    }

    /// A form was sent to `route`, which only a right opens.
    pub async fn note_right(&self, actor: &Actor, from: &Origin, route: &str) -> Result<(), store::Error> {
        let who = actor.impersonated_by.map_or(actor.account, |by| by.account);
        self.note_now(SecurityKind::RightUsed, Some(who), Some(from), route).await
    }

    pub(crate) async fn purge_security_events(&self, tx: &Tx) -> Result<u64, store::Error> {
        security_event::purge_before(tx, Hours(-SECURITY_EVENT.0).after(self.cx.now())).await
    }
}
