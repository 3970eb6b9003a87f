//! Every text of a file is shown to somebody: the addresses it names are https, whatever its key.

use domain::address::led_astray;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{CatalogueFileError, Source, error};

/// # Errors
/// The first text that names an address of another kind, where it stands. What is not TOML is told by the parser.
pub fn check(source: &Source<'_>) -> Result<(), CatalogueFileError> {
    let Ok(table) = DeTable::parse(source.text) else { return Ok(()) };
    table.get_ref().values().try_for_each(|value| walk(source, value))
}

fn walk(source: &Source<'_>, value: &Spanned<DeValue<'_>>) -> Result<(), CatalogueFileError> {
    match value.get_ref() {
        DeValue::String(text) => led_astray(text).map_or(Ok(()), |address| Err(refused(source, value.span().start, address))),
        DeValue::Array(values) => values.iter().try_for_each(|value| walk(source, value)),
        DeValue::Table(table) => table.values().try_for_each(|value| walk(source, value)),
        _ => Ok(()),
    }
}

fn refused(source: &Source<'_>, at: usize, address: &str) -> CatalogueFileError {
    CatalogueFileError {
        file: source.file.to_owned(),
        line: Some(error::line_at(source.text, at)),
        column: None,
        reason: format!("an address in a text must be https: {address}"),
        told: format!("«\u{a0}{address}\u{a0}» n’est pas une adresse https."),
    }
}
