//! Every sealed column: which keys its values need, and how they are resealed with the current key while the site serves.

use std::collections::BTreeMap;

use domain::ids::{AccountId, SessionId};
use sea_orm::{ConnectionTrait, DbBackend, Statement, prelude::Uuid};
use sea_orm_migration::SchemaManager;

use crate::{
    Cx, Db, Error, Keys, Result, client, flow, kept_form, outbox, passkey, person,
    seal::{HEADER, SealedWith, kept},
    second_factor, signing_key,
    sql::Sql,
};

const BATCH: usize = 200;

/// A column of sealed values in a table whose key is a uuid.
struct Column {
    table: &'static str,
    name: &'static str,
    key: &'static str,
    /// SQL of another value that the associated data is made of.
    with: &'static str,
    place: fn(Uuid, &str) -> String,
    /// Associated data in the first sealing scheme.
    unnamed: fn(Uuid, &str) -> String,
}

impl Column {
    const fn new(table: &'static str, name: &'static str, key: &'static str, place: fn(Uuid, &str) -> String) -> Self {
        Self { table, name, key, with: "''", place, unnamed: place }
    }
}

const COLUMNS: [Column; 11] = [
    Column::new("second_factor", "secret", "account_id", |id, _| second_factor::place(AccountId(id))),
    Column::new("passkey_challenge", "state", "session_id", |id, _| passkey::place(SessionId(id))),
    Column { unnamed: |_, _| client::UNNAMED.to_owned(), ..Column::new("client", "secret_sealed", "id", |id, _| client::place(id)) },
    Column { unnamed: |_, _| outbox::UNNAMED.to_owned(), ..Column::new("outbox", "payload", "id", |id, _| outbox::place(id)) },
    Column {
        with: "issuer",
        unnamed: |_, issuer| signing_key::unnamed(issuer),
        ..Column::new("signing_key", "pkcs8_sealed", "id", signing_key::place)
    },
    Column::new("broker_session", "person_sealed", "id", |id, _| person::aad("broker_session", id)),
    Column::new("broker_flow", "upstream_sealed", "id", |id, _| flow::upstream_aad(id)),
    Column::new("broker_flow", "person_sealed", "id", |id, _| person::aad("broker_flow", id)),
    Column::new("authorization_code", "person_sealed", "id", |id, _| person::aad("authorization_code", id)),
    Column::new("access_token", "person_sealed", "id", |id, _| person::aad("access_token", id)),
    Column::new("kept_form", "content", "id", |id, _| kept_form::place(id)),
];

/// Every column that holds sealed values: `table.column`.
pub fn columns() -> Vec<String> {
    COLUMNS.iter().map(|column| format!("{}.{}", column.table, column.name)).chain([KEPT.to_owned()]).collect()
}

const KEPT: &str = "kept_key.key_sealed";

pub(crate) struct Value {
    id: Uuid,
    sealed: Vec<u8>,
    place: String,
    unnamed: String,
}

impl Value {
    pub fn opens(&self, keys: &Keys) -> bool {
        keys.open_as(&self.place, &self.unnamed, &self.sealed).is_ok()
    }
}

/// How many values need each key. Keys go by the id of their line, or by their tag where the file has no such line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    pub by_key: BTreeMap<String, u64>,
    /// Sealed before values named their key: any line of the file may be the one they need.
    pub unnamed: u64,
}

impl Census {
    pub(crate) fn add(&mut self, keys: &Keys, with: SealedWith, count: u64) {
        match with {
            SealedWith::Unnamed => self.unnamed += count,
            SealedWith::Tag(tag) => {
                let line = keys.masters().into_iter().find(|master| master.tag() == tag);
                *self.by_key.entry(line.map_or_else(|| hex::encode(tag), |line| line.id)).or_default() += count;
            }
        }
    }
}

/// What became of the values that were sealed with another key than the current one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    pub done: u64,
    /// No key of the file opens them: left as they are.
    pub lost: u64,
}

impl std::ops::AddAssign for Resealed {
    fn add_assign(&mut self, other: Self) {
        self.done += other.done;
        self.lost += other.lost;
    }
}

/// Goes through every column once. May be stopped and run again; what the site writes meanwhile wins.
///
/// # Errors
/// The database fails.
pub async fn run(cx: &Cx) -> Result<Resealed> {
    let mut total = Resealed::default();
    for column in &COLUMNS {
        let mut after = Uuid::nil();
        loop {
            let values = page(&cx.db, column, after).await?;
            let Some(last) = values.last() else { break };
            after = last.id;
            total += reseal(cx, column, &values).await?;
        }
    }
    // Kept keys come last: as long as they are sealed with the old key, a key file without it is refused.
    total += kept_keys(cx).await?;
    Ok(total)
}

