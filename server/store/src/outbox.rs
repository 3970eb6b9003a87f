//! Effects to carry out after a commit, written in the same transaction as their cause. Each row has one
//! consumer and is carried out at least once: consumers are idempotent.

use std::time::Duration;

use domain::{
    Timestamp,
    events::{Consumer, Event, Mail, Notification},
    ids::{OutboxId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, Condition, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{Cx, Page, Paging, Result, Tx, micros, timestamp};

/// Associated data of every payload in the first sealing scheme, which did not tell rows apart.
pub(crate) const UNNAMED: &str = "outbox.payload";
/// How long a consumer may take before the row is offered again.
const LEASE: Duration = Duration::from_secs(60);
/// How many rows one call tries to lease, since other processes may lease some of them first.
const CONTENDERS: u64 = 8;

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub consumer: String,
        pub request_id: Option<Uuid>,
        pub payload: Vec<u8>,
        pub created_at: i64,
        pub available_at: i64,
        pub attempts: i32,
        pub done_at: Option<i64>,
        pub last_error: Option<String>,
        pub given_up_at: Option<i64>,
    }
    crate::entity::plain!();
}

pub(crate) fn place(id: Uuid) -> String {
    format!("outbox.payload:{id}")
}

fn event(cx: &Cx, row: &entity::Model) -> Result<Event> {
    Ok(serde_json::from_slice(&cx.open_as(&place(row.id), UNNAMED, &row.payload)?)?)
}

/// One effect, leased to the caller of [`claim_next`].
#[derive(Debug, Clone)]
pub struct Due {
    pub id: OutboxId,
    pub event: Event,
    pub attempts: i32,
    pub created_at: Timestamp,
}

pub async fn publish(cx: &Cx, tx: &Tx, request: Option<RequestId>, event: &Event) -> Result<()> {
    // An erased account has no address.
    if matches!(event, Event::Mail(mail) | Event::Notification(Notification { mail, .. }) if mail.to.is_empty()) {
        return Ok(());
    }
    let payload = serde_json::to_vec(event)?;
    let now = micros(cx.now());
    for consumer in event.consumers() {
        let id = cx.new_id::<OutboxId>().uuid();
        let row = entity::ActiveModel {
            id: Set(id),
            consumer: Set(consumer.as_str().to_owned()),
            request_id: Set(request.map(TypedId::uuid)),
            payload: Set(cx.seal(&place(id), &payload)),
            created_at: Set(now),
            available_at: Set(now),
            attempts: Set(0),
            done_at: Set(None),
            last_error: Set(None),
            given_up_at: Set(None),
        };
        entity::Entity::insert(row).exec_without_returning(tx).await?;
        tx.leaves_effects();
    }
    Ok(())
}

/// Neither carried out nor given up.
fn open() -> Condition {
    Condition::all().add(entity::Column::DoneAt.is_null()).add(entity::Column::GivenUpAt.is_null())
}

/// Leases the oldest due row of a consumer. One at a time, since a lease runs from when it is taken: rows leased in
/// advance would be offered again while a slow effect is carried out before them. Two processes never lease the same
/// row: the lease is taken by comparing and setting `available_at`.
pub async fn claim_next(cx: &Cx, consumer: Consumer) -> Result<Option<Due>> {
    let now = cx.now();
    let rows = entity::Entity::find()
        .filter(entity::Column::Consumer.eq(consumer.as_str()))
        .filter(open())
        .filter(entity::Column::AvailableAt.lte(micros(now)))
        .order_by_asc(entity::Column::AvailableAt)
        .order_by_asc(entity::Column::Id)
        .limit(CONTENDERS)
        .all(&cx.db)
        .await?;
    for row in rows {
        let tx = cx.begin().await?;
        let leased = entity::Entity::update_many()
            .col_expr(entity::Column::AvailableAt, Expr::value(micros(now + LEASE)))
            .col_expr(entity::Column::Attempts, Expr::value(row.attempts + 1))
            .filter(entity::Column::Id.eq(row.id))
            .filter(entity::Column::AvailableAt.eq(row.available_at))
            .filter(open())
            .exec(&tx)
            .await?;
        tx.commit().await?;
        if leased.rows_affected == 1 {
            let (event, created_at) = (event(cx, &row)?, timestamp(row.created_at));
            return Ok(Some(Due { id: OutboxId(row.id), event, attempts: row.attempts + 1, created_at }));
        }
    }
    Ok(None)
}

pub async fn done(db: &impl ConnectionTrait, id: OutboxId, now: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::DoneAt, Expr::value(micros(now)))
        .col_expr(entity::Column::LastError, Expr::value(None::<String>))
        // What was delivered may hold personal data and one-time links: it is not kept.
        .col_expr(entity::Column::Payload, Expr::value(Vec::<u8>::new()))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Offers the row again at `at`.
pub async fn retry(db: &impl ConnectionTrait, id: OutboxId, at: Timestamp, error: &str) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::AvailableAt, Expr::value(micros(at)))
        .col_expr(entity::Column::LastError, Expr::value(error))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// The row is not offered any more; whoever runs the site may offer it again while it is kept.
pub async fn give_up(db: &impl ConnectionTrait, id: OutboxId, now: Timestamp, error: &str) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::GivenUpAt, Expr::value(micros(now)))
        .col_expr(entity::Column::LastError, Expr::value(error))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// The mails about a request that are still to be sent.
