//! Messages the clock sends.

use super::{About, Letter};

/// « aujourd’hui », « demain », « dans 15 jours ».
fn in_days(days: i32) -> String {
    match days {
        ..=0 => "aujourd’hui".to_owned(),
        1 => "demain".to_owned(),
        many => format!("dans {many}\u{a0}jours"),
    }
}

pub fn draft_waits(to: &str, about: &About, days: i32) -> Letter {
    about
        .news(to, "votre brouillon vous attend")
        .says(format!("Votre brouillon {about} n’a pas changé depuis {days}\u{a0}jours."))
        .shows("Tout ce que vous avez saisi est enregistré. Le reprendre", &about.link)
}

pub fn changes_wait(to: &str, about: &About, days: i32) -> Letter {
    let project = about.project();
    about
        .news(to, "vos modifications sont toujours attendues")
        .says(format!("Des modifications vous ont été demandées sur {project}, et rien n’a changé depuis {days}\u{a0}jours."))
        .shows("Tant que vous ne l’avez pas transmise à nouveau, personne ne peut l’examiner. La modifier", &about.link)
}

pub fn archive_announced(to: &str, about: &About, day: &str) -> Letter {
    about
        .news(to, format!("elle sera archivée le {day}"))
        .says(format!("Sans changement de votre part, votre demande {about} sera archivée le {day}."))
        .shows("Pour la garder, ouvrez-la et complétez-la avant cette date", &about.link)
}

pub fn archived(to: &str, about: &About) -> Letter {
    about
        .news(to, "elle est archivée")
        .says(format!("Comme annoncé, votre demande {about} est archivée\u{a0}: elle ne peut plus être modifiée ni transmise."))
        .shows("Elle reste lisible à la même adresse", &about.link)
}

/// The beginning of the subject and of the text, and the last words, for one habilitation or for two of one request that end
/// together.
fn said<'a>(numbers: &[String], one: [&'a str; 3], two: [&'a str; 3], about: &About) -> (String, String, &'a str) {
    let (names, project) = (numbers.join(" et "), about.project());
    let (s, article, [it, is, see]) = if numbers.len() == 1 { ("", "L’habilitation", one) } else { ("s", "Les habilitations", two) };
    (format!("Habilitation{s} {names}\u{a0}: {it}"), format!("{article} {names} {project} {is}"), see)
}

pub fn ends_soon(to: &str, about: &About, numbers: &[String], days: i32, last: &str) -> Letter {
    let one = ["elle prend fin", "est valable", "La"];
    let (subject, begins, them) = said(numbers, one, ["elles prennent fin", "sont valables", "Les"], about);
    about
        .letter(to, format!("{subject} {}", in_days(days)))
        .says(format!("{begins} jusqu’au {last} inclus. Ensuite, vos accès seront fermés."))
        .shows(&format!("Rien n’a changé dans votre projet\u{a0}? {them} prolonger prend une minute"), &about.link)
}

pub fn expired(to: &str, about: &About, numbers: &[String], last: &str, grace: &str) -> Letter {
    let one = ["elle a pris fin", "était valable", "la"];
    let (subject, begins, them) = said(numbers, one, ["elles ont pris fin", "étaient valables", "les"], about);
    about
        .letter(to, subject)
        .says(format!("{begins} jusqu’au {last}. Vos accès sont fermés."))
        .shows(&format!("Vous pouvez encore {them} prolonger jusqu’au {grace} et retrouver vos accès aussitôt"), &about.link)
}

pub fn renewed(to: &str, about: &About, numbers: &[String], last: &str) -> Letter {
    let one = ["prolongée", "est prolongée", "La voir et télécharger la nouvelle attestation"];
    let two = ["prolongées", "sont prolongées", "Les voir et télécharger les nouvelles attestations"];
    let (subject, begins, see) = said(numbers, one, two, about);
    about.letter(to, format!("{subject} jusqu’au {last}")).says(format!("{begins} jusqu’au {last} inclus, sans changement.")).shows(see, &about.link)
}

/// To the team that holds the request; `days` is negative once the limit has passed.
pub fn limit_near(to: &str, about: &About, days: i32, limit: &str) -> Letter {
    let news = match days {
        ..0 => "le délai légal est passé".to_owned(),
        0 => "dernier jour pour décider".to_owned(),
        _ => format!("à décider {} au plus tard", in_days(days)),
    };
    let rule = "Deux mois après la transmission, le silence vaut refus (code des relations entre le public et l’administration, art. L231-4).";
    about
        .news(to, news)
        .says(format!("La demande {about} attend votre décision. Limite légale\u{a0}: le {limit}."))
        .says(rule)
        .shows("L’ouvrir", &about.link)
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
