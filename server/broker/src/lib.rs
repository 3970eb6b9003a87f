//! The identity broker: between services that want to know who a citizen is and identity providers that know.
//! Use cases as plain functions; pages and HTTP are the server's.

mod authorize;
mod callback;
mod claims;
mod clients;
pub mod fields;
mod identity;
mod information;
mod introspection;
mod keys;
mod login;
mod logout;
mod mire;
mod provider;
mod purge;
mod refusal;
mod token;
mod upstream;
mod userinfo;

pub mod simulated;

use std::{sync::Arc, time::Duration};

use domain::{Timestamp, ids::FlowId, ports::Environment, routes::realms};
use oidc::{Jwks, Metadata, scope::IDENTITY};
use store::Cx;

pub use authorize::Authorized;
pub use callback::Returned;
pub use clients::{AddClientError, NewClient, RegisteredClient};
pub use information::{DataGroup, Information};
pub use logout::Ended;
pub use mire::{Mire, MireOrNext, MireProvider};
pub use refusal::{Back, ErrorPage, Refusal};

/// The name of the only realm: clients and keys are stored under it.
pub const REALM: &str = "franceconnect";

/// Without any action of the citizen.
pub(crate) const SESSION: Duration = Duration::from_secs(domain::retention::LOGIN_MINUTES.unsigned_abs() * 60);
pub(crate) const CODE: Duration = Duration::from_secs(30);
pub(crate) const TOKEN: Duration = Duration::from_secs(60);

/// Cheap to clone; one for the whole process.
#[derive(Debug, Clone)]
pub struct Broker {
    pub(crate) cx: Cx,
    pub(crate) keys: Arc<keys::KeyRing>,
    pub(crate) upstream: Arc<upstream::Upstreams>,
}

impl Broker {
    /// `http` follows no redirect and gives up in time.
    pub fn new(cx: Cx, http: reqwest::Client) -> Self {
        Self { cx, keys: Arc::default(), upstream: Arc::new(upstream::Upstreams::new(http)) }
    }

    pub fn issuer(&self, environment: Environment) -> String {
        self.cx.url(&realms::franceconnect(environment))
    }

    /// The identity provider of the demonstration, an issuer of its own.
    pub fn simulated(&self) -> simulated::Simulated {
        simulated::Simulated::new(self.clone())
    }

    pub fn metadata(&self, environment: Environment) -> Metadata {
        let issuer = self.issuer(environment);
        let mut metadata = Metadata::ours(&issuer);
        let ids = || IDENTITY.iter().map(|scope| scope.id);
        metadata.scopes_supported = ids().map(str::to_owned).collect();
        metadata.claims_supported = oidc::scope::claims(ids()).into_iter().map(str::to_owned).collect();
        metadata.claims_supported.push("acr".to_owned());
        metadata.claims_parameter_supported = true;
        metadata.revocation_endpoint = Some(format!("{issuer}{}", oidc::paths::REVOCATION));
        metadata.revocation_endpoint_auth_methods_supported.clone_from(&metadata.token_endpoint_auth_methods_supported);
        metadata
    }

    pub async fn jwks(&self, environment: Environment) -> store::Result<Jwks> {
        let keys = self.keys.of(&self.cx, &place(environment)).await?;
        Ok(Jwks::of(&keys.iter().collect::<Vec<_>>()))
    }

    pub(crate) fn session_end(&self) -> Timestamp {
        self.cx.now() + SESSION
    }

    /// An address below the issuer, for the citizen's browser.
    pub(crate) fn at(&self, environment: Environment, path: &str) -> String {
        format!("{}{path}", self.issuer(environment))
    }

    /// The page where an identity provider is chosen, after one could not be used.
    pub(crate) fn choice_after(&self, environment: Environment, flow: FlowId, failed: &str) -> String {
        format!("{}?{}={failed}", self.at(environment, &realms::choice(flow)), fields::FAILED)
    }
}

/// The name under which the keys and sessions of an issuer are stored.
pub(crate) fn place(environment: Environment) -> String {
    format!("{REALM}/{}", environment.as_str())
}

/// 64 hexadecimal digits which only this installation can make of this value.
pub(crate) fn keyed(cx: &Cx, purpose: &str, value: &str) -> String {
    cx.keys.mac(purpose, value)
}
