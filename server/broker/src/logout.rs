//! Logout asked by a service (OpenID Connect RP-Initiated Logout 1.0): it ends the session at the broker, for all
//! services.

use domain::ports::Environment;
use oidc::{
    Params, RedirectUri,
    jose::{self, Expected},
    token::IdTokenClaims,
};
use store::{
    broker_session::{self, BrokerSession},
    client::{self, Client},
};

use crate::{Broker, REALM, Refusal, claims};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    ToService(String),
    /// The service gave no address to return to.
    Here {
        service: String,
    },
    /// A form post from another site comes without our cookie: the same request by GET brings it.
    ByGet(String),
}

impl Broker {
    pub async fn end_session(&self, environment: Environment, params: &Params, cookie: Option<&str>, posted: bool) -> Result<Ended, Refusal> {
        let (client, sub) = self.hinted(environment, params).await?;
        let to = params.filled("post_logout_redirect_uri")?;
        if to.is_some_and(|to| !client.post_logout_redirect_uris.iter().any(|known| known == to)) {
            return Err(Refusal::unknown_address("post_logout_redirect_uri"));
        }
        if posted && cookie.is_none() {
            return Ok(Ended::ByGet(self.at(environment, &format!("{}?{}", oidc::paths::END_SESSION, params.encoded()))));
        }
        if let Some(session) = self.session(environment, cookie).await?
            && self.is_of(&session, &client, &sub)
        {
            let tx = self.cx.begin().await?;
            broker_session::close(&tx, session.id).await?;
            tx.commit().await?;
        }
        let state = params.filled("state")?;
        Ok(match to {
            Some(to) => Ended::ToService(RedirectUri::trusted(to).with(state.map(|state| ("state", state)).as_slice(), false)),
            None => Ended::Here { service: client.name },
        })
    }

    /// The client and the subject named by the hint. Its signature must be ours; it may have expired.
    async fn hinted(&self, environment: Environment, params: &Params) -> Result<(Client, String), Refusal> {
        let refused = |what: &str| {
            Refusal::new("Y000019", 400, format!("La demande de déconnexion n’est pas correcte\u{a0}: le paramètre id_token_hint {what}."))
        };
        let hint = params.filled("id_token_hint")?.ok_or_else(|| refused("est absent ou vide"))?;
        let keys = self.jwks(environment).await?;
        let issuer = self.issuer(environment);
        let claims: IdTokenClaims = jose::verify(hint, &keys, Expected { issuer: &issuer, audience: None, now: None })
            .map_err(|error| refused("n’est pas un jeton que nous avons délivré").caused(error))?;
        let named = params.filled("client_id")?.unwrap_or(&claims.aud);
        if named != claims.aud {
            return Err(refused("a été délivré à un autre service que celui du paramètre client_id"));
        }
        let client = client::by_client_id(&self.cx.db, REALM, environment, &claims.aud).await?.ok_or_else(Refusal::unknown_client)?;
        Ok((client, claims.sub))
    }

    /// A hint only ends the session of the person it is about.
    fn is_of(&self, session: &BrokerSession, client: &Client, sub: &str) -> bool {
        session.person.as_ref().is_some_and(|person| claims::sub(&self.cx, &client.sector, &person.identity) == sub)
    }
}
