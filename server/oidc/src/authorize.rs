//! The authorization request: which parameters must be there and what each may hold. Rules of the realm
//! `franceconnect`; what depends on the client is checked by [`AuthorizeRequest::check`].

use serde::{Deserialize, Serialize};

use crate::{
    ClientId, Params, RedirectUri, Scope,
    acr::Acr,
    error::Code,
    params::ParamError,
    pkce::CodeChallenge,
    redirect::ErrorRedirect,
    scope::{self, OPENID},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nonce(String);

impl Nonce {
    pub const MIN: usize = 22;
    pub const MAX: usize = 512;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const MAX_STATE: usize = 2048;
const MAX_LIST: usize = 4096;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizeRequest {
    pub client_id: ClientId,
    pub redirect_uri: RedirectUri,
    pub response_type: String,
    pub scopes: Vec<Scope>,
    /// The levels as they were asked.
    pub acr_values: String,
    pub state: String,
    pub nonce: Nonce,
    /// The `claims` parameter asks for `amr` in the id_token.
    pub wants_amr: bool,
    pub idp_hint: Option<String>,
    pub code_challenge: Option<CodeChallenge>,
}

/// Shown on a page of the broker, not sent to the service: the redirect address is not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    pub parameter: &'static str,
    pub problem: Problem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    Missing,
    TooShort {
        min: usize,
    },
    TooLong {
        max: usize,
    },
    Repeated,
    NotText,
    NotAnAddress,
    NotJson,
    /// Holds a value outside the accepted ones.
    Unsupported {
        accepted: &'static str,
    },
    /// Accepted only together with another parameter.
    Without {
        other: &'static str,
    },
}

/// What the platform and the client allow.
#[derive(Clone, Copy)]
pub struct Allowed<'a> {
    pub acrs: &'a [Acr],
    pub scopes: &'a [String],
    /// Whether the scope exists anywhere on the platform.
    pub known_scope: &'a dyn Fn(&str) -> bool,
    pub idp_hints: &'a [&'a str],
}

/// What an accepted request is granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    pub scopes: Vec<Scope>,
    pub acr: Acr,
}

impl AuthorizeRequest {
    /// `local` accepts redirect addresses on this machine.
    pub fn parse(params: &Params, local: bool) -> Result<Self, Invalid> {
        let read = Reader(params);
        let client_id = read.required("client_id", ClientId::MAX)?;
        let redirect_uri = read.required("redirect_uri", RedirectUri::MAX)?;
        let response_type = read.present("response_type", 200)?;
        let scope = read.present("scope", MAX_LIST)?;
        let acr_values = read.required("acr_values", 200)?;
        let state = read.required("state", MAX_STATE)?;
        let nonce = read.required("nonce", Nonce::MAX)?;
        if nonce.chars().count() < Nonce::MIN {
            return Err(Invalid { parameter: "nonce", problem: Problem::TooShort { min: Nonce::MIN } });
        }
        read.prompt()?;
        Ok(Self {
            client_id: ClientId::parse(client_id).ok_or(Invalid { parameter: "client_id", problem: Problem::NotText })?,
            redirect_uri: RedirectUri::parse(redirect_uri, local)
                .map_err(|_| Invalid { parameter: "redirect_uri", problem: Problem::NotAnAddress })?,
            response_type: response_type.to_owned(),
            scopes: scope.split(' ').filter_map(Scope::parse).collect(),
            acr_values: acr_values.to_owned(),
            state: state.to_owned(),
            nonce: Nonce(nonce.to_owned()),
            wants_amr: read.wants_amr()?,
            idp_hint: read.optional("idp_hint", 100)?.map(str::to_owned),
            code_challenge: read.code_challenge()?,
        })
    }

