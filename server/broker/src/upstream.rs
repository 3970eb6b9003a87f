//! The broker as a client of identity providers: discovery and keys (cached), code exchange, userinfo; every
//! signature verified.

use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::Timestamp;
use oidc::{
    Jwks, Metadata, VerifyError,
    jose::{self, Expected},
};
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
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
    #[error("userinfo that is not signed")]
    Unsigned,
    #[error("userinfo without sub")]
    NoSubject,
}

/// The answer of a token endpoint, of which only this is used: `expires_in` may be missing, or written as a text.
#[derive(Debug, Deserialize)]
struct Tokens {
    access_token: String,
    id_token: String,
}

/// What an id_token says. OpenID Connect Core §2 leaves `at_hash`, `acr` and `azp` optional.
#[derive(Debug, Deserialize)]
struct IdToken {
    sub: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    acr: Option<String>,
    #[serde(default)]
    at_hash: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    Several(Vec<String>),
    One(IgnoredAny),
}

impl IdToken {
    /// OpenID Connect Core §3.1.3.7, whose signature, issuer, audience and dates are verified already.
    fn check(&self, client_id: &str, nonce: &str, access_token: &str) -> Result<()> {
        let several = matches!(&self.aud, Audience::Several(all) if all.len() > 1);
        if self.azp.as_deref().map_or(several, |azp| azp != client_id) {
            return Err(UpstreamError::Mismatch("token for another client (azp)"));
        }
        if !self.nonce.as_deref().is_some_and(|given| same(given, nonce)) {
            return Err(UpstreamError::Mismatch("nonce of another login"));
        }
        if self.at_hash.as_deref().is_some_and(|hash| hash != jose::at_hash(access_token)) {
            return Err(UpstreamError::Mismatch("access token of another login"));
        }
        Ok(())
    }
}

type Result<T, E = UpstreamError> = std::result::Result<T, E>;

/// The identity given by the provider, and its level of assurance; empty when it gives none.
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

    /// Whether this provider announces that its answers carry `iss` (RFC 9207).
    pub(crate) async fn names_itself(&self, cx: &Cx, issuer: &str) -> bool {
        self.metadata(cx, issuer).await.is_ok_and(|metadata| metadata.authorization_response_iss_parameter_supported)
    }

    /// The origins of the pages of these identity providers, as their metadata says, or of their issuers when it cannot be read.
    pub(crate) async fn origins(&self, cx: &Cx, issuers: impl Iterator<Item = &str>) -> Vec<String> {
        let mut origins = Vec::new();
        for issuer in issuers {
            let page = self.metadata(cx, issuer).await.map_or_else(|_| issuer.to_owned(), |metadata| metadata.authorization_endpoint);
            let origin = url::Url::parse(&page).map(|url| url.origin().ascii_serialization());
            origins.extend(origin.ok().filter(|origin| !origins.contains(origin)));
        }
        origins
    }

    pub(crate) async fn identify(&self, cx: &Cx, provider: &Provider, exchange: Exchange<'_>) -> Result<Vouched, Failed> {
        let known = self.known(cx, &provider.issuer).await.map_err(Failed::Token)?;
        let answer = self.exchange(&known.metadata, provider, &exchange).await.map_err(Failed::Token)?;
        let id_token: IdToken = self.verify(cx, provider, &answer.id_token, true).await.map_err(Failed::IdToken)?;
        id_token.check(&provider.client_id, exchange.nonce, &answer.access_token).map_err(Failed::IdToken)?;
        let claims = self.userinfo(cx, provider, &known.metadata, &answer.access_token).await.map_err(Failed::Userinfo)?;
        match claims.get("sub").and_then(Value::as_str) {
            Some(sub) if sub == id_token.sub => Ok(Vouched { acr: id_token.acr.unwrap_or_default(), claims }),
            Some(_) => Err(Failed::Userinfo(UpstreamError::Mismatch("userinfo of another person"))),
            None => Err(Failed::Userinfo(UpstreamError::NoSubject)),
        }
    }

    async fn exchange(&self, metadata: &Metadata, provider: &Provider, exchange: &Exchange<'_>) -> Result<Tokens> {
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
        if jwt.trim_start().starts_with('{') {
            return Err(UpstreamError::Unsigned);
        }
        self.verify(cx, provider, jwt.trim(), false).await
    }

    /// If the signing key is unknown, the issuer's keys are fetched once more: it may have changed them.
    async fn verify<T: DeserializeOwned>(&self, cx: &Cx, provider: &Provider, token: &str, expires: bool) -> Result<T> {
        let now = cx.now().as_second();
        let expected = Expected { issuer: &provider.issuer, audience: Some(&provider.client_id), now: Some(now), expires };
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The right id_token, changed by these claims; `null` takes one away.
    fn checked(changes: Value) -> Result<(), String> {
        let mut claims = json!({"sub": "p", "aud": "courtier", "nonce": "n", "acr": "eidas1", "at_hash": jose::at_hash("jeton")});
        for (name, value) in changes.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        let claims: Map<String, Value> = claims.as_object().expect("an object").clone().into_iter().filter(|(_, value)| !value.is_null()).collect();
        let token: IdToken = serde_json::from_value(claims.into()).map_err(|error| error.to_string())?;
        token.check("courtier", "n", "jeton").map_err(|error| error.to_string())
    }

    #[test]
    fn what_the_standard_leaves_open_is_accepted_and_the_rest_is_not() {
        for right in [
            json!({}),
            json!({"aud": ["courtier"]}),
            json!({"aud": ["courtier", "autre"], "azp": "courtier"}),
            json!({"azp": "courtier"}),
            json!({"at_hash": null}),
            json!({"acr": null}),
        ] {
            assert_eq!(checked(right.clone()), Ok(()), "{right}");
        }
        for (wrong, why) in [
            (json!({"azp": "autre"}), "token for another client (azp)"),
            (json!({"aud": ["courtier", "autre"]}), "token for another client (azp)"),
            (json!({"nonce": null}), "nonce of another login"),
            (json!({"nonce": "m"}), "nonce of another login"),
            (json!({"at_hash": "x"}), "access token of another login"),
        ] {
            assert_eq!(checked(wrong.clone()), Err(why.to_owned()), "{wrong}");
        }
        assert!(checked(json!({"sub": null})).is_err());
    }

    #[test]
    fn an_answer_of_a_token_endpoint_needs_its_two_tokens() {
        let read = |answer: Value| serde_json::from_value::<Tokens>(answer).is_ok();
        assert!(read(json!({"access_token": "a", "id_token": "i"})));
        assert!(read(json!({"access_token": "a", "id_token": "i", "expires_in": "60", "token_type": "bearer"})));
        assert!(!read(json!({"access_token": "a"})));
    }
}
