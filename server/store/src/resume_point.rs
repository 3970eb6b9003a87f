//! Where each person left each request, to go on from there on any device.

use domain::ids::{AccountId, RequestId, TypedId};
use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict};

use crate::Result;

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "resume_point")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        pub block: String,
    }
    crate::entity::plain!();
}

pub async fn find(db: &impl ConnectionTrait, account: AccountId, request: RequestId) -> Result<Option<String>> {
    Ok(entity::Entity::find_by_id((account.uuid(), request.uuid())).one(db).await?.map(|row| row.block))
}

pub async fn set(db: &impl ConnectionTrait, account: AccountId, request: RequestId, block: &str) -> Result<()> {
    let row = entity::ActiveModel { account_id: Set(account.uuid()), request_id: Set(request.uuid()), block: Set(block.to_owned()) };
    let again = OnConflict::columns([entity::Column::AccountId, entity::Column::RequestId]).update_column(entity::Column::Block).to_owned();
    entity::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Deletes everybody's resume points of the request: once submitted, its form opens at the beginning.
pub async fn forget(db: &impl ConnectionTrait, request: RequestId) -> Result<()> {
    entity::Entity::delete_many().filter(entity::Column::RequestId.eq(request.uuid())).exec(db).await?;
    Ok(())
}
