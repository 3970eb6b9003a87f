//! How far each rule of the clock job has read the requests, in the order of their last change: each run reads only what became
//! due since the one before.

use domain::Timestamp;
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*};

use crate::{Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "clock_mark")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub upto: i64,
        pub upto_id: Uuid,
    }
    crate::entity::plain!();
}

/// The last row that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    pub at: Timestamp,
    pub id: Uuid,
}

impl Mark {
    pub const START: Self = Self { at: Timestamp::UNIX_EPOCH, id: Uuid::nil() };
}

pub async fn read(db: &impl ConnectionTrait, name: &str) -> Result<Mark> {
    let row = entity::Entity::find_by_id(name).one(db).await?;
    Ok(row.map_or(Mark::START, |row| Mark { at: timestamp(row.upto), id: row.upto_id }))
}

/// False when another process moved the mark meanwhile: it handles what was read.
pub async fn advance(db: &impl ConnectionTrait, name: &str, from: Mark, to: Mark) -> Result<bool> {
    let first = entity::ActiveModel { name: Set(name.to_owned()), upto: Set(micros(Mark::START.at)), upto_id: Set(Mark::START.id) };
    entity::Entity::insert(first).on_conflict_do_nothing_on([entity::Column::Name]).exec_without_returning(db).await?;
    let moved = entity::Entity::update_many()
        .col_expr(entity::Column::Upto, Expr::value(micros(to.at)))
        .col_expr(entity::Column::UptoId, Expr::value(to.id))
        .filter(
            Condition::all().add(entity::Column::Name.eq(name)).add(entity::Column::Upto.eq(micros(from.at))).add(entity::Column::UptoId.eq(from.id)),
        )
        .exec(db)
        .await?;
    Ok(moved.rows_affected == 1)
}
