//! Messages about vendors to contact.

use domain::events::Mail;

use crate::mails::mail;

pub fn to_contact(to: &str, vendor: &str, organisation: &str, wanted: &str, link: &str) -> Mail {
    mail(
        to,
        format!("Un éditeur à contacter\u{a0}: {vendor}"),
        &format!(
            "{organisation} utilise un logiciel de l’éditeur {vendor}, qui ne permet pas encore de se connecter avec FranceConnect.\n\nDonnées souhaitées\u{a0}: {wanted}\n\nVoir ses coordonnées et suivre le contact\u{a0}:\n{link}"
        ),
    )
}

/// `service` is the one whose team it is.
pub fn contacted(to: &str, service: &str, vendor: &str) -> Mail {
    mail(
        to,
        format!("Votre éditeur, {vendor}, a été contacté"),
        &format!(
            "L’équipe {service} a contacté {vendor} au sujet de FranceConnect. Nous vous écrirons quand nous connaîtrons sa réponse.\n\nVous n’avez rien à faire."
        ),
    )
}

pub fn closed(to: &str, service: &str, vendor: &str, note: &str, link: &str) -> Mail {
    mail(
        to,
        format!("Votre éditeur, {vendor}\u{a0}: sa réponse"),
        &format!("Voici ce que l’équipe {service} a appris au sujet de l’éditeur {vendor}\u{a0}:\n\n{note}\n\nPréparer une demande\u{a0}:\n{link}"),
    )
}
