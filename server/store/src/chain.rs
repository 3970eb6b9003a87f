//! Tamper-evident journals: each line is chained to the one before by a hash under a key, so that whoever holds the database
//! but not the key can neither change, remove nor add a line unnoticed. The hash covers a digest of the line's texts, so that
//! texts can be erased without breaking the chain.
//!
//! The database alone cannot tell that its end was cut off or that an older copy was restored: the signed heads kept outside it
//! (module `head`) do.

use sea_orm::{ConnectionTrait, Statement, entity::prelude::Uuid};

use crate::{Cx, Error, Result, counter};

pub(crate) mod administration;
mod adopt;
mod checkpoint;
mod erase;
mod head;
mod purge;
pub(crate) mod requests;
mod seal;

pub use adopt::{Adoption, adopt};
pub use checkpoint::Checkpoint;
pub use head::{Found, Head, compare, head};
pub use purge::purge_before;

pub(crate) use adopt::OldLink;
pub(crate) use checkpoint::Start;
pub(crate) use erase::erase;
pub(crate) use seal::Seal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// What happened to requests.
    Requests,
    /// What those who run the site did.
    Administration,
}

impl Chain {
    pub const ALL: [Self; 2] = [Self::Requests, Self::Administration];

    /// Name of the table, and of the counter that numbers its lines.
    pub fn table(self) -> &'static str {
        match self {
            Self::Requests => "journal",
            Self::Administration => "admin_event",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chain| chain.table() == text)
    }
}

/// Number of the next line, and hash of the line before it.
pub(crate) struct Place {
    pub seq: i64,
    pub previous: String,
}

pub(crate) async fn next(cx: &Cx, db: &impl ConnectionTrait, chain: Chain) -> Result<Place> {
    places(cx, db, chain, 1).await
}

/// Reserves `count` consecutive numbers and returns the first. Other writers of the journal wait until the transaction ends,
/// since each line needs the hash of the one before it.
pub(crate) async fn places(cx: &Cx, db: &impl ConnectionTrait, chain: Chain, count: i64) -> Result<Place> {
    let table = chain.table();
    let seq = counter::take(db, table, count).await?;
    let sql = format!("SELECT hash FROM {table} WHERE seq = {}", seq - 1);
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    if let Some(row) = row {
        return Ok(Place { seq, previous: row.try_get("", "hash")? });
    }
    // The table is empty, because nothing was written yet or all of it was purged: the chain goes on from its starting point.
    let start = Start::read(cx, db, chain).await?.ok().filter(|start| start.seq == seq - 1);
    Ok(Place { seq, previous: start.ok_or_else(|| Error::inconsistent(table, seq - 1))?.hash })
}

/// A line of either journal, as the chain sees it.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub seq: i64,
    pub id: Uuid,
    /// Fields that are never erased, as bytes.
    pub facts: Vec<Vec<u8>>,
    /// Texts that may be erased.
    pub texts: Vec<String>,
    pub digest: Option<String>,
    pub hash: Option<String>,
    pub erased_at: Option<i64>,
    pub erasure: Option<String>,
}

/// Bytes of an optional id; empty for `None`.
pub(crate) fn id_bytes(id: Option<Uuid>) -> Vec<u8> {
    id.map(|id| id.as_bytes().to_vec()).unwrap_or_default()
}

/// What is wrong with a chain, at the first line where it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("line {0} was changed")]
    Changed(i64),
    #[error("line {0} is missing")]
    Missing(i64),
    #[error("line {0} holds a value of another type than its column’s")]
    Unreadable(i64),
    #[error("{0} line(s) stand outside the chain")]
    Outside(u64),
    #[error("a checkpoint was not signed with the key of this site")]
    Checkpoint,
}

/// A chain that was verified without a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// How many lines the table holds, without those purged.
    pub lines: i64,
    pub hash: String,
    /// The checkpoint that replaces the purged lines.
    pub purged: Option<Checkpoint>,
    /// The checkpoint of the lines written before there was a key.
    pub adopted: Option<Checkpoint>,
}

const BATCH: u64 = 5_000;

