//! Finds instructions left in a text: what a variant, a colleague or a habit wrote there to be replaced is not an answer. Words are compared
//! folded: without accents, capitals or punctuation.

use crate::text::fold;

/// The first instruction left in the text, quoted. `strict` for a text that was prefilled, or on which the request is founded: there, any word
/// between square brackets is one, and so are « à compléter » in the middle of a sentence, a number or date left blank, and an answer that says
/// there is none.
pub fn placeholder(text: &str, strict: bool) -> Option<String> {
    let whole = text.trim();
    let nothing = !whole.is_empty() && !whole.contains(char::is_alphanumeric);
    nothing
        .then(|| whole.to_owned())
        .or_else(|| bracketed(text, strict))
        .or_else(|| marked(text))
        .or_else(|| blanks(text))
        .or_else(|| asked_for(text, strict))
        .or_else(|| strict.then(|| reference_missing(text).or_else(|| said_missing(text))).flatten())
}

/// Whether this instruction is still in the text.
pub(super) fn still_holds(text: &str, instruction: &str) -> bool {
    let instruction = fold(instruction);
    !instruction.is_empty() && holds_words(&fold(text), &instruction)
}

/// In folded form (see [`fold`]).
const TO_DO: [&str; 9] =
    ["a completer", "a preciser", "a renseigner", "a remplir", "a indiquer", "a definir", "a determiner", "a saisir", "lorem ipsum"];

/// Matched in capitals only, since no ordinary word is written so; in any case when one is the whole answer.
const MARKS: [&str; 4] = ["TODO", "TBD", "TBC", "FIXME"];

/// Whether the text contains these whole words; both are folded.
fn holds_words(text: &str, words: &str) -> bool {
    format!(" {text} ").contains(&format!(" {words} "))
}

/// « [nom de la commune] », « <à compléter> », « {à compléter} », « [ … ] ».
fn bracketed(text: &str, strict: bool) -> Option<String> {
    [('[', ']'), ('<', '>'), ('{', '}')].into_iter().find_map(|(open, close)| {
        text.split(open).skip(1).filter_map(|rest| rest.split_once(close)).map(|(inner, _)| inner).find_map(|inner| {
            let folded = fold(inner);
            let left = TO_DO.iter().any(|one| holds_words(&folded, one));
            let blank = !inner.is_empty() && !inner.contains(char::is_alphanumeric);
            let words = strict && open == '[' && inner.contains(char::is_alphabetic);
            (left || blank || words).then(|| format!("{open}{inner}{close}"))
        })
    })
}

/// « TODO »; « XX », « xx/xx/2026 », but not « titre XX », which is a Roman numeral.
fn marked(text: &str) -> Option<String> {
    const NUMBERED: [&str; 8] = ["titre", "chapitre", "livre", "annexe", "article", "partie", "section", "tome"];
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let alone = words.len() == 1;
    let mut before = "";
    for word in words {
        let crossed = word.len() >= 2 && word.chars().all(|c| matches!(c, 'X' | 'x')) && !NUMBERED.contains(&before.to_lowercase().as_str());
        if crossed || MARKS.iter().any(|mark| *mark == word || alone && mark.eq_ignore_ascii_case(word)) {
            return Some(word.to_owned());
        }
        before = word;
    }
    None
}

/// « ____ », « _ _ _ », « ……… ».
fn blanks(text: &str) -> Option<String> {
    let close: String = text.chars().filter(|c| *c == '\n' || !c.is_whitespace()).collect();
    ["___", "......", "……"].into_iter().find(|blank| close.contains(blank)).map(str::to_owned)
}

/// Verbs, folded, that give an instruction when « ici » follows: « Insérer ici… ».
const ORDERS: [&str; 20] = [
    "inserer",
    "inserez",
    "indiquer",
    "indiquez",
    "preciser",
    "precisez",
    "ecrire",
    "ecrivez",
    "coller",
    "collez",
    "mettre",
    "mettez",
    "ajouter",
    "ajoutez",
    "completer",
    "completez",
    "renseigner",
    "renseignez",
    "saisir",
    "saisissez",
];

