//! The review route of a request: its teams decide one after the other, or in parallel where the service says so.

use jiff::{Timestamp, civil::Date};

use crate::{calendar, form::Form, ids::AccountId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// When the latest submission was sent.
    pub submitted_at: Timestamp,
    /// The number of the latest submission, from 1.
    pub round: u32,
    /// In the order of the service's stages.
    pub turns: Vec<Turn>,
}

/// One team's part in an open review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The service whose team it is; with one request for two services the teams come from both.
    pub service: String,
    pub stage: String,
    /// Teams of the same order decide in parallel; the next order waits for all of them.
    pub order: u32,
    /// The promised delay, as it was when the request was submitted.
    pub working_days: u32,
    /// Working days spent waiting for changes that were then withdrawn: the due day is that much later.
    pub stood_still: u32,
    pub verdict: Verdict,
    pub assignee: Option<AccountId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Other teams come first.
    Waiting,
    Pending {
        since: Timestamp,
    },
    /// Its turn, but the request is back with its applicant: the delay is suspended. `since` is when the request reached the team.
    Paused {
        since: Timestamp,
    },
    /// `round` is the submission the team read.
    Approved {
        at: Timestamp,
        by: AccountId,
        round: u32,
    },
    ChangesRequested {
        at: Timestamp,
        by: AccountId,
        since: Timestamp,
    },
}

/// A team by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamRef<'a> {
    pub service: &'a str,
    pub stage: &'a str,
}

impl Review {
    pub(super) fn begin(at: Timestamp, round: u32, turns: Vec<Turn>) -> Self {
        let mut review = Self { submitted_at: at, round, turns };
        review.open_next(at);
        review
    }

    /// Gives the request back to the team that asked for changes and to those that were paused; their delay starts again.
    pub(super) fn resume(mut self, at: Timestamp, round: u32) -> Self {
        for turn in &mut self.turns {
            if matches!(turn.verdict, Verdict::ChangesRequested { .. } | Verdict::Paused { .. }) {
                turn.verdict = Verdict::Pending { since: at };
                turn.stood_still = 0;
            }
        }
        Self { submitted_at: at, round, ..self }
    }

    pub(super) fn pause(&mut self) {
        for turn in &mut self.turns {
            if let Verdict::Pending { since } = turn.verdict {
                turn.verdict = Verdict::Paused { since };
            }
        }
    }

    /// Undoes a request for changes; the working days spent waiting are added to the delay of the teams that hold the request.
    pub(super) fn take_back(&mut self, at: Timestamp) {
        let asked = self.turns.iter().find_map(|turn| match turn.verdict {
            Verdict::ChangesRequested { at, .. } => Some(at),
            _ => None,
        });
        let lost = asked.map_or(0, |asked| calendar::working_days_between(calendar::paris_date(asked), calendar::paris_date(at)));
        for turn in &mut self.turns {
            if let Verdict::ChangesRequested { since, .. } | Verdict::Paused { since } = turn.verdict {
                turn.verdict = Verdict::Pending { since };
                turn.stood_still += lost;
            }
        }
    }

    /// Gives the turn to the first teams that have not decided, once all before them approved.
    pub(super) fn open_next(&mut self, at: Timestamp) {
        let Some(order) = self.turns.iter().filter(|turn| !turn.is_approved()).map(|turn| turn.order).min() else { return };
        for turn in self.turns.iter_mut().filter(|turn| turn.order == order && turn.verdict == Verdict::Waiting) {
            turn.verdict = Verdict::Pending { since: at };
        }
    }

    pub fn turn(&self, team: TeamRef<'_>) -> Option<&Turn> {
        self.turns.iter().find(|turn| turn.is_of(team))
    }

    /// Whether this team's approval would end the review.
    pub fn is_last(&self, team: TeamRef<'_>) -> bool {
        self.turns.iter().all(|turn| turn.is_approved() || turn.is_of(team))
    }

    /// Whether this person already approved a stage: two stages need two people.
    pub fn was_approved_by(&self, person: AccountId) -> bool {
        self.turns.iter().any(|turn| matches!(turn.verdict, Verdict::Approved { by, .. } if by == person))
    }
}

impl Turn {
    pub fn team(&self) -> TeamRef<'_> {
        TeamRef { service: &self.service, stage: &self.stage }
    }

    pub fn is_of(&self, team: TeamRef<'_>) -> bool {
        self.team() == team
    }

    pub fn is_pending(&self) -> bool {
        matches!(self.verdict, Verdict::Pending { .. })
    }

    pub fn is_paused(&self) -> bool {
        matches!(self.verdict, Verdict::Paused { .. })
    }

    /// Holds the request, or waits for the changes it asked for.
    pub fn may_decide(&self) -> bool {
        matches!(self.verdict, Verdict::Pending { .. } | Verdict::ChangesRequested { .. })
    }

    pub fn is_approved(&self) -> bool {
        matches!(self.verdict, Verdict::Approved { .. })
    }

    /// When it reached the team, while the team holds it.
    pub fn since(&self) -> Option<Timestamp> {
        match self.verdict {
            Verdict::Pending { since } => Some(since),
            _ => None,
        }
    }

    /// The promised day, while the team holds the request.
    pub fn due(&self) -> Option<Date> {
        match self.verdict {
            Verdict::Pending { since } => Some(calendar::add_working_days(calendar::paris_date(since), self.working_days + self.stood_still)),
            _ => None,
        }
    }
}

/// The review route of a request for this service, as it is when submitted.
pub fn route(form: &Form) -> Vec<Turn> {
    form.stages
        .iter()
        .map(|stage| Turn {
            service: stage.service.clone(),
            stage: stage.slug.clone(),
            order: stage.order,
            working_days: stage.working_days,
            stood_still: 0,
            verdict: Verdict::Waiting,
            assignee: None,
        })
        .collect()
}
