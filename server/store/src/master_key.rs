//! Master keys, read from a file of one key a line: the first is the current one and seals; the others only open what they
//! sealed earlier.

use std::collections::BTreeSet;

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Length of the tag by which a sealed value names its key.
pub(crate) const TAG: usize = 8;
const MAX_ID: usize = 32;
/// Least number of distinct bytes in a key: 32 random bytes hold about 30, and fewer than this once in 10¹⁵ keys.
const LEAST_DIFFERENT: usize = 16;

#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey {
    /// A label for people: it may be changed, since sealed values refer to the key by its tag.
    pub id: String,
    secret: [u8; 32],
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MasterKey({})", self.id)
    }
}

impl MasterKey {
    pub fn new(secret: [u8; 32]) -> Self {
        let tag = tag(&secret);
        Self { id: hex::encode(&tag[..4]), secret }
    }

    /// Each line is `id:` and 64 hexadecimal digits, or the digits alone; empty lines and those that begin with `#` are
    /// ignored.
    ///
    /// # Errors
    /// What is wrong, to be read after the name of the file. Never the digits.
    pub fn parse_file(text: &str) -> Result<Vec<Self>, String> {
        let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let keys: Vec<Self> = lines
            .map(|(number, line)| Self::parse(line).ok_or(number + 1))
            .collect::<Result<_, _>>()
            .map_err(|number| format!("should hold 64 hexadecimal digits, or `id:` and 64 hexadecimal digits a line; line {number} does not"))?;
        if keys.is_empty() {
            return Err("should hold 64 hexadecimal digits; it is empty".to_owned());
        }
        if keys.iter().map(|key| &key.id).collect::<BTreeSet<_>>().len() < keys.len() {
            return Err("gives two keys the same id".to_owned());
        }
        if keys.iter().map(|key| key.secret).collect::<BTreeSet<_>>().len() < keys.len() {
            return Err("holds the same key twice".to_owned());
        }
        Ok(keys)
    }

    fn parse(line: &str) -> Option<Self> {
        let (id, digits) = line.split_once(':').map_or((None, line), |(id, digits)| (Some(id.trim()), digits.trim()));
        let mut secret = [0; 32];
        hex::decode_to_slice(digits, &mut secret).ok()?;
        let key = Self::new(secret);
        let Some(id) = id else { return Some(key) };
        let named = !id.is_empty() && id.len() <= MAX_ID && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        named.then(|| Self { id: id.to_owned(), ..key })
    }

    /// Why this key is obviously not a random one, if it is not.
    pub fn weakness(&self) -> Option<&'static str> {
        let bytes = &self.secret;
        let step = bytes[1].wrapping_sub(bytes[0]);
        if *bytes == [0; 32] {
            Some("is made of zeros")
        } else if bytes.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step) {
            Some(if step == 0 { "is one byte over and over" } else { "is a sequence" })
        } else if (2..=16).any(|period| bytes.iter().zip(&bytes[period..]).all(|(one, other)| one == other)) {
            Some("repeats itself")
        } else if bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) {
            Some("is a text, written in hexadecimal digits")
        } else if bytes.iter().collect::<BTreeSet<_>>().len() < LEAST_DIFFERENT {
            Some("has too few different bytes")
        } else {
            None
        }
    }

    pub(crate) fn tag(&self) -> [u8; TAG] {
        tag(&self.secret)
    }

    /// Derives the key for one use, named by `label`.
    pub(crate) fn derive(&self, label: &[u8]) -> [u8; 32] {
        hmac(&self.secret, label)
    }
}

fn tag(secret: &[u8; 32]) -> [u8; TAG] {
    let mut tag = [0; TAG];
    tag.copy_from_slice(&hmac(secret, b"habilis key id v1")[..TAG]);
    tag
}

pub(crate) fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "6b0e1f8c52a94d77b3e0c81d2f96a5047e3d9b1c4a6f8205d7e1b93c5f0a2846";
    const TWO: &str = "c41a7be9035d862f9e10b7d46c8f235ae9714d0b6f2c8835a1d0e7946b3f5c12";

    #[test]
    fn a_file_holds_one_key_or_several() {
        let ids = |text: &str| MasterKey::parse_file(text).map(|keys| keys.into_iter().map(|key| key.id).collect::<Vec<_>>());
        let derived = MasterKey::parse_file(ONE).expect("a key")[0].id.clone();
        assert_eq!(derived.len(), 8);
        assert_eq!(ids(&format!("{ONE}\n")), Ok(vec![derived.clone()]));
        assert_eq!(ids(&format!("# of 2027\n2027:{TWO}\n\n{ONE}\n")), Ok(vec!["2027".into(), derived]));
        assert_eq!(ids(&format!("2: {TWO}\r\n1: {ONE}\r\n")), Ok(vec!["2".into(), "1".into()]));
        for (wrong, said) in [
            (String::new(), "it is empty"),
            ("# nothing\n".into(), "it is empty"),
            ("secret".into(), "line 1 does not"),
            (format!("1:{ONE}\n2:{}", &TWO[1..]), "line 2 does not"),
            (format!(":{ONE}"), "line 1 does not"),
            (format!("a key:{ONE}"), "line 1 does not"),
            (format!("1:{ONE}\n1:{TWO}"), "the same id"),
            (format!("1:{ONE}\n2:{ONE}"), "the same key twice"),
        ] {
            let why = ids(&wrong).expect_err(said);
            assert!(why.contains(said), "{why}");
            assert!(!why.contains(&ONE[..16]), "a key is told: {why}");
        }
    }

    #[test]
    fn a_key_nobody_drew_is_seen() {
        let weakness = |digits: &str| MasterKey::parse_file(digits).expect("a key")[0].weakness();
        for (digits, why) in [
            ("00".repeat(32), "is made of zeros"),
            ("ff".repeat(32), "is one byte over and over"),
            ("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f".into(), "is a sequence"),
            ("1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100".into(), "is a sequence"),
            ("0123456789abcdef".repeat(4), "repeats itself"),
            ("deadbeef".repeat(8), "repeats itself"),
            (hex::encode("correct horse battery staple 123"), "is a text, written in hexadecimal digits"),
            (format!("{}01", "00".repeat(31)), "has too few different bytes"),
        ] {
            assert_eq!(weakness(&digits), Some(why), "{digits}");
        }
        assert_eq!((weakness(ONE), weakness(TWO)), (None, None));
    }
}
