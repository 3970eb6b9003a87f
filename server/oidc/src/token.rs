//! The token endpoint: who calls, with what, and what is answered (RFC 6749 §2.3.1, §4.1.3, §5.1).

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    Params,
    error::{Code, OauthError},
};

/// A client's name and secret, not verified yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub client_id: String,
    pub client_secret: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl Credentials {
    /// By the header (`client_secret_basic`) or by the form (`client_secret_post`), never both.
    pub fn read(authorization: Option<&str>, params: &Params) -> Result<Self, OauthError> {
        let by_form = params.filled("client_secret")?;
        let name = params.filled("client_id")?;
        match (authorization.and_then(basic), by_form) {
            (Some(_), Some(_)) => Err(OauthError::new(Code::InvalidRequest, "client authentication must be given only once")),
            (Some(credentials), None) if name.is_none_or(|name| name == credentials.client_id) => Ok(credentials),
            (None, Some(secret)) => match name {
                Some(name) => Ok(Self { client_id: name.to_owned(), client_secret: secret.to_owned() }),
                None => Err(OauthError::new(Code::InvalidRequest, "missing required parameter client_id")),
            },
            _ => Err(OauthError::new(Code::InvalidClient, "client authentication failed (no valid authentication given)")),
        }
    }
}

/// RFC 6749 §2.3.1: both parts are form-encoded before base64.
fn basic(header: &str) -> Option<Credentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, secret) = decoded.split_once(':')?;
    let decode = |text: &str| {
        let pair = format!("v={text}");
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    Some(Credentials { client_id: decode(name)?, client_secret: decode(secret)? })
}

/// The exchange of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeExchange {
    pub code: String,
    pub redirect_uri: String,
    pub code_verifier: Option<String>,
}

impl CodeExchange {
    pub fn read(params: &Params) -> Result<Self, OauthError> {
        let required = |name: &'static str| {
            params.filled(name)?.ok_or_else(|| OauthError::new(Code::InvalidRequest, format!("missing required parameter {name}")))
        };
        if required("grant_type")? != "authorization_code" {
            return Err(OauthError::new(Code::UnsupportedGrantType, "unsupported grant_type requested"));
        }
        Ok(Self {
            code: required("code")?.to_owned(),
            redirect_uri: required("redirect_uri")?.to_owned(),
            code_verifier: params.filled("code_verifier")?.map(str::to_owned),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenAnswer {
    pub access_token: String,
    /// In seconds.
    pub expires_in: i64,
    pub id_token: String,
    #[serde(default)]
    pub scope: String,
    pub token_type: String,
}

/// OpenID Connect Core §2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdTokenClaims {
    pub iss: String,
    pub sub: String,
    pub aud: String,
    /// Seconds since the epoch, as the two others.
    pub exp: i64,
    pub iat: i64,
    pub auth_time: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    pub acr: String,
    pub at_hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amr: Option<Vec<String>>,
}

/// The token of an `Authorization: Bearer` header (RFC 6750 §2.1).
pub fn bearer(authorization: Option<&str>) -> Option<&str> {
    let (scheme, token) = authorization?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: Option<&str>, form: &str) -> Result<Credentials, Code> {
        let params = Params::parse(form.as_bytes()).expect("valid form");
        Credentials::read(header, &params).map_err(|error| error.error)
    }

    #[test]
    fn a_client_names_itself_once() {
        let ok = Ok(Credentials { client_id: "a b".to_owned(), client_secret: "s:é".to_owned() });
        let header = format!("Basic {}", STANDARD.encode("a+b:s%3A%C3%A9"));
        assert_eq!(read(Some(&header), ""), ok);
        assert_eq!(read(Some(&header), "client_id=a+b"), ok);
        assert_eq!(read(None, "client_id=a+b&client_secret=s%3A%C3%A9"), ok);
        assert_eq!(read(Some(&header), "client_secret=s"), Err(Code::InvalidRequest));
        assert_eq!(read(Some(&header), "client_id=autre"), Err(Code::InvalidClient));
        assert_eq!(read(Some("Basic ???"), ""), Err(Code::InvalidClient));
        assert_eq!(read(None, "client_id=a"), Err(Code::InvalidClient));
        assert_eq!(read(None, "client_secret=a"), Err(Code::InvalidRequest));
    }

    #[test]
    fn bearer_headers() {
        assert_eq!(bearer(Some("Bearer abc")), Some("abc"));
        assert_eq!(bearer(Some("bearer abc ")), Some("abc"));
        for bad in [None, Some("Bearer"), Some("Bearer "), Some("Basic abc")] {
            assert_eq!(bearer(bad), None);
        }
    }
}
