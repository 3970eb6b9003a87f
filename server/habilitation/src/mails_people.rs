//! Messages about somebody's own account and rights.

use domain::events::Mail;

use crate::mails::mail;

/// `rights` is a line for each role, « aucun » for none.
pub fn rights_changed(to: &str, rights: &str, link: &str) -> Mail {
    mail(
        to,
        "Vos droits sur Habilis ont changé".into(),
        &format!(
            "Les droits de votre compte Habilis viennent d’être modifiés. Les voici désormais\u{a0}:\n\n{rights}\n\nOuvrir Habilis\u{a0}:\n{link}"
        ),
    )
}

/// For a password changed by whoever knew the one before, in a session that goes on.
pub fn password_changed(to: &str) -> Mail {
    mail(
        to,
        "Votre mot de passe a été modifié".into(),
        "Le mot de passe de votre compte Habilis vient d’être modifié, et vos autres sessions ont été fermées.\n\nCe n’était pas vous\u{a0}? Demandez tout de suite un nouveau mot de passe depuis la page de connexion.",
    )
}

pub fn factor_installed(to: &str) -> Mail {
    mail(
        to,
        "La double authentification est activée".into(),
        "La double authentification de votre compte Habilis vient d’être activée\u{a0}: un code vous sera demandé à chaque connexion.\n\nCe n’était pas vous\u{a0}? Changez votre mot de passe et prévenez l’équipe Habilis.",
    )
}

pub fn factor_removed(to: &str) -> Mail {
    mail(
        to,
        "La double authentification est désactivée".into(),
        "La double authentification de votre compte Habilis vient d’être désactivée.\n\nCe n’était pas vous\u{a0}? Changez votre mot de passe et prévenez l’équipe Habilis.",
    )
}

pub fn application_added(to: &str) -> Mail {
    mail(
        to,
        "Une application d’authentification s’ajoute à votre compte".into(),
        "Une application d’authentification vient d’être ajoutée à votre compte Habilis, à côté de vos clés d’accès.\n\nCe n’était pas vous\u{a0}? Changez votre mot de passe et prévenez l’équipe Habilis.",
    )
}

pub fn application_removed(to: &str) -> Mail {
    mail(
        to,
        "Une application d’authentification est retirée de votre compte".into(),
        "L’application d’authentification vient d’être retirée de votre compte Habilis\u{a0}: vos clés d’accès restent demandées à la connexion.\n\nCe n’était pas vous\u{a0}? Changez votre mot de passe et prévenez l’équipe Habilis.",
    )
}

pub fn passkey_added(to: &str, name: &str) -> Mail {
    mail(
        to,
        "Une clé d’accès s’ajoute à votre compte".into(),
        &format!(
            "La clé d’accès «\u{a0}{name}\u{a0}» vient d’être ajoutée à votre compte Habilis\u{a0}: elle permet de confirmer vos connexions.\n\nCe n’était pas vous\u{a0}? Changez votre mot de passe et prévenez l’équipe Habilis."
        ),
    )
}

/// `last` when no second factor is left.
pub fn passkey_removed(to: &str, name: &str, last: bool) -> Mail {
    let rest = if last { "\u{a0}: la double authentification est désactivée" } else { "" };
    mail(
        to,
        "Une clé d’accès est retirée de votre compte".into(),
        &format!(
            "La clé d’accès «\u{a0}{name}\u{a0}» vient d’être retirée de votre compte Habilis{rest}.\n\nCe n’était pas vous\u{a0}? Changez votre mot de passe et prévenez l’équipe Habilis."
        ),
    )
}

pub fn factor_reset(to: &str) -> Mail {
    mail(
        to,
        "Votre double authentification a été retirée".into(),
        "L’administration d’Habilis vient de retirer la double authentification de votre compte. À votre prochaine connexion, vous pourrez en activer une nouvelle.\n\nVous n’aviez rien demandé\u{a0}? Changez votre mot de passe et prévenez l’équipe Habilis.",
    )
}

pub fn recovery_code_used(to: &str, left: u64) -> Mail {
    let left = match left {
        0 => "Il ne vous en reste aucun\u{a0}: créez-en de nouveaux depuis votre compte.".to_owned(),
        1 => "Il vous en reste un seul\u{a0}: pensez à en créer de nouveaux depuis votre compte.".to_owned(),
        many => format!("Il vous en reste {many}."),
    };
    mail(
        to,
        "Un de vos codes de secours a servi".into(),
        &format!(
            "Un code de secours de votre compte Habilis vient d’être utilisé. {left}\n\nCe n’était pas vous\u{a0}? Changez votre mot de passe et prévenez l’équipe Habilis."
        ),
    )
}

pub fn suspended(to: &str, reason: &str) -> Mail {
    mail(
        to,
        "Votre accès à Habilis est suspendu".into(),
        &format!(
            "L’administration d’Habilis a suspendu votre accès. Motif\u{a0}:\n\n{reason}\n\nVous pouvez contester cette décision auprès de l’équipe Habilis."
        ),
    )
}

pub fn restored(to: &str, link: &str) -> Mail {
    mail(to, "Votre accès à Habilis est rétabli".into(), &format!("Vous pouvez de nouveau vous connecter à Habilis\u{a0}:\n{link}"))
}

pub fn impersonated(to: &str, reason: &str) -> Mail {
    mail(
        to,
        "L’administration d’Habilis ouvre votre espace".into(),
        &format!(
            "Une personne qui administre Habilis ouvre votre espace, pour une heure au plus. Motif\u{a0}:\n\n{reason}\n\nTout ce qu’elle y modifie est consigné. Vous pouvez en demander le relevé à l’équipe Habilis."
        ),
    )
}
