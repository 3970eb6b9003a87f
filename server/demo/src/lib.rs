//! What exists in the demonstration only: the mailbox, and a service which uses the road it shows.

pub mod copies;
pub mod family;
pub mod mailbox;
pub mod seed;
pub mod simulated;

use web::Routes;

pub fn routes() -> Routes {
    Routes::new().merge(mailbox::routes()).merge(family::routes()).merge(simulated::routes())
}
