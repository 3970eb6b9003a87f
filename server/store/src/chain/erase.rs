//! Erases texts of a journal at the end of their retention period; the lines stay, and the chain still holds.

use sea_orm::{ConnectionTrait, entity::prelude::Uuid};

use super::{Chain, Seal};
use crate::{Cx, Result, micros, sql::Sql};

/// Erases `texts` in the lines where `column` has this value; returns how many lines had one. Triggers refuse any other change
/// of a line.
pub(crate) async fn erase(cx: &Cx, db: &impl ConnectionTrait, chain: Chain, column: &str, value: Uuid, texts: &[&str]) -> Result<u64> {
    let (seal, table, now) = (Seal::new(&cx.keys, chain), chain.table(), micros(cx.now()));
    let mut sql = Sql::new(db);
    let wanted = sql.bind(value);
    let some = texts.iter().map(|text| format!(r#""{text}" <> ''"#)).collect::<Vec<_>>().join(" OR ");
    let found = sql.all(db, format!("SELECT id FROM {table} WHERE {column} = {wanted} AND erased_at IS NULL AND ({some})")).await?;
    let blank = texts.iter().map(|text| format!(r#""{text}" = ''"#)).collect::<Vec<_>>().join(", ");
    for row in &found {
        let id: Uuid = row.try_get("", "id")?;
        let mut sql = Sql::new(db);
        let (at, erasure, place) = (sql.bind(now), sql.bind(seal.erasure(id, now)), sql.bind(id));
        sql.all(db, format!("UPDATE {table} SET {blank}, erased_at = {at}, erasure = {erasure} WHERE id = {place}")).await?;
    }
    Ok(u64::try_from(found.len()).unwrap_or(u64::MAX))
}
