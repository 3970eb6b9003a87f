//! The portal as an OpenID Connect client: discovery, authorization with PKCE, code exchange, verification of both
//! tokens, logout.

use std::{sync::Arc, time::Duration};

use domain::{Timestamp, ports::Environment, routes as paths};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthType, AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreTokenResponse},
    url::Url,
};
use serde::Deserialize;
use tokio::sync::Mutex;
use web::App;

use crate::family::{
    http::{self, HttpError},
    keys::Keys,
    session::{Account, Login},
};

const KEPT: Duration = Duration::from_secs(5 * 60);
/// The lowest level is enough for a canteen; higher ones are welcome.
const ACCEPTED_ACRS: [&str; 3] = ["eidas1", "eidas2", "eidas3"];

type Cause = Box<dyn std::error::Error + Send + Sync>;
type PortalClient = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    #[error("the issuer could not be discovered")]
    Discovery(#[source] Cause),
    #[error("the code could not be exchanged")]
    Token(#[source] Cause),
    /// It belongs to another login, was used already or has expired.
    #[error("the code was refused")]
    Code(#[source] Cause),
    #[error("the id_token was refused")]
    IdToken(#[source] Cause),
    #[error("the userinfo was refused")]
    Userinfo(#[source] Cause),
    #[error("an address cannot be read")]
    Address(#[from] openidconnect::url::ParseError),
    #[error("the answer lacks {0}")]
    Missing(&'static str),
}

/// What a login gives.
pub struct Identified {
    pub sub: String,
    pub id_token: String,
    pub access_token: String,
    /// `None` when only the data was asked for.
    pub account: Option<Account>,
}

#[derive(Debug, Default)]
pub struct Issuer {
    known: Mutex<Option<(Arc<ProviderMetadataWithLogout>, Timestamp)>>,
}

pub fn issuer_url(app: &App) -> String {
    app.cx.url(&paths::realms::issuer(broker::FRANCECONNECT, Environment::Sandbox))
}

/// The claims of the userinfo; those of scopes that were not granted are empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Claims {
    sub: String,
    given_name: String,
    family_name: String,
    birthdate: String,
    gender: String,
    birthplace: String,
    birthcountry: String,
    email: String,
}

impl Issuer {
    pub async fn authorization_url(&self, app: &App, keys: &Keys, login: &Login) -> Result<Url, IssuerError> {
        let client = client(app, &*self.metadata(app).await?, keys)?;
        let (state, nonce) = (CsrfToken::new(login.state.clone()), Nonce::new(login.nonce.clone()));
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(login.code_verifier.clone()));
        let scopes = login.wants.scopes().map(|scope| Scope::new(scope.to_owned()));
        let (address, ..) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .add_scopes(scopes)
            .add_auth_context_value(AuthenticationContextClass::new(ACCEPTED_ACRS[0].to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(address)
    }

    pub async fn identify(&self, app: &App, keys: &Keys, login: &Login, code: String) -> Result<Identified, IssuerError> {
        let metadata = self.metadata(app).await?;
        let tokens = exchange(app, &client(app, &metadata, keys)?, login, code).await?;
        let id_token = tokens.id_token().ok_or(IssuerError::Missing("id_token"))?.to_string();
        let (metadata, sub) = match verify(app, &client(app, &metadata, keys)?, &tokens, login) {
            Err(Refused::UnknownKey) => {
                // The issuer may have published new keys since its metadata were read.
                let fresh = self.read(app).await?;
                let sub = verify(app, &client(app, &fresh, keys)?, &tokens, login)?;
                (fresh, sub)
            }
            other => (metadata, other?),
        };
        let access_token = tokens.access_token().secret().clone();
        let account = if login.wants.identity() {
            let claims = userinfo(app, &metadata, keys, tokens.access_token(), &sub).await?;
            Some(account(claims, id_token.clone()))
        } else {
            None
        };
        Ok(Identified { sub, id_token, access_token, account })
    }

    /// `None` when the issuer has no such endpoint.
    pub async fn end_session_url(&self, app: &App, id_token_hint: &str) -> Result<Option<Url>, IssuerError> {
        let metadata = self.metadata(app).await?;
        let Some(endpoint) = &metadata.additional_metadata().end_session_endpoint else { return Ok(None) };
        let mut address = endpoint.url().clone();
        address
            .query_pairs_mut()
            .append_pair("id_token_hint", id_token_hint)
            .append_pair("post_logout_redirect_uri", &app.cx.url(paths::DEMO_SERVICE))
            .append_pair("state", &app.cx.new_token());
        Ok(Some(address))
    }

    async fn metadata(&self, app: &App) -> Result<Arc<ProviderMetadataWithLogout>, IssuerError> {
        let known = self.known.lock().await.clone();
        match known {
            Some((metadata, read_at)) if read_at + KEPT > app.cx.now() => Ok(metadata),
            _ => self.read(app).await,
        }
    }

    async fn read(&self, app: &App) -> Result<Arc<ProviderMetadataWithLogout>, IssuerError> {
        let issuer = IssuerUrl::new(issuer_url(app))?;
        let send = |request| http::send(app.http.clone(), request);
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &send).await;
        let metadata = Arc::new(metadata.map_err(|error| IssuerError::Discovery(error.into()))?);
        *self.known.lock().await = Some((metadata.clone(), app.cx.now()));
        Ok(metadata)
    }
}

fn client(app: &App, metadata: &ProviderMetadataWithLogout, keys: &Keys) -> Result<PortalClient, IssuerError> {
    let (id, secret) = (ClientId::new(keys.client_id.clone()), ClientSecret::new(keys.client_secret.clone()));
    let back = RedirectUrl::new(app.cx.url(paths::DEMO_CALLBACK))?;
    Ok(CoreClient::from_provider_metadata(metadata.clone(), id, Some(secret)).set_auth_type(AuthType::RequestBody).set_redirect_uri(back))
}

async fn exchange(app: &App, client: &PortalClient, login: &Login, code: String) -> Result<CoreTokenResponse, IssuerError> {
    let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|_| IssuerError::Missing("token_endpoint"))?;
    let send = |request| http::send(app.http.clone(), request);
    let verifier = PkceCodeVerifier::new(login.code_verifier.clone());
    request.set_pkce_verifier(verifier).request_async(&send).await.map_err(|error| match error {
        RequestTokenError::ServerResponse(answer) if *answer.error() == CoreErrorResponseType::InvalidGrant => {
            IssuerError::Code(answer.to_string().into())
        }
        other => IssuerError::Token(other.into()),
    })
}

/// Why an id_token is refused.
enum Refused {
    UnknownKey,
    Other(IssuerError),
}

impl From<Refused> for IssuerError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::UnknownKey => Self::IdToken("signed with a key the issuer does not publish".into()),
            Refused::Other(error) => error,
        }
    }
}

impl From<ClaimsVerificationError> for Refused {
    fn from(error: ClaimsVerificationError) -> Self {
        match error {
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => Self::UnknownKey,
            other => Self::Other(IssuerError::IdToken(other.into())),
        }
    }
}

/// Verifies the id_token (signature, issuer, audience, expiry, nonce, level, hash of the access token) and gives its subject.
fn verify(app: &App, client: &PortalClient, tokens: &CoreTokenResponse, login: &Login) -> Result<String, Refused> {
    let refuse = |cause: Cause| Refused::Other(IssuerError::IdToken(cause));
    let now = app.cx.now();
    let verifier =
        client.id_token_verifier().set_time_fn(move || std::time::SystemTime::from(now).into()).set_auth_context_verifier_fn(|acr| match acr {
            Some(acr) if ACCEPTED_ACRS.contains(&acr.as_str()) => Ok(()),
            _ => Err("not a level the portal accepts".to_owned()),
        });
    let id_token = tokens.id_token().ok_or(Refused::Other(IssuerError::Missing("id_token")))?;
    let claims = id_token.claims(&verifier, &Nonce::new(login.nonce.clone()))?;
    let algorithm = id_token.signing_alg().map_err(|error| refuse(error.into()))?;
    let key = id_token.signing_key(&verifier).map_err(|error| refuse(error.into()))?;
    let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(|error| refuse(error.into()))?;
    if claims.access_token_hash() == Some(&hash) { Ok(claims.subject().to_string()) } else { Err(refuse("access token of another login".into())) }
}

/// Read without `openidconnect`, which verifies signed userinfo with RS256 only.
async fn userinfo(app: &App, metadata: &ProviderMetadataWithLogout, keys: &Keys, token: &AccessToken, sub: &str) -> Result<Claims, IssuerError> {
    let refuse = |cause: Cause| IssuerError::Userinfo(cause);
    let endpoint = metadata.userinfo_endpoint().ok_or(IssuerError::Missing("userinfo_endpoint"))?;
    let answer = http::get(&app.http, endpoint.as_str(), token.secret()).await.map_err(|error: HttpError| refuse(error.into()))?;
    if !answer.status().is_success() {
        return Err(refuse(format!("answered with status {}", answer.status()).into()));
    }
    let jwt = String::from_utf8(answer.into_body()).map_err(|_| refuse("not a signed token".into()))?;
    let jwks: oidc::Jwks = serde_json::to_value(metadata.jwks()).and_then(serde_json::from_value).map_err(|error| refuse(error.into()))?;
    let expected = oidc::jose::Expected {
        issuer: metadata.issuer().as_str(),
        audience: Some(&keys.client_id),
        now: Some(app.cx.now().as_second()),
        expires: true,
    };
    let claims: Claims = oidc::jose::verify(jwt.trim(), &jwks, expected).map_err(|error| refuse(error.into()))?;
    if claims.sub == sub { Ok(claims) } else { Err(refuse("userinfo of another person".into())) }
}

fn account(claims: Claims, id_token: String) -> Account {
    let Claims { sub, given_name, family_name, birthdate, gender, birthplace, birthcountry, email } = claims;
    Account { sub, id_token, given_name, family_name, birthdate, gender, birthplace, birthcountry, email }.within_bounds()
}
