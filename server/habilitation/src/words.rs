//! Texts people type for other people: not empty, not endless, readable.

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    #[error("Écrivez un texte.")]
    Missing,
    #[error("Ce texte dépasse {0} caractères\u{a0}: raccourcissez-le.")]
    TooLong(usize),
    #[error("Ce texte contient un caractère interdit.")]
    Unreadable,
}

/// The text without the blanks around it.
pub(crate) fn checked(text: &str, max: usize) -> Result<String, WordsError> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
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
pub(crate) fn checked_line(text: &str, max: usize) -> Result<String, WordsError> {
    let text = checked(text, max)?;
    if text.contains(['\n', '\t']) { Err(WordsError::Unreadable) } else { Ok(text) }
}
