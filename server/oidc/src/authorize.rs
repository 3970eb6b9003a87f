//! The authorization request: which parameters must be there and what each may hold, by the rules of a realm ([`Accepted`]); what
//! depends on the client is checked by [`AuthorizeRequest::check`].

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{ClientId, Params, RedirectUri, Scope, error::Code, params::ParamError, pkce::CodeChallenge, redirect::ErrorRedirect, scope::OPENID};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nonce(String);

impl Nonce {
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
    pub state: Option<String>,
    pub nonce: Option<Nonce>,
    /// The citizen identifies again, even in a live session (`prompt=login`).
    pub reauthenticate: bool,
    /// The `claims` parameter asks for `amr` in the id_token.
    pub wants_amr: bool,
    pub idp_hint: Option<String>,
    pub code_challenge: Option<CodeChallenge>,
}

/// Shown on a page of the broker, not sent to the service: the redirect address is not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    pub parameter: Cow<'static, str>,
    pub problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    Missing,
    /// The realm has no such parameter.
    NotAccepted,
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
        accepted: String,
    },
    /// Accepted only together with another parameter.
    Without {
        other: &'static str,
    },
}

/// What the realm accepts.
#[derive(Clone, Copy)]
pub struct Accepted<'a> {
    /// Redirect addresses on this machine.
    pub local: bool,
    /// Whether the realm has this parameter; any other is refused if `strict`, else ignored.
    pub reads: &'a dyn Fn(&str) -> bool,
    pub strict: bool,
    pub requires: &'a dyn Fn(&str) -> bool,
    pub nonce_min: usize,
    pub prompts: &'a [String],
}

/// What the realm offers and the client may ask for.
#[derive(Clone, Copy)]
pub struct Allowed<'a> {
    /// The level that answers `acr_values`; `None` when the realm does not offer it.
    pub acr: Option<&'a str>,
    pub granted_scope: &'a dyn Fn(&str) -> bool,
    /// Whether the scope exists anywhere on the platform.
    pub known_scope: &'a dyn Fn(&str) -> bool,
    pub idp_hints: &'a [&'a str],
}

/// What an accepted request is granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    pub scopes: Vec<Scope>,
    pub acr: String,
}

