//! The services offered, as files: forms, scopes, review routes, vendors, data endpoints, sandbox people. An error in a file is reported with the
//! file, the line and the reason, before anything is served.

mod bundle;
mod error;
mod sandbox;
mod syntax;
mod texts;

use domain::{
    catalogue::{Catalogue, ServiceFile, Vendor},
    endpoint::Endpoint,
    realm::Realm,
};
use serde::{Deserialize, de::DeserializeOwned};

pub use bundle::Bundle;
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
const SERVICES: &[Source<'static>] = &[
    shipped_file!("services/franceconnect.toml"),
    shipped_file!("services/franceconnect-plus.toml"),
    shipped_file!("services/api-particulier.toml"),
    shipped_file!("services/api-impot-particulier-bac-a-sable.toml"),
    shipped_file!("services/api-impot-particulier.toml"),
    shipped_file!("services/droits-cnam.toml"),
    shipped_file!("services/proconnect-fournisseur-de-service.toml"),
    shipped_file!("services/proconnect-fournisseur-d-identite.toml"),
];
const VENDORS: Source<'static> = shipped_file!("vendors.toml");
const ENDPOINTS: &[Source<'static>] = &[shipped_file!("endpoints/quotient-familial.toml")];
const REALMS: &[Source<'static>] = &[shipped_file!("realms/franceconnect.toml")];

/// The files of one catalogue.
#[derive(Debug, Clone)]
pub struct Files<'a> {
    /// In the order of the catalogue page.
    pub services: Vec<Source<'a>>,
    pub vendors: Source<'a>,
    pub endpoints: Vec<Source<'a>>,
    pub realms: Vec<Source<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VendorFile {
    #[serde(default)]
    vendors: Vec<Vendor>,
}

/// The files embedded in the binary.
pub fn shipped_files() -> Files<'static> {
    Files { services: SERVICES.to_vec(), vendors: VENDORS, endpoints: ENDPOINTS.to_vec(), realms: REALMS.to_vec() }
}

/// The catalogue embedded in the binary.
///
/// # Errors
/// See [`load`].
pub fn shipped() -> Result<Catalogue, CatalogueFileError> {
    load(&shipped_files())
}

/// # Errors
/// The first mistake in the files: not TOML, an unknown key, a scope twice, a condition on no field…
pub fn load(files: &Files<'_>) -> Result<Catalogue, CatalogueFileError> {
    for source in files.services.iter().chain([&files.vendors]).chain(&files.endpoints).chain(&files.realms) {
        texts::check(source)?;
    }
    let services: Vec<ServiceFile> = files.services.iter().map(parse).collect::<Result<_, _>>()?;
    let VendorFile { vendors } = parse(&files.vendors)?;
    let endpoints: Vec<Endpoint> = files.endpoints.iter().map(parse).collect::<Result<_, _>>()?;
    let realms: Vec<Realm> = files.realms.iter().map(realm).collect::<Result<_, _>>()?;
    let slugs: Vec<String> = services.iter().map(|service| service.slug.clone()).collect();
    let ids: Vec<String> = endpoints.iter().map(|endpoint| endpoint.id.clone()).collect();
    let catalogue = Catalogue::new(services, vendors, endpoints)
        .map_err(|error| error::locate(&error, &owners(&slugs, &files.services), files.vendors, &owners(&ids, &files.endpoints)))?;
    Ok(catalogue.with_realms(realms))
}

fn realm(source: &Source<'_>) -> Result<Realm, CatalogueFileError> {
    let realm: Realm = parse(source)?;
    match realm.problem() {
        None => Ok(realm),
        Some((name, fault)) => Err(error::of_realm(source, name, fault)),
    }
}

fn parse<T: DeserializeOwned>(source: &Source<'_>) -> Result<T, CatalogueFileError> {
    toml::from_str(source.text).map_err(|error| CatalogueFileError {
        file: source.file.to_owned(),
        line: error.span().map(|span| error::line_at(source.text, span.start)),
        column: error.span().map(|span| error::column_at(source.text, span.start)),
        reason: error.message().to_owned(),
        told: syntax::in_french(error.message()),
    })
}

fn owners<'a>(names: &'a [String], sources: &'a [Source<'a>]) -> Vec<(&'a str, Source<'a>)> {
    names.iter().map(String::as_str).zip(sources.iter().copied()).collect()
}

#[cfg(test)]
mod official;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod tests;
