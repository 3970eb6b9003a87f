//! Secrets at rest: sealed when they are needed again, hashed when they only have to be recognised.

use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use domain::Entropy;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::{Error, Result};

const NONCE: usize = 24;
/// First byte of every sealed value, so that the scheme can change.
const VERSION: u8 = 1;

/// Keys derived from the master key, one for each use.
#[derive(Clone)]
pub struct Keys {
    seal: [u8; 32],
    mac: [u8; 32],
    journal: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    pub fn new(master: &[u8; 32]) -> Self {
        Self { seal: hmac(master, b"habilis seal v1"), mac: hmac(master, b"habilis mac v1"), journal: hmac(master, b"habilis journal v1") }
    }

    /// XChaCha20-Poly1305; `aad` names the place the value lives in, so that it cannot be moved elsewhere.
    pub fn seal(&self, entropy: &dyn Entropy, aad: &str, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0u8; NONCE];
        entropy.fill(&mut nonce);
        let cipher = XChaCha20Poly1305::new(&Key::from(self.seal));
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: aad.as_bytes() })
            .expect("XChaCha20-Poly1305 only refuses messages of more than 256 GiB");
        let mut out = Vec::with_capacity(1 + NONCE + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        out
    }

    pub fn open(&self, aad: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let refused = || Error::Unseal(aad.to_owned());
        let (version, rest) = sealed.split_first().ok_or_else(refused)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or_else(refused)?;
        if *version != VERSION {
            return Err(refused());
        }
        let cipher = XChaCha20Poly1305::new(&Key::from(self.seal));
        cipher.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: aad.as_bytes() }).map_err(|_| refused())
    }

    /// HMAC-SHA-256 in hexadecimal, for values that must be recognised but not forged.
    pub fn mac(&self, purpose: &str, value: &str) -> String {
        hex::encode(hmac(&self.mac, format!("{purpose}\0{value}").as_bytes()))
    }

    /// HMAC-SHA-256 in hexadecimal, for the lines of the journals.
    pub fn journal(&self, message: &[u8]) -> String {
        hex::encode(hmac(&self.journal, message))
    }
}

fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// SHA-256 in hexadecimal: enough for tokens of 256 random bits, which nobody can guess.
pub fn hash_token(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use domain::clock::SystemEntropy;

    use super::*;

    #[test]
    fn what_is_sealed_opens_only_in_its_place_and_whole() {
        let keys = Keys::new(&[7; 32]);
        let sealed = keys.seal(&SystemEntropy, "client.secret", b"valeur");
        assert_eq!(keys.open("client.secret", &sealed).ok().as_deref(), Some(b"valeur".as_slice()));
        assert!(keys.open("client.other", &sealed).is_err());
        assert!(Keys::new(&[8; 32]).open("client.secret", &sealed).is_err());
        for position in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[position] ^= 1;
            assert!(keys.open("client.secret", &altered).is_err(), "byte {position}");
        }
        assert!(keys.open("client.secret", &sealed[..20]).is_err());
        assert!(keys.open("client.secret", b"").is_err());
    }
}
