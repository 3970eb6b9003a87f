//! Who of a team takes a request: taken, handed over to a colleague, released. A help to organise, not a right: any
//! colleague of the team may still decide.

use domain::{
    ids::{AccountId, RequestId},
    request::{JournalKind, TeamRef},
    routes,
};
use store::{
    account::{self, Account},
    journal, request, role,
};

use super::{DecideError, Reviewing};
use crate::{
    mails::{self, About},
    requests::{Opened, team_of},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    Take,
    Release,
    HandOver(AccountId),
}

#[derive(Debug, thiserror::Error)]
pub enum AssignError {
    /// Not of this team, or nobody.
    #[error("nobody of this team")]
    NotAColleague,
    #[error(transparent)]
    Review(#[from] DecideError),
}

impl AssignError {
    /// What the person reads beside the form; nothing where the error is answered by a page of its own.
    pub fn sentence(&self) -> Option<String> {
        Some(match self {
            Self::NotAColleague => "Choisissez une personne de l’équipe.".to_owned(),
            _ => return None,
        })
    }
}

impl From<store::Error> for AssignError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Stale { .. } => Self::Review(DecideError::Stale),
            other => Self::Review(other.into()),
        }
    }
}

/// A turn of one of the reader's teams, as its page shows who took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignableTurn {
    /// « service:stage ».
    pub team: String,
    pub label: String,
    pub assignee: Option<String>,
    pub mine: bool,
    /// Whom it may be handed over to.
    pub colleagues: Vec<(AccountId, String)>,
}

impl Reviewing<'_> {
    /// The open turns of this person's teams.
    pub async fn assignable(&self, opened: &Opened) -> Result<Vec<AssignableTurn>, DecideError> {
        let mut turns = Vec::new();
        for turn in opened.request.phase.pending().filter(|turn| self.actor.reviews_stage(&turn.service, &turn.stage)) {
            let people = self.colleagues(&turn.service, &turn.stage).await?;
            let known = turn.assignee.and_then(|id| people.iter().find(|one| one.id == id)).map(Account::name);
            let assignee = match (turn.assignee, known) {
                (Some(id), None) => account::by_id(&self.room.cx.db, id).await?.map(|one| one.name()),
                (_, known) => known,
            };
            let free = people.iter().filter(|one| Some(one.id) != turn.assignee && one.id != self.actor.account);
            turns.push(AssignableTurn {
                team: format!("{}:{}", turn.service, turn.stage),
                label: team_of(&opened.service, turn).map(|stage| stage.team.clone()).unwrap_or_default(),
                assignee,
                mine: turn.assignee == Some(self.actor.account),
                colleagues: free.map(|one| (one.id, one.name())).collect(),
            });
        }
        Ok(turns)
    }

    /// Those a request may be handed over to: the reviewers of the team, by name.
    pub async fn colleagues(&self, service: &str, stage: &str) -> Result<Vec<Account>, DecideError> {
        let mut people = role::reviewers(&self.room.cx.db, service, stage).await?;
        people.sort_by_key(|one| domain::text::fold(&one.name()));
        Ok(people)
    }

    /// The same form sent twice succeeds twice.
    pub async fn assign(&self, id: RequestId, service: &str, stage: &str, to: Assignment, seen: i32) -> Result<(), AssignError> {
        match self.assign_once(id, service, stage, to, seen).await {
            Err(AssignError::Review(error @ DecideError::Stale)) => {
                let last = self.room.own_last(self.actor, id, [JournalKind::Assigned, JournalKind::Unassigned]).await?;
                let colleagues = self.colleagues(service, stage).await?;
                let colleague = self.person(to).and_then(|person| colleagues.iter().find(|one| one.id == person));
                let told = self.told(service, stage, colleague);
                if last.is_some_and(|line| (line.kind, line.detail) == told) { Ok(()) } else { Err(error.into()) }
            }
            other => other,
        }
    }

    fn person(&self, to: Assignment) -> Option<AccountId> {
        match to {
            Assignment::Take => Some(self.actor.account),
            Assignment::Release => None,
            Assignment::HandOver(person) => Some(person),
        }
    }

    /// The kind and the text of the journal line of an assignment.
    fn told(&self, service: &str, stage: &str, colleague: Option<&Account>) -> (JournalKind, String) {
        let name = self.room.service(service).and_then(|service| service.stage(stage)).map(|stage| stage.team.clone()).unwrap_or_default();
        match colleague {
            Some(colleague) => (JournalKind::Assigned, format!("{name} — {}", colleague.name())),
            None => (JournalKind::Unassigned, name),
        }
    }

    async fn assign_once(&self, id: RequestId, service: &str, stage: &str, to: Assignment, seen: i32) -> Result<(), AssignError> {
        let cx = &self.room.cx;
        let (opened, _) = self.open(id).await?;
        if !self.actor.reviews_stage(service, stage) {
            return Err(DecideError::NotYourTurn.into());
        }
        if opened.request.version != seen {
            return Err(DecideError::Stale.into());
        }
        let team = TeamRef { service, stage };
        let colleagues = self.colleagues(service, stage).await?;
        let person = self.person(to);
        let colleague = person.map(|person| colleagues.iter().find(|one| one.id == person).ok_or(AssignError::NotAColleague)).transpose()?;
        let Opened { mut request, .. } = opened.clone();
        let before = request.phase.review().and_then(|review| review.turn(team)).and_then(|turn| turn.assignee);
        if before == person {
            return Ok(());
        }
        request.phase.assign(team, person).map_err(|_| DecideError::NotYourTurn)?;
        let tx = cx.begin().await?;
        request::save(&tx, &request, cx.now()).await?;
        let (kind, detail) = self.told(service, stage, colleague);
        journal::write(cx, &tx, id, kind, self.actor, &detail).await?;
        if let Some(colleague) = colleague.filter(|one| one.id != self.actor.account) {
            let about = About::new(cx, &request, &opened.service.name, &routes::review_request(id));
            mails::reviewers::entrusted(&colleague.email, &about, &self.actor.name, &opened.organisation.name()).send(cx, &tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
