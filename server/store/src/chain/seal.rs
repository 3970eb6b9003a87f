//! The MACs of the lines of a journal.

use sea_orm::entity::prelude::Uuid;

use super::{Chain, Link};
use crate::Keys;

/// Computes the MACs of one journal; each includes the name of the journal, so that it is not valid in the other.
#[derive(Clone, Copy)]
pub(crate) struct Seal<'a> {
    keys: &'a Keys,
    chain: Chain,
}

impl<'a> Seal<'a> {
    pub fn new(keys: &'a Keys, chain: Chain) -> Self {
        Self { keys, chain }
    }

    /// MAC of these fields, each preceded by its length so that two different lists never give the same message.
    pub fn mac<'f>(&self, purpose: &'static str, fields: impl IntoIterator<Item = &'f [u8]>) -> String {
        let mut message = Vec::with_capacity(256);
        for field in [purpose.as_bytes(), self.chain.table().as_bytes()].into_iter().chain(fields) {
            message.extend_from_slice(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            message.extend_from_slice(field);
        }
        self.keys.journal(&message)
    }

    pub fn digest(&self, link: &Link) -> String {
        self.mac("digest", std::iter::once(link.id.as_bytes().as_slice()).chain(link.texts.iter().map(String::as_bytes)))
    }

    pub fn hash(&self, previous: &str, link: &Link, digest: &str) -> String {
        let seq = link.seq.to_be_bytes();
        let first = [previous.as_bytes(), &seq, digest.as_bytes()];
        self.mac("line", first.into_iter().chain(link.facts.iter().map(Vec::as_slice)))
    }

    /// Proof that this site erased the texts of a line, and when.
    pub fn erasure(&self, id: Uuid, at: i64) -> String {
        self.mac("erasure", [id.as_bytes().as_slice(), &at.to_be_bytes()])
    }

    /// The hash of the line, if it is what was written after `previous`; `None` if the line was altered.
    pub fn follows(&self, previous: &str, link: &Link) -> Option<String> {
        let digest = link.digest.as_deref()?;
        let texts_hold = match (link.erased_at, &link.erasure) {
            (None, None) => self.digest(link) == digest,
            (Some(at), Some(erasure)) => link.texts.iter().all(String::is_empty) && self.erasure(link.id, at) == *erasure,
            _ => false,
        };
        let hash = self.hash(previous, link, digest);
        (texts_hold && link.hash.as_deref() == Some(hash.as_str())).then_some(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link {
        let texts = vec!["motif".to_owned(), String::new()];
        Link { seq: 1, id: Uuid::from_u128(1), facts: vec![vec![1]], texts, digest: None, hash: None, erased_at: None, erasure: None }
    }

    #[test]
    fn a_line_holds_under_its_key_in_its_journal_and_place_only() {
        let keys = Keys::new(&[7; 32]);
        let seal = Seal::new(&keys, Chain::Requests);
        let mut line = link();
        let digest = seal.digest(&line);
        let hash = seal.hash("", &line, &digest);
        (line.digest, line.hash) = (Some(digest), Some(hash.clone()));
        assert_eq!(seal.follows("", &line), Some(hash));
        assert_eq!(seal.follows("autre", &line), None);
        assert_eq!(Seal::new(&keys, Chain::Administration).follows("", &line), None);
        assert_eq!(Seal::new(&Keys::new(&[8; 32]), Chain::Requests).follows("", &line), None);
        type Alter = fn(&mut Link);
        let alterations: [Alter; 7] = [
            |line| line.seq = 2,
            |line| line.facts = vec![vec![2]],
            |line| line.texts.reverse(),
            |line| line.texts[0].clear(),
            |line| line.digest = None,
            |line| line.hash = None,
            |line| line.erased_at = Some(0),
        ];
        for (place, alter) in alterations.iter().enumerate() {
            let mut altered = line.clone();
            alter(&mut altered);
            assert_eq!(seal.follows("", &altered), None, "alteration {place}");
        }
    }

    #[test]
    fn erased_texts_hold_when_the_house_erased_them() {
        let keys = Keys::new(&[7; 32]);
        let seal = Seal::new(&keys, Chain::Requests);
        let mut line = link();
        let digest = seal.digest(&line);
        (line.hash, line.digest) = (Some(seal.hash("", &line, &digest)), Some(digest));
        line.texts = vec![String::new(); 2];
        line.erased_at = Some(5);
        line.erasure = Some(seal.erasure(line.id, 5));
        assert!(seal.follows("", &line).is_some());
        for erasure in [seal.erasure(line.id, 6), seal.erasure(Uuid::from_u128(2), 5), String::new()] {
            let forged = Link { erasure: Some(erasure), ..line.clone() };
            assert_eq!(seal.follows("", &forged), None);
        }
        line.texts[0] = "autre motif".to_owned();
        assert_eq!(seal.follows("", &line), None);
    }
}
