//! Token and userinfo endpoints of the simulated identity provider.

use std::time::Duration;

use oidc::{
    Code, OauthError, Params,
    jose::at_hash,
    token::{CodeExchange, Credentials, IdTokenClaims, TokenAnswer},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    ACR, PLACE, Simulated,
    login::{CODE_AAD, Vouched},
    people::{self, TestPerson},
};
use crate::{
    login::same,
    token::{failed, seconds},
};

const TOKEN: Duration = Duration::from_secs(60);
const TOKEN_AAD: &str = "simulated.access_token";

/// What an access token contains, sealed.
#[derive(Debug, Serialize, Deserialize)]
struct Opens {
    login: String,
    client_id: String,
    expires: i64,
}

impl Simulated {
    pub async fn token(&self, authorization: Option<&str>, params: &Params) -> Result<TokenAnswer, OauthError> {
        let invalid = |description: &str| OauthError::new(Code::InvalidGrant, description);
        let client_id = self.authenticated(authorization, params)?;
        let exchange = CodeExchange::read(params)?;
        let code: Vouched = self.opened(CODE_AAD, &exchange.code).ok_or_else(|| invalid("authorization code not found"))?;
        if code.client_id != client_id || code.redirect_uri != exchange.redirect_uri || code.expires <= self.now() {
            return Err(invalid("authorization code expired or given to another client"));
        }
        if !exchange.code_verifier.as_deref().is_some_and(|verifier| code.challenge.accepts(verifier)) {
            return Err(invalid("PKCE verification failed"));
        }
        let opens = Opens { login: code.login.clone(), client_id: client_id.clone(), expires: self.in_seconds(TOKEN) };
        let access_token = self.sealed(TOKEN_AAD, &opens).map_err(|_| OauthError::new(Code::ServerError, "token could not be made"))?;
        let id_token = self.id_token(&code, &access_token).await?;
        Ok(TokenAnswer { access_token, expires_in: seconds(TOKEN), id_token, scope: oidc::scope::OPENID.to_owned(), token_type: "Bearer".to_owned() })
    }

    fn authenticated(&self, authorization: Option<&str>, params: &Params) -> Result<String, OauthError> {
        let credentials = Credentials::read(authorization, params)?;
        match self.client(&credentials.client_id) {
            Some(client) if same(&credentials.client_secret, &client.client_secret) => Ok(credentials.client_id),
            _ => Err(OauthError::new(Code::InvalidClient, "client authentication failed")),
        }
    }

    async fn id_token(&self, code: &Vouched, access_token: &str) -> Result<String, OauthError> {
        let now = self.now();
        let claims = IdTokenClaims {
            iss: self.issuer(),
            sub: self.sub(&code.login),
            aud: code.client_id.clone(),
            exp: now + seconds(TOKEN),
            iat: now,
            auth_time: code.auth_time,
            nonce: Some(code.nonce.clone()),
            acr: ACR.to_owned(),
            at_hash: at_hash(access_token),
            amr: None,
        };
        self.sign(&claims).await
    }

    pub async fn userinfo(&self, bearer: Option<&str>) -> Result<String, OauthError> {
        let refused = || OauthError::new(Code::InvalidToken, "invalid token provided");
        let opens: Opens = bearer.and_then(|token| self.opened(TOKEN_AAD, token)).ok_or_else(refused)?;
        let person = people::find(&opens.login).filter(|_| opens.expires > self.now()).ok_or_else(refused)?;
        let mut claims = claims(person);
        for (name, value) in [
            ("sub", Value::from(self.sub(&opens.login))),
            ("iss", self.issuer().into()),
            ("aud", opens.client_id.into()),
            ("iat", self.now().into()),
            ("exp", self.in_seconds(TOKEN).into()),
        ] {
            claims.insert(name.to_owned(), value);
        }
        self.sign(&claims).await
    }

    fn sub(&self, login: &str) -> String {
        self.broker.cx.keys.sub("simulated.sub", login)
    }

    async fn sign(&self, claims: &(impl Serialize + Sync)) -> Result<String, OauthError> {
        self.broker.keys.sign(&self.broker.cx, PLACE, claims).await.map_err(|error| failed(&error))
    }
}

/// What is unknown of the person is left out.
pub(super) fn claims(person: &TestPerson) -> Map<String, Value> {
    let TestPerson {
        login: _,
        family_name,
        preferred_username,
        given_name,
        gender,
        email,
        birthdate,
        birthplace,
        birthcountry,
        shows: _,
        account_status,
    } = person;
    [
        ("family_name", family_name),
        ("preferred_username", preferred_username),
        ("given_name", given_name),
        ("gender", gender),
        ("email", email),
        ("birthdate", birthdate),
        ("birthplace", birthplace),
        ("birthcountry", birthcountry),
        ("account_status", account_status),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), Value::from(value.as_str())))
    .collect()
}
