//! The same mistakes for the administrators who edit the files on the site: one French sentence each. Operators read the
//! English ones, in the terminal.

use super::{
    CatalogueError,
    addresses::{NOT_A_LINK, NOT_A_MAILBOX, NOT_AN_API_PATH, NOT_HTTPS},
};

/// English ends of error messages, after the name of what is wrong, with their French translations.
const WHYS: [(&str, &str); 55] = [
    ("names itself", "se nomme lui-même"),
    ("leads back to itself", "dépend de lui-même, par d’autres"),
    ("is at most 1000000", "est de 1\u{202f}000\u{202f}000 au plus"),
    ("is at least 1: the answer takes a day", "vaut au moins 1\u{a0}: une réponse demande un jour"),
    ("is at most 100", "est de 100 au plus"),
    ("is a name every form sends: no statement may be called so", "est un nom réservé\u{a0}: aucun engagement ne peut s’appeler ainsi"),
    (
        "may hold only letters without accents, 0 to 9, - _ . and :",
        "ne peut contenir que des lettres sans accent, des chiffres, et les signes - _ . :",
    ),
    (
        "keeps two lists of data apart: neither is empty, nothing is in both",
        "sépare deux listes de données\u{a0}: aucune n’est vide, et rien n’est dans les deux",
    ),
    (
        "opens a client: relies on nothing, includes openid, asks for a technical contact",
        "ouvre un client FranceConnect\u{a0}: le service ne s’appuie sur aucun autre, inclut la donnée openid et demande un contact responsable_technique",
    ),
    (
        "opens data: relies on a service that opens a client",
        "ouvre des données\u{a0}: le service s’appuie sur un autre, qui ouvre un client FranceConnect",
    ),
    (
        "has a choice whose value is empty, too long, given twice or with a comma",
        "a un choix dont la valeur est vide, trop longue, répétée ou contient une virgule",
    ),
    ("takes from 1 to 20000 characters (max)", "reçoit de 1 à 20\u{202f}000 caractères (max)"),
    ("has a range, which only a number has", "a un intervalle (range)\u{a0}: seul un nombre en a un"),
    (
        "has a range out of bounds: from 0 to 1000000000000",
        "a un intervalle (range) qui sort des bornes\u{a0}: de 0 à 1\u{202f}000\u{202f}000\u{202f}000\u{202f}000",
    ),
    ("counts from 1 to 120 months", "compte de 1 à 120 mois (within_months, ahead_months)"),
    (
        "is asked for over a number: the field it names must be one",
        "est demandé au-delà d’un nombre (when_over)\u{a0}: le champ qu’il nomme doit en être un",
    ),
    ("is asked for over a number that nobody can give", "est demandé au-delà d’un nombre (when_over) que personne ne peut donner"),
    ("goes with one other text, link or document, and both say so (or)", "va avec un autre texte, lien ou document, et chacun nomme l’autre (or)"),
    ("names both a field and a box to tick", "nomme à la fois un champ et une case à cocher"),
    (NOT_HTTPS, "n’est pas une adresse https"),
    (NOT_A_LINK, "n’est ni une adresse https, ni un chemin de ce site"),
    (NOT_A_MAILBOX, "n’est pas une adresse électronique"),
    (NOT_AN_API_PATH, "n’est pas le chemin d’une API\u{a0}: des lettres minuscules sans accent, des chiffres, - et _, séparés par /"),
    ("begins at 1", "commence à 1"),
    ("is at most 120: ten years", "est de 120 au plus\u{a0}: dix ans"),
    ("is at most 250: a year of work", "est de 250 au plus\u{a0}: une année de travail"),
    ("is at least 1; leave it out when there is no end", "vaut au moins 1\u{a0}; retirez cette ligne s’il n’y a pas de fin"),
    ("is a word kept for addresses: no block may be called so", "est un mot réservé aux adresses\u{a0}: aucun bloc ne peut s’appeler ainsi"),
    ("may hold only a to z, 0 to 9, - and _", "ne peut contenir que des lettres minuscules sans accent, des chiffres, - et _"),
    ("is no block: a stage cannot cover it", "n’est pas un bloc\u{a0}: une étape ne peut pas le couvrir"),
    ("is no legal frame", "n’est pas un cadre juridique du fichier"),
    ("is a name every form sends: no field may be called so", "est un nom réservé\u{a0}: aucun champ ne peut s’appeler ainsi"),
    ("takes no files: « accept » is for documents", "ne reçoit pas de fichier\u{a0}: «\u{a0}accept\u{a0}» est pour les documents"),
    ("is a value the field cannot take", "est une valeur que le champ ne peut pas prendre"),
    ("has a choice that is never alone, which it does not offer among several", "a un choix jamais seul qu’il ne propose pas parmi plusieurs"),
    ("has a rule about dates that does not apply to it", "a une règle de dates qui ne le concerne pas"),
    (
        "is no way of access of this service: no data can be had by it",
        "n’est pas une modalité d’accès de ce service\u{a0}: aucune donnée ne s’obtient ainsi",
    ),
    ("has a range that ends before it begins", "a un intervalle qui finit avant de commencer"),
    ("compares dates: both fields must be dates", "compare des dates\u{a0}: les deux champs doivent en être"),
    (
        "goes with a field of kind « reliance »: neither without the other",
        "va avec un champ de type «\u{a0}reliance\u{a0}»\u{a0}: jamais l’un sans l’autre",
    ),
    ("is a value the field of the condition cannot take", "est une valeur que le champ de la condition ne peut pas prendre"),
    ("must be exactly one of at_least_one_of, exclusive, alone", "doit être exactement l’une de at_least_one_of, exclusive, alone"),
    ("is no scope: a rule cannot name it", "n’est pas une donnée\u{a0}: une règle ne peut pas la nommer"),
    ("is defined twice", "est défini deux fois"),
    ("is no SIRET number", "n’est pas un numéro SIRET"),
    ("may be asked for together only with a vendor qualified for it", "ne se demande ensemble qu’avec un éditeur qualifié"),
    ("is not the service this one relies on", "n’est pas le service sur lequel celui-ci s’appuie"),
    (
        "names a person: only a vendor may fill in its own technical contact",
        "désigne une personne\u{a0}: seul un éditeur peut remplir son propre contact technique",
    ),
    ("is of no use: the form asks for no legal text", "ne sert à rien\u{a0}: le formulaire ne demande aucun texte juridique"),
    ("names people or data: it may be locked, not hidden", "désigne des personnes ou des données\u{a0}: il peut être verrouillé, pas masqué"),
    ("lists data: it may be locked, not hidden", "liste des données\u{a0}: il peut être verrouillé, pas masqué"),
    ("names people: it cannot be locked", "désigne des personnes\u{a0}: il ne peut pas être verrouillé"),
    ("is locked without a value: nobody could complete the form", "est verrouillé sans valeur\u{a0}: personne ne pourrait terminer le formulaire"),
    ("leave nothing to ask for", "ne laisse aucune donnée à demander"),
    ("begins with a wrong answer", "commence par une réponse fausse"),
];

