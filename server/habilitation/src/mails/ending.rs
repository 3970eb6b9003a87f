//! Messages to the people that a habilitation names: what stops for each of them when it ends.

use super::{About, Letter, sentence, the_numbered};

/// Why a habilitation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Revoked,
    /// Past its last day.
    Expired,
    /// The request was changed, and granted again without this service.
    GivenUp,
    /// The FranceConnect habilitation it relied on ended.
    WithoutFranceConnect,
}

/// What stops for the technical contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stops {
    /// The keys of a client, and the data that was read through it.
    Keys,
    /// The data alone.
    Data,
    /// The data read with FranceConnect; the other ways of reading it, named here, go on.
    WithFranceConnect(String),
    /// Access that another system gave on the strength of the habilitation.
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
    /// For the technical contact: what stops, then what to do.
    fn technical(&self) -> (String, &'static str) {
        const REMOVE: &str = "Retirez ces accès de votre configuration.";
        match self {
            Self::Keys => (
                "Les clés que vous utilisiez ne fonctionnent plus\u{a0}: plus aucun usager ne peut se connecter avec elles, ni aucune donnée être lue."
                    .to_owned(),
                REMOVE,
            ),
            Self::Data => ("Les données accordées ne sont plus transmises à ce service.".to_owned(), REMOVE),
            Self::WithFranceConnect(others) => (
                format!("Les données accordées ne sont plus transmises à ce service avec FranceConnect. Elles le restent {others}."),
                "Retirez de votre configuration les appels avec FranceConnect, et gardez vos autres accès.",
            ),
            Self::Record => ("Les accès délivrés sur la foi de cette décision ne doivent plus être utilisés.".to_owned(), REMOVE),
        }
    }

    /// For the people who answer for the data.
    fn data(&self) -> String {
        match self {
            Self::WithFranceConnect(others) => format!("Les données ne sont plus transmises avec FranceConnect. Elles le restent {others}."),
            Self::Keys | Self::Data | Self::Record => "Plus aucune donnée n’est transmise à ce titre.".to_owned(),
        }
    }
}

/// The habilitations that end together, and what stops with them.
#[derive(Debug, Clone, Copy)]
pub struct End<'a> {
    pub habilitations: &'a [String],
    pub how: Ending,
    pub stops: &'a Stops,
    pub day: &'a str,
}

impl End<'_> {
    /// « L’habilitation H3 a été révoquée »
    fn title(&self) -> String {
        sentence(&format!("{} {}", the_numbered(self.habilitations), self.how.said(self.habilitations.len() > 1)))
    }

    fn dated(&self) -> String {
        format!("{} {} {}", self.title(), self.how.since(), self.day)
    }
}

/// To the technical contact.
pub fn to_technical(to: &str, about: &About, organisation: &str, end: &End<'_>) -> Letter {
    let (stopped, to_do) = end.stops.technical();
    about
        .letter(to, end.title())
        .says(format!("{}, pour {}, de {organisation}.", end.dated(), about.project()))
        .says(stopped)
        .says(format!("{to_do} Pour la suite, adressez-vous à {organisation}."))
}

/// To the other people named, who answer for the data or protect them.
pub fn to_named(to: &str, about: &About, role: &str, organisation: &str, end: &End<'_>) -> Letter {
    about
        .letter(to, end.title())
        .says(format!("{}, pour {}. {organisation} vous y avait désigné comme {}.", end.dated(), about.project(), role.to_lowercase()))
        .says(format!("{} Celles déjà reçues restent soumises à la durée de conservation annoncée.", end.stops.data()))
        .says("Vous n’avez rien à faire ici. Mettez à jour, s’il y a lieu, votre registre des traitements.")
}
