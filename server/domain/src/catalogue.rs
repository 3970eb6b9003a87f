//! The services that can be asked for, as data: each has a file, from which its forms are worked out. The files live in the
//! `catalogue` crate; here are their types and the checks a file must pass.

use serde::{Deserialize, Serialize};

use crate::form;

mod check;
mod collection;
mod file_error;
mod resolve;
mod variant;

pub use check::{CatalogueError, RESERVED_BLOCKS};
pub use collection::Catalogue;
pub use file_error::FileError;
pub use variant::{LegalFrame, UseCase, Variant, VariantScopes, Vendor};

// The types that catalogue files are made of and those of the forms built from them, re-exported under the catalogue's name.
pub use crate::form::{
    Alone, Block, Choice, Contact, FRANCE_CONNECT, Field, FileKind, Form, Granted, Kind, MAX_PEOPLE, MODALITIES, Moved, Part, Provision, Question,
    ScopeEntry, ScopeGroup, ScopeRule, Stage, Statement, TERMS, TextLimit, Ways, breaks, moved,
};

/// The published and versioned description of a service: its questions, its review route and its variants. The plain form (without any variant)
/// and the form of each variant are built from it, see [`Catalogue::form`].
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceFile {
    pub slug: String,
    /// Raised at each publication; a request keeps the version it was filed under.
    pub version: u32,
    pub name: String,
    pub provider: String,
    /// One sentence for the catalogue.
    pub summary: String,
    /// What to gather before starting, one item a line.
    #[serde(default)]
    pub before_you_start: Vec<String>,
    pub support_email: String,
    pub terms_label: String,
    pub terms_url: String,
    /// Who may ask, with the rule; shown before the first question.
    #[serde(default)]
    pub eligibility: String,
    /// The slug of the service whose habilitation this one relies on.
    #[serde(default)]
    pub relies_on: Option<String>,
    /// The slug of the service whose approved request this one is the next step of; its answers are copied.
    #[serde(default)]
    pub continues: Option<String>,
    /// How many months a habilitation is valid; without it, for ever.
    #[serde(default)]
    pub validity_months: Option<u32>,
    /// Meant for public bodies: others are warned, and reviewers told.
    #[serde(default)]
    pub public_bodies: bool,
    /// An organisation may hold it only once: no second request while one is under review or its habilitation is in force.
    #[serde(default)]
    pub unique: bool,
    /// Reviewers may decide several requests at once.
    #[serde(default)]
    pub bulk_decisions: bool,
    /// Ticked beside the terms of use before submitting.
    #[serde(default)]
    pub statements: Vec<Statement>,
    #[serde(default)]
    pub review: Review,
    pub stages: Vec<Stage>,
    pub blocks: Vec<Block>,
    pub scope_groups: Vec<ScopeGroup>,
    #[serde(default)]
    pub scope_rules: Vec<ScopeRule>,
    pub provision: Provision,
    /// Whether applicants and reviewers may write to each other.
    #[serde(default = "yes")]
    pub messages: bool,
    #[serde(default)]
    pub legal_frames: Vec<LegalFrame>,
    #[serde(default)]
    pub use_cases: Vec<UseCase>,
    #[serde(default)]
    pub variants: Vec<Variant>,
}

fn yes() -> bool {
    true
}

impl ServiceFile {
    pub fn stage(&self, slug: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.slug == slug)
    }

    /// Working days of the whole review route of its plain form.
    pub fn review_days(&self) -> u32 {
        form::review_days(&self.stages)
    }
}

/// The order of the review stages that set no `order` of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// Each waits for the one before.
    #[default]
    Sequential,
    /// All at once.
    Parallel,
}
