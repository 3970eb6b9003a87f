//! To the people named in what was granted: what stops for each of them when it ends.

use super::{About, Letter, sentence, the_numbered};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Revoked,
    /// Past its last day.
    Expired,
    /// Changed, it was granted again without this service.
    GivenUp,
    /// The FranceConnect habilitation it relied on was taken back.
    WithoutFranceConnect,
}

/// What stops for whoever connects the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stops {
    /// The keys of a client, and the data that was read through it.
    Keys,
    /// The data alone.
    Data,
    /// What is delivered elsewhere.
    Record,
}

impl Ending {
    /// « a été révoquée », « ont été révoquées ».
    pub fn said(self, many: bool) -> &'static str {
        match (self, many) {
            (Self::Revoked, false) => "a été révoquée",
            (Self::Revoked, true) => "ont été révoquées",
            (Self::Expired, false) => "est arrivée à son terme",
            (Self::Expired, true) => "sont arrivées à leur terme",
            (Self::GivenUp, false) => "a été remplacée",
            (Self::GivenUp, true) => "ont été remplacées",
            (Self::WithoutFranceConnect, false) => "ne repose plus sur aucune habilitation FranceConnect",
            (Self::WithoutFranceConnect, true) => "ne reposent plus sur aucune habilitation FranceConnect",
        }
    }
}

impl Ending {
    fn since(self) -> &'static str {
        if self == Self::WithoutFranceConnect { "depuis le" } else { "le" }
    }
}

impl Stops {
    fn said(self) -> &'static str {
        match self {
            Self::Keys => {
                "Les clés que vous utilisiez ne fonctionnent plus\u{a0}: plus aucun usager ne peut se connecter avec elles, ni aucune donnée être lue."
            }
            Self::Data => "Les données accordées ne sont plus transmises à ce service.",
            Self::Record => "Les accès délivrés sur la foi de cette décision ne doivent plus être utilisés.",
        }
    }
}

/// To whoever connects the service. `day` is that of the end.
pub fn to_technical(to: &str, about: &About, organisation: &str, habilitations: &[String], ending: Ending, stops: Stops, day: &str) -> Letter {
    let (end, what) = (ended(habilitations, ending), about.project());
    about
        .letter(to, ended(habilitations, ending))
        .says(format!("{end} {} {day}, pour {what}, de {organisation}.", ending.since()))
        .says(stops.said())
        .says(format!("Retirez ces accès de votre configuration. Pour la suite, adressez-vous à {organisation}."))
}

/// To whoever answers for the data, or protects them.
pub fn to_named(to: &str, about: &About, role: &str, organisation: &str, habilitations: &[String], ending: Ending, day: &str) -> Letter {
    let (end, what) = (ended(habilitations, ending), about.project());
    about
        .letter(to, ended(habilitations, ending))
        .says(format!("{end} {} {day}, pour {what}. {organisation} vous y avait désigné comme {}.", ending.since(), role.to_lowercase()))
        .says("Plus aucune donnée n’est transmise à ce titre. Celles déjà reçues restent soumises à la durée de conservation annoncée.")
        .says("Vous n’avez rien à faire ici. Mettez à jour, s’il y a lieu, votre registre des traitements.")
}

fn ended(habilitations: &[String], ending: Ending) -> String {
    sentence(&format!("{} {}", the_numbered(habilitations), ending.said(habilitations.len() > 1)))
}
