//! The services that may call the broker: registered by an approval (through the outbox), or by an operator.

use domain::{
    administration::AdminKind,
    events::ServiceRights,
    ids::{ClientRowId, TypedId},
    ports::Environment,
};
use oidc::{RedirectUri, Scope, redirect::RedirectUriError, scope};
use serde::Serialize;
use store::{
    admin_event::{self, Change},
    client::{self, Client},
};

use crate::{Broker, FRANCECONNECT, Issuer, keyed};

/// What an operator registers by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClient {
    pub name: String,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    pub scopes: Vec<String>,
}

/// The secret is shown here and nowhere else.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct RegisteredClient {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
}

impl std::fmt::Debug for RegisteredClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegisteredClient").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum AddClientError {
    #[error("a client needs a name")]
    Name,
    #[error("a client needs a redirect URI")]
    NoRedirectUri,
    #[error("redirect URI {0}")]
    RedirectUri(String, #[source] RedirectUriError),
    #[error("no scope is called {0}")]
    Scope(String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Issuer {
    pub async fn add_client(&self, new: NewClient) -> Result<RegisteredClient, AddClientError> {
        self.check_client(&new)?;
        let NewClient { name, redirect_uris, post_logout_redirect_uris, scopes } = new;
        let (client_id, secret) = (self.cx.new_token(), self.cx.new_token());
        let client = Client {
            id: self.cx.new_id(),
            client_id: client_id.clone(),
            realm: self.realm.slug.clone(),
            environment: self.environment,
            request: None,
            organisation_name: name.clone(),
            name,
            siret: String::new(),
            secret_hash: String::new(),
            secret_unseen: false,
            redirect_uris,
            post_logout_redirect_uris,
            scopes: with_openid(scopes),
            sector: self.cx.new_token(),
            active: true,
            revision: 0,
        };
        let tx = self.cx.begin().await?;
        client::create(&self.cx, &tx, &client, &secret).await?;
        let words = format!("{} ({}), {client_id}", client.name, self.environment.as_str());
        let change = Change { after: &words, ..Change::default() };
        admin_event::write(&self.cx, &tx, None, AdminKind::ClientAdded, None, change).await?;
        tx.commit().await?;
        Ok(RegisteredClient { issuer: self.url(), client_id, client_secret: secret })
    }

    fn check_client(&self, new: &NewClient) -> Result<(), AddClientError> {
        if new.name.trim().is_empty() {
            return Err(AddClientError::Name);
        }
        if new.redirect_uris.is_empty() {
            return Err(AddClientError::NoRedirectUri);
        }
        for uri in new.redirect_uris.iter().chain(&new.post_logout_redirect_uris) {
            RedirectUri::parse(uri, self.environment == Environment::Sandbox).map_err(|error| AddClientError::RedirectUri(uri.clone(), error))?;
        }
        match new.scopes.iter().find(|id| Scope::parse(id).is_none() || !self.knows_scope(id)) {
            Some(unknown) => Err(AddClientError::Scope(unknown.clone())),
            None => Ok(()),
        }
    }

    /// Whether the scope exists here: about the person, or about data that the catalogue describes.
    pub(crate) fn knows_scope(&self, id: &str) -> bool {
        self.realm.scope(id).is_some() || self.cx.catalogue().scope_label(id).is_some()
    }
}

impl Broker {
    /// Registers the sandbox client of a service, or gives it its new rights. Safe to repeat, in any order.
    pub async fn on_rights_changed(&self, rights: &ServiceRights) -> store::Result<()> {
        let tx = self.cx.begin().await?;
        let known = client::of_request(&tx, rights.request).await?;
        let known: Vec<Client> = known.into_iter().filter(|client| client.realm == FRANCECONNECT).collect();
        let (scopes, active) = (with_openid(rights.all_scopes()), rights.habilitation.is_some());
        for client in &known {
            client::apply_rights(&tx, client.id, &rights.service_name, &scopes, active, rights.revision, self.cx.now()).await?;
        }
        if !known.iter().any(|client| client.environment == Environment::Sandbox) {
            // Even if already revoked: a late event with a lower revision must find it, to be ignored.
            let client = self.sandbox_client(rights, scopes, active);
            client::create(&self.cx, &tx, &client, &self.cx.new_token()).await?;
        }
        tx.commit().await
    }

    fn sandbox_client(&self, rights: &ServiceRights, scopes: Vec<String>, active: bool) -> Client {
        let service = rights.request.uuid().to_string();
        Client {
            id: self.cx.new_id::<ClientRowId>(),
            // Derived from the service, so that two consumers at once cannot register it twice.
            client_id: keyed(&self.cx, "broker.client_id", &service),
            realm: FRANCECONNECT.to_owned(),
            environment: Environment::Sandbox,
            request: Some(rights.request),
            name: rights.service_name.clone(),
            organisation_name: rights.organisation_name.clone(),
            siret: rights.siret.to_string(),
            secret_hash: String::new(),
            secret_unseen: true,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            scopes,
            sector: keyed(&self.cx, "broker.sector", &service),
            active,
            revision: rights.revision,
        }
    }
}

fn with_openid(mut scopes: Vec<String>) -> Vec<String> {
    if !scopes.iter().any(|id| id == scope::OPENID) {
        scopes.insert(0, scope::OPENID.to_owned());
    }
    scopes
}
