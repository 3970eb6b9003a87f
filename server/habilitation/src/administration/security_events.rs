//! Security events of accounts, read by administrators.

use std::collections::BTreeMap;

use domain::{ids::AccountId, security::SecurityKind};
use store::{
    Page, Paging, account,
    security_event::{self, Filter, SecurityEvent},
};

use super::{
    Administering, RightsError,
    events::{midnight, named},
};

/// Search criteria; an empty query finds everything.
#[derive(Debug, Clone, Default)]
pub struct SecurityQuery {
    pub kind: Option<SecurityKind>,
    /// Part of a name or an address.
    pub person: String,
    pub from: Option<jiff::civil::Date>,
    /// The last day, included.
    pub until: Option<jiff::civil::Date>,
}

#[derive(Debug, Clone)]
pub struct SecurityLine {
    pub event: SecurityEvent,
    /// `None` when the address typed has no account.
    pub person: Option<String>,
}

impl Administering<'_> {
    pub async fn security_events(&self, query: &SecurityQuery, number: u64) -> Result<Page<SecurityLine>, RightsError> {
        self.require_admin()?;
        let db = &self.room.cx.db;
        let people = if query.person.trim().is_empty() { None } else { Some(named(db, security_event::people(db).await?, &query.person).await?) };
        let until = query.until.and_then(|day| day.tomorrow().ok()).and_then(midnight);
        let filter = Filter { kind: query.kind, people, from: query.from.and_then(midnight), until };
        let Page { items, total } = security_event::list(db, &filter, Paging::of(number)).await?;
        let ids: Vec<AccountId> = items.iter().filter_map(|event| event.account).collect();
        let names: BTreeMap<AccountId, String> = account::by_ids(db, ids).await?.into_iter().map(|account| (account.id, account.name())).collect();
        let items = items.into_iter().map(|event| SecurityLine { person: event.account.and_then(|id| names.get(&id).cloned()), event });
        Ok(Page { items: items.collect(), total })
    }
}
