//! Messages to the applicant: what becomes of their request, and of what it was granted.

use domain::message::Side;

use super::{About, Letter, numbered, the_numbered};

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

/// `kept` when the applicant had written something since.
pub fn changes_withdrawn(to: &str, about: &About, team: &str, promised: &str, kept: bool) -> Letter {
    let letter = about
        .news(to, "les modifications ne sont plus attendues")
        .says(format!("Votre demande {} n’est plus à modifier\u{a0}: son examen reprend sur ce que vous aviez transmis.", about.named()))
        .says(format!("Elle est examinée par\u{a0}: {team}.\nRéponse attendue au plus tard le {promised}."));
    let kept = kept.then_some("Ce que vous aviez commencé à modifier est conservé\u{a0}: vous le retrouverez sur la page de la demande.");
    kept.into_iter().fold(letter, Letter::says).shows("La suivre", &about.link)
}

pub fn refused(to: &str, about: &About, team: &str, reason: &str) -> Letter {
    about
        .news(to, "elle n’a pas été acceptée")
        .says(format!("Nous n’avons pas pu donner suite à votre demande {}.", about.named()))
        .with_message(team, reason)
        .says(CONTEST)
        .shows("La revoir", &about.link)
}

/// `next` is a paragraph for each thing that opens or is to be done.
pub fn approved(to: &str, about: &About, habilitations: &[String], next: &[String]) -> Letter {
    let (numbers, the_numbers) = (numbered(habilitations), the_numbered(habilitations));
    let (granted, active) = if habilitations.len() > 1 { ("délivrées", "sont actives") } else { ("délivrée", "est active") };
    let letter = about.news(to, format!("{numbers} {granted}")).says(format!("Votre demande {about} est validée\u{a0}: {the_numbers} {active}."));
    next.iter().fold(letter, Letter::says).shows("La voir", &about.link)
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
        .says(format!("Les droits ouverts pour {} ont pris fin. Motif\u{a0}:", about.project()))
        .says(reason)
        .says(CONTEST)
        .shows("La revoir", &about.link)
}

/// `provider` is the number of the FranceConnect request that was approved.
pub fn data_opened(to: &str, about: &About, habilitation: &str, provider: &str) -> Letter {
    about
        .letter(to, format!("Habilitation {habilitation}\u{a0}: les données sont ouvertes avec FranceConnect"))
        .says(format!("La demande FranceConnect {provider}, sur laquelle repose {}, est validée.", about.project()))
        .says("Les données accordées sont ouvertes dès maintenant aux usagers qui se connectent avec FranceConnect.")
        .shows("Voir la demande", &about.link)
}

/// `ended` says how the FranceConnect habilitation ended; `others` names the other ways of reading the data, which go on.
pub fn lost_franceconnect(to: &str, about: &About, habilitation: &str, ended: &str, others: Option<&str>) -> Letter {
    let lost = "Les données ne sont plus ouvertes à votre service avec FranceConnect.";
    let still = others.map(|others| format!(" Elles le restent {others}.")).unwrap_or_default();
    about
        .letter(to, format!("Habilitation {habilitation}\u{a0}: les données ne sont plus ouvertes avec FranceConnect"))
        .says(format!("L’habilitation FranceConnect sur laquelle repose {} {ended}. {lost}{still}", about.project()))
        .shows("Pour les rouvrir, rattachez votre demande à une autre habilitation FranceConnect", &about.link)
}

/// Without a link: the recipient may not open the request any more.
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
