//! Texts people type for other people: not empty, not endless, readable.

use crate::text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    #[error("no text")]
    Missing,
    #[error("a text of more than {0} characters")]
    TooLong(usize),
    #[error("a text with a forbidden character: {0:?}")]
    Unreadable(char),
}

impl WordsError {
    /// What the person reads.
    pub fn sentence(self) -> String {
        match self {
            Self::Missing => "Écrivez un texte.".to_owned(),
            Self::TooLong(max) => format!("Ce texte dépasse {max} caractères\u{a0}: raccourcissez-le."),
            Self::Unreadable(c) => text::forbidden_sentence(c),
        }
    }

    /// The same, or this when nothing was typed.
    pub fn or_missing(self, sentence: &str) -> String {
        if self == Self::Missing { sentence.to_owned() } else { self.sentence() }
    }
}

/// The text as it is stored: trimmed, with line ends of one kind, since browsers send CRLF.
///
/// # Errors
/// It is empty, longer than `max` characters, or holds characters nobody can read.
pub fn checked(typed: &str, max: usize) -> Result<String, WordsError> {
    let text = typed.replace("\r\n", "\n").trim().to_owned();
    if text::is_blank(&text) && text::forbidden(&text).is_none() {
        return Err(WordsError::Missing);
    }
    if text.chars().count() > max {
        return Err(WordsError::TooLong(max));
    }
    text::forbidden(&text).map_or(Ok(text), |c| Err(WordsError::Unreadable(c)))
}

/// The same for a one-line text: line ends and tabs become spaces.
///
/// # Errors
/// Those of [`checked`].
pub fn checked_line(typed: &str, max: usize) -> Result<String, WordsError> {
    checked(&text::one_line(typed), max)
}

/// The same for an optional text.
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
            ("\u{301}\u{fffc}\u{e000}", Err(WordsError::Missing)),
            ("\u{7}", Err(WordsError::Unreadable('\u{7}'))),
            ("a\u{0}b", Err(WordsError::Unreadable('\0'))),
            ("a\u{1b}[31m", Err(WordsError::Unreadable('\u{1b}'))),
            ("a\u{fffd}b", Err(WordsError::Unreadable('\u{fffd}'))),
            ("un\rdeux", Err(WordsError::Unreadable('\r'))),
            ("seize caractères", Ok("seize caractères".to_owned())),
            ("seize caractères.", Err(WordsError::TooLong(16))),
        ] {
            assert_eq!(checked(typed, 16), kept, "{typed:?}");
        }
        assert_eq!(checked_line("un\r\ndeux\ttrois", 16).as_deref(), Ok("un deux trois"));
        assert_eq!(checked_line(" un deux ", 16).as_deref(), Ok("un deux"));
        assert_eq!(optional(" \r\n", 16).as_deref(), Ok(""));
        assert_eq!(optional("a\u{0}", 16), Err(WordsError::Unreadable('\0')));
    }
}
