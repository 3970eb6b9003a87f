//! The kinds of events in the administration's journal.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdminKind {
    RoleGiven,
    RoleTaken,
    AdminGiven,
    AdminTaken,
    FactorReset,
    /// Done by the account's owner, as are the three that follow.
    FactorAdded,
    FactorReplaced,
    FactorRemoved,
    RecoveryCodesRenewed,
    Suspended,
    Restored,
    ImpersonationStarted,
    ImpersonationEnded,
    CataloguePublished,
    AccountErased,
    /// Done by a scheduled job: the account had not been used for the retention period.
    AccountExpired,
    EliminationProposed,
    EliminationApproved,
    EliminationWithdrawn,
    /// Done from the command line, as are all that follow.
    AccountCreated,
    PasswordSet,
    ClientAdded,
    ClockRun,
    Demonstration,
}

impl AdminKind {
    pub const ALL: [Self; 24] = [
        Self::RoleGiven,
        Self::RoleTaken,
        Self::AdminGiven,
        Self::AdminTaken,
        Self::FactorReset,
        Self::FactorAdded,
        Self::FactorReplaced,
        Self::FactorRemoved,
        Self::RecoveryCodesRenewed,
        Self::Suspended,
        Self::Restored,
        Self::ImpersonationStarted,
        Self::ImpersonationEnded,
        Self::CataloguePublished,
        Self::AccountErased,
        Self::AccountExpired,
        Self::EliminationProposed,
        Self::EliminationApproved,
        Self::EliminationWithdrawn,
        Self::AccountCreated,
        Self::PasswordSet,
        Self::ClientAdded,
        Self::ClockRun,
        Self::Demonstration,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::RoleGiven => "role_given",
            Self::RoleTaken => "role_taken",
            Self::AdminGiven => "admin_given",
            Self::AdminTaken => "admin_taken",
            Self::FactorReset => "factor_reset",
            Self::FactorAdded => "factor_added",
            Self::FactorReplaced => "factor_replaced",
            Self::FactorRemoved => "factor_removed",
            Self::RecoveryCodesRenewed => "recovery_codes_renewed",
            Self::Suspended => "suspended",
            Self::Restored => "restored",
            Self::ImpersonationStarted => "impersonation_started",
            Self::ImpersonationEnded => "impersonation_ended",
            Self::CataloguePublished => "catalogue_published",
            Self::AccountErased => "account_erased",
            Self::AccountExpired => "account_expired",
            Self::EliminationProposed => "elimination_proposed",
            Self::EliminationApproved => "elimination_approved",
            Self::EliminationWithdrawn => "elimination_withdrawn",
            Self::AccountCreated => "account_created",
            Self::PasswordSet => "password_set",
            Self::ClientAdded => "client_added",
            Self::ClockRun => "clock_run",
            Self::Demonstration => "demonstration",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::RoleGiven => "Rôle donné",
            Self::RoleTaken => "Rôle retiré",
            Self::AdminGiven => "Administration du site donnée",
            Self::AdminTaken => "Administration du site retirée",
            Self::FactorReset => "Double authentification retirée",
            Self::FactorAdded => "Moyen de double authentification ajouté",
            Self::FactorReplaced => "Moyen de double authentification remplacé",
            Self::FactorRemoved => "Moyen de double authentification retiré",
            Self::RecoveryCodesRenewed => "Codes de secours renouvelés",
            Self::Suspended => "Accès suspendu",
            Self::Restored => "Accès rétabli",
            Self::ImpersonationStarted => "Prise en main commencée",
            Self::ImpersonationEnded => "Prise en main terminée",
            Self::CataloguePublished => "Catalogue publié",
            Self::AccountErased => "Compte supprimé",
            Self::AccountExpired => "Compte inactif supprimé",
            Self::EliminationProposed => "Bordereau d’élimination proposé",
            Self::EliminationApproved => "Visa d’élimination consigné",
            Self::EliminationWithdrawn => "Bordereau d’élimination abandonné",
            Self::AccountCreated => "Compte créé",
            Self::PasswordSet => "Mot de passe remplacé",
            Self::ClientAdded => "Fournisseur de services ajouté",
            Self::ClockRun => "Échéances traitées",
            Self::Demonstration => "Démonstration remplie",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_back() {
        for kind in AdminKind::ALL {
            assert_eq!(AdminKind::parse(kind.as_str()), Some(kind));
        }
    }
}
