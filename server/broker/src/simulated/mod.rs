//! An identity provider of people who do not exist: a second OpenID Connect issuer, which the broker reaches over
//! HTTP as it would any other. Its codes and tokens are sealed values: it keeps nothing.

pub mod fields;
mod login;
mod people;
mod session;
mod token;

use domain::{ports::Environment, routes::realms};
use oidc::{Jwks, Metadata};

use crate::Broker;

pub use login::{LoginOutcome, LoginPage, Suggestion};

#[derive(Debug, Clone)]
pub struct Simulated {
    broker: Broker,
}

/// The only level of assurance it gives.
const ACR: &str = "eidas1";

/// The name under which its keys are stored.
const PLACE: &str = "simulated-identity-provider/sandbox";

impl Simulated {
    pub(crate) fn new(broker: Broker) -> Self {
        Self { broker }
    }

    pub fn issuer(&self) -> String {
        self.broker.cx.url(realms::SIMULATED_IDENTITY_PROVIDER)
    }

    pub fn metadata(&self) -> Metadata {
        let mut metadata = Metadata::ours(&self.issuer());
        let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        metadata.acr_values_supported = list(&[ACR]);
        metadata.subject_types_supported = list(&["public"]);
        metadata.scopes_supported =
            list(&["openid", "given_name", "family_name", "preferred_username", "gender", "birthdate", "birthplace", "birthcountry", "email"]);
        metadata.claims_supported = list(&["sub", "acr"]);
        metadata.claims_supported.extend(metadata.scopes_supported.iter().skip(1).cloned());
        metadata
    }

    pub async fn jwks(&self) -> store::Result<Jwks> {
        let keys = self.broker.keys.of(&self.broker.cx, PLACE).await?;
        Ok(Jwks::of(&keys.iter().collect::<Vec<_>>()))
    }

    /// Its only clients are the sandbox issuers of this broker.
    fn client(&self, client_id: &str) -> Option<RegisteredBroker> {
        let issuer =
            self.broker.issuers().into_iter().find(|issuer| issuer.environment == Environment::Sandbox && issuer.client_id() == client_id)?;
        let client_secret = self.broker.cx.keys.mac("simulated.client_secret", client_id);
        Some(RegisteredBroker { client_secret, redirect_uri: issuer.at(realms::CALLBACK) })
    }
}

struct RegisteredBroker {
    client_secret: String,
    redirect_uri: String,
}
