//! The sentences of every message. Plain text, short, one thing to do each.

use domain::events::Mail;

pub(crate) fn mail(to: &str, subject: String, body: &str) -> Mail {
    let body = format!("Bonjour,\n\n{body}\n\nL’équipe Habilis\nCe message est automatique\u{a0}: merci de ne pas y répondre.");
    Mail { to: to.to_owned(), subject, body }
}

pub fn confirm_email(to: &str, link: &str) -> Mail {
    mail(
        to,
        "Confirmez votre adresse électronique".into(),
        &format!(
            "Pour activer votre compte Habilis, ouvrez ce lien dans les 24 heures\u{a0}:\n\n{link}\n\nVous n’avez pas créé de compte\u{a0}? Ignorez ce message."
        ),
    )
}

pub fn already_registered(to: &str, sign_in: &str, forgotten: &str) -> Mail {
    mail(
        to,
        "Vous avez déjà un compte Habilis".into(),
        &format!(
            "Quelqu’un, sans doute vous, a voulu créer un compte avec cette adresse. Ce compte existe déjà.\n\nSe connecter\u{a0}:\n{sign_in}\n\nMot de passe oublié\u{a0}:\n{forgotten}"
        ),
    )
}

pub fn reset_password(to: &str, link: &str) -> Mail {
    mail(
        to,
        "Choisissez un nouveau mot de passe".into(),
        &format!(
            "Pour choisir un nouveau mot de passe, ouvrez ce lien dans l’heure\u{a0}:\n\n{link}\n\nVous n’avez rien demandé\u{a0}? Ignorez ce message\u{a0}: votre mot de passe reste inchangé."
        ),
    )
}

pub fn password_changed(to: &str) -> Mail {
    mail(
        to,
        "Votre mot de passe a été modifié".into(),
        "Le mot de passe de votre compte Habilis vient d’être modifié, et toutes vos sessions ont été fermées.\n\nCe n’était pas vous\u{a0}? Demandez tout de suite un nouveau mot de passe depuis la page de connexion.",
    )
}

/// What every message about a request names.
pub struct About<'a> {
    pub number: &'a str,
    pub service: &'a str,
    pub title: &'a str,
    pub link: &'a str,
}

pub fn received(to: &str, about: &About<'_>, team: &str, promised: &str) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: nous l’avons bien reçue", about.number),
        &format!(
            "Votre demande {} «\u{a0}{}\u{a0}» ({}) a été transmise.\n\nElle est examinée par\u{a0}: {team}.\nRéponse attendue au plus tard le {promised}.\n\nLa suivre\u{a0}:\n{}",
            about.number, about.title, about.service, about.link
        ),
    )
}

pub fn to_review(to: &str, about: &About<'_>, organisation: &str, promised: &str) -> Mail {
    mail(
        to,
        format!("Demande {} à instruire", about.number),
        &format!(
            "La demande {} «\u{a0}{}\u{a0}» ({}), déposée par {organisation}, attend votre équipe.\nRéponse promise pour le {promised}.\n\nL’ouvrir\u{a0}:\n{}",
            about.number, about.title, about.service, about.link
        ),
    )
}

pub fn stage_approved(to: &str, about: &About<'_>, done: &str, next: &str, promised: &str) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: une étape est franchie", about.number),
        &format!(
            "Votre demande {} «\u{a0}{}\u{a0}» est validée par\u{a0}: {done}.\n\nElle passe à l’étape suivante\u{a0}: {next}.\nRéponse attendue au plus tard le {promised}.\n\nLa suivre\u{a0}:\n{}",
            about.number, about.title, about.link
        ),
    )
}

/// One of several teams that decide side by side.
pub fn part_approved(to: &str, about: &About<'_>, done: &str, others: &str) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: une étape est franchie", about.number),
        &format!(
            "Votre demande {} «\u{a0}{}\u{a0}» est validée par\u{a0}: {done}.\n\nElle attend encore\u{a0}: {others}.\n\nLa suivre\u{a0}:\n{}",
            about.number, about.title, about.link
        ),
    )
}

pub fn changes_requested(to: &str, about: &About<'_>, team: &str, reason: &str) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: des modifications sont attendues", about.number),
        &format!(
            "{team} vous demande de modifier votre demande {} «\u{a0}{}\u{a0}»\u{a0}:\n\n{reason}\n\nLa modifier\u{a0}:\n{}",
            about.number, about.title, about.link
        ),
    )
}

pub fn refused(to: &str, about: &About<'_>, team: &str, reason: &str) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: elle n’a pas été acceptée", about.number),
        &format!(
            "{team} n’a pas pu donner suite à votre demande {} «\u{a0}{}\u{a0}»\u{a0}:\n\n{reason}\n\nVous pouvez contester cette décision devant le tribunal administratif dans les deux mois (code de justice administrative, art. R421-1).\n\nLa revoir\u{a0}:\n{}",
            about.number, about.title, about.link
        ),
    )
}

