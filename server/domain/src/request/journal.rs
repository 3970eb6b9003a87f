//! What happened to a request; one line of its journal.

use serde::{Deserialize, Serialize};

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
    /// Between reviewers: the applicant is not told who does the work, nor what a reviewer found out and from whom.
    pub fn is_internal(self) -> bool {
        matches!(self, Self::Assigned | Self::Unassigned | Self::MembershipVerified)
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}
