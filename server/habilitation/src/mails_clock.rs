//! The sentences of the messages the clock sends.

use domain::events::Mail;

use crate::mails::{About, mail};

/// « aujourd’hui », « demain », « dans 15 jours ».
fn in_days(days: i32) -> String {
    match days {
        ..=0 => "aujourd’hui".to_owned(),
        1 => "demain".to_owned(),
        many => format!("dans {many}\u{a0}jours"),
    }
}

pub fn draft_waits(to: &str, about: &About<'_>, days: i32) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: votre brouillon vous attend", about.number),
        &format!(
            "Votre brouillon {} «\u{a0}{}\u{a0}» ({}) n’a pas changé depuis {days}\u{a0}jours.\n\nTout ce que vous avez saisi est enregistré. Le reprendre\u{a0}:\n{}",
            about.number, about.title, about.service, about.link
        ),
    )
}

pub fn changes_wait(to: &str, about: &About<'_>, days: i32) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: vos modifications sont toujours attendues", about.number),
        &format!(
            "Des modifications vous ont été demandées sur «\u{a0}{}\u{a0}» ({}), et rien n’a changé depuis {days}\u{a0}jours.\n\nTant que vous ne l’avez pas transmise à nouveau, personne ne peut l’examiner. La modifier\u{a0}:\n{}",
            about.title, about.service, about.link
        ),
    )
}

pub fn archive_announced(to: &str, about: &About<'_>, day: &str) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: elle sera archivée le {day}", about.number),
        &format!(
            "Sans changement de votre part, votre demande {} «\u{a0}{}\u{a0}» ({}) sera archivée le {day}.\n\nPour la garder, ouvrez-la et complétez-la avant cette date\u{a0}:\n{}",
            about.number, about.title, about.service, about.link
        ),
    )
}

pub fn archived(to: &str, about: &About<'_>) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: elle est archivée", about.number),
        &format!(
            "Comme annoncé, votre demande {} «\u{a0}{}\u{a0}» ({}) est archivée\u{a0}: elle ne peut plus être modifiée ni transmise.\n\nElle reste lisible à la même adresse\u{a0}:\n{}",
            about.number, about.title, about.service, about.link
        ),
    )
}

/// `numbers` are those of habilitations that end together: one, or two of one request.
pub fn ends_soon(to: &str, about: &About<'_>, numbers: &[String], days: i32, last: &str) -> Mail {
    let (names, when) = (numbers.join(" et "), in_days(days));
    let (subject, begins, them) = match numbers.len() {
        1 => (
            format!("Habilitation {names}\u{a0}: elle prend fin {when}"),
            format!("L’habilitation {names} «\u{a0}{}\u{a0}» ({}) est valable", about.title, about.service),
            "La",
        ),
        _ => (
            format!("Habilitations {names}\u{a0}: elles prennent fin {when}"),
            format!("Les habilitations {names} «\u{a0}{}\u{a0}» ({}) sont valables", about.title, about.service),
            "Les",
        ),
    };
    let body = format!(
        "{begins} jusqu’au {last} inclus. Ensuite, vos accès seront fermés.\n\nRien n’a changé dans votre projet\u{a0}? {them} prolonger prend une minute\u{a0}:\n{}",
        about.link
    );
    mail(to, subject, &body)
}

pub fn expired(to: &str, about: &About<'_>, numbers: &[String], last: &str, grace: &str) -> Mail {
    let names = numbers.join(" et ");
    let (subject, begins, them) = match numbers.len() {
        1 => (
            format!("Habilitation {names}\u{a0}: elle a pris fin"),
            format!("L’habilitation {names} «\u{a0}{}\u{a0}» ({}) était valable", about.title, about.service),
            "la",
        ),
        _ => (
            format!("Habilitations {names}\u{a0}: elles ont pris fin"),
            format!("Les habilitations {names} «\u{a0}{}\u{a0}» ({}) étaient valables", about.title, about.service),
            "les",
        ),
    };
    let body = format!(
        "{begins} jusqu’au {last}. Vos accès sont fermés.\n\nVous pouvez encore {them} prolonger jusqu’au {grace} et retrouver vos accès aussitôt\u{a0}:\n{}",
        about.link
    );
    mail(to, subject, &body)
}

pub fn renewed(to: &str, about: &About<'_>, numbers: &[String], last: &str) -> Mail {
    let names = numbers.join(" et ");
    let (subject, begins, see) = match numbers.len() {
        1 => (
            format!("Habilitation {names}\u{a0}: prolongée jusqu’au {last}"),
            format!("L’habilitation {names} «\u{a0}{}\u{a0}» ({}) est prolongée", about.title, about.service),
            "La voir et télécharger la nouvelle attestation",
        ),
        _ => (
            format!("Habilitations {names}\u{a0}: prolongées jusqu’au {last}"),
            format!("Les habilitations {names} «\u{a0}{}\u{a0}» ({}) sont prolongées", about.title, about.service),
            "Les voir et télécharger les nouvelles attestations",
        ),
    };
    mail(to, subject, &format!("{begins} jusqu’au {last} inclus, sans changement.\n\n{see}\u{a0}:\n{}", about.link))
}

/// To the team that holds the request; `days` is negative once the limit has passed.
pub fn limit_near(to: &str, about: &About<'_>, days: i32, limit: &str) -> Mail {
    let subject = match days {
        ..0 => format!("Demande {}\u{a0}: le délai légal est passé", about.number),
        0 => format!("Demande {}\u{a0}: dernier jour pour décider", about.number),
        _ => format!("Demande {}\u{a0}: à décider {} au plus tard", about.number, in_days(days)),
    };
    let rule = "Deux mois après la transmission, le silence vaut refus (code des relations entre le public et l’administration, art. L231-4).";
    mail(
        to,
        subject,
        &format!(
            "La demande {} «\u{a0}{}\u{a0}» ({}) attend votre décision. Limite légale\u{a0}: le {limit}.\n\n{rule}\n\nL’ouvrir\u{a0}:\n{}",
            about.number, about.title, about.service, about.link
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_words() {
        for (days, words) in [(-3, "aujourd’hui"), (0, "aujourd’hui"), (1, "demain"), (7, "dans 7\u{a0}jours"), (90, "dans 90\u{a0}jours")] {
            assert_eq!(in_days(days), words);
        }
    }
}
