//! The broker as a client of identity providers: discovery and keys (cached), code exchange, userinfo; every
//! signature verified.

use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::Timestamp;
use oidc::{
    Jwks, Metadata, VerifyError,
    jose::{self, Expected},
    token::{IdTokenClaims, TokenAnswer},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use store::Cx;
use tokio::sync::Mutex;

use crate::{login::same, provider::Provider};

const KEPT: Duration = Duration::from_secs(10 * 60);
/// Of an answer, in bytes.
const MAX_ANSWER: usize = 256 * 1024;

#[derive(Debug)]
pub(crate) struct Upstreams {
    http: reqwest::Client,
    known: Mutex<HashMap<String, Arc<Known>>>,
}

#[derive(Debug)]
struct Known {
    metadata: Metadata,
    jwks: Jwks,
    read_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    #[error("no answer")]
    Unreachable(#[source] reqwest::Error),
    #[error("answered with status {0}")]
    Status(u16),
    #[error("answer longer than {MAX_ANSWER} bytes")]
    TooLong,
    #[error("answer cannot be read")]
    Unreadable,
    #[error("says it is another issuer")]
    OtherIssuer,
    #[error("token refused: {0}")]
    Token(#[from] VerifyError),
    #[error("{0}")]
    Mismatch(&'static str),
}

type Result<T, E = UpstreamError> = std::result::Result<T, E>;

/// The identity given by the provider, and its level of assurance.
#[derive(Debug)]
pub(crate) struct Vouched {
    pub acr: String,
    pub claims: Map<String, Value>,
}

/// Where a login through a provider failed.
#[derive(Debug)]
pub(crate) enum Failed {
    Token(UpstreamError),
    IdToken(UpstreamError),
    Userinfo(UpstreamError),
}

pub(crate) struct Exchange<'a> {
    pub code: &'a str,
    pub redirect_uri: &'a str,
    pub code_verifier: &'a str,
    pub nonce: &'a str,
}

impl Upstreams {
    pub(crate) fn new(http: reqwest::Client) -> Self {
        Self { http, known: Mutex::default() }
    }

    pub(crate) async fn metadata(&self, cx: &Cx, issuer: &str) -> Result<Metadata> {
        Ok(self.known(cx, issuer).await?.metadata.clone())
    }

    pub(crate) async fn identify(&self, cx: &Cx, provider: &Provider, exchange: Exchange<'_>) -> Result<Vouched, Failed> {
        let known = self.known(cx, &provider.issuer).await.map_err(Failed::Token)?;
        let answer = self.exchange(&known.metadata, provider, &exchange).await.map_err(Failed::Token)?;
        let id_token: IdTokenClaims = self.verify(cx, provider, &answer.id_token).await.map_err(Failed::IdToken)?;
        if !same(&id_token.nonce, exchange.nonce) {
            return Err(Failed::IdToken(UpstreamError::Mismatch("nonce of another login")));
        }
        if id_token.at_hash != jose::at_hash(&answer.access_token) {
            return Err(Failed::IdToken(UpstreamError::Mismatch("access token of another login")));
        }
        let claims = self.userinfo(cx, provider, &known.metadata, &answer.access_token).await.map_err(Failed::Userinfo)?;
        if claims.get("sub").and_then(Value::as_str) != Some(&id_token.sub) {
            return Err(Failed::Userinfo(UpstreamError::Mismatch("userinfo of another person")));
        }
        Ok(Vouched { acr: id_token.acr, claims })
    }

    async fn exchange(&self, metadata: &Metadata, provider: &Provider, exchange: &Exchange<'_>) -> Result<TokenAnswer> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", exchange.code),
            ("redirect_uri", exchange.redirect_uri),
            ("client_id", &provider.client_id),
            ("client_secret", &provider.client_secret),
            ("code_verifier", exchange.code_verifier),
        ];
        self.json(self.http.post(&metadata.token_endpoint).form(&form)).await
    }

    async fn userinfo(&self, cx: &Cx, provider: &Provider, metadata: &Metadata, access_token: &str) -> Result<Map<String, Value>> {
        let body = self.body(self.http.get(&metadata.userinfo_endpoint).bearer_auth(access_token)).await?;
        let jwt = String::from_utf8(body).map_err(|_| UpstreamError::Unreadable)?;
        self.verify(cx, provider, jwt.trim()).await
    }

    /// If the signing key is unknown, the issuer's keys are fetched once more: it may have changed them.
    async fn verify<T: DeserializeOwned>(&self, cx: &Cx, provider: &Provider, token: &str) -> Result<T> {
        let now = cx.now().as_second();
        let expected = Expected { issuer: &provider.issuer, audience: Some(&provider.client_id), now: Some(now) };
        let known = self.known(cx, &provider.issuer).await?;
        match jose::verify(token, &known.jwks, expected) {
            Err(VerifyError::UnknownKey) => {
                let fresh = self.read(cx, &provider.issuer).await?;
                Ok(jose::verify(token, &fresh.jwks, expected)?)
            }
            other => Ok(other?),
        }
    }

    async fn known(&self, cx: &Cx, issuer: &str) -> Result<Arc<Known>> {
        let cached = self.known.lock().await.get(issuer).cloned();
        match cached {
            Some(known) if known.read_at + KEPT > cx.now() => Ok(known),
            _ => self.read(cx, issuer).await,
        }
    }

    async fn read(&self, cx: &Cx, issuer: &str) -> Result<Arc<Known>> {
        let metadata: Metadata = self.json(self.http.get(format!("{issuer}{}", oidc::paths::DISCOVERY))).await?;
        if metadata.issuer != issuer {
            return Err(UpstreamError::OtherIssuer);
        }
        let jwks: Jwks = self.json(self.http.get(&metadata.jwks_uri)).await?;
        let known = Arc::new(Known { metadata, jwks, read_at: cx.now() });
        self.known.lock().await.insert(issuer.to_owned(), known.clone());
        Ok(known)
    }

    async fn json<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T> {
        serde_json::from_slice(&self.body(request).await?).map_err(|_| UpstreamError::Unreadable)
    }

    async fn body(&self, request: reqwest::RequestBuilder) -> Result<Vec<u8>> {
        let mut response = request.send().await.map_err(UpstreamError::Unreachable)?;
        if !response.status().is_success() {
            return Err(UpstreamError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(UpstreamError::Unreachable)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(UpstreamError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}