    /// Errors are sent to the service: its redirect address must be found registered before this is called.
    pub fn check(&self, allowed: Allowed<'_>) -> Result<Granted, ErrorRedirect> {
        let refuse = |error, description| self.refuse(error, description);
        match self.response_type.as_str() {
            "code" => {}
            "" => return Err(refuse(Code::InvalidRequest, "missing required parameter 'response_type'")),
            _ => return Err(refuse(Code::UnsupportedResponseType, "unsupported response_type requested")),
        }
        if !self.scopes.iter().any(|scope| scope.as_str() == OPENID) {
            return Err(refuse(Code::InvalidRequest, "openid scope must be requested when using the acr_values parameter"));
        }
        let acr = Acr::lowest_of(&self.acr_values).or(allowed.acrs.first().copied()).filter(|acr| allowed.acrs.contains(acr));
        let Some(acr) = acr else { return Err(refuse(Code::InvalidAcr, "acr_values asks for a level this platform does not offer")) };
        if self.idp_hint.as_deref().is_some_and(|hint| !allowed.idp_hints.contains(&hint)) {
            return Err(refuse(Code::InvalidIdpHint, "the idp_hint given is not allowed"));
        }
        let mut scopes: Vec<Scope> = Vec::new();
        for scope in &self.scopes {
            if scope::is_granted(scope.as_str(), allowed.scopes) {
                if !scopes.contains(scope) {
                    scopes.push(scope.clone());
                }
            } else if (allowed.known_scope)(scope.as_str()) {
                return Err(refuse(Code::InvalidScope, "requested scope is not allowed"));
            }
        }
        Ok(Granted { scopes, acr })
    }

    pub fn refuse(&self, error: Code, description: &'static str) -> ErrorRedirect {
        ErrorRedirect {
            to: self.redirect_uri.clone(),
            error,
            description,
            state: self.state.clone(),
            // OAuth 2.0 Multiple Response Types §2: errors are returned where tokens would have been.
            in_fragment: self.response_type.split(' ').any(|part| matches!(part, "token" | "id_token")),
        }
    }
}

struct Reader<'a>(&'a Params);

impl<'a> Reader<'a> {
    fn present(&self, parameter: &'static str, max: usize) -> Result<&'a str, Invalid> {
        self.value(parameter, max)?.ok_or(Invalid { parameter, problem: Problem::Missing })
    }

    fn required(&self, parameter: &'static str, max: usize) -> Result<&'a str, Invalid> {
        self.optional(parameter, max)?.ok_or(Invalid { parameter, problem: Problem::Missing })
    }

    fn optional(&self, parameter: &'static str, max: usize) -> Result<Option<&'a str>, Invalid> {
        Ok(self.value(parameter, max)?.filter(|value| !value.is_empty()))
    }

    fn value(&self, parameter: &'static str, max: usize) -> Result<Option<&'a str>, Invalid> {
        let problem = match self.0.one(parameter) {
            Ok(Some(value)) if value.len() > max => Problem::TooLong { max },
            Ok(value) => return Ok(value),
            Err(ParamError::Repeated(_)) => Problem::Repeated,
            Err(ParamError::NotText | ParamError::TooLong) => Problem::NotText,
        };
        Err(Invalid { parameter, problem })
    }

    fn prompt(&self) -> Result<(), Invalid> {
        let accepted = |value: &str| !value.is_empty() && value.split(' ').all(|part| matches!(part, "login" | "consent"));
        match self.value("prompt", 100)? {
            Some(value) if !accepted(value) => Err(Invalid { parameter: "prompt", problem: Problem::Unsupported { accepted: "login, consent" } }),
            _ => Ok(()),
        }
    }

    /// OpenID Connect Core §5.5.
    fn wants_amr(&self) -> Result<bool, Invalid> {
        let Some(claims) = self.optional("claims", MAX_LIST)? else { return Ok(false) };
        let claims: serde_json::Value = serde_json::from_str(claims).map_err(|_| Invalid { parameter: "claims", problem: Problem::NotJson })?;
        Ok(claims.get("id_token").is_some_and(|id_token| id_token.get("amr").is_some()))
    }

    fn code_challenge(&self) -> Result<Option<CodeChallenge>, Invalid> {
        let method = self.optional("code_challenge_method", 20)?;
        let Some(challenge) = self.optional("code_challenge", 200)? else {
            let alone = Invalid { parameter: "code_challenge_method", problem: Problem::Without { other: "code_challenge" } };
            return if method.is_some() { Err(alone) } else { Ok(None) };
        };
        if method != Some("S256") {
            return Err(Invalid { parameter: "code_challenge_method", problem: Problem::Unsupported { accepted: "S256" } });
        }
        let unreadable = Invalid { parameter: "code_challenge", problem: Problem::Unsupported { accepted: "SHA-256, base64url" } };
        CodeChallenge::parse(challenge).map(Some).ok_or(unreadable)
    }
}

#[cfg(test)]
mod tests;
