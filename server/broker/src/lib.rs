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

use std::{ops::Deref, sync::Arc};

use domain::{Timestamp, ids::FlowId, ports::Environment, realm::Realm, routes::realms};
use oidc::{Jwks, Metadata};
use store::{Cx, client::Client};

pub use authorize::Authorized;
pub use callback::Returned;
pub use clients::{AddClientError, NewClient, RegisteredClient};
pub use information::{DataGroup, Information};
pub use logout::{Ended, Logout};
pub use mire::{Mire, MireOrNext, MireProvider};
pub use refusal::{Back, ErrorPage, Refusal};

pub use domain::realm::FRANCECONNECT;

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

    /// The issuer of a realm in an environment; `None` when the catalogue has no such realm.
    pub fn issuer(&self, realm: &str, environment: Environment) -> Option<Issuer> {
        let realm = self.cx.catalogue().realm(realm)?.clone();
        Some(Issuer { broker: self.clone(), realm, environment })
    }

    /// Every issuer there is.
    pub fn issuers(&self) -> Vec<Issuer> {
        let of = |realm: &Arc<Realm>| Environment::ALL.map(|environment| Issuer { broker: self.clone(), realm: realm.clone(), environment });
        self.cx.catalogue().realms().iter().flat_map(of).collect()
    }

    /// The identity provider of the demonstration, an issuer of its own.
    pub fn simulated(&self) -> simulated::Simulated {
        simulated::Simulated::new(self.clone())
    }
}

/// A realm in one environment, with its own address, keys, clients, providers and sessions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Issuer {
    broker: Broker,
    pub(crate) realm: Arc<Realm>,
    pub(crate) environment: Environment,
}

impl Deref for Issuer {
    type Target = Broker;

    fn deref(&self) -> &Broker {
        &self.broker
    }
}

impl Issuer {
    pub fn realm(&self) -> &Realm {
        &self.realm
    }

    /// The path below the base URL, without trailing slash.
    pub fn path(&self) -> String {
        realms::issuer(&self.realm.slug, self.environment)
    }

    /// `iss`.
    pub fn url(&self) -> String {
        self.cx.url(&self.path())
    }

    /// The name of the cookie of a citizen's session: an issuer does not end the sessions of another.
    pub fn cookie(&self) -> String {
        format!("habilis_{}_{}", self.realm.slug, self.environment.as_str())
    }

    pub fn metadata(&self) -> Metadata {
        let issuer = self.url();
        let mut metadata = Metadata::ours(&issuer);
        let ids = || self.realm.scopes.iter().map(|scope| scope.id.as_str());
        metadata.acr_values_supported.clone_from(&self.realm.acr.offered);
        metadata.scopes_supported = ids().map(str::to_owned).collect();
        metadata.claims_supported = self.realm.claims_of(ids()).into_iter().map(str::to_owned).collect();
        metadata.claims_supported.push("acr".to_owned());
        metadata.claims_parameter_supported = true;
        metadata.revocation_endpoint = Some(format!("{issuer}{}", oidc::paths::REVOCATION));
        metadata.revocation_endpoint_auth_methods_supported.clone_from(&metadata.token_endpoint_auth_methods_supported);
        metadata
    }

    pub async fn jwks(&self) -> store::Result<Jwks> {
        let keys = self.keys.of(&self.cx, &self.place()).await?;
        Ok(Jwks::of(&keys.iter().collect::<Vec<_>>()))
    }

    pub(crate) fn session_end(&self) -> Timestamp {
        self.cx.now() + self.realm.session()
    }

    /// An address below the issuer, for the citizen's browser.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url())
    }

    /// The page where an identity provider is chosen, after one could not be used.
    pub(crate) fn choice_after(&self, flow: FlowId, failed: &str) -> String {
        format!("{}?{}={failed}", self.at(&realms::choice(flow)), fields::FAILED)
    }

    /// The name under which its keys and sessions are stored.
    pub(crate) fn place(&self) -> String {
        format!("{}/{}", self.realm.slug, self.environment.as_str())
    }

    /// Whether this client is registered here: a client of another realm or environment is unknown.
    pub(crate) fn has(&self, client: &Client) -> bool {
        client.active && client.environment == self.environment && client.realm == self.realm.slug
    }
}

/// 64 hexadecimal digits which only this installation can make of this value.
pub(crate) fn keyed(cx: &Cx, purpose: &str, value: &str) -> String {
    cx.keys.mac(purpose, value)
}
