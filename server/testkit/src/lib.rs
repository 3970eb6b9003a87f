//! What tests stand on: a real database of their own, a clock that stands still, randomness that repeats.

mod database;
mod fakes;
mod fixture;
mod site;
mod smtp;

pub use database::TestDatabase;
pub use fakes::{ManualClock, SeededEntropy};
pub use fixture::{BASE_URL, Fixture, cx};
pub use site::{migrated, settings};
pub use smtp::SmtpServer;
