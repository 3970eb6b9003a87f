//! « Mes demandes »: the requests of a person, by owner and by who has to act, searched by words or by number.

use std::collections::{BTreeMap, HashMap};

use domain::{
    calendar::paris_date,
    deadlines::end_of,
    ids::{AccountId, OrganisationId, RequestId},
    request::State,
    search::parse,
};
use jiff::civil::Date;
use store::{
    Page, Paging, account,
    habilitation::{self, HabilitationState},
    organisation,
    request::dashboard::{self, DashboardPage, Filter, Listed, Scope},
};

use super::{Applying, Line, RequestError};

/// Whose requests are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Whose {
    /// The person's own, and those they co-edit.
    #[default]
    Own,
    Colleagues,
    /// Those that name the person as a contact.
    Naming,
}

/// What is expected, and of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// To complete, or to correct.
    ToDo,
    /// The administration answers.
    Waiting,
    Approved,
    Closed,
    Archived,
}

impl Group {
    pub const ALL: [Self; 5] = [Self::ToDo, Self::Waiting, Self::Approved, Self::Closed, Self::Archived];

    pub fn states(self) -> &'static [State] {
        match self {
            Self::ToDo => &[State::Draft, State::ChangesRequested],
            Self::Waiting => &[State::UnderReview],
            Self::Approved => &[State::Approved],
            Self::Closed => &[State::Refused, State::Revoked],
            Self::Archived => &[State::Archived],
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Search {
    pub whose: Whose,
    /// With [`Whose::Own`]: of every organisation, rather than of the current one.
    pub everywhere: bool,
    pub group: Option<Group>,
    pub service: Option<String>,
    pub text: String,
}

#[derive(Debug, Clone)]
pub struct Dashboard {
    pub page: Page<Line>,
    /// Messages that the reader has not read; requests without any are left out.
    pub unread: HashMap<RequestId, u64>,
    /// Of the chosen list, before the search.
    pub counts: Vec<(Group, u64)>,
    /// None when the person is not a verified member of the organisation they work for.
    pub colleagues: Option<u64>,
    pub naming: u64,
    /// The person's own by organisation; `None` when they have none for another than the current one.
    pub bodies: Option<Bodies>,
    /// Who filed the lines that are not the reader's.
    pub names: BTreeMap<AccountId, String>,
    /// The organisations of the lines, where the list may have several.
    pub organisations: BTreeMap<OrganisationId, String>,
    /// The last days of what was granted; requests without an end are left out.
    pub ends: BTreeMap<RequestId, Date>,
    pub today: Date,
}

/// Counts of the person's own requests that are not archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bodies {
    /// The name of the current organisation.
    pub current: String,
    /// Those of the current organisation.
    pub here: u64,
    pub everywhere: u64,
}

impl Dashboard {
    pub fn total(&self) -> u64 {
        self.counts.iter().filter(|(group, _)| *group != Group::Archived).map(|(_, number)| number).sum()
    }
}

impl Applying<'_> {
    pub async fn dashboard(&self, search: &Search, number: u64) -> Result<Dashboard, RequestError> {
        let db = &self.room.cx.db;
        let me = self.actor.account;
        let mut scopes = vec![
            Scope::Own { account: me, organisation: self.actor.organisation },
            Scope::Own { account: me, organisation: None },
            Scope::Naming { email: self.actor.email.clone(), account: me },
        ];
        scopes.extend(self.colleagues_scope());
        let place = match search.whose {
            Whose::Own => usize::from(search.everywhere),
            Whose::Naming => 2,
            Whose::Colleagues => 3,
        };
        let scope = scopes.get(place).ok_or(RequestError::NotFound)?;
        let filter = filter(search);
        let Listed { lines, unread, counts } =
            dashboard::list(db, &scopes, &filter, DashboardPage { reader: me, place, paging: Paging::of(number) }).await?;
        let open = |place: usize| counts.get(place).map(|by_state| open(by_state));
        let (naming, colleagues) = (open(2).unwrap_or(0), open(3));
        let bodies = self.bodies(&counts).await?;
        let by_state = counts.get(place).map(Vec::as_slice).unwrap_or_default();
        let in_group = |group: Group| by_state.iter().filter(|(state, _)| group.states().contains(state)).map(|(_, number)| number).sum();
        let searched = search.service.is_some() || !search.text.trim().is_empty();
        let total = match search.group {
            _ if searched => dashboard::count(db, scope, &filter).await?,
            Some(group) => in_group(group),
            None => open(place).unwrap_or(0),
        };
        let counts = Group::ALL.into_iter().map(|group| (group, in_group(group))).collect();
        let page = Page { items: lines, total };
        let others = page.items.iter().map(|line| line.applicant).filter(|one| *one != me);
        let names = account::by_ids(db, others).await?.into_iter().map(|one| (one.id, one.name())).collect();
        // The lines of other lists are all of the current organisation.
        let named = if self.of_several_bodies(search) {
            organisation::by_ids(db, page.items.iter().map(|line| line.organisation)).await?
        } else {
            Vec::new()
        };
        let organisations = named.into_iter().map(|one| (one.id, one.name())).collect();
        let approved = page.items.iter().filter(|line| line.state == State::Approved).map(|line| line.id);
        let ends = ends(habilitation::ends_of_requests(db, approved).await?);
        let today = paris_date(self.room.cx.now());
        Ok(Dashboard { page, unread, counts, colleagues, naming, bodies, names, organisations, ends, today })
    }

    fn of_several_bodies(&self, search: &Search) -> bool {
        match search.whose {
            Whose::Own => search.everywhere || self.actor.organisation.is_none(),
            Whose::Naming => true,
            Whose::Colleagues => false,
        }
    }

    /// From the counts of the first two scopes: the person's own, here and everywhere.
    async fn bodies(&self, counts: &[Vec<(State, u64)>]) -> Result<Option<Bodies>, RequestError> {
        let [here, everywhere, ..] = counts else { return Ok(None) };
        let all = |by_state: &[(State, u64)]| by_state.iter().map(|(_, number)| number).sum::<u64>();
        if all(here) == all(everywhere) {
            return Ok(None);
        }
        let current = self.room.current_organisation(self.actor).await?;
        Ok(current.map(|body| Bodies { current: body.name(), here: open(here), everywhere: open(everywhere) }))
    }

    fn colleagues_scope(&self) -> Option<Scope> {
        let organisation = self.actor.organisation.filter(|_| self.actor.verified)?;
        Some(Scope::Colleagues { organisation, account: self.actor.account })
    }
}

fn filter(search: &Search) -> Filter {
    Filter {
        states: search.group.map(|group| group.states().to_vec()).unwrap_or_default(),
        service: search.service.clone(),
        terms: parse(&search.text),
    }
}

fn ends(rows: Vec<(RequestId, HabilitationState, Date)>) -> BTreeMap<RequestId, Date> {
    let mut ends: BTreeMap<RequestId, Vec<(bool, Date)>> = BTreeMap::new();
    for (request, state, day) in rows {
        ends.entry(request).or_default().push((state == HabilitationState::Active, day));
    }
    ends.into_iter().filter_map(|(request, ends)| Some((request, end_of(&ends)?))).collect()
}

fn open(by_state: &[(State, u64)]) -> u64 {
    by_state.iter().filter(|(state, _)| *state != State::Archived).map(|(_, number)| number).sum()
}
