//! The reviewers' list of requests: tabs, filters, names, deadlines, and saved searches.

use domain::{
    Timestamp,
    actor::Grant,
    calendar,
    catalogue::ServiceFile,
    deadlines::{LegalLevel, start_of},
    ids::{AccountId, SavedSearchId},
    message::Side,
    queue::{QueueQuery, Tab},
    request::State,
    words::{self, WordsError},
};
use jiff::civil::Date;
use store::{
    Page, Paging, account, legal_clock, organisation,
    queue::{self, Counts, OpenTurn, Row, Scope},
    role,
    saved_search::{self, SavedSearch},
};

use super::{DecideError, Reviewing};
use crate::Habilitation;

/// Maximum number of characters of the name of a saved search.
pub const MAX_SEARCH_NAME: usize = 60;
/// Maximum number of saved searches of one person.
const MAX_SEARCHES: usize = 30;

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub row: Row,
    pub service_name: String,
    pub organisation_name: String,
    /// The teams whose turn it is; on the tabs that list turns, the team of the line.
    pub teams: Vec<TeamLine>,
    /// The legal limit, when silence becomes a refusal, and how close it is; while the request is under review.
    pub legal: Option<(Date, LegalLevel)>,
    pub unread: u64,
    /// May be ticked for a decision on several requests.
    pub in_bulk: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamLine {
    pub team: String,
    pub received: Date,
    pub due: Option<Date>,
    /// The name of the person who took it.
    pub assignee: Option<String>,
}

/// Everything the page of the list shows.
#[derive(Debug, Clone)]
pub struct Listing {
    pub query: QueueQuery,
    pub page: Page<Listed>,
    pub counts: Counts,
    pub saved: Vec<SavedSearch>,
    /// Slug and name.
    pub services: Vec<(String, String)>,
    /// « service:stage » and name.
    pub teams: Vec<(String, String)>,
    /// Who reviews these services.
    pub people: Vec<(AccountId, String)>,
    pub today: Date,
}

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error(transparent)]
    Words(#[from] WordsError),
    #[error("a search of this name is kept already")]
    Taken,
    #[error("{MAX_SEARCHES} searches are kept already")]
    TooMany,
    #[error("no such search")]
    NotFound,
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl SearchError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::Taken => "Vous avez déjà une recherche de ce nom.".to_owned(),
            Self::TooMany => format!("Vous avez déjà {MAX_SEARCHES} recherches enregistrées\u{a0}: supprimez-en une."),
            _ => return None,
        })
    }
}

/// What these grants let a person list, within the dates of the query.
pub(super) fn scope_of(room: &Habilitation, account: AccountId, grants: &[Grant], query: &QueueQuery, now: Timestamp) -> Scope {
    let services: Vec<&ServiceFile> =
        room.cx.catalogue.services().iter().filter(|service| grants.iter().any(|grant| grant.service == service.slug)).collect();
    let decides =
        |service: &str, stage: &str| grants.iter().any(|grant| grant.role >= domain::actor::Role::Reviewer && grant.covers(service, Some(stage)));
    let teams = services
        .iter()
        .flat_map(|service| service.stages.iter().map(|stage| (service.slug.clone(), stage.slug.clone())))
        .filter(|(service, stage)| decides(service, stage))
        .collect();
    let before = query.to.known().and_then(|day| day.tomorrow().ok()).map(start_of);
    Scope {
        me: Some(account),
        services: services.into_iter().map(|service| service.slug.clone()).collect(),
        teams,
        today: calendar::paris_date(now).to_string(),
        from: query.from.known().map(start_of),
        // When a date of the query cannot be read, nothing is to be found: nothing was submitted before the epoch.
        before: if query.problems().is_empty() { before } else { Some(Timestamp::UNIX_EPOCH) },
    }
}

impl Habilitation {
    /// The name of a team, as its service calls it.
    pub(super) fn team_name(&self, turn: &OpenTurn) -> String {
        self.service(&turn.service).and_then(|service| service.stage(&turn.stage)).map(|stage| stage.team.clone()).unwrap_or_default()
    }
}

