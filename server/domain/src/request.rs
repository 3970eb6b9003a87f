//! The life cycle of a request: a workflow that people move forward and that may end in a habilitation. Each stage owns its data; a transition
//! consumes the stage and may fail.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::AccountId;

mod journal;
mod promise;
mod review;

pub use journal::JournalKind;
pub use promise::{days_once_sent, expected_answer};
pub use review::{Review, TeamRef, Turn, Verdict, route};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    Draft,
    UnderReview(Review),
    /// Sent back by a team; goes straight back to it when submitted again.
    ChangesRequested(Review),
    Approved {
        at: Timestamp,
        by: AccountId,
    },
    Refused {
        at: Timestamp,
        by: AccountId,
    },
    /// Its habilitation was revoked.
    Revoked {
        at: Timestamp,
        by: AccountId,
    },
    /// Archived by somebody on the applicant's side, or by a scheduled job (`None`).
    Archived {
        at: Timestamp,
        by: Option<AccountId>,
    },
}

/// What a reviewer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Approve,
    RequestChanges,
    Refuse,
    /// The changes asked for are not wanted any more: the review goes on where it was.
    WithdrawChanges,
}

impl Decision {
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::RequestChanges | Self::Refuse)
    }

    pub const ALL: [Self; 4] = [Self::Approve, Self::RequestChanges, Self::Refuse, Self::WithdrawChanges];

    /// The word that forms send.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "valider",
            Self::RequestChanges => "modifier",
            Self::Refuse => "refuser",
            Self::WithdrawChanges => "retirer",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.as_str() == text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("transition {0} is not possible from this state")]
pub struct InvalidTransition(pub &'static str);

impl Phase {
    /// `round` is the number of this submission, from 1. `route` is the review route of a first submission: a request sent back keeps the one it
    /// was on.
    pub fn submit(self, at: Timestamp, round: u32, route: Vec<Turn>) -> Result<Self, InvalidTransition> {
        match self {
            Self::Draft => Ok(Self::UnderReview(Review::begin(at, round, route))),
            Self::ChangesRequested(review) => Ok(Self::UnderReview(review.resume(at, round))),
            _ => Err(InvalidTransition("submit")),
        }
    }

    /// Records the decision of one team, for its own stage only. While changes are asked for, the team that asked may withdraw that, or decide on
    /// the last submission: the working days spent waiting do not count against any team.
    pub fn decide(self, decision: Decision, at: Timestamp, by: AccountId, team: TeamRef<'_>) -> Result<Self, InvalidTransition> {
        let (mut review, sent_back) = match self {
            Self::UnderReview(review) => (review, false),
            Self::ChangesRequested(review) => (review, true),
            _ => return Err(InvalidTransition("decide")),
        };
        let round = review.round;
        let mine = review.turns.iter().position(|turn| turn.is_of(team) && turn.may_decide()).ok_or(InvalidTransition("decide"))?;
        match (decision, sent_back) {
            (Decision::RequestChanges, true) | (Decision::WithdrawChanges, false) => return Err(InvalidTransition("decide")),
            (_, true) => review.take_back(at),
            (_, false) => {}
        }
        let Some(turn) = review.turns.get_mut(mine) else { return Err(InvalidTransition("decide")) };
        match decision {
            Decision::Refuse => return Ok(Self::Refused { at, by }),
            Decision::RequestChanges => {
                turn.verdict = Verdict::ChangesRequested { at, by, since: turn.since().unwrap_or(at) };
                review.pause();
                return Ok(Self::ChangesRequested(review));
            }
            Decision::WithdrawChanges => return Ok(Self::UnderReview(review)),
            Decision::Approve => turn.verdict = Verdict::Approved { at, by, round },
        }
        review.open_next(at);
        Ok(if review.turns.iter().any(|turn| !turn.is_approved()) { Self::UnderReview(review) } else { Self::Approved { at, by } })
    }

    /// Makes an approved request editable again; its habilitation stays in force meanwhile.
    pub fn reopen(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Approved { .. } => Ok(Self::Draft),
            _ => Err(InvalidTransition("reopen")),
        }
    }

    /// Ends a reopening that is given up or refused: the request is approved again, as it was.
    pub fn restore(self, granted_at: Timestamp, granted_by: AccountId) -> Result<Self, InvalidTransition> {
        match self {
            Self::Draft | Self::UnderReview(_) | Self::ChangesRequested(_) | Self::Refused { .. } => {
                Ok(Self::Approved { at: granted_at, by: granted_by })
            }
            _ => Err(InvalidTransition("restore")),
        }
    }

    /// `reopened`: a habilitation is in force although the request is being changed.
    pub fn revoke(self, at: Timestamp, by: AccountId, reopened: bool) -> Result<Self, InvalidTransition> {
        match self {
            Self::Approved { .. } => Ok(Self::Revoked { at, by }),
            Self::Draft | Self::UnderReview(_) | Self::ChangesRequested(_) if reopened => Ok(Self::Revoked { at, by }),
            _ => Err(InvalidTransition("revoke")),
        }
    }

    pub fn archive(self, at: Timestamp, by: Option<AccountId>, reopened: bool) -> Result<Self, InvalidTransition> {
        match self.state().way_out(reopened) {
            Some(WayOut::Archive) => Ok(Self::Archived { at, by }),
            _ => Err(InvalidTransition("archive")),
        }
    }

    /// Assigns the team's turn to a person, or to nobody.
    pub fn assign(&mut self, team: TeamRef<'_>, person: Option<AccountId>) -> Result<(), InvalidTransition> {
        let Self::UnderReview(review) = self else { return Err(InvalidTransition("assign")) };
        let turn = review.turns.iter_mut().find(|turn| turn.is_of(team) && turn.is_pending()).ok_or(InvalidTransition("assign"))?;
        turn.assignee = person;
        Ok(())
    }

    pub fn is_editable(&self) -> bool {
        matches!(self, Self::Draft | Self::ChangesRequested(_))
    }

    pub fn review(&self) -> Option<&Review> {
        match self {
            Self::UnderReview(review) | Self::ChangesRequested(review) => Some(review),
            _ => None,
        }
    }

    /// The teams that hold the request now.
    pub fn pending(&self) -> impl Iterator<Item = &Turn> {
        self.review().into_iter().flat_map(|review| &review.turns).filter(|turn| turn.is_pending())
    }

    /// The teams that may decide now: those that hold it, or the one that asked for the changes it waits for.
    pub fn deciding(&self) -> impl Iterator<Item = &Turn> {
        self.review().into_iter().flat_map(|review| &review.turns).filter(|turn| turn.may_decide())
    }

    pub fn state(&self) -> State {
        match self {
            Self::Draft => State::Draft,
            Self::UnderReview(_) => State::UnderReview,
            Self::ChangesRequested(_) => State::ChangesRequested,
            Self::Approved { .. } => State::Approved,
            Self::Refused { .. } => State::Refused,
            Self::Revoked { .. } => State::Revoked,
            Self::Archived { .. } => State::Archived,
        }
    }
}

