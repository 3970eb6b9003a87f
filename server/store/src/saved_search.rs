//! Saved searches: the query string of a list of requests, kept by a person under a name.

use domain::{
    Timestamp,
    ids::{AccountId, SavedSearchId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Result, micros};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "saved_search")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub name: String,
        pub query: String,
        pub is_default: bool,
        pub created_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    pub id: SavedSearchId,
    pub name: String,
    /// The query string of the list's address.
    pub query: String,
    /// Applied when the person opens the list without any filter.
    pub is_default: bool,
}

impl From<entity::Model> for SavedSearch {
    fn from(row: entity::Model) -> Self {
        let entity::Model { id, account_id: _, name, query, is_default, created_at: _ } = row;
        Self { id: SavedSearchId(id), name, query, is_default }
    }
}

pub async fn of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<SavedSearch>> {
    let rows = entity::Entity::find().filter(entity::Column::AccountId.eq(account.uuid())).order_by_asc(entity::Column::Name).all(db).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Does nothing when the id exists already (the form was sent twice); the database refuses a second search of the same name.
pub async fn add(db: &impl ConnectionTrait, account: AccountId, search: &SavedSearch, at: Timestamp) -> Result<()> {
    let SavedSearch { id, name, query, is_default } = search.clone();
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        account_id: Set(account.uuid()),
        name: Set(name),
        query: Set(query),
        is_default: Set(is_default),
        created_at: Set(micros(at)),
    };
    entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::Id]).exec_without_returning(db).await?;
    Ok(())
}

/// False when the person has no search of this id.
pub async fn rename(db: &impl ConnectionTrait, account: AccountId, id: SavedSearchId, name: &str) -> Result<bool> {
    let done = entity::Entity::update_many()
        .col_expr(entity::Column::Name, Expr::value(name))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::AccountId.eq(account.uuid()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Sets the search applied by default to the list; `None` clears it.
pub async fn set_default(db: &impl ConnectionTrait, account: AccountId, id: Option<SavedSearchId>) -> Result<()> {
    let of_account = entity::Column::AccountId.eq(account.uuid());
    entity::Entity::update_many().col_expr(entity::Column::IsDefault, Expr::value(false)).filter(of_account.clone()).exec(db).await?;
    if let Some(id) = id {
        entity::Entity::update_many()
            .col_expr(entity::Column::IsDefault, Expr::value(true))
            .filter(of_account)
            .filter(entity::Column::Id.eq(id.uuid()))
            .exec(db)
            .await?;
    }
    Ok(())
}

pub async fn remove(db: &impl ConnectionTrait, account: AccountId, id: SavedSearchId) -> Result<()> {
    entity::Entity::delete_many().filter(entity::Column::Id.eq(id.uuid())).filter(entity::Column::AccountId.eq(account.uuid())).exec(db).await?;
    Ok(())
}
