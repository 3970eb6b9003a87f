//! Adopts, once, the lines written before there was a key: their old chain of unkeyed hashes is verified, the result is signed
//! in a checkpoint, and the lines are chained under the key after that checkpoint.

use migrations::chain::START;
use sea_orm::{ConnectionTrait, Statement};

use super::{
    BATCH, Chain, Fault, Link, Seal, Start, administration,
    checkpoint::{self, ADOPTED},
    outside, requests,
};
use crate::{Cx, Error, Result, Tx, counter, sql::Sql};

/// A line, and the function that computes its hash in the old chain from the hash of the line before it.
pub(crate) struct OldLink {
    pub link: Link,
    pub right: Box<dyn Fn(&str) -> String + Send>,
}

/// What became of a journal that had lines from before the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adoption {
    Adopted {
        chain: Chain,
        lines: i64,
        fault: Option<Fault>,
    },
    /// Lines without a keyed hash stand among lines that have one: somebody inserted them.
    Refused {
        chain: Chain,
    },
}

/// `done_before`: a record kept outside the database says that there is nothing left to adopt, whatever the database says.
///
/// # Errors
/// Every line is from before the key although they were adopted already (`Error::OldLines`); or the database fails.
pub async fn adopt(cx: &Cx, done_before: bool) -> Result<Vec<Adoption>> {
    let mut adoptions = Vec::new();
    for chain in Chain::ALL {
        if has(&cx.db, chain, "digest IS NULL AND seq IS NOT NULL").await? {
            adoptions.extend(adopt_chain(cx, chain, done_before).await?);
        }
    }
    Ok(adoptions)
}

async fn has(db: &impl ConnectionTrait, chain: Chain, condition: &str) -> Result<bool> {
    let sql = format!("SELECT seq FROM {} WHERE {condition} LIMIT 1", chain.table());
    Ok(db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?.is_some())
}

async fn adopt_chain(cx: &Cx, chain: Chain, done_before: bool) -> Result<Option<Adoption>> {
    let tx = cx.begin().await?;
    let taken = counter::hold(&tx, chain.table()).await?;
    if !has(&tx, chain, "digest IS NULL AND seq IS NOT NULL").await? {
        // Another process adopted them meanwhile.
        return Ok(None);
    }
    let begun = !matches!(Start::read(cx, &tx, chain).await?, Ok(Start { adopted: None, purged: None, .. }));
    if begun || has(&tx, chain, "digest IS NOT NULL").await? {
        return Ok(Some(Adoption::Refused { chain }));
    }
    if done_before {
        return Err(Error::OldLines { table: chain.table() });
    }
    let (end, fault) = walk_old(&tx, chain, taken).await?;
    let lines = end.0;
    let record = checkpoint::write(cx, &tx, chain, ADOPTED, end, fault).await?;
    chain_under_key(cx, &tx, chain, record.mac).await?;
    tx.commit().await?;
    Ok(Some(Adoption::Adopted { chain, lines, fault }))
}

async fn old_links_after(tx: &Tx, chain: Chain, seq: i64) -> Result<Vec<OldLink>> {
    match chain {
        Chain::Requests => requests::old_links_after(tx, seq, BATCH).await,
        Chain::Administration => administration::old_links_after(tx, seq, BATCH).await,
    }
}

/// Number and old hash of the last line, and the first fault found.
async fn walk_old(tx: &Tx, chain: Chain, taken: i64) -> Result<((i64, String), Option<Fault>)> {
    let (mut seq, mut hash, mut fault) = (0, START.to_owned(), None);
    loop {
        let links = old_links_after(tx, chain, seq).await?;
        if links.is_empty() {
            break;
        }
        for OldLink { link, right } in links {
            if link.seq != seq + 1 {
                fault = fault.or(Some(Fault::Missing(seq + 1)));
            }
            seq = link.seq;
            let right = right(&hash);
            if link.hash.as_ref() != Some(&right) {
                fault = fault.or(Some(Fault::Changed(seq)));
            }
            hash = link.hash.unwrap_or_default();
        }
    }
    if taken > seq {
        fault = fault.or(Some(Fault::Missing(seq + 1)));
    }
    let outside = outside(tx, chain, 0).await?;
    Ok(((seq, hash), fault.or((outside > 0).then_some(Fault::Outside(outside)))))
}

/// Rows in one statement: databases accept some tens of thousands of bound values at most.
const CHUNK: usize = 1_000;

async fn chain_under_key(cx: &Cx, tx: &Tx, chain: Chain, mut previous: String) -> Result<()> {
    let seal = Seal::new(&cx.keys, chain);
    let mut seq = 0;
    loop {
        let links = super::links_after(tx, chain, seq, BATCH).await?;
        let Some(last) = links.last() else { return Ok(()) };
        seq = last.seq;
        for some in links.chunks(CHUNK) {
            let mut sql = Sql::new(tx);
            let mut rows = Vec::with_capacity(some.len());
            for link in some {
                let digest = seal.digest(link);
                previous = seal.hash(&previous, link, &digest);
                rows.push(format!("({}, {}, {})", sql.bind(link.seq), sql.bind(digest), sql.bind(previous.as_str())));
            }
            let text = format!(
                "WITH c (place, digest, hash) AS (VALUES {}) UPDATE {1} SET digest = c.digest, hash = c.hash FROM c WHERE {1}.seq = c.place",
                rows.join(", "),
                chain.table()
            );
            sql.all(tx, text).await?;
        }
    }
}