impl Reviewing<'_> {
    pub(super) fn scope(&self, query: &QueueQuery) -> Scope {
        scope_of(self.room, self.actor.account, &self.actor.grants, query, self.room.cx.now())
    }

    pub async fn list(&self, query: QueueQuery, page: u64) -> Result<Listing, DecideError> {
        let db = &self.room.cx.db;
        let scope = self.scope(&query);
        let Page { items, total } = queue::page(db, &scope, &query, Paging::of(page)).await?;
        let counts = queue::counts(db, &scope).await?;
        let people = role::people(db, &scope.services).await?;
        let names = organisation::by_ids(db, items.iter().map(|row| row.organisation)).await?;
        let gone: Vec<AccountId> = assignees(&items).filter(|id| !people.iter().any(|one| one.id == *id)).collect();
        let gone = if gone.is_empty() { Vec::new() } else { account::by_ids(db, gone).await? };
        let limits = self.room.legal_limits(&items).await?;
        let unread = self.room.unread(self.actor, Side::Reviewer, items.iter().map(|row| row.id)).await?;
        let today = calendar::paris_date(self.room.cx.now());
        let name = |id: AccountId| people.iter().chain(&gone).find(|one| one.id == id).map(|one| one.name()).unwrap_or_default();
        let items = items
            .into_iter()
            .map(|row| Listed {
                service_name: self.room.service(&row.service).map(|service| service.name.clone()).unwrap_or_default(),
                organisation_name: names.iter().find(|one| one.id == row.organisation).map(|one| one.name()).unwrap_or_default(),
                teams: row.turns.iter().map(|turn| self.team_line(turn, &name)).collect(),
                legal: limits.get(&row.id).map(|day| (*day, LegalLevel::of(*day, today))),
                unread: unread.get(&row.id).copied().unwrap_or(0),
                in_bulk: query.tab.is_of_turns() && row.turns.iter().any(|turn| self.decides_in_bulk(&turn.service)),
                row,
            })
            .collect();
        Ok(Listing {
            page: Page { items, total },
            counts,
            saved: saved_search::of_account(db, self.actor.account).await?,
            services: self.services(&scope),
            teams: self.team_choices(&scope),
            people: people.iter().map(|one| (one.id, one.name())).collect(),
            today,
            query,
        })
    }

    fn team_line(&self, turn: &OpenTurn, name: &impl Fn(AccountId) -> String) -> TeamLine {
        TeamLine { team: self.room.team_name(turn), received: calendar::paris_date(turn.since), due: turn.due, assignee: turn.assignee.map(name) }
    }

    pub(super) fn decides_in_bulk(&self, service: &str) -> bool {
        self.room.service(service).is_some_and(|service| service.bulk_decisions)
    }

    fn services(&self, scope: &Scope) -> Vec<(String, String)> {
        scope.services.iter().filter_map(|slug| self.room.service(slug)).map(|service| (service.slug.clone(), service.name.clone())).collect()
    }

    /// Every team of the services, so that « all requests » can be narrowed to any of them.
    fn team_choices(&self, scope: &Scope) -> Vec<(String, String)> {
        let services = scope.services.iter().filter_map(|slug| self.room.service(slug));
        services
            .flat_map(|service| {
                service.stages.iter().map(|stage| (format!("{}:{}", service.slug, stage.slug), format!("{} – {}", service.name, stage.team)))
            })
            .collect()
    }

    /// The saved search that opens with the list, if the person chose one.
    pub async fn default_search(&self) -> Result<Option<SavedSearch>, DecideError> {
        let saved = saved_search::of_account(&self.room.cx.db, self.actor.account).await?;
        Ok(saved.into_iter().find(|one| one.is_default))
    }

    /// The same `id` again writes nothing.
    pub async fn save_search(&self, id: SavedSearchId, name: &str, query: &QueueQuery) -> Result<(), SearchError> {
        let cx = &self.room.cx;
        let name = words::checked_line(name, MAX_SEARCH_NAME)?;
        let tx = cx.begin().await?;
        let known = saved_search::of_account(&tx, self.actor.account).await?;
        if known.iter().any(|one| one.id == id) {
            return Ok(());
        }
        if known.iter().any(|one| one.name == name) {
            return Err(SearchError::Taken);
        }
        if known.len() >= MAX_SEARCHES {
            return Err(SearchError::TooMany);
        }
        let new = SavedSearch { id, name, query: address(query), is_default: false };
        saved_search::add(&tx, self.actor.account, &new, cx.now()).await.map_err(taken)?;
        Ok(tx.commit().await?)
    }

    pub async fn search(&self, id: SavedSearchId) -> Result<SavedSearch, SearchError> {
        let saved = saved_search::of_account(&self.room.cx.db, self.actor.account).await?;
        saved.into_iter().find(|one| one.id == id).ok_or(SearchError::NotFound)
    }

    /// Renames a saved search and, when `default` says so, makes it the one that opens with the list or not any more.
    pub async fn change_search(&self, id: SavedSearchId, name: &str, default: Option<bool>) -> Result<(), SearchError> {
        let before = self.search(id).await?;
        let name = words::checked_line(name, MAX_SEARCH_NAME)?;
        let tx = self.room.cx.begin().await?;
        if before.name != name {
            saved_search::rename(&tx, self.actor.account, id, &name).await.map_err(taken)?;
        }
        if let Some(default) = default {
            saved_search::set_default(&tx, self.actor.account, default.then_some(id)).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    pub async fn remove_search(&self, id: SavedSearchId) -> Result<(), SearchError> {
        self.search(id).await?;
        let tx = self.room.cx.begin().await?;
        saved_search::remove(&tx, self.actor.account, id).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn taken(error: store::Error) -> SearchError {
    if error.is_duplicate() { SearchError::Taken } else { SearchError::Store(error) }
}

fn assignees(rows: &[Row]) -> impl Iterator<Item = AccountId> {
    rows.iter().flat_map(|row| &row.turns).filter_map(|turn| turn.assignee)
}

/// The query as the address of the list holds it.
pub fn address(query: &QueueQuery) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query.pairs()).finish()
}

impl Habilitation {
    /// The legal limits of the requests under review.
    async fn legal_limits(&self, rows: &[Row]) -> Result<std::collections::HashMap<domain::ids::RequestId, Date>, store::Error> {
        let held = rows.iter().filter(|row| row.state == State::UnderReview).map(|row| row.id);
        let clocks = legal_clock::of_requests(&self.cx.db, held).await?;
        Ok(clocks.into_iter().map(|(id, clock)| (id, clock.limit)).collect())
    }
}

impl Listing {
    /// How many lines a tab has.
    pub fn count(&self, tab: Tab) -> u64 {
        match tab {
            Tab::Mine => self.counts.mine,
            Tab::Unassigned => self.counts.unassigned,
            Tab::Teams => self.counts.teams,
            Tab::All => self.counts.all,
        }
    }
}
