//! What administrators do to run the site: rights and accounts of people, memberships of organisations, catalogue, journals,
//! outgoing mails, elimination of archives.
#![recursion_limit = "512"]

mod catalogue;
mod eliminations;
mod filters;
mod home;
mod impersonations;
mod journal;
mod mails;
mod memberships;
mod rights;
mod security;
mod shared;

use web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .merge(home::routes())
        .merge(rights::routes())
        .merge(journal::routes())
        .merge(security::routes())
        .merge(impersonations::routes())
        .merge(catalogue::routes())
        .merge(eliminations::routes())
        .merge(memberships::routes())
        .merge(mails::routes())
}
