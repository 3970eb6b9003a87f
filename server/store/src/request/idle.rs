//! Requests that nobody has changed for some time, in the order of their last change. A dedicated index serves the query: of
//! two hundred thousand requests, only those that became due since the last run of the clock are read.

use domain::{Timestamp, request::State};
use sea_orm::{Condition, QueryOrder, QuerySelect, entity::prelude::*};

use super::entity;
use crate::{Result, clock_mark::Mark, micros, timestamp};

/// Requests in `state` last changed after `after` and before `before`, the least recently changed first.
pub async fn idle(db: &impl ConnectionTrait, state: State, after: Mark, before: Timestamp, limit: u64) -> Result<Vec<Mark>> {
    use entity::Column as C;
    let later = Condition::any().add(C::UpdatedAt.gt(micros(after.at))).add(C::Id.gt(after.id));
    let rows: Vec<(Uuid, i64)> = entity::Entity::find()
        .select_only()
        .columns([C::Id, C::UpdatedAt])
        .filter(C::State.eq(state.as_str()))
        .filter(C::UpdatedAt.gte(micros(after.at)))
        .filter(C::UpdatedAt.lt(micros(before)))
        .filter(later)
        .order_by_asc(C::UpdatedAt)
        .order_by_asc(C::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, at)| Mark { at: timestamp(at), id }).collect())
}
