//! A mistake in a catalogue file: which file, where in it, and why.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct FileError {
    pub file: String,
    /// From 1; none when the mistake is that something is missing.
    pub line: Option<usize>,
    /// In characters, from 1, where the parser gives it.
    pub column: Option<usize>,
    pub reason: String,
    /// The reason in French, for administrators who edit the file on the site.
    pub told: String,
}

impl FileError {
    /// « Ligne 12, colonne 5 : … »
    pub fn in_french(&self) -> String {
        let Self { line, column, told, .. } = self;
        match (line, column) {
            (Some(line), Some(column)) => format!("Ligne {line}, colonne {column}\u{a0}: {told}"),
            (Some(line), None) => format!("Ligne {line}\u{a0}: {told}"),
            (None, _) => told.clone(),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column: _, reason, told: _ } = self;
        match line {
            Some(line) => write!(f, "{file}:{line}: {reason}"),
            None => write!(f, "{file}: {reason}"),
        }
    }
}