/// What a variant names that does not exist.
const UNKNOWN: [(&str, &str); 10] = [
    ("field of the other service", "un champ de l’autre service"),
    ("use case of this service", "un cas d’usage de ce service"),
    ("vendor of the list", "un éditeur de la liste"),
    ("legal frame of this service", "un cadre juridique de ce service"),
    ("other service", "un autre service"),
    ("field of this form", "un champ de ce formulaire"),
    ("field nor block of this form", "un champ ni un bloc de ce formulaire"),
    ("block of this form", "un bloc de ce formulaire"),
    ("scope offered by this form", "une donnée proposée par ce formulaire"),
    ("scope of this service", "une donnée de ce service"),
];

fn why(english: &str) -> String {
    if let Some((_, french)) = WHYS.iter().find(|(known, _)| *known == english) {
        return (*french).to_owned();
    }
    if let Some((_, french)) = english.strip_prefix("is no ").and_then(|what| UNKNOWN.iter().find(|(known, _)| *known == what)) {
        return format!("n’est pas {french}");
    }
    // What follows these prefixes is the sentence of a problem with an answer, which is in French.
    match english.split_once(": ") {
        Some(("cannot be completed", problem)) => format!("ne peut pas être complété. {problem}"),
        Some(("begins with a wrong answer", problem)) => format!("commence par une réponse fausse. {problem}"),
        _ => format!("est refusé ({english})"),
    }
}

fn ended(sentence: String) -> String {
    if sentence.ends_with(['.', '!', '?']) { sentence } else { sentence + "." }
}

impl CatalogueError {
    pub fn in_french(&self) -> String {
        ended(match self {
            Self::DuplicateService(service) => format!("Le service «\u{a0}{service}\u{a0}» est défini deux fois"),
            Self::Duplicate { what, name, .. } => {
                let what = match *what {
                    "stage" => "L’étape",
                    "block" => "Le bloc",
                    "scope" => "La donnée",
                    "statement" => "L’engagement",
                    "use case" => "Le cas d’usage",
                    "legal frame" => "Le cadre juridique",
                    "variant" => "Le modèle",
                    _ => "Le champ",
                };
                format!("{what} «\u{a0}{name}\u{a0}» apparaît deux fois")
            }
            Self::UnknownField { field, other, .. } => format!("«\u{a0}{field}\u{a0}» nomme le champ «\u{a0}{other}\u{a0}», qui n’existe pas"),
            Self::NoChoices { field, .. } => format!("Le champ «\u{a0}{field}\u{a0}» ne propose aucun choix"),
            Self::UnknownService { other, .. } => format!("Le fichier nomme le service «\u{a0}{other}\u{a0}», qui n’existe pas"),
            Self::Empty { what, .. } if *what == "block" => "Le service n’a aucun bloc de questions".to_owned(),
            Self::Empty { .. } => "Le service n’a aucune étape d’instruction".to_owned(),
            Self::Invalid { name, why: reason, .. } => format!("«\u{a0}{name}\u{a0}» {}", why(reason)),
            Self::Variant { variant, name, why: reason, .. } => {
                format!("Modèle «\u{a0}{variant}\u{a0}»\u{a0}: «\u{a0}{name}\u{a0}» {}", why(reason))
            }
            Self::Vendor { vendor, name, why: reason } => format!("Éditeur «\u{a0}{vendor}\u{a0}»\u{a0}: «\u{a0}{name}\u{a0}» {}", why(reason)),
            Self::Endpoint { endpoint, name, why: reason } => format!("API «\u{a0}{endpoint}\u{a0}»\u{a0}: «\u{a0}{name}\u{a0}» {}", why(reason)),
            Self::UnknownScope { endpoint, scope } => {
                format!("L’API «\u{a0}{endpoint}\u{a0}» donne «\u{a0}{scope}\u{a0}», qu’aucun service ne propose")
            }
        })
    }
}