impl AuthorizeRequest {
    pub fn parse(params: &Params, accepted: Accepted<'_>) -> Result<Self, Invalid> {
        let read = Reader { params, accepted };
        let client_id = read.required("client_id", ClientId::MAX)?;
        let redirect_uri = read.required("redirect_uri", RedirectUri::MAX)?;
        let response_type = read.present("response_type", 200)?;
        let scope = read.present("scope", MAX_LIST)?;
        let acr_values = read.wanted("acr_values", 200)?.unwrap_or_default();
        let state = read.wanted("state", MAX_STATE)?;
        let nonce = read.wanted("nonce", Nonce::MAX)?;
        if nonce.is_some_and(|nonce| nonce.chars().count() < accepted.nonce_min) {
            return Err(invalid("nonce", Problem::TooShort { min: accepted.nonce_min }));
        }
        let reauthenticate = read.prompt()?.split(' ').any(|value| value == "login");
        read.nothing_else()?;
        Ok(Self {
            client_id: ClientId::parse(client_id).ok_or(invalid("client_id", Problem::NotText))?,
            redirect_uri: RedirectUri::parse(redirect_uri, accepted.local).map_err(|_| invalid("redirect_uri", Problem::NotAnAddress))?,
            response_type: response_type.to_owned(),
            scopes: scope.split(' ').filter_map(Scope::parse).collect(),
            acr_values: acr_values.to_owned(),
            state: state.map(str::to_owned),
            nonce: nonce.map(|nonce| Nonce(nonce.to_owned())),
            reauthenticate,
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
        let Some(acr) = allowed.acr.map(str::to_owned) else {
            return Err(refuse(Code::InvalidAcr, "acr_values asks for a level this platform does not offer"));
        };
        if self.idp_hint.as_deref().is_some_and(|hint| !allowed.idp_hints.contains(&hint)) {
            return Err(refuse(Code::InvalidIdpHint, "the idp_hint given is not allowed"));
        }
        let mut scopes: Vec<Scope> = Vec::new();
        for scope in &self.scopes {
            if (allowed.granted_scope)(scope.as_str()) {
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

fn invalid(parameter: &'static str, problem: Problem) -> Invalid {
    Invalid { parameter: parameter.into(), problem }
}

struct Reader<'a, 'r> {
    params: &'a Params,
    accepted: Accepted<'r>,
}

/// Of a name that is shown on our page.
const MAX_NAME: usize = 60;

impl<'a> Reader<'a, '_> {
    /// Required or not, as the realm says.
    fn wanted(&self, parameter: &'static str, max: usize) -> Result<Option<&'a str>, Invalid> {
        match (self.accepted.requires)(parameter) {
            true => self.required(parameter, max).map(Some),
            false => self.optional(parameter, max),
        }
    }

    fn nothing_else(&self) -> Result<(), Invalid> {
        let other = self.params.names().find(|name| !(self.accepted.reads)(name)).filter(|_| self.accepted.strict);
        other.map_or(Ok(()), |name| Err(Invalid { parameter: name.chars().take(MAX_NAME).collect::<String>().into(), problem: Problem::NotAccepted }))
    }

    fn present(&self, parameter: &'static str, max: usize) -> Result<&'a str, Invalid> {
        self.value(parameter, max)?.ok_or(invalid(parameter, Problem::Missing))
    }

    fn required(&self, parameter: &'static str, max: usize) -> Result<&'a str, Invalid> {
        self.optional(parameter, max)?.ok_or(invalid(parameter, Problem::Missing))
    }

    fn optional(&self, parameter: &'static str, max: usize) -> Result<Option<&'a str>, Invalid> {
        Ok(self.value(parameter, max)?.filter(|value| !value.is_empty()))
    }

    fn value(&self, parameter: &'static str, max: usize) -> Result<Option<&'a str>, Invalid> {
        if !(self.accepted.reads)(parameter) {
            return Ok(None);
        }
        let problem = match self.params.one(parameter) {
            Ok(Some(value)) if value.len() > max => Problem::TooLong { max },
            Ok(value) => return Ok(value),
            Err(ParamError::Repeated(_)) => Problem::Repeated,
            Err(ParamError::NotText | ParamError::TooLong) => Problem::NotText,
        };
        Err(invalid(parameter, problem))
    }

    fn prompt(&self) -> Result<&'a str, Invalid> {
        let accepted = |value: &str| !value.is_empty() && value.split(' ').all(|part| self.accepted.prompts.iter().any(|known| known == part));
        match self.value("prompt", 100)? {
            Some(value) if !accepted(value) => Err(unsupported("prompt", &self.accepted.prompts.join(", "))),
            other => Ok(other.unwrap_or_default()),
        }
    }

    /// OpenID Connect Core §5.5.
    fn wants_amr(&self) -> Result<bool, Invalid> {
        let Some(claims) = self.optional("claims", MAX_LIST)? else { return Ok(false) };
        let claims: serde_json::Map<String, serde_json::Value> = serde_json::from_str(claims).map_err(|_| invalid("claims", Problem::NotJson))?;
        Ok(claims.get("id_token").is_some_and(|id_token| id_token.get("amr").is_some()))
    }

    fn code_challenge(&self) -> Result<Option<CodeChallenge>, Invalid> {
        let method = self.optional("code_challenge_method", 20)?;
        let Some(challenge) = self.optional("code_challenge", 200)? else {
            let alone = invalid("code_challenge_method", Problem::Without { other: "code_challenge" });
            return if method.is_some() { Err(alone) } else { Ok(None) };
        };
        if method != Some("S256") {
            return Err(unsupported("code_challenge_method", "S256"));
        }
        CodeChallenge::parse(challenge).map(Some).ok_or_else(|| unsupported("code_challenge", "SHA-256, base64url"))
    }
}

fn unsupported(parameter: &'static str, accepted: &str) -> Invalid {
    invalid(parameter, Problem::Unsupported { accepted: accepted.to_owned() })
}

#[cfg(test)]
mod tests;
