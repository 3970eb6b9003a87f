//! Logout asked by a service (OpenID Connect RP-Initiated Logout 1.0): it ends the session at the broker, for all
//! services.

use oidc::{
    Params, RedirectUri,
    jose::{self, Expected},
    token::IdTokenClaims,
};
use store::{
    broker_session::{self, BrokerSession},
    client::{self, Client},
};

use crate::{Issuer, Refusal, claims};

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

/// What comes after a logout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logout {
    pub next: Ended,
    /// The browser's session is over: its cookie is dropped. The session of another person than the one of the hint goes on.
    pub over: bool,
}

impl Issuer {
    pub async fn end_session(&self, params: &Params, cookie: Option<&str>, posted: bool) -> Result<Logout, Refusal> {
        let (client, sub) = self.hinted(params).await?;
        let (to, state) = (params.filled("post_logout_redirect_uri")?, params.filled("state")?);
        if to.is_some_and(|to| !client.post_logout_redirect_uris.iter().any(|known| known == to)) {
            return Err(Refusal::unknown_address("post_logout_redirect_uri"));
        }
        if posted && cookie.is_none() {
            let next = Ended::ByGet(self.at(&format!("{}?{}", oidc::paths::END_SESSION, params.encoded())));
            return Ok(Logout { next, over: false });
        }
        let session = self.session(cookie).await?;
        let over = session.as_ref().is_none_or(|session| self.is_of(session, &client, &sub));
        if let Some(session) = session.filter(|_| over) {
            let tx = self.cx.begin().await?;
            broker_session::close(&tx, session.id).await?;
            tx.commit().await?;
        }
        let next = match to {
            Some(to) => Ended::ToService(RedirectUri::trusted(to).with(state.map(|state| ("state", state)).as_slice(), false)),
            None => Ended::Here { service: client.name },
        };
        Ok(Logout { next, over })
    }

    /// The client and the subject named by the hint. Its signature must be ours; it may have expired.
    async fn hinted(&self, params: &Params) -> Result<(Client, String), Refusal> {
        let refused = |what: &str| {
            Refusal::new("Y000019", 400, format!("La demande de déconnexion n’est pas correcte\u{a0}: le paramètre id_token_hint {what}."))
        };
        let hint = params.filled("id_token_hint")?.ok_or_else(|| refused("est absent ou vide"))?;
        let keys = self.jwks().await?;
        let issuer = self.url();
        let claims: IdTokenClaims = jose::verify(hint, &keys, Expected { issuer: &issuer, audience: None, now: None, expires: true })
            .map_err(|error| refused("n’est pas un jeton que nous avons délivré").caused(error))?;
        let named = params.filled("client_id")?.unwrap_or(&claims.aud);
        if named != claims.aud {
            return Err(refused("a été délivré à un autre service que celui du paramètre client_id"));
        }
        let client = client::by_client_id(&self.cx.db, &self.realm.slug, self.environment, &claims.aud).await?.ok_or_else(Refusal::unknown_client)?;
        Ok((client, claims.sub))
    }

    /// A hint only ends the session of the person it is about.
    fn is_of(&self, session: &BrokerSession, client: &Client, sub: &str) -> bool {
        session.person.as_ref().is_some_and(|person| claims::sub(&self.cx, &client.sector, &person.identity) == sub)
    }
}
