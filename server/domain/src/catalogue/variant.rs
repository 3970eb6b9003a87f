//! Forms prepared for a use case or for the product of a vendor.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::siret::Siret;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseCase {
    pub slug: String,
    pub label: String,
    /// Who does what with which data, for a reader who has never seen one of these forms.
    pub description: String,
    /// The legal frame of its variants, unless they name another.
    #[serde(default)]
    pub frame: Option<String>,
}

/// The text a request is founded on, ready to be kept or corrected. It is copied in the answers: a later version
/// of the file does not change what was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalFrame {
    pub slug: String,
    pub label: String,
    /// Goes to the field [`LEGAL_NATURE`](crate::form::LEGAL_NATURE).
    pub nature: String,
    /// Goes to the field [`LEGAL_URL`](crate::form::LEGAL_URL).
    #[serde(default)]
    pub url: String,
    /// Added after the text for the applicant to replace; a request that still contains it is refused.
    #[serde(default)]
    pub instruction: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    pub slug: String,
    pub name: String,
    #[serde(default)]
    pub summary: String,
    #[serde(default)]
    pub use_case: Option<String>,
    #[serde(default)]
    pub vendor: Option<String>,
    /// Another service asked for by the same request, for the products of vendors qualified for it.
    #[serde(default)]
    pub with: Option<String>,
    /// Fields of that other service which keep an answer of their own where both services ask; their ids begin with its slug.
    #[serde(default)]
    pub apart: Vec<String>,
    #[serde(default)]
    pub frame: Option<String>,
    /// First answers by field; the applicant may change those that are not locked.
    #[serde(default, deserialize_with = "one_or_many")]
    pub prefill: BTreeMap<String, Vec<String>>,
    /// Fields, or whole blocks, shown but not to be changed.
    #[serde(default)]
    pub locked: Vec<String>,
    /// Fields, or whole blocks, not shown.
    #[serde(default)]
    pub hidden: Vec<String>,
    #[serde(default)]
    pub scopes: VariantScopes,
    /// Slugs of blocks; those not named come after, in the order of the service.
    #[serde(default)]
    pub order: Vec<String>,
    /// Replaces the list of the service.
    #[serde(default)]
    pub before_you_start: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantScopes {
    /// Ticked from the start.
    #[serde(default)]
    pub default: Vec<String>,
    /// Ticked, and not to be unticked.
    #[serde(default)]
    pub locked: Vec<String>,
    /// Not offered.
    #[serde(default)]
    pub hidden: Vec<String>,
    /// When not empty, only these are offered, with those that are always included.
    #[serde(default)]
    pub offered: Vec<String>,
}

impl VariantScopes {
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.default.iter().chain(&self.locked).chain(&self.hidden).chain(&self.offered)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    pub slug: String,
    pub name: String,
    /// As in the file; a number that is none is refused when the catalogue is loaded.
    pub siret: String,
    /// Its products let citizens sign in with FranceConnect.
    #[serde(default)]
    pub franceconnect: bool,
    #[serde(default)]
    pub site: Option<String>,
}

impl Vendor {
    /// Whether this establishment belongs to the vendor: the SIREN counts, a company has several SIRET.
    pub fn is(&self, siret: &Siret) -> bool {
        Siret::parse(&self.siret).is_ok_and(|own| own.siren() == siret.siren())
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let read = BTreeMap::<String, OneOrMany>::deserialize(from)?;
    let values = |value| match value {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    };
    Ok(read.into_iter().map(|(field, value)| (field, values(value))).collect())
}