async fn page(db: &Db, column: &Column, after: Uuid) -> Result<Vec<Value>> {
    let Column { table, name, key, with, .. } = column;
    let mut sql = Sql::new(db);
    let after = sql.bind(after);
    let text = format!(
        "SELECT {key} AS id, {name} AS sealed, {with} AS part FROM {table} WHERE {name} IS NOT NULL AND length({name}) > 0 AND {key} > {after} \
         ORDER BY {key} LIMIT {BATCH}"
    );
    sql.all(db, text).await?.iter().map(|row| value(column, row)).collect()
}

fn value(column: &Column, row: &sea_orm::QueryResult) -> Result<Value> {
    let (id, part): (Uuid, String) = (row.try_get("", "id")?, row.try_get("", "part")?);
    Ok(Value { sealed: row.try_get("", "sealed")?, place: (column.place)(id, &part), unnamed: (column.unnamed)(id, &part), id })
}

async fn reseal(cx: &Cx, column: &Column, values: &[Value]) -> Result<Resealed> {
    let mut done = Resealed::default();
    let old: Vec<&Value> = values.iter().filter(|value| !cx.keys.is_current(&value.sealed)).collect();
    if old.is_empty() {
        return Ok(done);
    }
    let tx = cx.begin().await?;
    for value in old {
        let Ok(plain) = cx.open_as(&value.place, &value.unnamed, &value.sealed) else {
            done.lost += 1;
            continue;
        };
        let Column { table, name, key, .. } = column;
        let mut sql = Sql::new(&tx);
        let (new, id, before) = (sql.bind(cx.seal(&value.place, &plain)), sql.bind(value.id), sql.bind(value.sealed.clone()));
        // A value that changed since it was read is left alone: whoever wrote it sealed it with the current key.
        sql.all(&tx, format!("UPDATE {table} SET {name} = {new} WHERE {key} = {id} AND {name} = {before}")).await?;
        done.done += 1;
    }
    tx.commit().await?;
    Ok(done)
}

async fn kept_keys(cx: &Cx) -> Result<Resealed> {
    let rows = Sql::new(&cx.db).all(&cx.db, "SELECT name, key_sealed FROM kept_key".to_owned()).await?;
    let mut done = Resealed::default();
    for row in &rows {
        let (name, sealed): (String, Vec<u8>) = (row.try_get("", "name")?, row.try_get("", "key_sealed")?);
        if cx.keys.is_current(&sealed) {
            continue;
        }
        let plain = cx.open(&kept::place(&name), &sealed)?;
        let tx = cx.begin().await?;
        let mut sql = Sql::new(&tx);
        let (new, named) = (sql.bind(cx.seal(&kept::place(&name), &plain)), sql.bind(name));
        sql.all(&tx, format!("UPDATE kept_key SET key_sealed = {new} WHERE name = {named}")).await?;
        tx.commit().await?;
        done.done += 1;
    }
    Ok(done)
}

/// Which keys the values of the database need.
///
/// # Errors
/// The database fails.
pub async fn census(db: &Db, keys: &Keys) -> Result<Census> {
    let mut census = Census::default();
    for column in columns() {
        let (table, name) = column.split_once('.').unwrap_or_default();
        // In values of the first scheme, random bytes follow the version byte: they are grouped by that byte alone.
        let unnamed = if db.get_database_backend() == DbBackend::Postgres { r"'\x01'::bytea" } else { "x'01'" };
        let head = format!("CASE WHEN substr({name}, 1, 1) = {unnamed} THEN {unnamed} ELSE substr({name}, 1, {HEADER}) END");
        let text = format!("SELECT {head} AS head, count(*) AS found FROM {table} WHERE {name} IS NOT NULL AND length({name}) > 0 GROUP BY {head}");
        for row in Sql::new(db).all(db, text).await? {
            let (head, count): (Vec<u8>, i64) = (row.try_get("", "head")?, row.try_get("", "found")?);
            let with = SealedWith::of(&head).ok_or_else(|| Error::Unseal(column.clone()))?;
            census.add(keys, with, u64::try_from(count).unwrap_or(0));
        }
    }
    Ok(census)
}

/// One sealed value, whichever comes first; none in a database that was never used.
pub(crate) async fn any(db: &Db) -> Result<Option<Value>> {
    for column in &COLUMNS {
        if has_table(db, column.table).await?
            && let Some(value) = page(db, column, Uuid::nil()).await?.into_iter().next()
        {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

pub(crate) async fn has_table(db: &Db, table: &str) -> Result<bool> {
    Ok(SchemaManager::new(db.transactions()).has_table(table).await?)
}

/// `of` is a table, or a table and a condition.
pub(crate) async fn has_rows(db: &Db, of: &str) -> Result<bool> {
    let statement = Statement::from_string(db.get_database_backend(), format!("SELECT 1 AS one FROM {of} LIMIT 1"));
    Ok(db.query_one_raw(statement).await?.is_some())
}
