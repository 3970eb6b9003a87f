//! The reviewers' side: their queue, one request and its decisions, notes, templates, exports, prepared requests.
#![recursion_limit = "512"]

mod bulk;
mod exports;
mod membership;
mod notes;
mod prepared;
mod queue;
mod request;
mod revocation;
mod templates;
mod transfer;
mod vendors;

use web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .merge(queue::routes())
        .merge(request::routes())
        .merge(bulk::routes())
        .merge(exports::routes())
        .merge(membership::routes())
        .merge(notes::routes())
        .merge(prepared::routes())
        .merge(revocation::routes())
        .merge(templates::routes())
        .merge(transfer::routes())
        .merge(vendors::routes())
}
