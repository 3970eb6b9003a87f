//! Texts people type for other people: not empty, not endless, readable.

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    #[error("no text")]
    Missing,
    #[error("a text of more than {0} characters")]
    TooLong(usize),
    #[error("a text with a forbidden character")]
    Unreadable,
}

impl WordsError {
    /// What the person reads.
    pub fn sentence(self) -> String {
        match self {
            Self::Missing => "Écrivez un texte.".to_owned(),
            Self::TooLong(max) => format!("Ce texte dépasse {max} caractères\u{a0}: raccourcissez-le."),
            Self::Unreadable => "Ce texte contient un caractère interdit.".to_owned(),
        }
    }

    /// The same, or this when nothing was typed.
    pub fn or_missing(self, sentence: &str) -> String {
        if self == Self::Missing { sentence.to_owned() } else { self.sentence() }
    }
}

/// The text as it is kept: line ends of one kind, since browsers send CRLF, and nothing around.
///
/// # Errors
/// It is empty, longer than `max` characters, or holds characters nobody can read.
pub fn checked(typed: &str, max: usize) -> Result<String, WordsError> {
    let text = typed.replace("\r\n", "\n").trim().to_owned();
    if text.is_empty() {
        return Err(WordsError::Missing);
    }
    if text.chars().count() > max {
        return Err(WordsError::TooLong(max));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(WordsError::Unreadable);
    }
    Ok(text)
}

/// The same for a name on one line.
///
/// # Errors
/// Those of [`checked`]; a line end is unreadable too.
pub fn checked_line(typed: &str, max: usize) -> Result<String, WordsError> {
    let text = checked(typed, max)?;
    if text.contains(['\n', '\t']) { Err(WordsError::Unreadable) } else { Ok(text) }
}

/// The same for a text nobody has to write.
///
/// # Errors
/// Those of [`checked`], but for an empty text.
pub fn optional(typed: &str, max: usize) -> Result<String, WordsError> {
    match checked(typed, max) {
        Err(WordsError::Missing) => Ok(String::new()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_with_one_kind_of_line_end_and_refused_when_nobody_can_read_them() {
        for (typed, kept) in [
            ("  Bonjour,\r\n\r\nMerci.\n", Ok("Bonjour,\n\nMerci.".to_owned())),
            ("un\tdeux", Ok("un\tdeux".to_owned())),
            ("éééé", Ok("éééé".to_owned())),
            (" \r\n ", Err(WordsError::Missing)),
            ("a\u{0}b", Err(WordsError::Unreadable)),
            ("a\u{1b}[31m", Err(WordsError::Unreadable)),
            ("un\rdeux", Err(WordsError::Unreadable)),
            ("seize caractères", Ok("seize caractères".to_owned())),
            ("seize caractères.", Err(WordsError::TooLong(16))),
        ] {
            assert_eq!(checked(typed, 16), kept, "{typed:?}");
        }
        assert_eq!(checked_line("un\r\ndeux", 16), Err(WordsError::Unreadable));
        assert_eq!(checked_line(" un deux ", 16).as_deref(), Ok("un deux"));
        assert_eq!(optional(" \r\n", 16).as_deref(), Ok(""));
        assert_eq!(optional("a\u{0}", 16), Err(WordsError::Unreadable));
    }
}
