//! The answers to a form.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Block, Field, Kind};
use crate::contact::Email;

/// Values of a field that takes several; no form has as many boxes.
pub const MAX_VALUES: usize = 500;

/// Values by field name; a field that takes one answer holds one value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, Vec<String>>);

impl Answers {
    pub fn text(&self, field: &str) -> &str {
        self.0.get(field).and_then(|values| values.first()).map_or("", String::as_str)
    }

    pub fn all(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        self.0.insert(field.to_owned(), vec![value.into()]);
    }

    pub fn is_empty(&self, field: &str) -> bool {
        self.all(field).iter().all(|value| value.trim().is_empty())
    }

    /// One pair a value, as a form or an address sends them.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.0.iter().flat_map(|(name, values)| values.iter().map(move |value| (name.clone(), value.clone()))).collect()
    }

    /// Takes from `sent` the answers to the fields of `block` and leaves all else alone. A field that was not
    /// sent is emptied: browsers do not send unticked boxes. Documents come by another way and stay.
    pub fn merge_block(&mut self, block: &Block, sent: &Answers) {
        for field in block.all_fields() {
            if field.locked || field.hidden || matches!(field.kind, Kind::Documents) {
                continue;
            }
            let values: Vec<String> = sent.all(&field.id).iter().map(|value| normalise(&field, value)).collect();
            let kept: Vec<String> = if field.is_multiple() { distinct(values) } else { values.into_iter().take(1).collect() };
            // What was never asked leaves no trace.
            if !kept.is_empty() || self.0.contains_key(&field.id) {
                self.0.insert(field.id.clone(), kept);
            }
        }
    }
}

/// Each once. Nobody ticks more boxes than a form has: what is beyond was not sent by one.
fn distinct(values: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    values.into_iter().filter(|value| !value.is_empty() && seen.insert(value.clone())).take(MAX_VALUES).collect()
}

/// As it is stored: blanks around it dropped, addresses of mailboxes in their one spelling.
pub fn normalise(field: &Field, value: &str) -> String {
    // Browsers send CRLF in text areas; a limit announced in characters counts one per line end.
    let unified = value.replace("\r\n", "\n");
    match field.kind {
        Kind::Email => Email::parse(&unified).map_or_else(|| unified.trim().to_lowercase(), |email| email.to_string()),
        _ => unified.trim().to_owned(),
    }
}

/// Digits alone, as the field of a browser shows them again: no sign, no zero before.
pub(crate) fn number(text: &str) -> Option<i64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}
