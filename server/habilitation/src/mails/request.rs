//! Messages to the applicant: what becomes of their request, and of what it was granted.

use domain::message::Side;

use super::{About, Letter};

const CONTEST: &str =
    "Vous pouvez contester cette décision devant le tribunal administratif dans les deux mois (code de justice administrative, art. R421-1).";

pub fn received(to: &str, about: &About, team: &str, promised: &str) -> Letter {
    about
        .news(to, "nous l’avons bien reçue")
        .says(format!("Votre demande {about} a été transmise."))
        .says(format!("Elle est examinée par\u{a0}: {team}.\nRéponse attendue au plus tard le {promised}."))
        .shows("La suivre", &about.link)
}

pub fn stage_approved(to: &str, about: &About, done: &str, next: &str, promised: &str) -> Letter {
    about
        .news(to, "une étape est franchie")
        .says(format!("Votre demande {} est validée par\u{a0}: {done}.", about.named()))
        .says(format!("Elle passe à l’étape suivante\u{a0}: {next}.\nRéponse attendue au plus tard le {promised}."))
        .shows("La suivre", &about.link)
}

/// One of several teams that decide side by side.
pub fn part_approved(to: &str, about: &About, done: &str, others: &str) -> Letter {
    about
        .news(to, "une étape est franchie")
        .says(format!("Votre demande {} est validée par\u{a0}: {done}.", about.named()))
        .says(format!("Elle attend encore\u{a0}: {others}."))
        .shows("La suivre", &about.link)
}

pub fn changes_requested(to: &str, about: &About, team: &str, reason: &str) -> Letter {
    about
        .news(to, "des modifications sont attendues")
        .says(format!("Votre demande {} est à modifier.", about.named()))
        .with_message(team, reason)
        .shows("La modifier", &about.link)
}

pub fn refused(to: &str, about: &About, team: &str, reason: &str) -> Letter {
    about
        .news(to, "elle n’a pas été acceptée")
        .says(format!("Nous n’avons pas pu donner suite à votre demande {}.", about.named()))
        .with_message(team, reason)
        .says(CONTEST)
        .shows("La revoir", &about.link)
}

pub fn approved(to: &str, about: &About, habilitations: &[String], next: &str) -> Letter {
    let numbers = numbered(habilitations);
    let (granted, active) = if habilitations.len() > 1 { ("délivrées", "sont actives") } else { ("délivrée", "est active") };
    about
        .news(to, format!("{numbers} {granted}"))
        .says(format!("Votre demande {about} est validée\u{a0}: {numbers} {active}."))
        .says(next)
        .shows("La voir", &about.link)
}

/// « habilitation H4 », in the plural for two granted together.
fn numbered(habilitations: &[String]) -> String {
    format!("habilitation{} {}", if habilitations.len() > 1 { "s" } else { "" }, habilitations.join(" et "))
}

pub fn reopening_refused(to: &str, about: &About, team: &str, reason: &str) -> Letter {
    about
        .news(to, "la mise à jour n’a pas été acceptée")
        .says(format!("La mise à jour de {} n’a pas été acceptée.", about.project()))
        .with_message(team, reason)
        .says("Votre habilitation reste active, telle qu’elle a été délivrée.")
        .shows("La revoir", &about.link)
}

pub fn revoked(to: &str, about: &About, habilitations: &[String], reason: &str) -> Letter {
    about
        .news(to, format!("{} révoquée{}", numbered(habilitations), if habilitations.len() > 1 { "s" } else { "" }))
        .says(format!("Les droits ouverts pour {} ont pris fin\u{a0}:", about.project()))
        .says(reason)
        .says(CONTEST)
        .shows("La revoir", &about.link)
}

pub fn lost_franceconnect(to: &str, about: &About, habilitation: &str) -> Letter {
    let lost = "Les données ne sont plus ouvertes à votre service.";
    about
        .letter(to, format!("Habilitation {habilitation}\u{a0}: les données ne sont plus ouvertes"))
        .says(format!("L’habilitation FranceConnect sur laquelle repose {} a été révoquée. {lost}", about.project()))
        .shows("Pour les rouvrir, rattachez votre demande à une autre habilitation FranceConnect", &about.link)
}

/// Whom it is said to may not open it any longer.
pub fn handed_over(to: &str, about: &About, colleague: &str) -> Letter {
    about.news(to, "confiée à une autre personne").says(format!("La demande {about} est désormais suivie par {colleague}."))
}

pub fn taken_over(to: &str, about: &About, colleague: &str) -> Letter {
    about
        .news(to, "vous la suivez désormais")
        .says(format!("La demande {about}, jusqu’ici suivie par {colleague}, est désormais la vôtre."))
        .shows("L’ouvrir", &about.link)
}

pub fn infected(to: &str, about: &About, file_name: &str) -> Letter {
    let gone = "Il a été supprimé et personne n’a pu l’ouvrir.";
    about
        .news(to, "un document a été supprimé par l’antivirus")
        .says(format!("Le document «\u{a0}{file_name}\u{a0}» que vous avez déposé contient un virus. {gone}"))
        .says("Faites analyser votre poste par votre service informatique, puis déposez une version saine du document.")
        .shows("Voir la demande", &about.link)
}

/// The text itself stays on the site: mailboxes are shared, forwarded and kept.
pub fn message(to: &str, about: &About, author: &str, side: Side) -> Letter {
    let who = match side {
        Side::Applicant => format!("{author} vous a écrit"),
        Side::Reviewer => format!("{author}, de l’équipe qui instruit votre demande, vous a écrit"),
    };
    about.news(to, "un nouveau message").says(format!("{who} au sujet de la demande {about}.")).shows("Lire le message et y répondre", &about.link)
}
