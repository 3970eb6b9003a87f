//! What reviewers do: their queue of requests, one request and the decisions on it, templates of answers, exports, requests
//! prepared for others, vendors to contact.
#![recursion_limit = "512"]

mod bulk;
mod exports;
mod prepared;
mod queue;
mod request;
mod shared;
mod templates;
mod vendors;

use web::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .merge(queue::routes())
        .merge(request::routes())
        .merge(bulk::routes())
        .merge(exports::routes())
        .merge(prepared::routes())
        .merge(templates::routes())
        .merge(vendors::routes())
}
