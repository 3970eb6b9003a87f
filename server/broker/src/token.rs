//! The token endpoint, which exchanges a code for an access token and an id_token; and the revocation of tokens.

use domain::ids::{AccessTokenId, ClientRowId};
use oidc::{
    Code, OauthError, Params,
    jose::at_hash,
    scope::Scope,
    token::{CodeExchange, Credentials, IdTokenClaims, TokenAnswer},
};
use store::{
    access_token::{self, AccessToken},
    authorization_code::{self, AuthorizationCode, Phase},
    client::{self, Client},
    hash_token,
    person::Person,
};

use crate::{Issuer, login::same};

impl Issuer {
    pub async fn token(&self, authorization: Option<&str>, params: &Params) -> Result<TokenAnswer, OauthError> {
        let client = self.authenticated(authorization, params).await?;
        let exchange = CodeExchange::read(params)?;
        let code = authorization_code::find(&self.cx, &self.cx.db, &exchange.code).await.map_err(|error| failed(&error))?;
        let code = code.filter(|code| code.client == client.id).ok_or_else(|| invalid("authorization code not found"))?;
        let person = self.check(&code, &exchange).await?;
        match self.exchange(&client, &code, person).await.map_err(|error| failed(&error))? {
            Some(answer) => Ok(answer),
            None => Err(self.replayed(&code).await),
        }
    }

    /// RFC 7009: an unknown token counts as revoked.
    pub async fn revoke(&self, authorization: Option<&str>, params: &Params) -> Result<(), OauthError> {
        let client = self.authenticated(authorization, params).await?;
        let token = params.filled("token")?.ok_or_else(|| OauthError::new(Code::InvalidRequest, "missing required parameter token"))?;
        self.take_back(client.id, token).await.map_err(|error| failed(&error))
    }

    async fn take_back(&self, client: ClientRowId, token: &str) -> store::Result<()> {
        let tx = self.cx.begin().await?;
        access_token::revoke(&tx, client, token, self.cx.now()).await?;
        tx.commit().await
    }

    async fn authenticated(&self, authorization: Option<&str>, params: &Params) -> Result<Client, OauthError> {
        let credentials = Credentials::read(authorization, params)?;
        let client =
            client::by_client_id(&self.cx.db, &self.realm.slug, self.environment, &credentials.client_id).await.map_err(|error| failed(&error))?;
        let client = client.filter(|client| client.active);
        let client = client.ok_or_else(|| OauthError::new(Code::InvalidClient, "client authentication failed (client not found)"))?;
        if same(&hash_token(&credentials.client_secret), &client.secret_hash) {
            Ok(client)
        } else {
            Err(OauthError::new(Code::InvalidClient, "client authentication failed (invalid secret provided)"))
        }
    }

    async fn check(&self, code: &AuthorizationCode, exchange: &CodeExchange) -> Result<Person, OauthError> {
        let Phase::Pending(person) = &code.phase else {
            return Err(self.replayed(code).await);
        };
        if code.expires_at <= self.cx.now() {
            return Err(invalid("authorization code expired"));
        }
        if code.request.redirect_uri.as_str() != exchange.redirect_uri {
            return Err(invalid("redirect_uri mismatch"));
        }
        match (&code.request.code_challenge, &exchange.code_verifier) {
            (None, None) => Ok(person.clone()),
            (Some(challenge), Some(verifier)) if challenge.accepts(verifier) => Ok(person.clone()),
            (Some(_), _) => Err(invalid("PKCE verification failed")),
            // RFC 9700 §4.8.2: a verifier without a challenge is a downgrade.
            (None, Some(_)) => Err(invalid("code_verifier given without code_challenge")),
        }
    }

    /// The code may have been stolen: the tokens it gave are revoked (RFC 6749 §4.1.2).
    async fn replayed(&self, code: &AuthorizationCode) -> OauthError {
        match self.take_back_all(code).await {
            Ok(revoked) => tracing::warn!(code.id = %code.id, revoked, "authorization code presented twice"),
            Err(error) => return failed(&error),
        }
        invalid("authorization code already used")
    }

    async fn take_back_all(&self, code: &AuthorizationCode) -> store::Result<u64> {
        let tx = self.cx.begin().await?;
        let revoked = access_token::revoke_of_code(&tx, code.id, self.cx.now()).await?;
        tx.commit().await?;
        Ok(revoked)
    }

    /// `None` when a concurrent exchange of the same code came first.
    async fn exchange(&self, client: &Client, code: &AuthorizationCode, person: Person) -> store::Result<Option<TokenAnswer>> {
        let access = self.cx.new_token();
        let id_token = self.id_token(client, code, &person, &access).await?;
        let issued = AccessToken {
            id: self.cx.new_id::<AccessTokenId>(),
            code: code.id,
            client: client.id,
            granted: code.granted.clone(),
            sub: code.sub.clone(),
            person,
            expires_at: self.cx.now() + self.realm.token(),
        };
        let tx = self.cx.begin().await?;
        if !authorization_code::exchange(&tx, code.id, self.cx.now()).await? {
            return Ok(None);
        }
        access_token::issue(&self.cx, &tx, &access, &issued).await?;
        tx.commit().await?;
        let scopes: Vec<&str> = code.granted.scopes.iter().map(Scope::as_str).collect();
        Ok(Some(TokenAnswer {
            access_token: access,
            expires_in: seconds(self.realm.token()),
            id_token,
            scope: scopes.join(" "),
            token_type: "Bearer".to_owned(),
        }))
    }

    async fn id_token(&self, client: &Client, code: &AuthorizationCode, person: &Person, access: &str) -> store::Result<String> {
        let now = self.cx.now().as_second();
        let claims = IdTokenClaims {
            iss: self.url(),
            sub: code.sub.clone(),
            aud: client.client_id.clone(),
            exp: now + seconds(self.realm.token()),
            iat: now,
            auth_time: person.auth_time.as_second(),
            nonce: code.request.nonce.as_ref().map(|nonce| nonce.as_str().to_owned()),
            acr: person.acr.clone(),
            at_hash: at_hash(access),
            amr: code.request.wants_amr.then(|| self.realm.amr.clone()),
        };
        self.keys.sign(&self.cx, &self.place(), &claims).await
    }
}

pub(crate) fn seconds(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

fn invalid(description: &str) -> OauthError {
    OauthError::new(Code::InvalidGrant, description)
}

pub(crate) fn failed(error: &store::Error) -> OauthError {
    tracing::error!(error = crate::refusal::chain(error), "protocol endpoint failed");
    OauthError::new(Code::ServerError, "the authorization server failed")
}
