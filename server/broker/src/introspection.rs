//! What the gateway asks of the broker: whose token this is, and what it opens.

use domain::ports::{AccessTokens, Environment, Introspection, PortError, PortFuture};
use store::{access_token, client};

use crate::{Broker, refusal::chain};

impl AccessTokens for Broker {
    fn introspect<'a>(&'a self, environment: Environment, token: &'a str) -> PortFuture<'a, Option<Introspection>> {
        Box::pin(async move { self.introspection(environment, token).await.map_err(|error| PortError(chain(&error))) })
    }
}

impl Broker {
    async fn introspection(&self, environment: Environment, token: &str) -> store::Result<Option<Introspection>> {
        let Some(found) = access_token::active(&self.cx, &self.cx.db, token).await? else { return Ok(None) };
        let client = client::by_id(&self.cx.db, found.client).await?.filter(|client| client.active && client.environment == environment);
        Ok(client.map(|client| Introspection {
            client_id: client.client_id,
            sub: found.sub,
            scopes: found.granted.scopes.iter().map(ToString::to_string).collect(),
            acr: found.person.acr.clone(),
            identity: found.person.identity,
            expires_at: found.expires_at,
        }))
    }
}
