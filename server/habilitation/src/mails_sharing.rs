//! Messages to the people around a request: co-editors, contacts named in it, colleagues.

use domain::events::Mail;

use crate::mails::{About, mail};

/// A draft may have no name yet.
fn titled(about: &About<'_>) -> String {
    if about.title.is_empty() { about.number.to_owned() } else { format!("{} «\u{a0}{}\u{a0}»", about.number, about.title) }
}

pub fn co_editor(to: &str, about: &About<'_>, inviter: &str) -> Mail {
    mail(
        to,
        format!("{inviter} vous invite à compléter la demande {}", about.number),
        &format!(
            "{inviter} vous propose de remplir ensemble la demande {} ({}).\n\nPour la modifier, ouvrez ce lien personnel, valable 14 jours et utilisable une seule fois\u{a0}:\n\n{}\n\nVous ne connaissez pas cette personne\u{a0}? Ignorez ce message.",
            titled(about),
            about.service,
            about.link
        ),
    )
}

pub fn named(to: &str, about: &About<'_>, role: &str, organisation: &str) -> Mail {
    mail(
        to,
        format!("Confirmez votre rôle dans la demande {}", about.number),
        &format!(
            "{organisation} vous désigne comme {} dans sa demande {} ({}).\n\nLisez cette demande, puis confirmez ou déclinez ce rôle. Ce lien personnel est valable 60 jours, sans compte\u{a0}:\n\n{}",
            role.to_lowercase(),
            titled(about),
            about.service,
            about.link
        ),
    )
}

pub fn role_declined(to: &str, about: &About<'_>, who: &str, role: &str, reason: &str) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: {who} décline son rôle", about.number),
        &format!(
            "{who}, que vous aviez désigné comme {} dans la demande {}, décline ce rôle\u{a0}:\n\n{reason}\n\nDésignez quelqu’un d’autre dès que la demande est modifiable, ou prévenez l’équipe qui l’instruit.\n\nLa revoir\u{a0}:\n{}",
            role.to_lowercase(),
            titled(about),
            about.link
        ),
    )
}

pub fn membership_verified(to: &str, organisation: &str, link: &str) -> Mail {
    mail(
        to,
        format!("Votre rattachement à {organisation} est vérifié"),
        &format!("Vous voyez désormais les demandes que vos collègues ont transmises pour {organisation}.\n\nLes voir\u{a0}:\n{link}"),
    )
}

pub fn membership_undone(to: &str, organisation: &str, reason: &str) -> Mail {
    mail(
        to,
        format!("Votre rattachement à {organisation} n’est plus vérifié"),
        &format!(
            "Motif\u{a0}: {reason}\n\nVous gardez l’accès à vos propres demandes. Celles de vos collègues ne vous sont plus montrées.\n\nC’est une erreur\u{a0}? Voyez-le avec {organisation}."
        ),
    )
}