/// An instruction: a sentence that begins with « À compléter » or « Insérer ici », or « à compléter » alone after a colon or between parentheses;
/// with `strict`, « à compléter » anywhere. « Lorem ipsum » counts anywhere.
fn asked_for(text: &str, strict: bool) -> Option<String> {
    let ends = ['.', ';', '!', '?', '…', '\n'];
    let mut sentences = text.split_inclusive(ends).map(str::trim).filter(|sentence| !sentence.is_empty());
    sentences.find_map(|sentence| {
        let folded = fold(sentence);
        let begins = |one: &str| folded.strip_prefix(one).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        let anywhere = holds_words(&folded, "lorem ipsum") || strict && TO_DO.iter().any(|one| holds_words(&folded, one));
        let alone = || sentence.split([':', '(', ')', '–', '—']).any(|part| TO_DO.contains(&fold(part).as_str()));
        let order =
            |part: &str| fold(part).split_once(' ').is_some_and(|(verb, rest)| ORDERS.contains(&verb) && (rest == "ici" || rest.starts_with("ici ")));
        let ordered = || order(sentence) || strict && sentence.split(':').any(order);
        let found = anywhere || TO_DO.iter().any(|one| begins(one)) || alone() || ordered();
        found.then(|| sentence.trim_end_matches(ends).trim_end().to_owned())
    })
}

/// « JJ/MM/AAAA », « 2026-?? », « n° … », « n° X du X »; never « n° 12-X-4 ».
fn reference_missing(text: &str) -> Option<String> {
    // So that « n°12 » is split into two words.
    let spaced = text.replace('°', "° ").replace('º', "º ");
    let apart = |c: char| c.is_whitespace() || matches!(c, '«' | '»' | '“' | '”' | '"' | '(' | ')' | '’' | '\'');
    let words: Vec<&str> = spaced.split(apart).filter(|word| !matches!(*word, "" | ":" | "-" | "–" | "—")).collect();
    words.iter().enumerate().find_map(|(place, word)| {
        if is_pattern(word) {
            return Some(word.trim_end_matches([',', ';', '.']).to_owned());
        }
        let announced = fold(word);
        let number = matches!(announced.as_str(), "n" | "no" | "numero");
        let signed = number && word.ends_with(['°', 'º']);
        let missing = match words.get(place + 1) {
            Some(next) => (number || announced == "du") && is_blank(next) || signed && fold(next) == "du",
            None => signed,
        };
        missing.then(|| [*word, words.get(place + 1).copied().unwrap_or_default()].join(" ").trim_end().to_owned())
    })
}

/// A word that gives no number or date where one is expected: « … », « ## », « X », « 000 ».
fn is_blank(word: &str) -> bool {
    let folded = fold(word);
    folded.is_empty() || folded == "x" || folded.len() > 1 && folded.chars().all(|c| c == '0')
}

/// « JJ/MM/2026 », « YYYY », « ??/??/2026 », « 2026-## ».
fn is_pattern(word: &str) -> bool {
    let folded = fold(word);
    let parts: Vec<&str> = folded.split(' ').collect();
    let dated = parts.windows(2).any(|two| matches!(two, ["jj" | "dd", "mm"] | ["mm", "jj" | "dd" | "aaaa" | "yyyy"]));
    let (hole, between) = (|c: &char| matches!(c, '?' | '#' | '*'), |c: &char| matches!(c, '/' | '-'));
    let chars: Vec<char> = word.chars().collect();
    let hole = chars.windows(2).any(|two| matches!(two, [a, b] if hole(a) && between(b) || between(a) && hole(b)));
    dated || hole || parts.iter().any(|part| matches!(*part, "aaaa" | "yyyy" | "jjmmaaaa" | "ddmmyyyy"))
}

