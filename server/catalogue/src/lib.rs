//! The services offered, as files: forms, scopes, review routes, data endpoints, sandbox people. A mistake in a
//! file is told with the file, the line and the reason, before anybody is served.

mod error;
mod sandbox;

use domain::{
    catalogue::{Catalogue, Service},
    endpoint::Endpoint,
};
use serde::de::DeserializeOwned;

pub use error::CatalogueFileError;
pub use sandbox::{SandboxFile, sandbox};

/// One catalogue file: its name, as errors cite it, and its text.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

macro_rules! shipped_file {
    ($path:literal) => {
        Source { file: $path, text: include_str!(concat!("../", $path)) }
    };
}

/// In the order of the catalogue page.
const SERVICES: &[Source<'static>] = &[shipped_file!("services/franceconnect.toml"), shipped_file!("services/api-particulier.toml")];
const ENDPOINTS: &[Source<'static>] = &[shipped_file!("endpoints/quotient-familial.toml")];

/// The catalogue embedded in the binary.
///
/// # Errors
/// See [`load`].
pub fn shipped() -> Result<Catalogue, CatalogueFileError> {
    load(SERVICES, ENDPOINTS)
}

/// # Errors
/// The first mistake in the files: not TOML, an unknown key, a scope twice, a condition on no field…
pub fn load(services: &[Source<'_>], endpoints: &[Source<'_>]) -> Result<Catalogue, CatalogueFileError> {
    let parsed_services: Vec<Service> = services.iter().map(parse).collect::<Result<_, _>>()?;
    let parsed_endpoints: Vec<Endpoint> = endpoints.iter().map(parse).collect::<Result<_, _>>()?;
    let slugs: Vec<String> = parsed_services.iter().map(|service| service.slug.clone()).collect();
    let ids: Vec<String> = parsed_endpoints.iter().map(|endpoint| endpoint.id.clone()).collect();
    Catalogue::new(parsed_services, parsed_endpoints).map_err(|error| error::locate(&error, &owners(&slugs, services), &owners(&ids, endpoints)))
}

fn parse<T: DeserializeOwned>(source: &Source<'_>) -> Result<T, CatalogueFileError> {
    toml::from_str(source.text).map_err(|error| CatalogueFileError {
        file: source.file.to_owned(),
        line: error.span().map(|span| error::line_at(source.text, span.start)),
        reason: error.message().to_owned(),
    })
}

fn owners<'a>(names: &'a [String], sources: &'a [Source<'a>]) -> Vec<(&'a str, Source<'a>)> {
    names.iter().map(String::as_str).zip(sources.iter().copied()).collect()
}

#[cfg(test)]
mod tests;
