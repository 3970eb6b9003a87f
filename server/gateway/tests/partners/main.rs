//! The gateway on a real database, as partners and events meet it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod calls;
mod common;
mod grants;
mod official;
