//! The attestation of a habilitation, as a PDF. It is PDF/A-2a (for long-term archiving) and PDF/UA-1 (accessible to screen readers). It names no
//! contact, so that everything in it can be checked on the public page.

mod face;
mod layout;
mod page;
mod qr;

use jiff::Timestamp;

/// What is attested, in the words it was granted in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attestation {
    /// « H45 ».
    pub number: String,
    pub service: String,
    pub provider: String,
    pub organisation: String,
    /// In groups, as people write it.
    pub siret: String,
    pub project: String,
    pub groups: Vec<Group>,
    /// Each rule and its text: « Nature et références du texte », « Délibération du 12 mai 2026 ».
    pub legal: Vec<(String, String)>,
    /// « 36 mois »; empty when the form does not ask for it.
    pub retention: String,
    pub granted_on: String,
    /// Empty for a habilitation without end.
    pub valid_until: String,
    pub code: String,
    /// The public page that verifies it.
    pub address: String,
    pub issued_at: Timestamp,
}

/// Scopes of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    pub label: String,
    pub scopes: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the embedded typeface cannot be read")]
    Typeface,
    #[error("the verification address does not fit a QR code")]
    Address,
    #[error("the document does not meet PDF/A-2a and PDF/UA-1: {0}")]
    Standard(String),
}

/// CPU-bound for some milliseconds: not to be called on an asynchronous thread.
///
/// # Errors
/// What was asked for cannot be written within the two standards.
pub fn render(attestation: &Attestation) -> Result<Vec<u8>, Error> {
    page::compose(attestation)?.into_pdf(attestation)
}

#[cfg(test)]
mod tests;
