//! Rate limits, counted in the database: all processes share them, and a restart forgets nothing.
//!
//! Generic cell rate algorithm (as in ITU-T I.371): a bucket is stored as one instant, when it will be full again. What is
//! counted is stored as a keyed hash.

use std::time::Duration;

use domain::Timestamp;
use sea_orm::{QueryResult, entity::prelude::*};

use crate::{Cx, Error, Result, micros, sql::Sql, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rate_limit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key_hash: String,
        pub full_at: i64,
    }
    crate::entity::plain!();
}

/// `at_once` in a burst, then one every `then_every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    pub at_once: u32,
    pub then_every: Duration,
}

impl Quota {
    fn every(self) -> i64 {
        i64::try_from(self.then_every.as_micros()).unwrap_or(i64::MAX / 2).max(1)
    }

    /// How far in the future the instant of a full bucket may lie for the bucket to give one more.
    fn depth(self) -> i64 {
        self.every().saturating_mul(i64::from(self.at_once.max(1)) - 1)
    }
}

/// `purpose` and `key` together name what is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    pub purpose: &'static str,
    pub key: String,
    pub quota: Quota,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Yes,
    /// Taken, and the next one would have to wait.
    Last,
    /// Nothing was taken; the next one will be available at this instant.
    Wait(Timestamp),
}

/// To be called in the transaction of what is counted, so that both happen or neither does.
pub async fn take(cx: &Cx, db: &impl ConnectionTrait, bucket: &Bucket) -> Result<Taken> {
    let (now, hash) = (micros(cx.now()), hash(cx, bucket));
    let (every, depth) = (bucket.quota.every(), bucket.quota.depth());
    let mut sql = Sql::new(db);
    let text = format!(
        "INSERT INTO rate_limit (key_hash, full_at) VALUES ({}, {}) ON CONFLICT (key_hash) DO UPDATE SET full_at = \
         (CASE WHEN rate_limit.full_at > {} THEN rate_limit.full_at ELSE {} END) + {} WHERE rate_limit.full_at <= {} RETURNING full_at",
        sql.bind(hash.clone()),
        sql.bind(now.saturating_add(every)),
        sql.bind(now),
        sql.bind(now),
        sql.bind(every),
        sql.bind(now.saturating_add(depth)),
    );
    match sql.all(db, text).await?.first().map(full_at).transpose()? {
        Some(full) if full > now.saturating_add(depth) => Ok(Taken::Last),
        Some(_) => Ok(Taken::Yes),
        None => Ok(Taken::Wait(wait(cx, db, bucket).await?.unwrap_or_else(|| cx.now()))),
    }
}

/// Takes one from each bucket, or none if one of them is empty. A refusal costs no transaction.
pub async fn take_all(cx: &Cx, buckets: &[Bucket]) -> Result<Taken> {
    if let Some(until) = longest_wait(cx, &cx.db, buckets).await? {
        return Ok(Taken::Wait(until));
    }
    let tx = cx.begin().await?;
    let mut all = Taken::Yes;
    for bucket in buckets {
        match take(cx, &tx, bucket).await? {
            Taken::Yes => {}
            Taken::Last => all = Taken::Last,
            wait @ Taken::Wait(_) => return Ok(wait),
        }
    }
    tx.commit().await?;
    Ok(all)
}

/// The latest instant until which one would have to wait; takes nothing.
pub async fn longest_wait(cx: &Cx, db: &impl ConnectionTrait, buckets: &[Bucket]) -> Result<Option<Timestamp>> {
    let mut longest = None;
    for bucket in buckets {
        longest = longest.max(wait(cx, db, bucket).await?);
    }
    Ok(longest)
}

async fn wait(cx: &Cx, db: &impl ConnectionTrait, bucket: &Bucket) -> Result<Option<Timestamp>> {
    let row = entity::Entity::find_by_id(hash(cx, bucket)).one(db).await?;
    let free = row.map(|row| row.full_at.saturating_sub(bucket.quota.depth()));
    Ok(free.filter(|free| *free > micros(cx.now())).map(timestamp))
}

fn hash(cx: &Cx, bucket: &Bucket) -> String {
    cx.keys.mac("rate_limit", &format!("{}\0{}", bucket.purpose, bucket.key))
}

fn full_at(row: &QueryResult) -> Result<i64> {
    row.try_get("", "full_at").map_err(Error::from)
}

/// Deletes the buckets that are full: a bucket without a row is a full one.
pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::FullAt.lt(micros(at))).exec(db).await?.rows_affected)
}
