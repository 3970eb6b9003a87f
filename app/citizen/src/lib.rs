//! The issuers over HTTP: endpoints that services call, pages that citizens see.

mod browser;
mod endpoints;
mod interaction;
mod page;
pub mod present;

pub use browser::Call;

use domain::{ports::Environment, routes::realms};
use oidc::paths;
use web::Routes;

pub fn routes() -> Routes {
    Environment::ALL.into_iter().map(realm).fold(Routes::new(), Routes::merge)
}

/// The same routes for each environment; a client of one is unknown in the other.
fn realm(environment: Environment) -> Routes {
    let issuer = realms::franceconnect(environment);
    let at = |path: &str| format!("{issuer}{path}");
    macro_rules! with {
        ($handler:path) => {
            move |state, request| $handler(environment, state, request)
        };
    }
    Routes::new()
        .get(&at(paths::DISCOVERY), with!(endpoints::discovery))
        .get(&at(paths::JWKS), with!(endpoints::jwks))
        .get(&at(paths::AUTHORIZE), with!(interaction::authorize))
        .open_post(&at(paths::AUTHORIZE), with!(interaction::authorize_posted))
        .get(&at(realms::CHOICE), move |state, flow, request| interaction::mire(environment, state, flow, request))
        .get(&at(realms::VERIFICATION), move |state, flow, request| interaction::verify(environment, state, flow, request))
        .get(&at(realms::INFORMATION), move |state, flow, request| interaction::information(environment, state, flow, request))
        .post(&at(realms::TO_IDENTITY_PROVIDER), with!(interaction::choose))
        .get(&at(realms::CALLBACK), with!(interaction::callback))
        .post(&at(realms::CONFIRMATION), with!(interaction::confirm))
        .post(&at(realms::ABORT), with!(interaction::abort))
        .open_post(&at(paths::TOKEN), with!(endpoints::token))
        .open_post(&at(paths::REVOCATION), with!(endpoints::revoke))
        .get(&at(paths::USERINFO), with!(endpoints::userinfo))
        .open_post(&at(paths::USERINFO), with!(endpoints::userinfo))
        .get(&at(paths::END_SESSION), with!(interaction::end_session))
        .open_post(&at(paths::END_SESSION), with!(interaction::end_session_posted))
}
