//! Messages about somebody's own account and rights.

use super::Letter;

const NOT_YOU: &str = "Ce n’était pas vous\u{a0}? Changez votre mot de passe et prévenez l’équipe Habilis.";

/// To whoever keeps the heads of the journals outside the site.
pub fn journal_heads(to: &str, lines: &str) -> Letter {
    Letter::new(to, "Têtes des journaux d’Habilis")
        .says("Gardez ce message\u{a0}: ses lignes signées prouvent plus tard que les journaux n’ont été ni modifiés, ni coupés, ni remplacés.")
        .says(lines)
        .says("Pour le vérifier, donnez-les telles quelles à la commande «\u{a0}habilis journal verify --against\u{a0}».")
}

pub fn confirm_email(to: &str, link: &str) -> Letter {
    Letter::new(to, "Confirmez votre adresse électronique")
        .says("Pour activer votre compte Habilis, ouvrez ce lien dans les 24 heures\u{a0}:")
        .says(link)
        .says("Vous n’avez pas créé de compte\u{a0}? Ignorez ce message.")
}

pub fn already_registered(to: &str, sign_in: &str, forgotten: &str) -> Letter {
    Letter::new(to, "Vous avez déjà un compte Habilis")
        .says("Quelqu’un, sans doute vous, a voulu créer un compte avec cette adresse. Ce compte existe déjà.")
        .shows("Se connecter", sign_in)
        .shows("Mot de passe oublié", forgotten)
}

pub fn reset_password(to: &str, link: &str) -> Letter {
    Letter::new(to, "Choisissez un nouveau mot de passe")
        .says("Pour choisir un nouveau mot de passe, ouvrez ce lien dans l’heure\u{a0}:")
        .says(link)
        .says("Vous n’avez rien demandé\u{a0}? Ignorez ce message\u{a0}: votre mot de passe reste inchangé.")
}

/// `by_link`: changed with a one-time link, which ends every session; else the current session goes on.
pub fn password_changed(to: &str, by_link: bool) -> Letter {
    let closed = if by_link { "toutes vos sessions" } else { "vos autres sessions" };
    Letter::new(to, "Votre mot de passe a été modifié")
        .says(format!("Le mot de passe de votre compte Habilis vient d’être modifié, et {closed} ont été fermées."))
        .says("Ce n’était pas vous\u{a0}? Demandez tout de suite un nouveau mot de passe depuis la page de connexion.")
}

/// `address` is the one that cannot be reached, `to` that of the person who wrote it.
pub fn undelivered(to: &str, address: &str) -> Letter {
    Letter::new(to, "Un courriel n’a pas pu être remis")
        .says(format!("Vous avez indiqué cette adresse sur Habilis, et aucun message ne peut y être remis\u{a0}:\n{address}"))
        .says("Vérifiez l’adresse auprès de la personne, puis corrigez-la là où vous l’avez indiquée.")
}

/// `rights` is a line for each role, « aucun » for none.
pub fn rights_changed(to: &str, rights: &str, link: &str) -> Letter {
    Letter::new(to, "Vos droits sur Habilis ont changé")
        .says("Les droits de votre compte Habilis viennent d’être modifiés. Les voici désormais\u{a0}:")
        .says(rights)
        .shows("Ouvrir Habilis", link)
}

/// `day` is the one announced for the deletion.
pub fn unused(to: &str, day: &str, link: &str) -> Letter {
    Letter::new(to, "Votre compte Habilis va être supprimé")
        .says(format!(
            "Vous ne vous êtes pas connecté à Habilis depuis près de deux ans. Sans connexion de votre part, votre compte sera supprimé le {day}."
        ))
        .shows("Pour le garder, connectez-vous avant cette date", link)
        .says("Les demandes que vous avez transmises restent dans les dossiers des équipes, sans votre compte.")
}

/// The last mail to this address.
pub fn erased(to: &str, why: &str) -> Letter {
    Letter::new(to, "Votre compte Habilis est supprimé")
        .says(format!("{why} Votre nom, votre adresse et vos moyens de connexion sont effacés."))
        .says(
            "Ce que vous avez écrit dans des demandes transmises reste dans leurs dossiers, sous le nom «\u{a0}Compte supprimé\u{a0}»\u{a0}: \
             ce sont des archives publiques (RGPD, art. 17(3)(b) et (d)).",
        )
}