pub async fn mails_waiting(cx: &Cx, db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<(OutboxId, Mail)>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .filter(entity::Column::Consumer.eq(Consumer::Delivery.as_str()))
        .filter(open())
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    let mut mails = Vec::new();
    for row in rows {
        if let Event::Mail(mail) = event(cx, &row)? {
            mails.push((OutboxId(row.id), mail));
        }
    }
    Ok(mails)
}

/// One effect of a request, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub consumer: Consumer,
    pub done_at: Option<Timestamp>,
    pub given_up: bool,
    pub attempts: i32,
}

pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Effect>> {
    let rows = entity::Entity::find().filter(entity::Column::RequestId.eq(request.uuid())).order_by_asc(entity::Column::CreatedAt).all(db).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let consumer = Consumer::ALL.into_iter().find(|consumer| consumer.as_str() == row.consumer)?;
            Some(Effect { consumer, done_at: row.done_at.map(timestamp), given_up: row.given_up_at.is_some(), attempts: row.attempts })
        })
        .collect())
}

/// How many effects still wait, whoever their consumer.
pub async fn pending(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(entity::Entity::find().filter(open()).count(db).await?)
}

/// One effect that has not been carried out.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub id: OutboxId,
    pub event: Event,
    pub created_at: Timestamp,
    pub available_at: Timestamp,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub given_up_at: Option<Timestamp>,
}

/// The oldest first.
pub async fn waiting(cx: &Cx, consumer: Consumer, paging: Paging) -> Result<Page<Waiting>> {
    let found = entity::Entity::find().filter(entity::Column::Consumer.eq(consumer.as_str())).filter(open());
    let total = found.clone().count(&cx.db).await?;
    let rows =
        found.order_by_asc(entity::Column::CreatedAt).order_by_asc(entity::Column::Id).offset(paging.offset()).limit(paging.size).all(&cx.db).await?;
    let items = rows.into_iter().map(|row| waiting_of(cx, row));
    Ok(Page { items: items.collect::<Result<_>>()?, total })
}

fn waiting_of(cx: &Cx, row: entity::Model) -> Result<Waiting> {
    Ok(Waiting {
        id: OutboxId(row.id),
        event: event(cx, &row)?,
        created_at: timestamp(row.created_at),
        available_at: timestamp(row.available_at),
        attempts: row.attempts,
        last_error: row.last_error,
        given_up_at: row.given_up_at.map(timestamp),
    })
}

/// What was given up, the latest first, `limit` at most; of one request, or of all.
pub async fn given_up(cx: &Cx, consumer: Consumer, request: Option<RequestId>, limit: u64) -> Result<Vec<Waiting>> {
    let mut found = entity::Entity::find()
        .filter(entity::Column::Consumer.eq(consumer.as_str()))
        .filter(entity::Column::GivenUpAt.is_not_null())
        .filter(entity::Column::DoneAt.is_null());
    if let Some(request) = request {
        found = found.filter(entity::Column::RequestId.eq(request.uuid()));
    }
    let rows = found.order_by_desc(entity::Column::GivenUpAt).order_by_desc(entity::Column::Id).limit(limit).all(&cx.db).await?;
    rows.into_iter().map(|row| waiting_of(cx, row)).collect()
}

/// Forgets what was given up before this instant: the messages hold addresses and links.
pub async fn purge_given_up_before(db: &impl ConnectionTrait, before: Timestamp) -> Result<u64> {
    let gone = entity::Entity::delete_many().filter(entity::Column::GivenUpAt.lt(micros(before))).exec(db).await?;
    Ok(gone.rows_affected)
}

/// Offers once more what was given up; whether there was such a row.
pub async fn offer_again(tx: &Tx, id: OutboxId, now: Timestamp) -> Result<bool> {
    let offered = entity::Entity::update_many()
        .col_expr(entity::Column::GivenUpAt, Expr::value(None::<i64>))
        .col_expr(entity::Column::AvailableAt, Expr::value(micros(now)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::GivenUpAt.is_not_null())
        .exec(tx)
        .await?;
    if offered.rows_affected > 0 {
        tx.leaves_effects();
    }
    Ok(offered.rows_affected == 1)
}

/// Offers again every effect given up with an error that begins with `error`; returns how many.
pub async fn offer_all_again(tx: &Tx, consumer: Consumer, error: &str, now: Timestamp) -> Result<u64> {
    let offered = entity::Entity::update_many()
        .col_expr(entity::Column::GivenUpAt, Expr::value(None::<i64>))
        .col_expr(entity::Column::AvailableAt, Expr::value(micros(now)))
        .filter(entity::Column::Consumer.eq(consumer.as_str()))
        .filter(entity::Column::GivenUpAt.is_not_null())
        .filter(entity::Column::LastError.starts_with(error))
        .exec(tx)
        .await?;
    if offered.rows_affected > 0 {
        tx.leaves_effects();
    }
    Ok(offered.rows_affected)
}

/// Offers at once the effects that failed and wait for their next attempt; returns how many.
pub async fn hurry(tx: &Tx, consumer: Consumer, now: Timestamp) -> Result<u64> {
    let hurried = entity::Entity::update_many()
        .col_expr(entity::Column::AvailableAt, Expr::value(micros(now)))
        .filter(entity::Column::Consumer.eq(consumer.as_str()))
        .filter(open())
        .filter(entity::Column::LastError.is_not_null())
        .filter(entity::Column::AvailableAt.gt(micros(now)))
        .exec(tx)
        .await?;
    if hurried.rows_affected > 0 {
        tx.leaves_effects();
    }
    Ok(hurried.rows_affected)
}
