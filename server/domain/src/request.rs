//! The life of a request: a workflow that people move, and the right it ends in. A stage owns its data, a
//! transition consumes the stage and can fail.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::AccountId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Draft,
    /// `step` is the index of the review stage whose turn it is.
    UnderReview {
        submitted_at: Timestamp,
        step: usize,
        since: Timestamp,
    },
    /// Sent back by the team of `step`; goes straight back to it when submitted again.
    ChangesRequested {
        submitted_at: Timestamp,
        step: usize,
        since: Timestamp,
    },
    Approved {
        at: Timestamp,
        by: AccountId,
    },
    Refused {
        at: Timestamp,
        by: AccountId,
    },
}

/// What a reviewer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Approve,
    RequestChanges,
    Refuse,
}

impl Decision {
    pub fn needs_reason(self) -> bool {
        !matches!(self, Self::Approve)
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "valider" => Some(Self::Approve),
            "modifier" => Some(Self::RequestChanges),
            "refuser" => Some(Self::Refuse),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("transition {0} is not possible from this state")]
pub struct InvalidTransition(pub &'static str);

impl Stage {
    pub fn submit(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self {
            Self::Draft => Ok(Self::UnderReview { submitted_at: at, step: 0, since: at }),
            Self::ChangesRequested { step, .. } => Ok(Self::UnderReview { submitted_at: at, step, since: at }),
            _ => Err(InvalidTransition("submit")),
        }
    }

    /// `steps` is the number of review stages of the service.
    pub fn decide(self, decision: Decision, at: Timestamp, by: AccountId, steps: usize) -> Result<Self, InvalidTransition> {
        let Self::UnderReview { submitted_at, step, .. } = self else { return Err(InvalidTransition("decide")) };
        Ok(match decision {
            Decision::Approve if step + 1 < steps => Self::UnderReview { submitted_at, step: step + 1, since: at },
            Decision::Approve => Self::Approved { at, by },
            Decision::RequestChanges => Self::ChangesRequested { submitted_at, step, since: at },
            Decision::Refuse => Self::Refused { at, by },
        })
    }

    pub fn is_editable(&self) -> bool {
        matches!(self, Self::Draft | Self::ChangesRequested { .. })
    }

    /// The index of the team that holds the request, while one does.
    pub fn step_under_review(&self) -> Option<usize> {
        match self {
            Self::UnderReview { step, .. } => Some(*step),
            _ => None,
        }
    }

    pub fn state(&self) -> State {
        match self {
            Self::Draft => State::Draft,
            Self::UnderReview { .. } => State::UnderReview,
            Self::ChangesRequested { .. } => State::ChangesRequested,
            Self::Approved { .. } => State::Approved,
            Self::Refused { .. } => State::Refused,
        }
    }
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
}

impl State {
    pub const ALL: [Self; 5] = [Self::Draft, Self::UnderReview, Self::ChangesRequested, Self::Approved, Self::Refused];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::UnderReview => "under_review",
            Self::ChangesRequested => "changes_requested",
            Self::Approved => "approved",
            Self::Refused => "refused",
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
        }
    }
}

/// What happened to a request; one line of its journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JournalKind {
    Created,
    Submitted,
    StageApproved,
    ChangesRequested,
    Refused,
    Approved,
    DocumentAdded,
    DocumentRemoved,
    DocumentInfected,
    AccessGiven,
    RedirectUrisChanged,
    SecretRevealed,
    CoEditorInvited,
    CoEditorJoined,
    CoEditorRemoved,
    RoleConfirmed,
    RoleDeclined,
}

impl JournalKind {
    pub const ALL: [Self; 17] = [
        Self::Created,
        Self::Submitted,
        Self::StageApproved,
        Self::ChangesRequested,
        Self::Refused,
        Self::Approved,
        Self::DocumentAdded,
        Self::DocumentRemoved,
        Self::DocumentInfected,
        Self::AccessGiven,
        Self::RedirectUrisChanged,
        Self::SecretRevealed,
        Self::CoEditorInvited,
        Self::CoEditorJoined,
        Self::CoEditorRemoved,
        Self::RoleConfirmed,
        Self::RoleDeclined,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Submitted => "submitted",
            Self::StageApproved => "stage_approved",
            Self::ChangesRequested => "changes_requested",
            Self::Refused => "refused",
            Self::Approved => "approved",
            Self::DocumentAdded => "document_added",
            Self::DocumentRemoved => "document_removed",
            Self::DocumentInfected => "document_infected",
            Self::AccessGiven => "access_given",
            Self::RedirectUrisChanged => "redirect_uris_changed",
            Self::SecretRevealed => "secret_revealed",
            Self::CoEditorInvited => "co_editor_invited",
            Self::CoEditorJoined => "co_editor_joined",
            Self::CoEditorRemoved => "co_editor_removed",
            Self::RoleConfirmed => "role_confirmed",
            Self::RoleDeclined => "role_declined",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Created => "Demande créée",
            Self::Submitted => "Demande transmise",
            Self::StageApproved => "Étape validée",
            Self::ChangesRequested => "Modifications demandées",
            Self::Refused => "Demande refusée",
            Self::Approved => "Habilitation délivrée",
            Self::DocumentAdded => "Document ajouté",
            Self::DocumentRemoved => "Document retiré",
            Self::DocumentInfected => "Document supprimé par l’antivirus",
            Self::AccessGiven => "Accès à l’espace partenaire ouvert",
            Self::RedirectUrisChanged => "Adresses de retour modifiées",
            Self::SecretRevealed => "Secret affiché",
            Self::CoEditorInvited => "Co-rédacteur invité",
            Self::CoEditorJoined => "Co-rédacteur arrivé",
            Self::CoEditorRemoved => "Co-rédacteur retiré",
            Self::RoleConfirmed => "Rôle confirmé",
            Self::RoleDeclined => "Rôle décliné",
        }
    }
}

#[cfg(test)]
mod tests;