pub fn approved(to: &str, about: &About<'_>, habilitations: &[String], next: &str) -> Mail {
    let (numbers, verb) = numbered(habilitations);
    let granted = if habilitations.len() > 1 { "délivrées" } else { "délivrée" };
    mail(
        to,
        format!("Demande {}\u{a0}: {numbers} {granted}", about.number),
        &format!(
            "Votre demande {} «\u{a0}{}\u{a0}» ({}) est validée\u{a0}: {numbers} {verb}.\n\n{next}\n\nLa voir\u{a0}:\n{}",
            about.number, about.title, about.service, about.link
        ),
    )
}

/// « l’habilitation H4 » and « est active »; in the plural for two granted together.
fn numbered(habilitations: &[String]) -> (String, &'static str) {
    match habilitations {
        [one] => (format!("habilitation {one}"), "est active"),
        many => (format!("habilitations {}", many.join(" et ")), "sont actives"),
    }
}

pub fn reopening_refused(to: &str, about: &About<'_>, team: &str, reason: &str) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: la mise à jour n’a pas été acceptée", about.number),
        &format!(
            "{team} n’a pas accepté la mise à jour de «\u{a0}{}\u{a0}» ({})\u{a0}:\n\n{reason}\n\nVotre habilitation reste active, telle qu’elle a été délivrée.\n\nLa revoir\u{a0}:\n{}",
            about.title, about.service, about.link
        ),
    )
}

pub fn revoked(to: &str, about: &About<'_>, habilitations: &[String], reason: &str) -> Mail {
    let (numbers, _) = numbered(habilitations);
    mail(
        to,
        format!("Demande {}\u{a0}: {numbers} révoquée{}", about.number, if habilitations.len() > 1 { "s" } else { "" }),
        &format!(
            "Les droits ouverts pour «\u{a0}{}\u{a0}» ({}) ont pris fin\u{a0}:\n\n{reason}\n\nVous pouvez contester cette décision devant le tribunal administratif dans les deux mois (code de justice administrative, art. R421-1).\n\nLa revoir\u{a0}:\n{}",
            about.title, about.service, about.link
        ),
    )
}

pub fn lost_franceconnect(to: &str, about: &About<'_>, habilitation: &str) -> Mail {
    mail(
        to,
        format!("Habilitation {habilitation}\u{a0}: les données ne sont plus ouvertes"),
        &format!(
            "L’habilitation FranceConnect sur laquelle repose «\u{a0}{}\u{a0}» ({}) a été révoquée. Les données ne sont plus ouvertes à votre service.\n\nPour les rouvrir, rattachez votre demande à une autre habilitation FranceConnect\u{a0}:\n{}",
            about.title, about.service, about.link
        ),
    )
}

pub fn handed_over(to: &str, about: &About<'_>, colleague: &str) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: confiée à {colleague}", about.number),
        &format!("La demande {} «\u{a0}{}\u{a0}» ({}) est désormais suivie par {colleague}.", about.number, about.title, about.service),
    )
}

pub fn taken_over(to: &str, about: &About<'_>, colleague: &str) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: vous la suivez désormais", about.number),
        &format!(
            "La demande {} «\u{a0}{}\u{a0}» ({}), jusqu’ici suivie par {colleague}, est désormais la vôtre.\n\nL’ouvrir\u{a0}:\n{}",
            about.number, about.title, about.service, about.link
        ),
    )
}

pub fn designated(to: &str, about: &About<'_>, role: &str, organisation: &str) -> Mail {
    mail(
        to,
        format!("Vous êtes désigné dans l’habilitation «\u{a0}{}\u{a0}»", about.title),
        &format!(
            "{organisation} vous a désigné comme {role} pour «\u{a0}{}\u{a0}» ({}).\n\nCette habilitation vient d’être délivrée. Si cette désignation est une erreur, signalez-le à {organisation}.",
            about.title, about.service
        ),
    )
}

pub fn invitation(to: &str, about: &About<'_>, organisation: &str, link: &str) -> Mail {
    mail(
        to,
        format!("Vos accès de test pour «\u{a0}{}\u{a0}»", about.title),
        &format!(
            "{organisation} vous a désigné comme responsable technique de «\u{a0}{}\u{a0}» ({}).\n\nVos clés de test sont prêtes. Ouvrez votre espace partenaire avec ce lien personnel, valable 30 jours et utilisable une seule fois\u{a0}:\n\n{link}",
            about.title, about.service
        ),
    )
}
