//! The identity providers that a realm offers: in the sandbox, the simulated one.

use domain::{ports::Environment, routes::realms};

use crate::Issuer;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Provider {
    pub uid: &'static str,
    pub name: &'static str,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
}

pub(crate) const DEMONSTRATION: &str = "identite-demonstration";

impl Issuer {
    pub(crate) fn providers(&self) -> Vec<Provider> {
        match self.environment {
            Environment::Sandbox => vec![self.demonstration()],
            Environment::Production => Vec::new(),
        }
    }

    pub(crate) fn provider(&self, uid: &str) -> Option<Provider> {
        self.providers().into_iter().find(|provider| provider.uid == uid)
    }

    fn demonstration(&self) -> Provider {
        let issuer = self.cx.url(realms::SIMULATED_IDENTITY_PROVIDER);
        let client_id = self.client_id();
        let client_secret = self.cx.keys.mac("simulated.client_secret", &client_id);
        Provider { uid: DEMONSTRATION, name: "Identité de démonstration", issuer, client_id, client_secret }
    }

    /// Its client id at the simulated identity provider.
    pub(crate) fn client_id(&self) -> String {
        format!("{}-{}", self.realm.slug, self.environment.as_str())
    }
}
