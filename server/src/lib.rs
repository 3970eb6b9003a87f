//! The process: configuration, routes and who may take them, start-up, work in the background. The binary is a
//! thin shell around this library, which the tests start too.

pub mod access;
pub mod background;
pub mod boot;
pub mod commands;
pub mod config;
pub mod cookies;
pub mod data_api;
pub mod demo;
pub mod heads;
pub mod listen;
pub mod realms;
pub mod serve;
pub mod state;
pub mod web;

pub use state::{App, Parts};
