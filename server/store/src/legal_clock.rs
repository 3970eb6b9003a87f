//! The legal limit of each request under review, and the day of the next warning about it.

use domain::{
    deadlines::LegalClock,
    ids::{RequestId, TypedId},
};
use jiff::civil::Date;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict};

use crate::{Result, reminder::day};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "legal_clock")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        pub limit_on: String,
        pub suspended_on: Option<String>,
        pub warn_on: Option<String>,
    }
    crate::entity::plain!();
}

fn clock_of(row: &entity::Model) -> Result<LegalClock> {
    let read = |text: &String| day(text, "legal_clock", row.request_id);
    Ok(LegalClock { limit: read(&row.limit_on)?, suspended_on: row.suspended_on.as_ref().map(read).transpose()? })
}

pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Option<LegalClock>> {
    entity::Entity::find_by_id(request.uuid()).one(db).await?.as_ref().map(clock_of).transpose()
}

/// The clocks of several requests, for a list.
pub async fn of_requests(db: &impl ConnectionTrait, requests: impl IntoIterator<Item = RequestId>) -> Result<Vec<(RequestId, LegalClock)>> {
    let ids: Vec<Uuid> = requests.into_iter().map(TypedId::uuid).collect();
    let rows = entity::Entity::find().filter(entity::Column::RequestId.is_in(ids)).all(db).await?;
    rows.iter().map(|row| Ok((RequestId(row.request_id), clock_of(row)?))).collect()
}

/// `warn_on` is the day of the next warning.
pub async fn write(db: &impl ConnectionTrait, request: RequestId, clock: LegalClock, warn_on: Option<Date>) -> Result<()> {
    use entity::Column as C;
    let row = entity::ActiveModel {
        request_id: Set(request.uuid()),
        limit_on: Set(clock.limit.to_string()),
        suspended_on: Set(clock.suspended_on.map(|day| day.to_string())),
        warn_on: Set(warn_on.map(|day| day.to_string())),
    };
    let conflict = OnConflict::column(C::RequestId).update_columns([C::LimitOn, C::SuspendedOn, C::WarnOn]).to_owned();
    entity::Entity::insert(row).on_conflict(conflict).exec_without_returning(db).await?;
    Ok(())
}

/// Sets the day of the next warning; false when the clock was changed or stopped meanwhile.
pub async fn warn_next(db: &impl ConnectionTrait, request: RequestId, clock: LegalClock, warn_on: Option<Date>) -> Result<bool> {
    use entity::Column as C;
    let suspended = clock.suspended_on.map_or_else(|| C::SuspendedOn.is_null(), |day| C::SuspendedOn.eq(day.to_string()));
    let done = entity::Entity::update_many()
        .col_expr(C::WarnOn, Expr::value(warn_on.map(|day| day.to_string())))
        .filter(C::RequestId.eq(request.uuid()))
        .filter(C::LimitOn.eq(clock.limit.to_string()))
        .filter(suspended)
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Stops the clock of a request that was decided.
pub async fn stop(db: &impl ConnectionTrait, request: RequestId) -> Result<()> {
    entity::Entity::delete_by_id(request.uuid()).exec(db).await?;
    Ok(())
}

/// The clocks whose warning is due by `today`, the earliest first.
pub async fn due(db: &impl ConnectionTrait, today: Date, limit: u64) -> Result<Vec<(RequestId, LegalClock)>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::WarnOn.lte(today.to_string()))
        .order_by_asc(entity::Column::WarnOn)
        .order_by_asc(entity::Column::RequestId)
        .limit(limit)
        .all(db)
        .await?;
    rows.iter().map(|row| Ok((RequestId(row.request_id), clock_of(row)?))).collect()
}
