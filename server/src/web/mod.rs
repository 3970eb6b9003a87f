//! Handlers of the portal: each extracts, calls one use case, presents.

pub mod account;
pub mod address_book;
pub mod administration;
mod assets;
pub mod claim;
pub mod colleagues;
mod cross_site;
mod error;
mod form;
pub mod granted;
mod headers;
mod intake;
pub mod link_desk;
pub mod messages;
pub mod notifications;
pub mod organisation;
mod outgoing;
mod page;
pub mod partner;
mod patience;
pub mod portal;
mod recipient;
pub mod request;
pub mod review;
pub mod roles;
mod routes;
pub mod sharing;
mod stand_in;
pub mod start;
pub mod transfer;
mod unseen;
mod upload;
pub mod vendors;
mod visitor;

pub use error::{WebError, dress_errors, framework_refusals};
pub use form::{FormData, SignedForm};
pub use headers::security_headers;
pub use intake::{Intake, measure_bodies};
pub use page::{Done, Page, see_other};
pub use patience::give_up;
pub use recipient::client_ip;
pub use routes::{Listed, Routes};
pub use stand_in::note_outcomes;
pub use upload::{SignedUpload, UploadedFile};
pub use visitor::{SESSION_COOKIE, SignedIn, Visitor, session_cookie, session_cookie_removal};

/// Every route of the process, and nothing else.
pub fn all_routes() -> Routes {
    Routes::new()
        .merge(claim::routes())
        .merge(portal::routes())
        .merge(account::routes())
        .merge(organisation::routes())
        .merge(colleagues::routes())
        .merge(address_book::routes())
        .merge(request::routes())
        .merge(start::routes())
        .merge(vendors::routes())
        .merge(sharing::routes())
        .merge(transfer::routes())
        .merge(roles::routes())
        .merge(link_desk::routes())
        .merge(granted::routes())
        .merge(review::routes())
        .merge(messages::routes())
        .merge(notifications::routes())
        .merge(outgoing::routes())
        .merge(partner::routes())
        .merge(administration::routes())
        .merge(crate::demo::routes())
        .merge(crate::realms::routes())
        .merge(crate::data_api::routes())
        .merge(assets::routes())
        .merge(crate::serve::routes())
}
