//! The issuers over HTTP: endpoints that services call, pages that citizens see.

mod browser;
mod endpoints;
mod interaction;
mod page;
pub mod present;

pub use browser::Call;

use domain::{ports::Environment, routes::realms::franceconnect};
use web::Routes;

pub fn routes() -> Routes {
    Environment::ALL.into_iter().map(realm).fold(Routes::new(), Routes::merge)
}

/// The same routes for each environment; a client of one is unknown in the other.
fn realm(environment: Environment) -> Routes {
    let issuer = franceconnect(environment);
    let at = |path: &str| format!("{issuer}{path}");
    macro_rules! with {
        ($handler:path) => {
            move |state, request| $handler(environment, state, request)
        };
    }
    Routes::new()
        .get(&at("/.well-known/openid-configuration"), with!(endpoints::discovery))
        .get(&at("/jwks"), with!(endpoints::jwks))
        .get(&at("/authorize"), with!(interaction::authorize))
        .open_post(&at("/authorize"), with!(interaction::authorize_posted))
        .get(&at("/interaction/{flow}"), move |state, flow, request| interaction::mire(environment, state, flow, request))
        .get(&at("/interaction/{flow}/verify"), move |state, flow, request| interaction::verify(environment, state, flow, request))
        .get(&at("/interaction/{flow}/consent"), move |state, flow, request| interaction::information(environment, state, flow, request))
        .post(&at("/redirect-to-idp"), with!(interaction::choose))
        .get(&at("/oidc-callback"), with!(interaction::callback))
        .post(&at("/login"), with!(interaction::confirm))
        .post(&at("/redirect-to-sp-with-error"), with!(interaction::abort))
        .open_post(&at("/token"), with!(endpoints::token))
        .open_post(&at("/token/revocation"), with!(endpoints::revoke))
        .get(&at("/userinfo"), with!(endpoints::userinfo))
        .open_post(&at("/userinfo"), with!(endpoints::userinfo))
        .get(&at("/session/end"), with!(interaction::end_session))
        .open_post(&at("/session/end"), with!(interaction::end_session_posted))
}
