//! The process: configuration, composition, the table of who may take which route, work in the background, commands.
//! The binary is a thin shell around this library, which the tests start too.

pub mod access;
pub mod background;
pub mod boot;
pub mod commands;
pub mod config;
pub mod heads;
pub mod listen;
mod process;
pub mod routes;
pub mod serve;

pub use process::Process;
