//! Marks that tell the database and the accounts of the demonstration, whose passwords and mails are public.

use domain::{
    Timestamp,
    ids::{AccountId, TypedId},
};
use migrations::m0031_boot::SEEDED;
use sea_orm::{ActiveValue::Set, PaginatorTrait, entity::prelude::*, sea_query::OnConflict};

use crate::{Db, Result, micros, reseal};

const MARK: &str = "demonstration";

mod mark {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "database_mark")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub at: i64,
    }
    crate::entity::plain!();
}

mod member {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "demonstration_account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
    }
    crate::entity::plain!();
}

/// What a database holds, before the demonstration may use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// No account at all.
    Nothing,
    /// Accounts of real people.
    People,
    Demonstration,
}

/// Also works on a database without tables, or older than the marks.
pub async fn holds(db: &Db) -> Result<Holds> {
    if !reseal::has_table(db, "account").await? {
        return Ok(Holds::Nothing);
    }
    let marked = if reseal::has_table(db, "database_mark").await? {
        mark::Entity::find_by_id(MARK).count(db).await? > 0 || reseal::has_rows(db, "demonstration_account").await?
    } else {
        reseal::has_rows(db, &format!("account WHERE {SEEDED}")).await?
    };
    Ok(match marked {
        true => Holds::Demonstration,
        false if reseal::has_rows(db, "account").await? => Holds::People,
        false => Holds::Nothing,
    })
}

pub async fn mark(db: &impl ConnectionTrait, at: Timestamp) -> Result<()> {
    let known = OnConflict::column(mark::Column::Name).do_nothing().to_owned();
    let row = mark::ActiveModel { name: Set(MARK.to_owned()), at: Set(micros(at)) };
    mark::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

/// Marks the account as one of the demonstration: it gives access to nothing outside of it.
pub async fn add_account(db: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    let known = OnConflict::column(member::Column::AccountId).do_nothing().to_owned();
    let row = member::ActiveModel { account_id: Set(account.uuid()) };
    member::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

pub async fn has_account(db: &impl ConnectionTrait, account: AccountId) -> Result<bool> {
    Ok(member::Entity::find_by_id(account.uuid()).count(db).await? > 0)
}