/// Recomputes every hash, from the first line of the table.
pub async fn verify(cx: &Cx, chain: Chain) -> Result<std::result::Result<Whole, Fault>> {
    let mut start = Start::read(cx, &cx.db, chain).await?;
    loop {
        let found = match &start {
            Ok(start) => verify_from(cx, chain, start).await?,
            Err(fault) => Err(*fault),
        };
        // Lines purged during the verification are not missing: start again from the new checkpoint.
        let again = Start::read(cx, &cx.db, chain).await?;
        if found.is_ok() || again == start {
            return Ok(found);
        }
        start = again;
    }
}

async fn verify_from(cx: &Cx, chain: Chain, start: &Start) -> Result<std::result::Result<Whole, Fault>> {
    // Read before the lines, so that a line written meanwhile is not taken for a missing one.
    let last = counter::current(&cx.db, chain.table()).await?;
    let End { seq, hash, lines } = match walk(cx, &cx.db, chain, start, i64::MAX).await? {
        Ok(end) => end,
        Err(fault) => return Ok(Err(fault)),
    };
    if last > seq {
        return Ok(Err(Fault::Missing(seq + 1)));
    }
    let outside = outside(&cx.db, chain, start.seq).await?;
    if outside > 0 {
        return Ok(Err(Fault::Outside(outside)));
    }
    Ok(Ok(Whole { lines, hash, purged: start.purged.clone(), adopted: start.adopted.clone() }))
}

/// Where a walk came to an end.
struct End {
    seq: i64,
    hash: String,
    /// How many lines were walked.
    lines: i64,
}

/// Verifies the lines that follow `start`, up to number `upto` or to the last.
async fn walk(cx: &Cx, db: &impl ConnectionTrait, chain: Chain, start: &Start, upto: i64) -> Result<std::result::Result<End, Fault>> {
    let seal = Seal::new(&cx.keys, chain);
    let mut end = End { seq: start.seq, hash: start.hash.clone(), lines: 0 };
    let mut batch = BATCH;
    loop {
        let links = match links_after(db, chain, end.seq, batch).await {
            Ok(links) => links,
            Err(error) if !error.is_unreadable() => return Err(error),
            Err(_) if batch == 1 => return Ok(Err(Fault::Unreadable(seq_after(db, chain, end.seq).await?))),
            // One line of the batch cannot be read: reading them one at a time tells which.
            Err(_) => {
                batch = 1;
                continue;
            }
        };
        if links.is_empty() {
            return Ok(Ok(end));
        }
        for link in links {
            if link.seq > upto {
                return Ok(Ok(end));
            }
            if link.seq != end.seq + 1 && link.seq > start.gaps_until() {
                return Ok(Err(Fault::Missing(end.seq + 1)));
            }
            match seal.follows(&end.hash, &link) {
                Some(hash) => end = End { seq: link.seq, hash, lines: end.lines + 1 },
                None => return Ok(Err(Fault::Changed(link.seq))),
            }
        }
    }
}

async fn links_after(db: &impl ConnectionTrait, chain: Chain, seq: i64, limit: u64) -> Result<Vec<Link>> {
    match chain {
        Chain::Requests => requests::links_after(db, seq, limit).await,
        Chain::Administration => administration::links_after(db, seq, limit).await,
    }
}

/// Number of the next line, whatever the line holds; `seq + 1` when that number cannot be read either.
async fn seq_after(db: &impl ConnectionTrait, chain: Chain, seq: i64) -> Result<i64> {
    let sql = format!("SELECT seq FROM {} WHERE seq > {seq} ORDER BY seq LIMIT 1", chain.table());
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    Ok(row.and_then(|row| row.try_get("", "seq").ok()).unwrap_or(seq + 1))
}

/// How many lines have no number, or one that is not after the start of the chain.
async fn outside(db: &impl ConnectionTrait, chain: Chain, first: i64) -> Result<u64> {
    let sql = format!("SELECT COUNT(*) AS lines FROM {} WHERE seq IS NULL OR seq <= {first}", chain.table());
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let lines: i64 = row.map_or(Ok(0), |row| row.try_get("", "lines"))?;
    Ok(u64::try_from(lines).unwrap_or(0))
}
