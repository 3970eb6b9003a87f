//! The issuers over HTTP: endpoints that services call, pages that citizens see.

mod browser;
mod endpoints;
mod interaction;
mod page;
pub mod present;

pub use browser::{At, Call};

use domain::routes::realms;
use oidc::paths;
use web::Routes;

/// The same routes for each realm in each environment; a client of one is unknown in the others.
pub fn routes() -> Routes {
    let at = |path: &str| format!("{}{path}", realms::ISSUER);
    Routes::new()
        .get(&at(paths::DISCOVERY), endpoints::discovery)
        .get(&at(paths::JWKS), endpoints::jwks)
        .get(&at(paths::AUTHORIZE), interaction::authorize)
        .open_post(&at(paths::AUTHORIZE), interaction::authorize_posted)
        .get(&at(realms::CHOICE), interaction::mire)
        .get(&at(realms::VERIFICATION), interaction::verify)
        .get(&at(realms::INFORMATION), interaction::information)
        .post(&at(realms::TO_IDENTITY_PROVIDER), interaction::choose)
        .get(&at(realms::CALLBACK), interaction::callback)
        .post(&at(realms::CONFIRMATION), interaction::confirm)
        .post(&at(realms::ABORT), interaction::abort)
        .open_post(&at(paths::TOKEN), endpoints::token)
        .open_post(&at(paths::REVOCATION), endpoints::revoke)
        .get(&at(paths::USERINFO), endpoints::userinfo)
        .open_post(&at(paths::USERINFO), endpoints::userinfo)
        .get(&at(paths::END_SESSION), interaction::end_session)
        .open_post(&at(paths::END_SESSION), interaction::end_session_posted)
}
