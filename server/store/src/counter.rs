//! Numbers taken one after the other, inside the transaction that uses them.

use sea_orm::{ConnectionTrait, Statement};

use crate::{Error, Result, sql::Sql};

/// The next value of the named counter, from 1.
pub async fn next(db: &impl ConnectionTrait, name: &'static str) -> Result<i64> {
    take(db, name, 1).await
}

/// Takes that many values, which follow one another, and returns the first.
pub async fn take(db: &impl ConnectionTrait, name: &'static str, count: i64) -> Result<i64> {
    let mut sql = Sql::new(db);
    let (name_at, count_at, again_at) = (sql.bind(name), sql.bind(count), sql.bind(count));
    let text = format!(
        "INSERT INTO counter (name, value) VALUES ({name_at}, {count_at}) \
         ON CONFLICT (name) DO UPDATE SET value = counter.value + {again_at} RETURNING value"
    );
    let rows = sql.all(db, text).await?;
    let row = rows.first().ok_or_else(|| Error::inconsistent("counter", name))?;
    Ok(row.try_get::<i64>("", "value")? - count + 1)
}

/// The last value taken; 0 before the first. The row stays locked: nobody takes the next value before the transaction ends.
pub async fn hold(db: &impl ConnectionTrait, name: &'static str) -> Result<i64> {
    let sql =
        format!("INSERT INTO counter (name, value) VALUES ('{name}', 0) ON CONFLICT (name) DO UPDATE SET value = counter.value RETURNING value");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    Ok(row.ok_or_else(|| Error::inconsistent("counter", name))?.try_get("", "value")?)
}

/// The last value taken; 0 before the first.
pub async fn current(db: &impl ConnectionTrait, name: &'static str) -> Result<i64> {
    let sql = format!("SELECT value FROM counter WHERE name = '{name}'");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    row.map_or(Ok(0), |row| Ok(row.try_get("", "value")?))
}
