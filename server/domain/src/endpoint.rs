//! A data endpoint of the gateway, as data. Source of paths, parameters and error codes: the public OpenAPI
//! contract of API Particulier.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// `cnav_quotient_familial`: the name the sandbox folders use.
    pub id: String,
    pub title: String,
    /// One sentence for the OpenAPI document.
    #[serde(default)]
    pub summary: String,
    pub version: u32,
    /// Without version nor modality: `dss/quotient_familial`.
    pub path: String,
    pub modalities: Vec<Modality>,
    /// Scope to the keys of `data` it opens; a key whose scope is missing is left out, not nulled.
    pub fields: BTreeMap<String, Vec<String>>,
    /// Two figures, as in the error codes `XXYYY`.
    pub provider_code: String,
    pub provider: String,
    /// Optional business parameters beside the identity.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
}

impl Endpoint {
    /// The scopes of `held` which open something here, in a stable order.
    pub fn opened_by<'a>(&'a self, held: &BTreeSet<&str>) -> BTreeSet<&'a str> {
        self.fields.keys().map(String::as_str).filter(|scope| held.contains(scope)).collect()
    }

    /// `35003` for the kind `003`.
    pub fn error_code(&self, kind: &str) -> String {
        format!("{}{kind}", self.provider_code)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    Identite,
    FranceConnect,
    Identifiant,
}

impl Modality {
    pub const ALL: [Self; 3] = [Self::Identite, Self::FranceConnect, Self::Identifiant];

    /// As the last segment of the path.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identite => "identite",
            Self::FranceConnect => "france_connect",
            Self::Identifiant => "identifiant",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|modality| modality.as_str() == text)
    }

    /// As the names of the sandbox folders end.
    pub fn folder_suffix(self) -> &'static str {
        match self {
            Self::Identite => "civility",
            Self::FranceConnect => "france_connect",
            Self::Identifiant => "identifiant",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    pub name: String,
    /// For the OpenAPI document and the error messages.
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub kind: ParameterKind,
    /// Smallest and largest accepted integer; years are counted from the current one: `[-2, 0]`.
    pub range: (i64, i64),
    /// Error code of a value out of range.
    pub error: String,
    /// Error code of a value that is no integer, when it is another one.
    #[serde(default)]
    pub malformed: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    #[default]
    Integer,
    /// Without it, the current year.
    Year,
    /// Without it, the current month. Together with the year, never in the future.
    Month,
}
