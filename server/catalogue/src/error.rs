//! Finds the file and line of an error.

use domain::catalogue::CatalogueError;
pub use domain::catalogue::FileError as CatalogueFileError;
use domain::realm::Fault;

use crate::Source;

/// The line of a byte position, from 1.
pub fn line_at(text: &str, position: usize) -> usize {
    1 + text.bytes().take(position).filter(|byte| *byte == b'\n').count()
}

/// The column of a byte position, in characters, from 1.
pub fn column_at(text: &str, position: usize) -> usize {
    let before = text.get(..position).unwrap_or_default();
    1 + before.rsplit('\n').next().unwrap_or_default().chars().count()
}

/// The lines which cite `name`, as a value or as a key.
fn lines_of(text: &str, name: &str) -> impl Iterator<Item = usize> {
    let (value, key) = (format!("\"{name}\""), format!("{name} ="));
    let cites = move |line: &str| !line.trim_start().starts_with('#') && (line.contains(&value) || line.trim_start().starts_with(&key));
    text.lines().enumerate().filter(move |(_, line)| cites(line)).map(|(index, _)| index + 1)
}

/// The last line which defines `name`, or else which cites it: of two definitions, the second is the faulty one.
fn definition(text: &str, name: &str) -> Option<usize> {
    let defines = |line: &str| ["id", "slug"].iter().any(|key| line.trim() == format!("{key} = \"{name}\""));
    let defined = text.lines().enumerate().filter(|(_, line)| defines(line)).map(|(index, _)| index + 1).last();
    defined.or_else(|| lines_of(text, name).last())
}

/// The lines of the part of the file that begins with this slug, up to the next part of the same kind.
fn part<'a>(text: &'a str, table: &str, slug: &str) -> Option<(usize, &'a str)> {
    let begin = text.match_indices(&format!("slug = \"{slug}\"")).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).unwrap_or_default();
        before.rfind("[[").is_some_and(|open| before.get(open..).is_some_and(|rest| rest.starts_with(table)))
    })?;
    let rest = text.get(begin..)?;
    let end = rest.find(table).unwrap_or(rest.len());
    Some((line_at(text, begin), rest.get(..end)?))
}

/// A fault of a realm's file, with the last line that cites it.
pub fn of_realm(source: &Source<'_>, name: &str, fault: Fault) -> CatalogueFileError {
    CatalogueFileError {
        file: source.file.to_owned(),
        line: lines_of(source.text, name).last(),
        column: None,
        reason: format!("{name} {fault}"),
        told: format!("«\u{a0}{name}\u{a0}» {}.", fault.sentence()),
    }
}

/// Adds the file and line to an error found in the parsed files.
pub fn locate(error: &CatalogueError, services: &[(&str, Source<'_>)], vendors: Source<'_>, endpoints: &[(&str, Source<'_>)]) -> CatalogueFileError {
    let of =
        |owners: &[(&str, Source<'_>)], owner: &str| owners.iter().rev().find(|(name, _)| *name == owner).map(|(_, source)| source.file.to_owned());
    let text = |owners: &[(&str, Source<'_>)], owner: &str| {
        owners.iter().rev().find(|(name, _)| *name == owner).map_or("", |(_, source)| source.text).to_owned()
    };
    let last = |text: &str, name: &str| lines_of(text, name).last();
    let (file, line) = match error {
        CatalogueError::DuplicateService(service) => (of(services, service), lines_of(&text(services, service), service).next()),
        CatalogueError::Duplicate { service, name, .. } | CatalogueError::Invalid { service, name, .. } => {
            (of(services, service), definition(&text(services, service), name))
        }
        CatalogueError::UnknownField { service, other, .. } | CatalogueError::UnknownService { service, other } => {
            (of(services, service), last(&text(services, service), other))
        }
        CatalogueError::NoChoices { service, field } => (of(services, service), definition(&text(services, service), field)),
        CatalogueError::Empty { service, .. } => (of(services, service), None),
        CatalogueError::Variant { service, variant, name, .. } => {
            let whole = text(services, service);
            let found = part(&whole, "[[variants]]", variant);
            // An error about something that the variant lacks is reported at its first line.
            let line = found.map(|(first, part)| lines_of(part, name).last().map_or(first, |line| first + line - 1));
            (of(services, service), line)
        }
        CatalogueError::Vendor { vendor, name, .. } => {
            let found = part(vendors.text, "[[vendors]]", vendor);
            let line =
                if name == vendor { last(vendors.text, name) } else { found.and_then(|(first, part)| last(part, name).map(|line| first + line - 1)) };
            (Some(vendors.file.to_owned()), line)
        }
        CatalogueError::Endpoint { endpoint, name, .. } => (of(endpoints, endpoint), definition(&text(endpoints, endpoint), name)),
        CatalogueError::UnknownScope { endpoint, scope } => (of(endpoints, endpoint), last(&text(endpoints, endpoint), scope)),
    };
    CatalogueFileError { file: file.unwrap_or_default(), line, column: None, reason: error.to_string(), told: error.in_french() }
}
