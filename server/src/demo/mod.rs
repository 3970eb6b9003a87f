//! What exists in the demonstration only: the mailbox, and a service which uses the road it shows.

pub mod family;
mod mailbox;

use crate::web::Routes;

pub fn routes() -> Routes {
    Routes::new().merge(mailbox::routes()).merge(family::routes())
}
