//! The identity providers that a realm offers: in the sandbox, the simulated one.

use domain::{ports::Environment, routes::realms};
use oidc::acr::Acr;
use store::Cx;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Provider {
    pub uid: &'static str,
    pub name: &'static str,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
}

pub(crate) const DEMONSTRATION: &str = "identite-demonstration";

/// The levels of assurance that services may ask for.
pub(crate) const ACRS: &[Acr] = &[Acr::Eidas1];

pub(crate) fn all(cx: &Cx, environment: Environment) -> Vec<Provider> {
    match environment {
        Environment::Sandbox => vec![demonstration(cx, environment)],
        Environment::Production => Vec::new(),
    }
}

pub(crate) fn find(cx: &Cx, environment: Environment, uid: &str) -> Option<Provider> {
    all(cx, environment).into_iter().find(|provider| provider.uid == uid)
}

fn demonstration(cx: &Cx, environment: Environment) -> Provider {
    let issuer = cx.url(realms::SIMULATED_IDENTITY_PROVIDER);
    let client_id = client_id(environment);
    let client_secret = cx.keys.mac("simulated.client_secret", &client_id);
    Provider { uid: DEMONSTRATION, name: "Identité de démonstration", issuer, client_id, client_secret }
}

/// The broker's client id at the simulated identity provider.
pub(crate) fn client_id(environment: Environment) -> String {
    format!("{}-{}", crate::REALM, environment.as_str())
}
