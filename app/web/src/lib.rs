//! What handlers share: who asks, signed forms and their fields, errors as pages, paging, downloads, headers, and the
//! parts of a request that applicants and reviewers both read.
#![recursion_limit = "512"]

mod asked;
pub mod assets;
mod caller;
pub mod cookies;
mod cross_site;
pub mod error;
mod form;
pub mod headers;
mod impersonation;
mod intake;
pub mod kept;
mod once;
mod page;
mod paging;
pub mod patience;
pub mod proof;
pub mod request;
mod return_path;
mod routes;
mod state;
mod unseen;
pub mod upload;
mod visitor;

pub use asked::{LinkToken, id_of, signed_in};
pub use caller::{Caller, client_ip};
pub use error::{WebError, dress_errors, framework_refusals};
pub use form::{ActorForm, FormData, SignedForm, VERSION, kept_page};
pub use headers::security_headers;
pub use impersonation::note_outcomes;
pub use intake::{Intake, measure_bodies};
pub use kept::keep_refused;
pub use once::Once;
pub use page::{Done, Page, see_other};
pub use paging::{ListQuery, page_number};
pub use patience::give_up;
pub use proof::ask_again;
pub use return_path::return_path;
pub use routes::{Listed, Routes};
pub use state::{App, Parts, Settings};
pub use upload::{SignedUpload, UploadedFile};
pub use visitor::{SESSION_COOKIE, SignedIn, Visitor, device_cookie, id_once, session_cookie, session_cookie_removal};
