//! Running the site: rights of people, catalogue, journals, outgoing mails, links to organisations, eliminations.
#![recursion_limit = "512"]

mod accounts;
mod catalogue;
mod eliminations;
mod home;
mod journal;
mod mails;
mod memberships;
mod rights;
mod security;

use web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .merge(home::routes())
        .merge(rights::routes())
        .merge(journal::routes())
        .merge(security::routes())
        .merge(accounts::routes())
        .merge(catalogue::routes())
        .merge(eliminations::routes())
        .merge(memberships::routes())
        .merge(mails::routes())
}
