//! Reminders, each sent once; and actions that a reminder announces for a later day, such as archiving.

use domain::{
    Timestamp,
    ids::{RequestId, TypedId},
};
use jiff::civil::Date;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{Cx, Error, Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reminder")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub request_id: Uuid,
        pub kind: String,
        pub base: String,
        pub threshold: i32,
        pub sent_at: i64,
        pub follow_on: Option<String>,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request waits for its applicant.
    Idle,
    /// The request will be archived, unless it is changed.
    Archive,
    /// The legal limit is near.
    Legal,
    /// The habilitation ends soon.
    Validity,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Archive => "archive",
            Self::Legal => "legal",
            Self::Validity => "validity",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReminder<'a> {
    pub request: RequestId,
    pub kind: Kind,
    /// The instant or day that the reminder is about (last change, legal limit, last day): when it changes, reminders start over.
    pub base: &'a str,
    pub threshold: i32,
    pub follow_on: Option<Date>,
}

/// False when it was recorded before: nothing must be sent.
pub async fn record(cx: &Cx, db: &impl ConnectionTrait, new: NewReminder<'_>, now: Timestamp) -> Result<bool> {
    use entity::Column as C;
    let NewReminder { request, kind, base, threshold, follow_on } = new;
    let row = entity::ActiveModel {
        id: Set(domain::ids::mint(now, cx.entropy.as_ref())),
        request_id: Set(request.uuid()),
        kind: Set(kind.as_str().to_owned()),
        base: Set(base.to_owned()),
        threshold: Set(threshold),
        sent_at: Set(micros(now)),
        follow_on: Set(follow_on.map(|day| day.to_string())),
    };
    let inserted =
        entity::Entity::insert(row).on_conflict_do_nothing_on([C::RequestId, C::Kind, C::Base, C::Threshold]).exec_without_returning(db).await?;
    Ok(matches!(inserted, sea_orm::TryInsertResult::Inserted(1..)))
}

/// An announcement whose day has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    pub id: Uuid,
    pub request: RequestId,
    pub base: String,
    pub sent_at: Timestamp,
}

pub async fn announced(db: &impl ConnectionTrait, today: Date, limit: u64) -> Result<Vec<Announced>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::FollowOn.lte(today.to_string()))
        .order_by_asc(entity::Column::FollowOn)
        .order_by_asc(entity::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Announced { id: row.id, request: RequestId(row.request_id), base: row.base, sent_at: timestamp(row.sent_at) })
        .collect())
}

/// Closes an announcement. Of several callers, only the one that gets true must carry it out.
pub async fn close(db: &impl ConnectionTrait, id: Uuid) -> Result<bool> {
    let closed = entity::Entity::update_many()
        .col_expr(entity::Column::FollowOn, Expr::value(None::<String>))
        .filter(entity::Column::Id.eq(id))
        .filter(entity::Column::FollowOn.is_not_null())
        .exec(db)
        .await?;
    Ok(closed.rows_affected == 1)
}

/// Reads a day: days are stored as texts whose alphabetical order is that of time.
pub(crate) fn day(text: &str, table: &'static str, id: impl std::fmt::Display) -> Result<Date> {
    text.parse().map_err(|_| Error::inconsistent(table, id))
}
