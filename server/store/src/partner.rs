//! Who may enter the partner space of a service.

use domain::{
    Timestamp,
    ids::{AccountId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Result, micros};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "partner_access")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub created_at: i64,
    }
    crate::entity::plain!();
}

pub async fn give_access(db: &impl ConnectionTrait, request: RequestId, account: AccountId, now: Timestamp) -> Result<()> {
    let row = entity::ActiveModel { request_id: Set(request.uuid()), account_id: Set(account.uuid()), created_at: Set(micros(now)) };
    entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::RequestId, entity::Column::AccountId]).exec_without_returning(db).await?;
    Ok(())
}

pub async fn has_access(db: &impl ConnectionTrait, request: RequestId, account: AccountId) -> Result<bool> {
    Ok(entity::Entity::find_by_id((request.uuid(), account.uuid())).one(db).await?.is_some())
}

/// Those who may enter, whoever they were named by.
pub async fn accounts_of(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<AccountId>> {
    let rows = entity::Entity::find().filter(entity::Column::RequestId.eq(request.uuid())).order_by_asc(entity::Column::CreatedAt).all(db).await?;
    Ok(rows.into_iter().map(|row| AccountId(row.account_id)).collect())
}

pub async fn services_of(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<RequestId>> {
    let rows = entity::Entity::find().filter(entity::Column::AccountId.eq(account.uuid())).order_by_asc(entity::Column::CreatedAt).all(db).await?;
    Ok(rows.into_iter().map(|row| RequestId(row.request_id)).collect())
}
