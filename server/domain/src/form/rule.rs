//! Rules on scopes: which ones go together, and which do not.

use serde::{Deserialize, Serialize};

use super::Answers;

/// A rule sets exactly one of `at_least_one_of`, `exclusive`, `alone`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeRule {
    /// Told to the applicant, in French.
    pub message: String,
    /// At least one of these must be asked for.
    #[serde(default)]
    pub at_least_one_of: Vec<String>,
    /// No scope of the first list may be asked for with one of the second.
    #[serde(default)]
    pub exclusive: Option<(Vec<String>, Vec<String>)>,
    /// When asked for, this scope must be the only one.
    #[serde(default)]
    pub alone: Option<String>,
    /// The rule does not apply when one of these is asked for.
    #[serde(default)]
    pub unless: Vec<String>,
    /// The rule does not apply when this field holds this value.
    #[serde(default)]
    pub lifted_by: Option<(String, String)>,
}

impl ScopeRule {
    pub fn is_broken(&self, asked: &[String], answers: &Answers) -> bool {
        let has = |id: &String| asked.contains(id);
        let lifted = self.lifted_by.as_ref().is_some_and(|(field, value)| answers.all(field).contains(value));
        if lifted || self.unless.iter().any(has) {
            return false;
        }
        let missing = !self.at_least_one_of.is_empty() && !self.at_least_one_of.iter().any(has);
        let clash = self.exclusive.as_ref().is_some_and(|(one, other)| one.iter().any(has) && other.iter().any(has));
        let crowded = self.alone.as_ref().is_some_and(|alone| has(alone) && asked.len() > 1);
        missing || clash || crowded
    }

    /// Every scope the rule names.
    pub fn scopes(&self) -> impl Iterator<Item = &String> {
        let (one, other) = self.exclusive.as_ref().map_or((&[][..], &[][..]), |(one, other)| (one.as_slice(), other.as_slice()));
        self.at_least_one_of.iter().chain(one).chain(other).chain(&self.alone).chain(&self.unless)
    }

    pub(crate) fn kinds(&self) -> usize {
        usize::from(!self.at_least_one_of.is_empty()) + usize::from(self.exclusive.is_some()) + usize::from(self.alone.is_some())
    }
}
