//! The traits through which one crate uses another without depending on it.

use std::{future::Future, pin::Pin};

use jiff::Timestamp;

use crate::{
    catalogue::{Catalogue, FileError},
    pivot::PivotIdentity,
};

pub type PortFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, PortError>> + Send + 'a>>;

#[derive(Debug, thiserror::Error)]
#[error("the other side did not answer: {0}")]
pub struct PortError(pub String);

/// What an active access token of the broker says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    pub client_id: String,
    pub sub: String,
    pub scopes: Vec<String>,
    pub acr: String,
    pub identity: PivotIdentity,
    pub expires_at: Timestamp,
}

/// Implemented by the broker of this process, or by a client of a remote FranceConnect; used by the gateway.
pub trait AccessTokens: Send + Sync {
    /// `None` for a token that is unknown, expired or revoked.
    fn introspect<'a>(&'a self, environment: Environment, token: &'a str) -> PortFuture<'a, Option<Introspection>>;
}

/// Credentials of one environment are unknown in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    Sandbox,
    Production,
}

impl Environment {
    pub const ALL: [Self; 2] = [Self::Sandbox, Self::Production];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.as_str() == text)
    }
}

/// The catalogue as files: those shipped with the program, and the catalogue that a set of texts makes.
pub trait CatalogueFiles: Send + Sync {
    /// Name, version and text of each file.
    fn shipped(&self) -> Vec<(String, u32, String)>;

    /// # Errors
    /// The first mistake, with its file and line.
    fn load(&self, texts: &[(String, String)]) -> Result<Catalogue, FileError>;
}

/// No files at all, for a `Habilitation` built without any.
pub struct NoFiles;

impl CatalogueFiles for NoFiles {
    fn shipped(&self) -> Vec<(String, u32, String)> {
        Vec::new()
    }

    fn load(&self, _: &[(String, String)]) -> Result<Catalogue, FileError> {
        Ok(Catalogue::default())
    }
}
