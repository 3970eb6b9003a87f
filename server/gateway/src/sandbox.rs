//! Payload files of the sandbox, in the official format: one file per case, one folder per endpoint and modality, `404.yaml` for anybody else.
//! Partners' own files may be added to the embedded ones.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use domain::{
    endpoint::{Endpoint, Modality},
    pivot::PivotIdentity,
};
use serde::Deserialize;
use serde_json::Value;

mod matching;

/// The statuses the official files may answer with.
const STATUSES: [u16; 12] = [200, 400, 403, 404, 409, 422, 429, 500, 502, 503, 504, 509];

#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct SandboxError {
    pub file: String,
    pub reason: String,
}

impl SandboxError {
    fn new(file: impl Into<String>, reason: impl ToString) -> Self {
        Self { file: file.into(), reason: reason.to_string() }
    }
}

/// As the file is written; other keys (title, description, example…) are for people.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    params: BTreeMap<String, Value>,
    status: u16,
    payload: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    /// From the partner's own directory.
    own: bool,
    params: BTreeMap<String, Value>,
    pub(crate) status: u16,
    pub(crate) payload: Value,
}

impl Case {
    fn parse(text: &str, own: bool) -> Result<Self, String> {
        // Numbers with a leading zero stay strings: « 04 » is a month, « 01004 » the code of a town.
        let options = serde_saphyr::options! { leading_zero_numbers_as_strings: true };
        let File { params, status, payload } = serde_saphyr::from_str_with_options(text, options).map_err(|error| error.to_string())?;
        if !STATUSES.contains(&status) {
            return Err(format!("status {status} is not one the sandbox answers with"));
        }
        if let Some(problem) = matching::impossible(&params) {
            return Err(problem);
        }
        let payload = serde_json::from_str(&payload).map_err(|error| format!("payload is not JSON: {error}"))?;
        Ok(Self { own, params, status, payload })
    }
}

#[derive(Debug, Default)]
struct Folder {
    /// By file name: a file of the directory replaces the embedded one of the same name.
    cases: BTreeMap<String, Case>,
    default: Option<Case>,
}

#[derive(Debug, Default)]
pub struct Sandbox(BTreeMap<String, Folder>);

impl Sandbox {
    /// Reads `embedded` files, given as folder, name and text, then those of the directory `extra`, which
    /// prevail.
    ///
    /// # Errors
    /// The first file that is not YAML, not in the format, or whose payload is not JSON.
    pub fn load<'a>(embedded: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>, extra: Option<&Path>) -> Result<Self, SandboxError> {
        let mut sandbox = Self::default();
        for (folder, name, text) in embedded {
            sandbox.add(folder, name, text, false)?;
        }
        if let Some(root) = extra {
            for folder in entries(root)?.into_iter().filter(|path| path.is_dir()) {
                sandbox.add_folder(&folder)?;
            }
        }
        Ok(sandbox)
    }

    /// How many files were read.
    pub fn len(&self) -> usize {
        self.0.values().map(|folder| folder.cases.len() + usize::from(folder.default.is_some())).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn add_folder(&mut self, folder: &Path) -> Result<(), SandboxError> {
        for file in entries(folder)? {
            if file.extension().is_some_and(|extension| ["yaml", "yml"].iter().any(|known| extension.eq_ignore_ascii_case(known))) {
                let text = std::fs::read_to_string(&file).map_err(|error| SandboxError::new(file.display().to_string(), error))?;
                self.add(&name(folder), &name(&file), &text, true).map_err(|error| SandboxError::new(file.display().to_string(), error.reason))?;
            }
        }
        Ok(())
    }

    fn add(&mut self, folder: &str, name: &str, text: &str, own: bool) -> Result<(), SandboxError> {
        let case = Case::parse(text, own).map_err(|reason| SandboxError::new(format!("{folder}/{name}"), reason))?;
        let folder = self.0.entry(folder.to_owned()).or_default();
        if ["404.yaml", "404.yml"].iter().any(|default| name.eq_ignore_ascii_case(default)) {
            folder.default = Some(case);
        } else {
            folder.cases.insert(name.to_owned(), case);
        }
        Ok(())
    }

    /// The matching case with the most parameters, the partner's own cases first; or the folder's default.
    pub(crate) fn answer(
        &self,
        endpoint: &Endpoint,
        modality: Modality,
        identity: &PivotIdentity,
        business: &BTreeMap<String, i64>,
    ) -> Option<&Case> {
        let folder = self.0.get(&format!("api_particulier_v{}_{}_with_{}", endpoint.version, endpoint.id, modality.folder_suffix()))?;
        let matching = folder.cases.values().filter(|case| matching::matches(&case.params, identity, business));
        // `max_by_key` keeps the last of equals; the first by name is easier to foresee.
        matching.rev().max_by_key(|case| (case.own, case.params.len())).or(folder.default.as_ref())
    }
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>, SandboxError> {
    let refused = |error: std::io::Error| SandboxError::new(directory.display().to_string(), error);
    let mut paths = std::fs::read_dir(directory)
        .map_err(refused)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(refused)?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod official;
#[cfg(test)]
mod tests;
