//! The database: rows, the verbs of the domain on them, and what is sealed at rest. The only SQL of the house.
//! Rows are private to this crate; an impossible row is an error, never a default.

mod cx;
mod entity;
mod error;
mod seal;
mod shelf;

pub mod access_token;
pub mod account;
pub mod address_book;
pub mod admin_event;
pub mod authorization_code;
pub mod broker_session;
pub mod call;
pub mod catalogue_version;
pub mod chain;
pub mod client;
pub mod clock_mark;
pub mod co_editor;
pub mod counter;
pub mod designation;
pub mod document;
pub mod flow;
pub mod grant;
pub mod habilitation;
pub mod impersonation;
pub mod journal;
pub mod legal_clock;
pub mod link;
pub mod mailbox;
pub mod message;
pub mod note;
pub mod notification;
pub mod organisation;
pub mod outbox;
pub mod partner;
pub mod person;
pub mod remark;
pub mod reminder;
pub mod request;
pub mod resume_point;
pub mod role;
pub mod second_factor;
pub mod session;
pub mod signing_key;
pub mod template;
pub mod vendor_ticket;

pub use cx::{Cx, CxParts, Tx, connect, micros, migrate, timestamp};
pub use error::{Error, Result};
pub use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
pub use seal::{Keys, hash_token};
pub use shelf::Shelf;
