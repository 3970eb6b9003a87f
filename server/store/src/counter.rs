//! Numbers taken one after the other, inside the transaction that uses them.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::{Error, Result};

/// The next value of the named counter, from 1.
pub async fn next(db: &impl ConnectionTrait, name: &'static str) -> Result<i64> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => {
            "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
        }
        _ => "INSERT INTO counter (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
    };
    let row = db
        .query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, [name.into()]))
        .await?
        .ok_or_else(|| Error::inconsistent("counter", name))?;
    Ok(row.try_get("", "value")?)
}

/// The last value taken; 0 before the first.
pub async fn current(db: &impl ConnectionTrait, name: &'static str) -> Result<i64> {
    let sql = format!("SELECT value FROM counter WHERE name = '{name}'");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    row.map_or(Ok(0), |row| Ok(row.try_get("", "value")?))
}
