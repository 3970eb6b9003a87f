//! Exports of a list, in progress or ready: who asked, and how far they are. The file itself is in the data directory.

use std::time::Duration;

use domain::{
    Timestamp,
    ids::{AccountId, ExportId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Cx, Error, Result, micros, timestamp};

/// A process that has recorded no progress for this long is considered dead.
const SILENCE: Duration = Duration::from_secs(120);

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "list_export")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub query: String,
        pub state: String,
        pub done: i64,
        pub total: i64,
        pub created_at: i64,
        pub seen_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportState {
    Waiting,
    Running,
    Ready,
    Failed,
}

impl ExportState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Running, Self::Ready, Self::Failed];

    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    pub id: ExportId,
    pub account: AccountId,
    /// The query string of the list's address.
    pub query: String,
    pub state: ExportState,
    pub done: u64,
    pub total: u64,
    pub at: Timestamp,
}

impl TryFrom<entity::Model> for Export {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { id, account_id, query, state, done, total, created_at, seen_at: _ } = row;
        Ok(Self {
            id: ExportId(id),
            account: AccountId(account_id),
            query,
            state: ExportState::ALL.into_iter().find(|one| one.as_str() == state).ok_or_else(|| Error::inconsistent("list_export", id))?,
            done: u64::try_from(done).unwrap_or(0),
            total: u64::try_from(total).unwrap_or(0),
            at: timestamp(created_at),
        })
    }
}

/// Does nothing when it exists already (the form was sent twice).
pub async fn add(db: &impl ConnectionTrait, export: &Export) -> Result<()> {
    let Export { id, account, query, state, done: _, total, at } = export.clone();
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        account_id: Set(account.uuid()),
        query: Set(query),
        state: Set(state.as_str().to_owned()),
        done: Set(0),
        total: Set(i64::try_from(total).unwrap_or(i64::MAX)),
        created_at: Set(micros(at)),
        seen_at: Set(micros(at)),
    };
    entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::Id]).exec_without_returning(db).await?;
    Ok(())
}

/// The export, if this account asked for it.
pub async fn of_account(db: &impl ConnectionTrait, id: ExportId, account: AccountId) -> Result<Option<Export>> {
    let found = entity::Entity::find_by_id(id.uuid()).filter(entity::Column::AccountId.eq(account.uuid())).one(db).await?;
    found.map(TryInto::try_into).transpose()
}

/// How many a person has that are not ready.
pub async fn unfinished(db: &impl ConnectionTrait, account: AccountId) -> Result<u64> {
    let open = [ExportState::Waiting, ExportState::Running].map(ExportState::as_str);
    Ok(entity::Entity::find().filter(entity::Column::AccountId.eq(account.uuid())).filter(entity::Column::State.is_in(open)).count(db).await?)
}

/// Takes the oldest one that waits, or whose process is considered dead. Two processes never take the same one.
pub async fn claim(cx: &Cx) -> Result<Option<Export>> {
    let now = cx.now();
    let silent = micros(now - SILENCE);
    let open = [ExportState::Waiting, ExportState::Running].map(ExportState::as_str);
    let rows = entity::Entity::find().filter(entity::Column::State.is_in(open)).order_by_asc(entity::Column::CreatedAt).all(&cx.db).await?;
    for row in rows.into_iter().filter(|row| row.state == ExportState::Waiting.as_str() || row.seen_at < silent) {
        let tx = cx.begin().await?;
        let taken = entity::Entity::update_many()
            .col_expr(entity::Column::State, Expr::value(ExportState::Running.as_str()))
            .col_expr(entity::Column::SeenAt, Expr::value(micros(now)))
            .filter(entity::Column::Id.eq(row.id))
            .filter(entity::Column::State.eq(row.state.as_str()))
            .filter(entity::Column::SeenAt.eq(row.seen_at))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        if taken.rows_affected == 1 {
            return Ok(Some(row.try_into()?));
        }
    }
    Ok(None)
}

pub async fn progress(db: &impl ConnectionTrait, id: ExportId, state: ExportState, done: u64, at: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::State, Expr::value(state.as_str()))
        .col_expr(entity::Column::Done, Expr::value(i64::try_from(done).unwrap_or(i64::MAX)))
        .col_expr(entity::Column::SeenAt, Expr::value(micros(at)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes those asked for before this instant, and returns their ids: the caller deletes their files.
pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<Vec<ExportId>> {
    let old = entity::Entity::find().filter(entity::Column::CreatedAt.lt(micros(at))).all(db).await?;
    let ids: Vec<Uuid> = old.into_iter().map(|row| row.id).collect();
    if !ids.is_empty() {
        entity::Entity::delete_many().filter(entity::Column::Id.is_in(ids.clone())).exec(db).await?;
    }
    Ok(ids.into_iter().map(ExportId).collect())
}
