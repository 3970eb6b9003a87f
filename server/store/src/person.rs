//! An identified citizen, as rows of the broker hold one: sealed, bound to its row, and kept for minutes only.

use domain::{Timestamp, pivot::PivotIdentity};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Cx, Result};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub identity: PivotIdentity,
    /// The identity provider that authenticated the person.
    pub idp: String,
    /// The level of assurance, as that provider gave it.
    pub acr: String,
    pub auth_time: Timestamp,
}

pub(crate) fn seal(cx: &Cx, table: &str, row: Uuid, person: &Person) -> Result<Vec<u8>> {
    Ok(cx.seal(&aad(table, row), &serde_json::to_vec(person)?))
}

pub(crate) fn open(cx: &Cx, table: &str, row: Uuid, sealed: &[u8]) -> Result<Person> {
    Ok(serde_json::from_slice(&cx.open(&aad(table, row), sealed)?)?)
}

/// Associated data: a value copied from one row to another does not open there.
pub(crate) fn aad(table: &str, row: Uuid) -> String {
    format!("{table}.person:{row}")
}
