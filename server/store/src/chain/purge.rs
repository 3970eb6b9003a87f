//! Removes the beginning of a journal at the end of its retention period; a signed checkpoint takes its place.

use domain::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use super::{
    Chain, End, Fault, Start,
    checkpoint::{self, PURGED},
    walk,
};
use crate::{Cx, Result, counter, micros};

/// Removes the lines before the first one that is not older than `at`, and returns how many. Runs in the caller's transaction,
/// during which every other writer of the journal waits. If the part to remove has a fault, it is returned and nothing is
/// removed, since the checkpoint must not vouch for it.
pub async fn purge_before(cx: &Cx, db: &impl ConnectionTrait, chain: Chain, at: Timestamp) -> Result<std::result::Result<u64, Fault>> {
    let table = chain.table();
    let taken = counter::hold(db, table).await?;
    let start = match Start::read(cx, db, chain).await? {
        Ok(start) => start,
        Err(fault) => return Ok(Err(fault)),
    };
    let upto = first_since(db, table, at).await?.map_or(taken, |first| first - 1);
    if upto <= start.seq {
        return Ok(Ok(0));
    }
    let end = match walk(cx, db, chain, &start, upto).await? {
        Ok(End { seq, hash, .. }) if seq == upto => (seq, hash),
        Ok(End { seq, .. }) => return Ok(Err(Fault::Missing(seq + 1))),
        Err(fault) => return Ok(Err(fault)),
    };
    checkpoint::write(cx, db, chain, PURGED, end, None).await?;
    let sql = format!("DELETE FROM {table} WHERE seq <= {upto}");
    Ok(Ok(db.execute_raw(Statement::from_string(db.get_database_backend(), sql)).await?.rows_affected()))
}

async fn first_since(db: &impl ConnectionTrait, table: &str, at: Timestamp) -> Result<Option<i64>> {
    let sql = format!("SELECT MIN(seq) AS first FROM {table} WHERE at >= {}", micros(at));
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    Ok(row.map_or(Ok(None), |row| row.try_get("", "first"))?)
}
