//! The head of a journal: its last line's number and hash, signed, on one line of text to be kept out of reach of whoever holds
//! the database. Compared with the journal later, it proves that nothing up to it was changed, cut off or replaced.

use std::fmt;

use domain::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use super::{Chain, Fault, Seal, Start};
use crate::{Cx, Keys, Result};

/// First word of a head.
const MARK: &str = "habilis-head";
const VERSION: &str = "v1";
/// Written instead of the hash of a journal without a line.
const NONE: &str = "-";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub chain: Chain,
    /// Number of the last line; 0 when there was none yet.
    pub seq: i64,
    pub hash: String,
    pub at: Timestamp,
    mac: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chain, seq, hash, at, mac } = self;
        let hash = if hash.is_empty() { NONE } else { hash };
        write!(f, "{MARK} {VERSION} {} {seq} {hash} {at} {mac}", chain.table())
    }
}

impl Head {
    fn signed(keys: &Keys, chain: Chain, seq: i64, hash: String, at: Timestamp) -> Self {
        // A head is written and read as text, to the second.
        let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
        let mut head = Self { chain, seq, hash, at, mac: String::new() };
        head.mac = head.right_mac(keys);
        head
    }

    fn right_mac(&self, keys: &Keys) -> String {
        let Self { chain, seq, hash, at, mac: _ } = self;
        Seal::new(keys, *chain).mac("head", [seq.to_be_bytes().as_slice(), hash.as_bytes(), &at.as_second().to_be_bytes()])
    }

    /// Whether the key of this site signed it.
    pub fn is_ours(&self, keys: &Keys) -> bool {
        self.right_mac(keys) == self.mac
    }

    /// Every head found in a text (a file of heads, a log, the source of a mail), even if lines were wrapped or quoted.
    pub fn read_all(text: &str) -> Vec<Self> {
        let text = text.replace("=\r\n", "").replace("=\n", "");
        let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '>' | ',')).filter(|word| !word.is_empty()).collect();
        words.windows(7).filter_map(Self::read).collect()
    }

    fn read(words: &[&str]) -> Option<Self> {
        let [mark, version, chain, seq, hash, at, mac] = words else { return None };
        if (*mark, *version) != (MARK, VERSION) {
            return None;
        }
        let hash = if *hash == NONE { "" } else { hash };
        Some(Self { chain: Chain::parse(chain)?, seq: seq.parse().ok()?, hash: hash.to_owned(), at: at.parse().ok()?, mac: (*mac).to_owned() })
    }
}

/// The current end of a journal.
///
/// # Errors
/// The database fails.
pub async fn head(cx: &Cx, chain: Chain) -> Result<std::result::Result<Head, Fault>> {
    let sql = format!("SELECT seq, hash FROM {} WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1", chain.table());
    let row = cx.db.query_one_raw(Statement::from_string(cx.db.get_database_backend(), sql)).await?;
    let (seq, hash) = match row {
        Some(row) => (row.try_get("", "seq")?, row.try_get::<Option<String>>("", "hash")?.unwrap_or_default()),
        None => match Start::read(cx, &cx.db, chain).await? {
            Ok(start) => (start.seq, start.hash),
            Err(fault) => return Ok(Err(fault)),
        },
    };
    Ok(Ok(Head::signed(&cx.keys, chain, seq, hash, cx.now())))
}

/// What became of the line a head was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Kept,
    /// Another line has its number.
    Rewritten,
    /// The journal ends before it.
    CutOff {
        last: i64,
    },
    /// It was removed with the beginning, which a signed checkpoint replaces.
    Purged {
        upto: i64,
    },
    /// The head was not signed here, or was altered since.
    Forged,
}

/// # Errors
/// The database fails.
pub async fn compare(cx: &Cx, head: &Head) -> Result<Found> {
    if !head.is_ours(&cx.keys) {
        return Ok(Found::Forged);
    }
    let Ok(start) = Start::read(cx, &cx.db, head.chain).await? else { return Ok(Found::Rewritten) };
    if head.seq < start.seq {
        return Ok(Found::Purged { upto: start.seq });
    }
    let hash = if head.seq == start.seq { Some(start.hash) } else { hash_at(cx, head.chain, head.seq).await? };
    if let Some(hash) = hash {
        return Ok(if hash == head.hash { Found::Kept } else { Found::Rewritten });
    }
    let last = last(cx, head.chain).await?.max(start.seq);
    Ok(if last < head.seq { Found::CutOff { last } } else { Found::Rewritten })
}

async fn hash_at(cx: &Cx, chain: Chain, seq: i64) -> Result<Option<String>> {
    let sql = format!("SELECT hash FROM {} WHERE seq = {seq}", chain.table());
    let row = cx.db.query_one_raw(Statement::from_string(cx.db.get_database_backend(), sql)).await?;
    row.map(|row| Ok(row.try_get::<Option<String>>("", "hash")?.unwrap_or_default())).transpose()
}

async fn last(cx: &Cx, chain: Chain) -> Result<i64> {
    let sql = format!("SELECT MAX(seq) AS last FROM {}", chain.table());
    let row = cx.db.query_one_raw(Statement::from_string(cx.db.get_database_backend(), sql)).await?;
    Ok(row.map_or(Ok(None), |row| row.try_get::<Option<i64>>("", "last"))?.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_back_wherever_it_was_written() {
        let keys = Keys::new(&[7; 32]);
        let at = Timestamp::from_microsecond(1_700_000_000_123_456).expect("in range");
        let heads = [Head::signed(&keys, Chain::Requests, 42, "ab".repeat(32), at), Head::signed(&keys, Chain::Administration, 0, String::new(), at)];
        let [one, two] = heads.each_ref().map(ToString::to_string);
        let broken = one.replacen(' ', "\r\n> ", 3);
        let (start, end) = one.split_at(90);
        for text in [
            format!("{one}\n{two}\n"),
            format!("2026-11-30T14:00:00Z  INFO habilis::heads: {one}\n2026 INFO {two}"),
            format!(r#"{{"fields":{{"message":"{one}"}}}} {{"message":"{two}","target":"x"}}"#),
            format!("> Bonjour,\r\n> {broken}\r\n> {two}"),
            format!("{start}=\r\n{end}\r\n{two}"),
        ] {
            assert_eq!(Head::read_all(&text), heads, "{text}");
        }
        assert!(heads.iter().all(|head| head.is_ours(&keys) && !head.is_ours(&Keys::new(&[8; 32]))));
        let [altered] = Head::read_all(&one.replace(" 42 ", " 41 ")).try_into().expect("one head");
        assert!(!altered.is_ours(&keys));
        assert_eq!(Head::read_all("habilis-head v1 journal"), []);
    }
}
