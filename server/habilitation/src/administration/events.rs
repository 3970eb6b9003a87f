//! The administration's journal, read by administrators.

use std::collections::BTreeMap;

use domain::{Timestamp, administration::AdminKind, ids::AccountId, text::fold, traces::acted};
use store::{
    Page, Paging, account,
    admin_event::{self, Event, Filter},
};

use super::{Administering, RightsError};

/// Search criteria; an empty query finds everything.
#[derive(Debug, Clone, Default)]
pub struct EventQuery {
    pub kind: Option<AdminKind>,
    /// Part of the name or address of whoever acted, or of whom the line is about.
    pub person: String,
    pub from: Option<jiff::civil::Date>,
    /// The last day, included.
    pub until: Option<jiff::civil::Date>,
}

#[derive(Debug, Clone)]
pub struct EventLine {
    pub event: Event,
    /// Who acted, and the administrator impersonating them if any; `None` for the command line.
    pub actor: Option<String>,
    pub about: Option<String>,
}

impl Administering<'_> {
    pub async fn events(&self, query: &EventQuery, number: u64) -> Result<Page<EventLine>, RightsError> {
        self.require_admin()?;
        let db = &self.room.cx.db;
        let people = if query.person.trim().is_empty() { None } else { Some(named(db, admin_event::people(db).await?, &query.person).await?) };
        let until = query.until.and_then(|day| day.tomorrow().ok()).and_then(midnight);
        let filter = Filter { kind: query.kind, people, from: query.from.and_then(midnight), until };
        let Page { items, total } = admin_event::list(db, &filter, Paging::of(number)).await?;
        let ids: Vec<AccountId> = items.iter().flat_map(|event| [event.by.account, event.by.impersonated_by, event.about]).flatten().collect();
        let names: BTreeMap<AccountId, String> = account::by_ids(db, ids).await?.into_iter().map(|account| (account.id, account.name())).collect();
        let name = |id: Option<AccountId>| id.and_then(|id| names.get(&id).cloned());
        let items = items.into_iter().map(|event| EventLine {
            actor: name(event.by.account).map(|actor| acted(&actor, name(event.by.impersonated_by).as_deref())),
            about: name(event.about),
            event,
        });
        Ok(Page { items: items.collect(), total })
    }
}

/// The accounts whose name or address contains the text.
pub(super) async fn named(db: &store::Db, people: Vec<AccountId>, typed: &str) -> Result<Vec<AccountId>, store::Error> {
    let wanted = fold(typed);
    let known = account::by_ids(db, people).await?;
    let meant = known.iter().filter(|account| fold(&format!("{} {}", account.name(), account.email)).contains(&wanted));
    Ok(meant.map(|account| account.id).collect())
}

/// The first instant of a day in Paris.
pub(super) fn midnight(day: jiff::civil::Date) -> Option<Timestamp> {
    day.to_zoned(domain::calendar::paris()).ok().map(|zoned| zoned.timestamp())
}
