//! The rules of the house, without input or output: what a SIRET is, what a request may become, who may
//! decide, which scopes exist. Compiled for the server and for the browser alike.

pub mod actor;
pub mod administration;
pub mod applicant;
pub mod browser_family;
pub mod calendar;
pub mod catalogue;
pub mod choice;
pub mod clock;
pub mod contact;
pub mod deadlines;
pub mod designation;
pub mod diff;
pub mod differences;
pub mod document;
pub mod eligibility;
pub mod endpoint;
pub mod events;
pub mod form;
pub mod ids;
pub mod membership;
pub mod message;
pub mod notification;
pub mod organisation;
pub mod pivot;
pub mod ports;
pub mod prefill;
pub mod prepared;
pub mod queue;
pub mod request;
pub mod routes;
pub mod search;
pub mod second_factor;
pub mod sight;
pub mod siret;
pub mod spreadsheet;
pub mod stand_in;
pub mod template;
pub mod text;
pub mod vendor_ticket;
pub mod verification;
pub mod words;

pub use clock::{Clock, Entropy, Hours};
pub use jiff::Timestamp;