/// The whole answer says that there is nothing, or nothing yet: « Délibération à venir ».
fn said_missing(text: &str) -> Option<String> {
    const KINDS: [&str; 7] = ["deliberation", "arrete", "decret", "decision", "texte", "reference", "references"];
    const NOTHING: [&str; 16] = [
        "a venir",
        "en cours",
        "en attente",
        "en cours de redaction",
        "neant",
        "aucun",
        "aucune",
        "rien",
        "sans objet",
        "non renseigne",
        "non renseignee",
        "n a",
        "na",
        "nc",
        "idem",
        "voir plus tard",
    ];
    let folded = fold(text);
    let rest: Vec<&str> = folded.split(' ').filter(|word| !KINDS.contains(word)).collect();
    NOTHING.contains(&rest.join(" ").as_str()).then(|| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_replaced_is_found_and_nothing_else() {
        // In any text, then in one that was filled in beforehand.
        for (text, anywhere, prefilled) in [
            ("Délibération du 12 mai 2026 fixant les tarifs", None, None),
            (
                "Article L114-8. À compléter par la délibération qui fixe les tarifs.",
                Some("À compléter par la délibération qui fixe les tarifs"),
                Some("À compléter par la délibération qui fixe les tarifs"),
            ),
            ("à compléter", Some("à compléter"), Some("à compléter")),
            ("L’usager trouve un dossier à compléter en ligne.", None, Some("L’usager trouve un dossier à compléter en ligne")),
            ("Délibération n° XX du 3 mai", Some("XX"), Some("XX")),
            ("Délibération du xx/xx/2026", Some("xx"), Some("xx")),
            ("Titre XX du code", None, None),
            ("Le XXe siècle, le taux x", None, None),
            ("Délibération [à compléter]", Some("[à compléter]"), Some("[à compléter]")),
            ("Délibération du conseil de [nom de la commune]", None, Some("[nom de la commune]")),
            ("Décret <à préciser>", Some("<à préciser>"), Some("<à préciser>")),
            ("Décret <b>n° 2026-12</b>", None, None),
            ("moins de 3 < 4 enfants > 2", None, None),
            ("Loi citée [1]", None, None),
            ("Décision […]", Some("[…]"), Some("[…]")),
            ("Délibération n° ____ du conseil", Some("___"), Some("___")),
            ("Et la suite…", None, None),
            ("Nous recevons des justificatifs (avis, attestation…) et les vérifions.", None, None),
        ] {
            assert_eq!((placeholder(text, false).as_deref(), placeholder(text, true).as_deref()), (anywhere, prefilled), "{text}");
        }
    }
    #[test]
    fn however_it_is_written() {
        for text in [
            // Decomposed, between other blanks, in capitals, without accents.
            "A\u{300} comple\u{301}ter par la de\u{301}libe\u{301}ration",
            "À\u{a0}compléter",
            "à\u{202f}compléter",
            "À  COMPLÉTER",
            "A COMPLETER",
            "a completer.",
            "…À compléter par la délibération qui fixe les tarifs…",
            "à définir",
            "À déterminer",
            "à saisir",
            "Article L114-8\u{a0}: à préciser",
            "Délibération du conseil (à définir)",
            "Loi citée [1], délibération [A\u{a0}COMPLETER]",
            "TODO",
            "todo",
            "Tbd.",
            "Délibération n° TODO du 3 mai",
            "xxx",
            "XXXX",
            "???",
            "?",
            "…",
            "...",
            "-",
            "[ … ]",
            "[ ]",
            "Délibération n° [ ... ] du 3 mai",
            "Délibération n° _ _ _ du conseil",
            "Lorem ipsum dolor sit amet",
            "Notre démarche\u{a0}: lorem ipsum.",
        ] {
            assert!(placeholder(text, false).is_some(), "{text:?}");
        }
        for text in [
            "L’usager trouve un dossier à compléter en ligne.",
            "Les familles ont un formulaire à remplir, à signer et à renvoyer.",
            "Le quotient familial sert à définir le tarif et à déterminer la part de la commune.",
            "Formulaire\u{a0}: à compléter par l’usager en ligne",
            "Les agents aident à préciser la demande (pièces à compléter comprises).",
            "Les habitants ont tout à saisir à la main… ce que la démarche évite.",
            "Pourquoi\u{a0}? Pour ne plus demander d’avis d’imposition.",
            "Le service todo liste les tâches",
            "12",
            "Louis XIV et le titre XX",
            "tableau[0] et moins de 3 < 4",
            "",
        ] {
            assert_eq!(placeholder(text, false), None, "{text:?}");
        }
    }

    #[test]
    fn a_text_a_request_is_founded_on_has_its_number_and_its_date() {
        for text in [
            "Délibération n° YYYY du JJ/MM/AAAA",
            "n° … du JJ/MM/AAAA",
            "Délibération n° 2026-12 du jj/mm/aaaa",
            "Délibération n° 2026-12 du JJ-MM-2026",
            "Délibération n° 2026-12 du DD.MM.YYYY",
            "Délibération 2026-?? du ??/??/2026",
            "Délibération n° 2026-##",
            "n° ## du ##",
            "n° X du X",
            "Délibération n°\u{a0}X du 3 avril 2026",
            "Délibération n°X du 3 avril 2026",
            "Délibération numéro … du 3 avril",
            "Délibération N° … du 3 avril",
            "n° ... du ...",
            "n° 2026-12 du …",
            "Délibération n° du 3 avril 2026",
            "Délibération n°",
            "Arrêté n° 000",
            "insérer ici la délibération",
            "Insérez ici le texte.",
            "Délibération\u{a0}: indiquer ici",
            "à venir",
            "À venir.",
            "Délibération à venir",
            "néant",
            "Néant.",
            "(aucune)",
            "N/A",
            "Sans objet",
        ] {
            assert!(placeholder(text, true).is_some(), "{text:?}");
        }
        for text in [
            "Délibération n° 2026-12 du 03/04/2026",
            "n° 12-X-4",
            "Délibération n°2026-12 du conseil municipal",
            "Arrêté du 8 novembre 2018 relatif au téléservice dénommé «\u{a0}FranceConnect\u{a0}»",
            "Délibération n° «\u{a0}12\u{a0}» du 3 avril 2026 pour les années à venir",
            "Décret n° 2015-1342 du 23 octobre 2015, titre X",
            "Ordonnance n°\u{a0}2005-1516 du 8\u{a0}décembre\u{a0}2005 (art. 1-2)",
            "Délibération n° 10 du 1er mars 2026, néant pour l’exercice précédent",
            "Délibération XII-2026 du 3 avril 2026 de MM. Roux et Petit",
            "Article L. 114-8 du code des relations entre le public et l’administration",
            "Les usagers peuvent insérer ici leur dossier\u{a0}: délibération du 3 mai 2026",
            "Délibération n° 0012 du 03/04/2026",
            "Est-ce la délibération du 01/02/2026?",
            "Délibération n°\u{a0}: 12, du 3 avril 2026",
            "Loi n’ayant pas de numéro du Journal officiel",
        ] {
            assert_eq!(placeholder(text, true), None, "{text:?}");
        }
        // Elsewhere people write so.
        for text in ["L’usager saisit sa date de naissance au format JJ/MM/AAAA.", "néant", "À venir", "Ouvert du X au Y"] {
            assert_eq!(placeholder(text, false), None, "{text:?}");
        }
    }

    #[test]
    fn an_instruction_is_found_however_it_is_spelled() {
        const ASKED: &str = "À compléter par la délibération…";
        for text in
            ["Article 1. À compléter par la délibération…", "a completer\u{a0}par la DÉLIBÉRATION", "A\u{300} comple\u{301}ter par la délibération"]
        {
            assert!(still_holds(text, ASKED), "{text:?}");
        }
        assert!(!still_holds("Délibération du 12 mai 2026", ASKED) && !still_holds("Délibération", "…"));
    }
}
