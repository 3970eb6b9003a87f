//! The shipped files, and the catalogue made of them or of texts published in their place.

use domain::{
    catalogue::{Catalogue, FileError},
    ports::CatalogueFiles,
};

use crate::{Files, SERVICES, Source, VENDORS, load, shipped_files};

/// The name of the vendors' file among the others, which are named after their service.
const VENDOR_FILE: &str = "editeurs";

pub struct Bundle;

impl CatalogueFiles for Bundle {
    fn shipped(&self) -> Vec<(String, u32, String)> {
        let services = SERVICES.iter().map(|source| (name_of(source), version_of(source.text), source.text.to_owned()));
        services.chain([(VENDOR_FILE.to_owned(), 1, VENDORS.text.to_owned())]).collect()
    }

    fn load(&self, texts: &[(String, String)]) -> Result<Catalogue, FileError> {
        let rank = |name: &str| SERVICES.iter().position(|source| name_of(source) == name).unwrap_or(SERVICES.len());
        let mut services: Vec<&(String, String)> = texts.iter().filter(|(name, _)| name != VENDOR_FILE).collect();
        services.sort_by_key(|(name, _)| rank(name));
        let vendors = texts.iter().find(|(name, _)| name == VENDOR_FILE);
        let source = |(name, text): &'_ (String, String)| -> (String, String) { (format!("{name}.toml"), text.clone()) };
        let named: Vec<(String, String)> = services.into_iter().map(source).collect();
        let vendor_text = vendors.map_or(VENDORS.text, |(_, text)| text.as_str());
        load(&Files {
            services: named.iter().map(|(file, text)| Source { file, text }).collect(),
            vendors: Source { file: "editeurs.toml", text: vendor_text },
            endpoints: shipped_files().endpoints,
            realms: shipped_files().realms,
        })
    }
}

/// The file is named after its service.
fn name_of(source: &Source<'_>) -> String {
    source.file.trim_start_matches("services/").trim_end_matches(".toml").to_owned()
}

fn version_of(text: &str) -> u32 {
    let line = text.lines().find_map(|line| line.strip_prefix("version ="));
    line.and_then(|value| value.trim().parse().ok()).unwrap_or(1)
}
