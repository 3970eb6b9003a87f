//! Introduces the TOML parser's messages in French; its own words come after.

/// The words between the first two backquotes.
fn quoted(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

pub fn in_french(message: &str) -> String {
    let name = quoted(message).unwrap_or_default();
    let sentence = match message {
        _ if message.starts_with("unknown field") => format!("La clé «\u{a0}{name}\u{a0}» n’est pas connue ici."),
        _ if message.starts_with("missing field") => format!("Il manque la clé «\u{a0}{name}\u{a0}»."),
        _ if message.starts_with("unknown variant") => format!("La valeur «\u{a0}{name}\u{a0}» n’est pas permise ici."),
        _ if message.starts_with("invalid type") || message.starts_with("invalid value") => {
            "La valeur n’est pas du type attendu (texte, nombre, liste…).".to_owned()
        }
        _ if message.contains("duplicate key") => "Cette clé est écrite deux fois.".to_owned(),
        _ => "Le texte n’est pas du TOML correct.".to_owned(),
    };
    format!("{sentence} Détail technique\u{a0}: {}", message.trim().replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::in_french;

    #[test]
    fn what_the_reader_says_begins_in_french() {
        for (said, told) in [
            ("unknown field `proviner`, expected one of `a`", "La clé «\u{a0}proviner\u{a0}» n’est pas connue ici."),
            ("missing field `name`", "Il manque la clé «\u{a0}name\u{a0}»."),
            ("unknown variant `roman`, expected `text`", "La valeur «\u{a0}roman\u{a0}» n’est pas permise ici."),
            ("invalid type: string \"un\", expected u32", "La valeur n’est pas du type attendu"),
            ("duplicate key", "Cette clé est écrite deux fois."),
            ("string values must be quoted", "Le texte n’est pas du TOML correct."),
        ] {
            let french = in_french(said);
            assert!(french.starts_with(told) && french.ends_with(&format!("Détail technique\u{a0}: {said}")), "{french}");
        }
    }
}