pub fn factor_installed(to: &str) -> Letter {
    Letter::new(to, "La double authentification est activée")
        .says("La double authentification de votre compte Habilis vient d’être activée\u{a0}: un code vous sera demandé à chaque connexion.")
        .says(NOT_YOU)
}

pub fn factor_removed(to: &str) -> Letter {
    Letter::new(to, "La double authentification est désactivée")
        .says("La double authentification de votre compte Habilis vient d’être désactivée.")
        .says(NOT_YOU)
}

pub fn application_added(to: &str) -> Letter {
    Letter::new(to, "Une application d’authentification s’ajoute à votre compte")
        .says("Une application d’authentification vient d’être ajoutée à votre compte Habilis, à côté de vos clés d’accès.")
        .says(NOT_YOU)
}

pub fn application_replaced(to: &str) -> Letter {
    let rest = "les codes de l’ancienne ne servent plus";
    Letter::new(to, "Votre application d’authentification est remplacée")
        .says(format!("Une nouvelle application d’authentification vient de remplacer l’ancienne sur votre compte Habilis\u{a0}: {rest}."))
        .says(NOT_YOU)
}

pub fn application_removed(to: &str) -> Letter {
    let rest = "vos clés d’accès restent demandées à la connexion";
    Letter::new(to, "Une application d’authentification est retirée de votre compte")
        .says(format!("L’application d’authentification vient d’être retirée de votre compte Habilis\u{a0}: {rest}."))
        .says(NOT_YOU)
}

pub fn passkey_added(to: &str, name: &str) -> Letter {
    let rest = "elle permet de confirmer vos connexions";
    Letter::new(to, "Une clé d’accès s’ajoute à votre compte")
        .says(format!("La clé d’accès «\u{a0}{name}\u{a0}» vient d’être ajoutée à votre compte Habilis\u{a0}: {rest}."))
        .says(NOT_YOU)
}

/// `last` when no second factor is left.
pub fn passkey_removed(to: &str, name: &str, last: bool) -> Letter {
    let rest = if last { "\u{a0}: la double authentification est désactivée" } else { "" };
    Letter::new(to, "Une clé d’accès est retirée de votre compte")
        .says(format!("La clé d’accès «\u{a0}{name}\u{a0}» vient d’être retirée de votre compte Habilis{rest}."))
        .says(NOT_YOU)
}

pub fn factor_reset(to: &str) -> Letter {
    let next = "À votre prochaine connexion, vous pourrez en activer une nouvelle.";
    Letter::new(to, "Votre double authentification a été retirée")
        .says(format!("L’administration d’Habilis vient de retirer la double authentification de votre compte. {next}"))
        .says("Vous n’aviez rien demandé\u{a0}? Changez votre mot de passe et prévenez l’équipe Habilis.")
}

pub fn recovery_code_used(to: &str, left: u64) -> Letter {
    let left = match left {
        0 => "Il ne vous en reste aucun\u{a0}: créez-en de nouveaux depuis votre compte.".to_owned(),
        1 => "Il vous en reste un seul\u{a0}: pensez à en créer de nouveaux depuis votre compte.".to_owned(),
        many => format!("Il vous en reste {many}."),
    };
    Letter::new(to, "Un de vos codes de secours a servi")
        .says(format!("Un code de secours de votre compte Habilis vient d’être utilisé. {left}"))
        .says(NOT_YOU)
}

pub fn suspended(to: &str, reason: &str) -> Letter {
    Letter::new(to, "Votre accès à Habilis est suspendu")
        .says("L’administration d’Habilis a suspendu votre accès. Motif\u{a0}:")
        .says(reason)
        .says("Vous pouvez contester cette décision auprès de l’équipe Habilis.")
}

pub fn restored(to: &str, link: &str) -> Letter {
    Letter::new(to, "Votre accès à Habilis est rétabli").shows("Vous pouvez de nouveau vous connecter à Habilis", link)
}

pub fn impersonated(to: &str, reason: &str) -> Letter {
    Letter::new(to, "L’administration d’Habilis ouvre votre espace")
        .says("Une personne qui administre Habilis ouvre votre espace, pour une heure au plus. Motif\u{a0}:")
        .says(reason)
        .says("Tout ce qu’elle y modifie est consigné. Vous pouvez en demander le relevé à l’équipe Habilis.")
}
