//! The end of habilitations, and the codes that verify them.

use domain::{
    Timestamp,
    ids::{HabilitationId, RequestId, TypedId},
    verification::VerificationCode,
};
use jiff::civil::Date;
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

use super::{Habilitation, HabilitationState, entity};
use crate::{Result, micros};

/// Active habilitations due for a check and past their last day.
pub async fn ended(db: &impl ConnectionTrait, today: Date, limit: u64) -> Result<Vec<Habilitation>> {
    due(db, today, entity::Column::ValidUntil.lt(today.to_string()), limit).await
}

/// Active habilitations due for a check and not past their last day: a reminder is due.
pub async fn ending(db: &impl ConnectionTrait, today: Date, limit: u64) -> Result<Vec<Habilitation>> {
    due(db, today, entity::Column::ValidUntil.gte(today.to_string()), limit).await
}

async fn due(db: &impl ConnectionTrait, today: Date, end: Expr, limit: u64) -> Result<Vec<Habilitation>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::State.eq(HabilitationState::Active.as_str()))
        .filter(entity::Column::CheckOn.lte(today.to_string()))
        .filter(end)
        .order_by_asc(entity::Column::CheckOn)
        .order_by_asc(entity::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Sets the day of the next check.
pub async fn check_on(db: &impl ConnectionTrait, id: HabilitationId, day: Date) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::CheckOn, Expr::value(day.to_string()))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// False when it was not in force any more.
pub async fn expire(db: &impl ConnectionTrait, id: HabilitationId, now: Timestamp) -> Result<bool> {
    let done = entity::Entity::update_many()
        .col_expr(entity::Column::State, Expr::value(HabilitationState::Expired.as_str()))
        .col_expr(entity::Column::CheckOn, Expr::value(None::<String>))
        .col_expr(entity::Column::EndedAt, Expr::value(micros(now)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::State.eq(HabilitationState::Active.as_str()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Extends to `until` a habilitation that is active or expired; false when its last day is not `from` any more.
pub async fn prolong(db: &impl ConnectionTrait, id: HabilitationId, from: Date, until: Date, check_on: Date) -> Result<bool> {
    let done = entity::Entity::update_many()
        .col_expr(entity::Column::State, Expr::value(HabilitationState::Active.as_str()))
        .col_expr(entity::Column::ValidUntil, Expr::value(until.to_string()))
        .col_expr(entity::Column::CheckOn, Expr::value(check_on.to_string()))
        .col_expr(entity::Column::EndedAt, Expr::value(None::<i64>))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::ValidUntil.eq(from.to_string()))
        .filter(entity::Column::State.is_in([HabilitationState::Active.as_str(), HabilitationState::Expired.as_str()]))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Gives a code to a habilitation granted before codes existed; of two concurrent calls, the first wins.
pub async fn give_code(db: &impl ConnectionTrait, id: HabilitationId, code: &VerificationCode) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::VerificationCode, Expr::value(code.as_str()))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::VerificationCode.is_null())
        .exec(db)
        .await?;
    Ok(())
}

pub async fn by_code(db: &impl ConnectionTrait, code: &VerificationCode) -> Result<Option<Habilitation>> {
    let found = entity::Entity::find().filter(entity::Column::VerificationCode.eq(code.as_str())).one(db).await?;
    found.map(TryInto::try_into).transpose()
}

pub async fn by_number(db: &impl ConnectionTrait, number: i64) -> Result<Option<Habilitation>> {
    entity::Entity::find().filter(entity::Column::Number.eq(number)).one(db).await?.map(TryInto::try_into).transpose()
}

/// Last days of the active and expired habilitations of these requests, for lists; those without an end are left out.
pub async fn ends_of_requests(
    db: &impl ConnectionTrait,
    requests: impl IntoIterator<Item = RequestId>,
) -> Result<Vec<(RequestId, HabilitationState, Date)>> {
    use entity::Column as C;
    let ids: Vec<Uuid> = requests.into_iter().map(TypedId::uuid).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let states = [HabilitationState::Active, HabilitationState::Expired];
    let rows: Vec<(Uuid, String, String)> = entity::Entity::find()
        .select_only()
        .columns([C::RequestId, C::State, C::ValidUntil])
        .filter(C::RequestId.is_in(ids))
        .filter(C::State.is_in(states.map(HabilitationState::as_str)))
        .filter(C::ValidUntil.is_not_null())
        .order_by_asc(C::Number)
        .into_tuple()
        .all(db)
        .await?;
    let read = |(id, state, day): (Uuid, String, String)| {
        let state = HabilitationState::parse(&state).ok_or_else(|| crate::Error::inconsistent("habilitation", id))?;
        Ok((RequestId(id), state, crate::reminder::day(&day, "habilitation", id)?))
    };
    rows.into_iter().map(read).collect()
}
