//! The parts of a request that applicants and reviewers both read.

pub mod changes;
pub mod choices;
pub mod designated;
pub mod documents;
pub mod effects;
pub mod history;
pub mod moved;
pub mod read;
pub mod relying;
pub mod remarks;
pub mod steps;
pub mod unread;
pub mod working_days;
