//! Secrets at rest: sealed when they are needed again, hashed when they only have to be recognised.

use std::{
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use domain::Entropy;
use sha2::{Digest, Sha256};

use crate::{
    Error, MasterKey, Result,
    master_key::{TAG, hmac},
};

pub(crate) mod kept;

use kept::{Kept, Use};

const NONCE: usize = 24;
/// First byte of every sealed value, so that the scheme can change: then comes the tag of the key, the nonce, the rest.
const VERSION: u8 = 2;
/// The first scheme: the nonce and the rest, without the tag of the key.
const UNNAMED: u8 = 1;
pub(crate) const HEADER: usize = 1 + TAG;

/// The keys that seal and open, and those of MACs. Cheap to clone: the clones share what is read from the file.
#[derive(Clone)]
pub struct Keys {
    ring: Arc<RwLock<Arc<[Sealer]>>>,
    file: Option<Arc<Path>>,
    kept: Arc<Kept>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

struct Sealer {
    master: MasterKey,
    tag: [u8; TAG],
    seal: [u8; 32],
}

impl Sealer {
    fn new(master: &MasterKey) -> Self {
        Self { tag: master.tag(), seal: master.derive(b"habilis seal v1"), master: master.clone() }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.seal))
    }

    fn opens(&self, aad: &str, rest: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = rest.split_first_chunk::<NONCE>()?;
        self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: aad.as_bytes() }).ok()
    }
}

/// The key a sealed value needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SealedWith {
    /// Any key: values of the first scheme do not name theirs.
    Unnamed,
    Tag([u8; TAG]),
}

impl SealedWith {
    pub fn of(sealed: &[u8]) -> Option<Self> {
        match sealed.split_first()? {
            (&VERSION, rest) => rest.first_chunk().map(|tag| Self::Tag(*tag)),
            (&UNNAMED, _) => Some(Self::Unnamed),
            _ => None,
        }
    }
}

impl Keys {
    /// A single key, not read from a file; the keys of MACs are derived from it.
    pub fn new(master: &[u8; 32]) -> Self {
        Self::single(&MasterKey::new(*master))
    }

    pub(crate) fn single(master: &MasterKey) -> Self {
        Self { ring: Arc::new(RwLock::new(ring(std::slice::from_ref(master)))), file: None, kept: Arc::new(Kept::derived(master)) }
    }

    /// The first key seals, all of them open. `file` is read again when a value was sealed with another key: one may have been
    /// added.
    pub fn of(masters: &[MasterKey], file: &Path) -> Self {
        let kept = Kept::derived(masters.first().expect("a file of keys holds one at least"));
        Self { ring: Arc::new(RwLock::new(ring(masters))), file: Some(file.into()), kept: Arc::new(kept) }
    }

    pub(crate) fn with_kept(self, kept: Kept) -> Self {
        Self { kept: Arc::new(kept), ..self }
    }

    fn ring(&self) -> Arc<[Sealer]> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the file again; true when it holds other keys than before.
    ///
    /// # Errors
    /// The file cannot be read or makes no sense; the keys stay those there were.
    pub fn refresh(&self) -> Result<bool, String> {
        let Some(file) = &self.file else { return Ok(false) };
        let text = std::fs::read_to_string(file).map_err(|error| format!("cannot be read: {error}"))?;
        let masters = MasterKey::parse_file(&text)?;
        let same = self.ring().iter().map(|sealer| &sealer.master).eq(&masters);
        if !same {
            *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring(&masters);
        }
        Ok(!same)
    }

    /// Where the keys are read from.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    pub(crate) fn masters(&self) -> Vec<MasterKey> {
        self.ring().iter().map(|sealer| sealer.master.clone()).collect()
    }

    /// XChaCha20-Poly1305 under the first key; `aad` names the place the value lives in, down to its row, so that it cannot
    /// be moved elsewhere.
    pub fn seal(&self, entropy: &dyn Entropy, aad: &str, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0u8; NONCE];
        entropy.fill(&mut nonce);
        let ring = self.ring();
        let sealer = ring.first().expect("a ring is made of one key at least");
        let sealed = sealer
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: aad.as_bytes() })
            .expect("XChaCha20-Poly1305 only refuses messages of more than 256 GiB");
        let mut out = Vec::with_capacity(HEADER + NONCE + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&sealer.tag);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        out
    }

    pub fn open(&self, aad: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.open_as(aad, aad, sealed)
    }

    /// Same, for values whose associated data was `unnamed` in the first scheme, which did not tell rows apart.
    pub(crate) fn open_as(&self, aad: &str, unnamed: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let opened = match SealedWith::of(sealed) {
            Some(SealedWith::Tag(tag)) => {
                let ring = self.ring_with(tag);
                ring.iter().find(|sealer| sealer.tag == tag).and_then(|sealer| sealer.opens(aad, sealed.get(HEADER..)?))
            }
            Some(SealedWith::Unnamed) => self.ring().iter().find_map(|sealer| sealer.opens(unnamed, sealed.get(1..)?)),
            None => None,
        };
        opened.ok_or_else(|| Error::Unseal(aad.to_owned()))
    }

    /// Reads the file again when it held no such key: it may have been added a moment ago.
    fn ring_with(&self, tag: [u8; TAG]) -> Arc<[Sealer]> {
        let ring = self.ring();
        if ring.iter().any(|sealer| sealer.tag == tag) || self.refresh().is_err() {
            return ring;
        }
        self.ring()
    }

    pub(crate) fn is_current(&self, sealed: &[u8]) -> bool {
        SealedWith::of(sealed).is_some_and(|with| self.is_current_key(with))
    }

    pub(crate) fn is_current_key(&self, with: SealedWith) -> bool {
        self.ring().first().is_some_and(|sealer| with == SealedWith::Tag(sealer.tag))
    }

    /// HMAC-SHA-256 in hexadecimal, for values that must be recognised but not forged. Stays the same when the master key changes.
    pub fn mac(&self, purpose: &str, value: &str) -> String {
        self.keyed(Use::Mac, purpose, value)
    }

    /// Same, for the `sub` by which a service knows a person. It has a key of its own so that no other need ever changes it.
    pub fn sub(&self, purpose: &str, value: &str) -> String {
        self.keyed(Use::Sub, purpose, value)
    }

    /// Same, for the lines of the journals.
    pub fn journal(&self, message: &[u8]) -> String {
        hex::encode(hmac(self.kept.key(Use::Journal), message))
    }

    fn keyed(&self, of: Use, purpose: &str, value: &str) -> String {
        hex::encode(hmac(self.kept.key(of), format!("{purpose}\0{value}").as_bytes()))
    }
}

fn ring(masters: &[MasterKey]) -> Arc<[Sealer]> {
    masters.iter().map(Sealer::new).collect()
}

/// SHA-256 in hexadecimal: enough for tokens of 256 random bits, which nobody can guess.
pub fn hash_token(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests;
