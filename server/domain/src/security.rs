//! Security events: what administrators are told about the safety of accounts.

use crate::routes;

macro_rules! kinds {
    ($($(#[$note:meta])* $kind:ident = $name:literal, $label:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum SecurityKind { $($(#[$note])* $kind),* }

        impl SecurityKind {
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }

            /// As the page of the administration names it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$kind => $label),* }
            }
        }
    };
}

kinds! {
    SignInFailed = "sign_in_failed", "Connexion refusée";
    CodeFailed = "code_failed", "Second facteur refusé";
    /// The last attempt before having to wait.
    LimitReached = "limit_reached", "Limite d’essais atteinte";
    NewDevice = "new_device", "Connexion depuis un nouvel appareil";
    ResetAsked = "reset_asked", "Nouveau mot de passe demandé";
    PasswordChosen = "password_chosen", "Mot de passe choisi à l’ouverture du compte";
    PasswordReset = "password_reset", "Mot de passe remplacé par un lien";
    PasswordChanged = "password_changed", "Mot de passe changé";
    FactorAdded = "factor_added", "Second facteur ajouté";
    FactorReplaced = "factor_replaced", "Second facteur remplacé";
    FactorRemoved = "factor_removed", "Second facteur retiré";
    FactorReset = "factor_reset", "Second facteur retiré par l’administration";
    RecoveryCodesRenewed = "recovery_codes_renewed", "Codes de secours renouvelés";
    RecoveryCodeUsed = "recovery_code_used", "Code de secours utilisé";
    SecretShown = "secret_shown", "Secret affiché";
    SecretReplaced = "secret_replaced", "Secret remplacé";
    /// A form sent to a page of the teams or of the administration, or one of the [`IN_BULK`] files downloaded there.
    RightUsed = "right_used", "Droit utilisé";
}

/// Files that hold many requests and the people named in them: each download is recorded as a security event, as a form is.
pub const IN_BULK: [&str; 3] = [routes::LIST_CSV, routes::EXPORT_FILE, routes::ELIMINATION_CSV];

impl SecurityKind {
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_back_and_have_names_of_their_own() {
        for kind in SecurityKind::ALL {
            assert_eq!(SecurityKind::parse(kind.as_str()), Some(*kind));
        }
        let labels: std::collections::BTreeSet<&str> = SecurityKind::ALL.iter().map(|kind| kind.label()).collect();
        assert_eq!(labels.len(), SecurityKind::ALL.len());
    }
}
