//! The authorization endpoint of the simulated identity provider: a login and a password.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oidc::{Params, RedirectUri, pkce::CodeChallenge};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{ACR, Simulated, fields, people};
use crate::{Refusal, login::same};

/// The authorization request, as the login form carries it back.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct AuthorizeRequest {
    client_id: String,
    redirect_uri: String,
    state: String,
    nonce: String,
    challenge: CodeChallenge,
    expires: i64,
}

/// What an authorization code contains, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Vouched {
    pub login: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub nonce: String,
    pub challenge: CodeChallenge,
    pub auth_time: i64,
    pub expires: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginPage {
    /// To be posted back as it is.
    pub request: String,
    /// As typed.
    pub login: String,
    /// The login or the password was wrong.
    pub refused: bool,
    pub suggestions: Vec<Suggestion>,
    /// The same for everybody: these people do not exist.
    pub password: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub login: String,
    pub name: String,
    pub shows: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginOutcome {
    /// Back to the broker, with a code or with an error.
    Location(String),
    Again(LoginPage),
}

/// How long the login page can be posted.
const PAGE: Duration = Duration::from_secs(30 * 60);
const CODE: Duration = Duration::from_secs(30);
const REQUEST: &str = "simulated.request";
pub(super) const CODE_AAD: &str = "simulated.code";

impl Simulated {
    pub fn authorize(&self, params: &Params) -> Result<LoginPage, Refusal> {
        let asked = self.read(params)?;
        Ok(page(self.sealed(REQUEST, &asked)?, String::new(), false))
    }

    fn read(&self, params: &Params) -> Result<AuthorizeRequest, Refusal> {
        let wrong = |parameter: &str| {
            Refusal::new(
                "FI0001",
                400,
                format!("La demande de connexion n’est pas correcte\u{a0}: le paramètre {parameter} est absent ou n’est pas accepté."),
            )
        };
        let required = |name: &'static str| params.filled(name)?.ok_or_else(|| wrong(name));
        let client_id = required("client_id")?;
        let client = self.client(client_id).ok_or_else(|| wrong("client_id"))?;
        if required("redirect_uri")? != client.redirect_uri {
            return Err(wrong("redirect_uri"));
        }
        if required("response_type")? != "code" {
            return Err(wrong("response_type"));
        }
        if !required("scope")?.split(' ').any(|scope| scope == oidc::scope::OPENID) {
            return Err(wrong("scope"));
        }
        if params.filled("acr_values")?.is_some_and(|asked| !asked.split(' ').any(|acr| acr == ACR)) {
            return Err(wrong("acr_values"));
        }
        if required("code_challenge_method")? != "S256" {
            return Err(wrong("code_challenge_method"));
        }
        Ok(AuthorizeRequest {
            client_id: client_id.to_owned(),
            redirect_uri: client.redirect_uri,
            state: required("state")?.to_owned(),
            nonce: required("nonce")?.to_owned(),
            challenge: CodeChallenge::parse(required("code_challenge")?).ok_or_else(|| wrong("code_challenge"))?,
            expires: self.in_seconds(PAGE),
        })
    }

    pub fn login(&self, params: &Params) -> Result<LoginOutcome, Refusal> {
        let lost = || {
            Refusal::new(
                "FI0002",
                400,
                "Cette page de connexion n’est plus valable. Veuillez recommencer depuis le service où vous souhaitez vous connecter.",
            )
        };
        let request = params.filled(fields::REQUEST)?.ok_or_else(lost)?;
        let asked: AuthorizeRequest = self.opened(REQUEST, request).filter(|asked: &AuthorizeRequest| asked.expires > self.now()).ok_or_else(lost)?;
        let to = RedirectUri::trusted(&asked.redirect_uri);
        let issuer = self.issuer();
        if params.filled(fields::CANCEL)?.is_some() {
            let error = [("error", "access_denied"), ("error_description", "user aborted"), ("state", asked.state.as_str()), ("iss", &issuer)];
            return Ok(LoginOutcome::Location(to.with(&error, false)));
        }
        let login: String = params.one(fields::LOGIN)?.unwrap_or_default().trim().chars().take(100).collect();
        let password = params.one(fields::PASSWORD)?.unwrap_or_default();
        let Some(person) = people::find(&login).filter(|_| same(password, people::PASSWORD)) else {
            return Ok(LoginOutcome::Again(page(request.to_owned(), login, true)));
        };
        let code = self.sealed(
            CODE_AAD,
            &Vouched {
                login: person.login.clone(),
                client_id: asked.client_id,
                redirect_uri: asked.redirect_uri.clone(),
                nonce: asked.nonce,
                challenge: asked.challenge,
                auth_time: self.now(),
                expires: self.in_seconds(CODE),
            },
        )?;
        Ok(LoginOutcome::Location(to.with(&[("code", &code), ("state", &asked.state), ("iss", &issuer)], false)))
    }

    pub(super) fn sealed(&self, aad: &str, value: &impl Serialize) -> Result<String, Refusal> {
        let plain = serde_json::to_vec(value).map_err(Refusal::technical)?;
        Ok(URL_SAFE_NO_PAD.encode(self.broker.cx.seal(aad, &plain)))
    }

    pub(super) fn opened<T: DeserializeOwned>(&self, aad: &str, wrapped: &str) -> Option<T> {
        let sealed = URL_SAFE_NO_PAD.decode(wrapped).ok()?;
        serde_json::from_slice(&self.broker.cx.open(aad, &sealed).ok()?).ok()
    }

    pub(super) fn now(&self) -> i64 {
        self.broker.cx.now().as_second()
    }

    pub(super) fn in_seconds(&self, duration: Duration) -> i64 {
        self.now() + crate::token::seconds(duration)
    }
}

fn page(request: String, login: String, refused: bool) -> LoginPage {
    let suggestion = |person: &people::TestPerson| Suggestion {
        login: person.login.clone(),
        name: [person.given_name.as_str(), person.family_name.as_str()].join(" ").trim().to_owned(),
        shows: person.shows.clone(),
    };
    let suggestions = people::all().iter().filter(|person| !person.shows.is_empty()).map(suggestion).collect();
    LoginPage { request, login, refused, suggestions, password: people::PASSWORD }
}
