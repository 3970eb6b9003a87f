//! The vocabulary of OpenID Connect without input or output: parameters and their rules, errors, scopes and
//! claims, metadata, PKCE, signatures. The broker and the simulated identity provider both speak it.

pub mod authorize;
pub mod error;
pub mod jose;
pub mod metadata;
pub mod params;
pub mod paths;
pub mod pkce;
pub mod redirect;
pub mod scope;
pub mod token;

pub use authorize::{AuthorizeRequest, Nonce};
pub use error::{Code, OauthError};
pub use jose::{Jwks, SigningKey, VerifyError};
pub use metadata::Metadata;
pub use params::Params;
pub use redirect::RedirectUri;
pub use scope::Scope;

use serde::{Deserialize, Serialize};

/// The public identifier of a client, which may not exist: the store tells.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    pub const MAX: usize = 128;

    /// RFC 6749 §A.1: visible ASCII.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=Self::MAX).contains(&text.len());
        (fits && text.bytes().all(|b| b.is_ascii_graphic())).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
