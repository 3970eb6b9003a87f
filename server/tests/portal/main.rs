//! The portal as people meet it: real pages over real HTTP, on the database named by `HABILIS_TEST_DATABASE`.

mod access;
mod accounts;
mod antivirus;
mod bad_input;
mod browser;
mod chain;
mod clamd;
mod colleagues;
mod directory;
mod documents;
mod messages;
mod notifications;
mod organisations;
mod provisioning;
mod remarks;
mod requests;
mod review;
mod rights;
mod road;
mod roles;
mod schema;
mod sharing;
mod site;
mod stale;
mod templates;
mod world;
