//! Checks on every text of a file, whatever its key, since each is shown to somebody: it holds no invisible character, and no address that is not
//! https. Names are not empty, and on one line.

use domain::{address::led_astray, text::unreadable, words::checked_line};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{CatalogueFileError, Source, error};

const MAX_NAME: usize = 500;

/// # Errors
/// The first text with an address that is not https, or an invisible character, escaped or not; and where it is. A file that is not TOML is left
/// to the parser.
pub fn check(source: &Source<'_>) -> Result<(), CatalogueFileError> {
    let Ok(table) = DeTable::parse(source.text) else { return Ok(()) };
    table.get_ref().iter().try_for_each(|(key, value)| walk(source, value).and_then(|()| named(source, key.get_ref(), value)))
}

/// The keys whose text is shown as the name of something.
const NAMES: [&str; 9] = ["name", "label", "title", "team", "provider", "summary", "terms_label", "document", "message"];

fn named(source: &Source<'_>, key: &str, value: &Spanned<DeValue<'_>>) -> Result<(), CatalogueFileError> {
    let DeValue::String(text) = value.get_ref() else { return Ok(()) };
    if !NAMES.contains(&key) || checked_line(text, MAX_NAME).is_ok_and(|kept| kept == *text) {
        return Ok(());
    }
    let told = format!("«\u{a0}{key}\u{a0}» est à écrire sur une ligne, sans rester vide ni dépasser {MAX_NAME} caractères.");
    Err(refused(source, value.span().start, format!("{key} must be one line, neither empty nor over {MAX_NAME} characters"), told))
}

fn walk(source: &Source<'_>, value: &Spanned<DeValue<'_>>) -> Result<(), CatalogueFileError> {
    match value.get_ref() {
        DeValue::String(text) => told(text).map_or(Ok(()), |(reason, told)| Err(refused(source, value.span().start, reason, told))),
        DeValue::Array(values) => values.iter().try_for_each(|value| walk(source, value)),
        DeValue::Table(table) => table.iter().try_for_each(|(key, value)| walk(source, value).and_then(|()| named(source, key.get_ref(), value))),
        _ => Ok(()),
    }
}

/// Why a text is refused: for a log, then for the page.
fn told(text: &str) -> Option<(String, String)> {
    if let Some(hidden) = unreadable(text) {
        let code = format!("U+{:04X}", u32::from(hidden));
        return Some((format!("a character nobody sees in a text: {code}"), format!("Ce texte contient un caractère invisible ({code}).")));
    }
    let address = led_astray(text)?;
    Some((format!("an address in a text must be https: {address}"), format!("«\u{a0}{address}\u{a0}» n’est pas une adresse https.")))
}

fn refused(source: &Source<'_>, at: usize, reason: String, told: String) -> CatalogueFileError {
    CatalogueFileError { file: source.file.to_owned(), line: Some(error::line_at(source.text, at)), column: None, reason, told }
}
