//! Errors as protocols name them (RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, OpenID Connect Core §3.1.2.6).

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    InvalidScope,
    InvalidToken,
    InvalidAcr,
    InvalidIdpHint,
    UnsupportedGrantType,
    UnsupportedResponseType,
    AccessDenied,
    ServerError,
}

impl Code {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidToken => "invalid_token",
            Self::InvalidAcr => "invalid_acr",
            Self::InvalidIdpHint => "invalid_idp_hint",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
        }
    }

    /// Status of a direct answer (not of a redirection).
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::ServerError => 500,
            _ => 400,
        }
    }
}

/// The body of an error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}: {error_description}", error.as_str())]
pub struct OauthError {
    pub error: Code,
    /// ASCII without quotes nor backslashes, as RFC 6749 §5.2 wants.
    pub error_description: String,
}

impl OauthError {
    pub fn new(error: Code, description: impl Into<String>) -> Self {
        Self { error, error_description: description.into() }
    }
}

impl From<crate::params::ParamError> for OauthError {
    fn from(error: crate::params::ParamError) -> Self {
        Self::new(Code::InvalidRequest, error.to_string())
    }
}
