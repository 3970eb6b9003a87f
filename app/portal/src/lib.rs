//! The pages of the public and of applicants: home, eligibility, services, accounts, organisations, requests, partner space.
#![recursion_limit = "512"]

mod account;
mod address_book;
mod claim;
mod colleagues;
mod granted;
mod messages;
mod notifications;
mod organisation;
mod partner;
mod public;
mod request;
mod resume;
mod roles;
mod sharing;
mod start;
mod transfer;

use web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .merge(claim::routes())
        .merge(public::routes())
        .merge(account::routes())
        .merge(organisation::routes())
        .merge(colleagues::routes())
        .merge(address_book::routes())
        .merge(request::routes())
        .merge(resume::routes())
        .merge(start::routes())
        .merge(sharing::routes())
        .merge(transfer::routes())
        .merge(roles::routes())
        .merge(granted::routes())
        .merge(messages::routes())
        .merge(notifications::routes())
        .merge(partner::routes())
}
