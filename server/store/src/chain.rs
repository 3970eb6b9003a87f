//! Journals whose lines hold to one another: taking the next place, and walking a chain to see whether it is whole.

use migrations::chain::START;
use sea_orm::{ConnectionTrait, Statement};

use crate::{Error, Result, admin_event, counter, journal};

/// The chains there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// What happened to requests.
    Requests,
    /// What those who run the site did.
    Administration,
}

impl Chain {
    pub const ALL: [Self; 2] = [Self::Requests, Self::Administration];

    /// Of the counter and of the table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Requests => "journal",
            Self::Administration => "admin_event",
        }
    }
}

/// Where the next line goes.
pub(crate) struct Place {
    pub seq: i64,
    pub previous: String,
}

pub(crate) async fn next(db: &impl ConnectionTrait, chain: Chain) -> Result<Place> {
    places(db, chain, 1).await
}

/// The first of that many places, which follow one another. Whoever holds a place makes the others wait until the
/// transaction ends: the chain has one end.
pub(crate) async fn places(db: &impl ConnectionTrait, chain: Chain, count: i64) -> Result<Place> {
    let table = chain.table();
    let seq = counter::take(db, table, count).await?;
    if seq == 1 {
        return Ok(Place { seq, previous: START.to_owned() });
    }
    let sql = format!("SELECT hash FROM {table} WHERE seq = {}", seq - 1);
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let row = row.ok_or_else(|| Error::inconsistent(table, seq - 1))?;
    Ok(Place { seq, previous: row.try_get("", "hash")? })
}

/// A line as it stands, and the hash it should carry after the one before.
pub(crate) struct Link {
    pub seq: i64,
    pub kept: Option<String>,
    pub right: Rehash,
}

/// From the place and the hash before.
pub(crate) type Rehash = Box<dyn Fn(i64, &str) -> String + Send>;

/// What is wrong with a chain, at the first line where it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("line {0} was changed")]
    Changed(i64),
    #[error("line {0} is missing")]
    Missing(i64),
    #[error("{0} line(s) stand outside the chain")]
    Outside(u64),
}

/// A chain found whole. Kept elsewhere, the hash of the last line also tells whether the end was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    pub lines: i64,
    pub hash: String,
}

const BATCH: u64 = 5_000;

/// Recomputes every hash, from the first line.
pub async fn verify(db: &impl ConnectionTrait, chain: Chain) -> Result<std::result::Result<Whole, Fault>> {
    let (mut seq, mut hash) = (0, START.to_owned());
    loop {
        let links = match chain {
            Chain::Requests => journal::links_after(db, seq, BATCH).await?,
            Chain::Administration => admin_event::links_after(db, seq, BATCH).await?,
        };
        if links.is_empty() {
            break;
        }
        for link in links {
            if link.seq != seq + 1 {
                return Ok(Err(Fault::Missing(seq + 1)));
            }
            seq = link.seq;
            hash = (link.right)(seq, &hash);
            if link.kept.as_deref() != Some(hash.as_str()) {
                return Ok(Err(Fault::Changed(seq)));
            }
        }
    }
    if counter::current(db, chain.table()).await? > seq {
        return Ok(Err(Fault::Missing(seq + 1)));
    }
    let count = match chain {
        Chain::Requests => journal::count(db).await?,
        Chain::Administration => admin_event::count(db).await?,
    };
    let outside = count.saturating_sub(u64::try_from(seq).unwrap_or(0));
    Ok(if outside > 0 { Err(Fault::Outside(outside)) } else { Ok(Whole { lines: seq, hash }) })
}
