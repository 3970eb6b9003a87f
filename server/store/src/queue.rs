//! The reviewers' lists: a page, its total, the counts of the tabs, and the same requests in the order of their numbers for
//! exports.

use domain::{
    Timestamp,
    ids::{AccountId, OrganisationId, RequestId},
    request::State,
};

mod conditions;
mod list;
mod totals;
mod words;

pub use list::{after, among, page};
pub use totals::{Counts, counts, gather_totals, requests_in};

/// Whose list it is and what they may see: a request outside of it is never listed.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub me: Option<AccountId>,
    /// The services whose requests the reader opens.
    pub services: Vec<String>,
    /// The teams the reader decides for, as services and stages.
    pub teams: Vec<(String, String)>,
    /// A turn due before this day is late.
    pub today: String,
    /// Bounds of the submission dates asked for, in Paris time.
    pub from: Option<Timestamp>,
    pub before: Option<Timestamp>,
}

/// The turn of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTurn {
    pub service: String,
    pub stage: String,
    pub since: Timestamp,
    pub due: Option<jiff::civil::Date>,
    pub assignee: Option<AccountId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: RequestId,
    pub number: i64,
    pub service: String,
    pub variant: Option<String>,
    pub organisation: OrganisationId,
    pub applicant: AccountId,
    pub state: State,
    pub reopened: bool,
    pub title: String,
    pub version: i32,
    pub submitted_at: Option<Timestamp>,
    /// On the tabs that list turns, the turn of this line; elsewhere every open turn of the request.
    pub turns: Vec<OpenTurn>,
}
