//! What exists in the demonstration only: its data, the mailbox where mails end, a family portal that uses FranceConnect and API
//! Particulier as any service does, and the simulated identity provider.

pub mod copies;
mod family;
mod mailbox;
pub mod seed;
mod simulated;

use web::Routes;

pub fn routes() -> Routes {
    Routes::new().merge(mailbox::routes()).merge(family::routes()).merge(simulated::routes())
}
