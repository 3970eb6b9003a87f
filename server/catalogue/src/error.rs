//! Where in which file a mistake is.

use std::fmt;

use domain::catalogue::CatalogueError;

use crate::Source;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CatalogueFileError {
    pub file: String,
    /// From 1; none when the mistake is that something is missing.
    pub line: Option<usize>,
    pub reason: String,
}

impl fmt::Display for CatalogueFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, reason } = self;
        match line {
            Some(line) => write!(f, "{file}:{line}: {reason}"),
            None => write!(f, "{file}: {reason}"),
        }
    }
}

/// The line of a byte position, from 1.
pub fn line_at(text: &str, position: usize) -> usize {
    1 + text.bytes().take(position).filter(|byte| *byte == b'\n').count()
}

/// The lines which cite `name`, as a value or as a key.
fn lines_of(text: &str, name: &str) -> impl Iterator<Item = usize> {
    let (value, key) = (format!("\"{name}\""), format!("{name} ="));
    let cites = move |line: &str| !line.trim_start().starts_with('#') && (line.contains(&value) || line.trim_start().starts_with(&key));
    text.lines().enumerate().filter(move |(_, line)| cites(line)).map(|(index, _)| index + 1)
}

/// Gives the mistake found in the parsed files its file and line back.
pub fn locate(error: &CatalogueError, services: &[(&str, Source<'_>)], endpoints: &[(&str, Source<'_>)]) -> CatalogueFileError {
    let (owners, owner, name) = match error {
        CatalogueError::DuplicateService(service) => (services, service, Some(service)),
        CatalogueError::Duplicate { service, name, .. } => (services, service, Some(name)),
        CatalogueError::UnknownField { service, other, .. } | CatalogueError::UnknownService { service, other } => (services, service, Some(other)),
        CatalogueError::NoChoices { service, field } => (services, service, Some(field)),
        CatalogueError::Empty { service, .. } => (services, service, None),
        CatalogueError::UnknownScope { endpoint, scope } => (endpoints, endpoint, Some(scope)),
    };
    let source = owners.iter().rev().find(|(name, _)| name == owner).map(|(_, source)| *source);
    CatalogueFileError {
        file: source.map_or_else(|| owner.clone(), |source| source.file.to_owned()),
        line: source.zip(name).and_then(|(source, name)| match error {
            CatalogueError::DuplicateService(_) => lines_of(source.text, name).next(),
            // Of two definitions, the second is the faulty one.
            _ => lines_of(source.text, name).last(),
        }),
        reason: error.to_string(),
    }
}