/// How an applicant may end a request, or the change being made to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOut {
    /// Returns to the habilitation in force.
    GiveUpChange,
    Archive,
}

/// The stage without its data, for lists and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Draft,
    UnderReview,
    ChangesRequested,
    Approved,
    Refused,
    Revoked,
    Archived,
}

impl State {
    pub const ALL: [Self; 7] = [Self::Draft, Self::UnderReview, Self::ChangesRequested, Self::Approved, Self::Refused, Self::Revoked, Self::Archived];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::UnderReview => "under_review",
            Self::ChangesRequested => "changes_requested",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Revoked => "revoked",
            Self::Archived => "archived",
        }
    }

    /// Whether it has ended for good: nobody named in it can take up a role any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Refused | Self::Revoked | Self::Archived)
    }

    /// Whether its applicants may edit it, or could once it is sent back or reopened; `in_force`: its habilitation is in force.
    pub fn may_open_again(self, in_force: bool) -> bool {
        match self {
            Self::Draft | Self::UnderReview | Self::ChangesRequested => true,
            Self::Approved => in_force,
            Self::Refused | Self::Revoked | Self::Archived => false,
        }
    }

    /// How an applicant may end a request in this state. One that is in force, or held by a team, cannot be archived.
    pub fn way_out(self, reopened: bool) -> Option<WayOut> {
        match self {
            Self::Draft | Self::ChangesRequested if reopened => Some(WayOut::GiveUpChange),
            Self::Draft | Self::ChangesRequested | Self::Refused | Self::Revoked => Some(WayOut::Archive),
            Self::UnderReview | Self::Approved | Self::Archived => None,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Brouillon",
            Self::UnderReview => "En cours d’instruction",
            Self::ChangesRequested => "À modifier",
            Self::Approved => "Validée",
            Self::Refused => "Refusée",
            Self::Revoked => "Révoquée",
            Self::Archived => "Archivée",
        }
    }
}

#[cfg(test)]
mod tests;
