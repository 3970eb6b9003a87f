//! What happened to a request: the kinds of lines in its journal.

use serde::{Deserialize, Serialize};

use super::Decision;

macro_rules! kinds {
    ($($name:ident = $slug:literal, $label:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum JournalKind { $($name),* }

        impl JournalKind {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $slug),* }
            }

            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label),* }
            }
        }
    };
}

kinds! {
    Created = "created", "Demande créée";
    Submitted = "submitted", "Demande transmise";
    StageApproved = "stage_approved", "Étape validée";
    ChangesRequested = "changes_requested", "Modifications demandées";
    ChangesWithdrawn = "changes_withdrawn", "Demande de modifications retirée";
    Refused = "refused", "Demande refusée";
    Approved = "approved", "Habilitation délivrée";
    Reopened = "reopened", "Mise à jour commencée";
    ReopeningCancelled = "reopening_cancelled", "Mise à jour abandonnée";
    ReopeningRefused = "reopening_refused", "Mise à jour refusée";
    Revoked = "revoked", "Habilitation révoquée";
    Archived = "archived", "Demande archivée";
    Claimed = "claimed", "Brouillon préparé repris";
    Transferred = "transferred", "Demande transférée";
    MembershipVerified = "membership_verified", "Rattachement du demandeur vérifié";
    Assigned = "assigned", "Demande attribuée";
    Unassigned = "unassigned", "Attribution retirée";
    DocumentAdded = "document_added", "Document ajouté";
    DocumentRemoved = "document_removed", "Document retiré";
    DocumentInfected = "document_infected", "Document supprimé par l’antivirus";
    AccessGiven = "access_given", "Accès à l’espace partenaire ouvert";
    RedirectUrisChanged = "redirect_uris_changed", "Adresses de retour modifiées";
    SecretRevealed = "secret_revealed", "Secret affiché";
    SecretReplaced = "secret_replaced", "Secret remplacé";
    CoEditorInvited = "co_editor_invited", "Co-rédacteur invité";
    CoEditorJoined = "co_editor_joined", "Co-rédacteur arrivé";
    CoEditorRemoved = "co_editor_removed", "Co-rédacteur retiré";
    RoleConfirmed = "role_confirmed", "Rôle confirmé";
    RoleDeclined = "role_declined", "Rôle décliné";
    Reminded = "reminded", "Rappel envoyé";
    ArchiveAnnounced = "archive_announced", "Archivage annoncé";
    LimitNear = "limit_near", "Échéance légale rappelée à l’équipe";
    ExpiryReminded = "expiry_reminded", "Fin de validité rappelée";
    Expired = "expired", "Habilitation arrivée à son terme";
    Renewed = "renewed", "Habilitation prolongée";
}

impl JournalKind {
    /// Lines for reviewers only: the applicant is told neither who does the work, nor what a reviewer found out and from whom.
    pub fn is_internal(self) -> bool {
        matches!(self, Self::Assigned | Self::Unassigned | Self::MembershipVerified)
    }

    /// Whether it changes the state of the request or its applicant. The latest line of these kinds tells what was done last: lines about
    /// documents, roles or reminders may follow it and change nothing.
    pub fn moves(self) -> bool {
        matches!(
            self,
            Self::Created
                | Self::Claimed
                | Self::Submitted
                | Self::StageApproved
                | Self::ChangesRequested
                | Self::ChangesWithdrawn
                | Self::Refused
                | Self::Approved
                | Self::Reopened
                | Self::ReopeningCancelled
                | Self::ReopeningRefused
                | Self::Revoked
                | Self::Archived
                | Self::Transferred
                | Self::Expired
                | Self::Renewed
        )
    }

    /// Whether lines of this kind record this decision.
    pub fn tells(self, decision: Decision) -> bool {
        match decision {
            Decision::Approve => matches!(self, Self::StageApproved | Self::Approved),
            Decision::RequestChanges => self == Self::ChangesRequested,
            Decision::Refuse => matches!(self, Self::Refused | Self::ReopeningRefused),
            Decision::WithdrawChanges => self == Self::ChangesWithdrawn,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_told_by_its_own_lines() {
        use JournalKind as K;
        for (decision, lines) in [
            (Decision::Approve, &[K::StageApproved, K::Approved][..]),
            (Decision::RequestChanges, &[K::ChangesRequested]),
            (Decision::Refuse, &[K::Refused, K::ReopeningRefused]),
            (Decision::WithdrawChanges, &[K::ChangesWithdrawn]),
        ] {
            let told: Vec<K> = K::ALL.iter().copied().filter(|kind| kind.tells(decision)).collect();
            assert_eq!(told, lines, "{decision:?}");
            assert!(told.iter().all(|kind| kind.moves()), "{decision:?}");
        }
    }

    #[test]
    fn documents_roles_and_reminders_move_nothing() {
        use JournalKind as K;
        for kind in [K::DocumentAdded, K::DocumentRemoved, K::DocumentInfected, K::RoleConfirmed, K::Reminded, K::Assigned, K::CoEditorInvited] {
            assert!(!kind.moves(), "{kind:?}");
        }
    }
}
