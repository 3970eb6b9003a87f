//! Messages about vendors to contact.

use super::Letter;

pub fn to_contact(to: &str, vendor: &str, organisation: &str, wanted: &str, link: &str) -> Letter {
    let asks = format!("{organisation} utilise un logiciel de l’éditeur {vendor}");
    Letter::new(to, "Un éditeur à contacter")
        .says(format!("{asks}, qui ne permet pas encore de se connecter avec FranceConnect."))
        .says(format!("Données souhaitées\u{a0}: {wanted}"))
        .shows("Voir ses coordonnées et suivre le contact", link)
}

/// `service` names the team that contacted the vendor.
pub fn contacted(to: &str, service: &str, vendor: &str) -> Letter {
    let next = "Nous vous écrirons quand nous connaîtrons sa réponse.";
    Letter::new(to, "Votre éditeur a été contacté")
        .says(format!("L’équipe {service} a contacté {vendor} au sujet de FranceConnect. {next}"))
        .says("Vous n’avez rien à faire.")
}

pub fn closed(to: &str, service: &str, vendor: &str, note: &str, link: &str) -> Letter {
    Letter::new(to, "La réponse de votre éditeur")
        .says(format!("Voici ce que l’équipe {service} a appris au sujet de l’éditeur {vendor}\u{a0}:"))
        .says(note)
        .shows("Préparer une demande", link)
}
