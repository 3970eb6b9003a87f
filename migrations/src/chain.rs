//! How journals were chained before there was a key: each line carries a hash of itself and of the line before, so that none
//! can be changed, removed or inserted without every later hash being wrong.

use sha2::{Digest, Sha256};

/// The hash that the first line is chained to.
pub const START: &str = "";

/// SHA-256 in hexadecimal over the previous hash and the line's fields, each preceded by its length: no two lines read
/// the same.
pub fn link(previous: &str, fields: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"habilis journal v1\0");
    for field in std::iter::once(previous.as_bytes()).chain(fields.iter().copied()) {
        hash.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(field);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One line of `journal`, as it is hashed. Ids are the bytes of their UUID; no actor is no bytes.
pub struct JournalLine<'a> {
    pub seq: i64,
    pub id: &'a [u8],
    pub request: &'a [u8],
    pub actor: &'a [u8],
    pub kind: &'a str,
    pub detail: &'a str,
    pub at: i64,
}

impl JournalLine<'_> {
    pub fn hash(&self, previous: &str) -> String {
        let Self { seq, id, request, actor, kind, detail, at } = self;
        link(previous, &[&seq.to_be_bytes(), id, request, actor, kind.as_bytes(), detail.as_bytes(), &at.to_be_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_run_into_each_other() {
        assert_ne!(link(START, &[b"ab", b"c"]), link(START, &[b"a", b"bc"]));
        assert_ne!(link("ab", &[b"c"]), link("a", &[b"bc"]));
        assert_ne!(link(START, &[b""]), link(START, &[]));
        assert_eq!(link(START, &[]).len(), 64);
    }
}
