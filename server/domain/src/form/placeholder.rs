//! Instructions left in a text: what a model, a colleague or a habit wrote to be replaced is no answer.

/// What is still to be replaced, as it stands in the text. `strict` for a text that was filled in beforehand: there, any word
/// between square brackets is one, and so is « à compléter » in the middle of a sentence.
pub fn placeholder(text: &str, strict: bool) -> Option<String> {
    bracketed(text, strict).or_else(|| crosses(text)).or_else(|| blanks(text)).or_else(|| asked_for(text, strict))
}

const TO_DO: [&str; 6] = ["à compléter", "à préciser", "à renseigner", "à remplir", "à indiquer", "a completer"];

/// « [nom de la commune] », « <à compléter> », « {à compléter} ».
fn bracketed(text: &str, strict: bool) -> Option<String> {
    [('[', ']'), ('<', '>'), ('{', '}')].into_iter().find_map(|(open, close)| {
        let (_, rest) = text.split_once(open)?;
        let (inner, _) = rest.split_once(close)?;
        let lower = inner.to_lowercase();
        let left = TO_DO.iter().any(|one| lower.contains(one)) || matches!(inner.trim(), "…" | "...");
        let words = strict && open == '[' && inner.chars().any(char::is_alphabetic);
        (left || words).then(|| format!("{open}{inner}{close}"))
    })
}

/// « XX », « xx/xx/2026 »; never « titre XX », which is a number.
fn crosses(text: &str) -> Option<String> {
    const NUMBERED: [&str; 8] = ["titre", "chapitre", "livre", "annexe", "article", "partie", "section", "tome"];
    let mut before = "";
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let crossed = word.len() >= 2 && word.chars().all(|c| matches!(c, 'X' | 'x'));
        if crossed && !NUMBERED.contains(&before.to_lowercase().as_str()) {
            return Some(word.to_owned());
        }
        before = word;
    }
    None
}

/// « ____ », « ……… ».
fn blanks(text: &str) -> Option<String> {
    ["___", "......", "……"].into_iter().find(|blank| text.contains(blank)).map(str::to_owned)
}

/// The sentence that begins with « À compléter »; anywhere in a text that is no more than that.
fn asked_for(text: &str, strict: bool) -> Option<String> {
    let mut sentences = text.split_inclusive(['.', ';', '!', '?', '\n']).map(str::trim).filter(|sentence| !sentence.is_empty());
    sentences.find_map(|sentence| {
        let lower = sentence.to_lowercase();
        let found = TO_DO.iter().any(|one| if strict { lower.contains(one) } else { lower.starts_with(one) });
        found.then(|| sentence.trim_end_matches(['.', ';', '!', '?']).trim_end().to_owned())
    })
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
        ] {
            assert_eq!((placeholder(text, false).as_deref(), placeholder(text, true).as_deref()), (anywhere, prefilled), "{text}");
        }
    }
}
