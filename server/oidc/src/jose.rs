//! Signatures: our ES256 keys, and the verification of tokens that others signed with ES256 or RS256.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse, ThumbprintHash},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

#[derive(Debug, thiserror::Error)]
#[error("this is not a P-256 key in PKCS#8 form")]
pub struct KeyError;

/// A private key, ready to sign.
#[derive(Debug, Clone)]
pub struct SigningKey {
    key: EncodingKey,
    public: Jwk,
    kid: String,
}

impl SigningKey {
    /// A new P-256 key in PKCS#8 form, to be sealed.
    pub fn generate() -> Result<Vec<u8>, KeyError> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).map_err(|_| KeyError)?;
        Ok(document.as_ref().to_vec())
    }

    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let key = EncodingKey::from_ec_der(pkcs8);
        let mut public = Jwk::from_encoding_key(&key, Algorithm::ES256).map_err(|_| KeyError)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        public.common.key_algorithm = Some(KeyAlgorithm::ES256);
        Ok(Self { key, public, kid })
    }

    /// The thumbprint of the key (RFC 7638).
    pub fn kid(&self) -> &str {
        &self.kid
    }

    pub fn sign(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.key).map_err(|_| KeyError)
    }
}

/// The public keys of an issuer (RFC 7517 §5).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Jwks(JwkSet);

impl Jwks {
    pub fn of(keys: &[&SigningKey]) -> Self {
        Self(JwkSet { keys: keys.iter().map(|key| key.public.clone()).collect() })
    }

    fn key_for(&self, header: &Header) -> Result<&Jwk, VerifyError> {
        match (&header.kid, self.0.keys.as_slice()) {
            (Some(kid), _) => self.0.find(kid).ok_or(VerifyError::UnknownKey),
            (None, [only]) => Ok(only),
            (None, _) => Err(VerifyError::UnknownKey),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    #[error("not a signed token")]
    Malformed,
    #[error("signed with an algorithm that is not accepted")]
    Algorithm,
    /// The issuer's keys should be fetched again, once.
    #[error("signed with a key the issuer does not publish")]
    UnknownKey,
    #[error("wrong signature, issuer or audience")]
    Refused,
    #[error("expired")]
    Expired,
    #[error("not valid yet")]
    TooEarly,
}

/// What a token must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    /// `None` when the audience is read from the token (the hint of a logout).
    pub audience: Option<&'a str>,
    /// Seconds since the epoch; `None` accepts an expired token.
    pub now: Option<i64>,
    /// Whether a token without `exp` is refused: an id_token has one (OpenID Connect Core §2), a signed userinfo may have none (§5.3.2).
    pub expires: bool,
}

/// Tolerance on the clock of an issuer, in seconds.
const LEEWAY: i64 = 10;

pub fn verify<T: DeserializeOwned>(token: &str, keys: &Jwks, expected: Expected<'_>) -> Result<T, VerifyError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| VerifyError::Malformed)?;
    if !matches!(header.alg, Algorithm::ES256 | Algorithm::RS256) {
        return Err(VerifyError::Algorithm);
    }
    let key = DecodingKey::from_jwk(keys.key_for(&header)?).map_err(|_| VerifyError::UnknownKey)?;
    let mut validation = Validation::new(header.alg);
    // Expiry is checked below, against the instant given by the caller.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.required_spec_claims.clear();
    validation.set_issuer(&[expected.issuer]);
    validation.required_spec_claims.insert("iss".to_owned());
    match expected.audience {
        Some(audience) => {
            validation.set_audience(&[audience]);
            validation.required_spec_claims.insert("aud".to_owned());
        }
        None => validation.validate_aud = false,
    }
    let claims = jsonwebtoken::decode::<serde_json::Value>(token, &key, &validation).map_err(|_| VerifyError::Refused)?.claims;
    if let Some(now) = expected.now {
        let seconds = |claim: &str| match claims.get(claim) {
            None => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or(VerifyError::Malformed),
        };
        match seconds("exp")? {
            Some(exp) if exp.saturating_add(LEEWAY) < now => return Err(VerifyError::Expired),
            None if expected.expires => return Err(VerifyError::Malformed),
            _ => {}
        }
        if seconds("nbf")?.is_some_and(|nbf| nbf > now.saturating_add(LEEWAY)) {
            return Err(VerifyError::TooEarly);
        }
    }
    serde_json::from_value(claims).map_err(|_| VerifyError::Malformed)
}

/// OpenID Connect Core §3.1.3.6, for the algorithms whose hash is SHA-256.
pub fn at_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token.as_bytes())[..16])
}

#[cfg(test)]
mod tests;
