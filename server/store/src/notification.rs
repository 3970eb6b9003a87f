//! The notification topics that people opted out of: one row for each refusal.

use domain::{
    Timestamp,
    ids::{AccountId, TypedId},
    notification::Topic,
};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::{Result, micros};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notification_refusal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub topic: String,
        pub since: i64,
    }
    crate::entity::plain!();
}

/// Does nothing when the topic is refused already.
pub async fn refuse(db: &impl ConnectionTrait, account: AccountId, topic: Topic, at: Timestamp) -> Result<()> {
    let row = entity::ActiveModel { account_id: Set(account.uuid()), topic: Set(topic.as_str().to_owned()), since: Set(micros(at)) };
    entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::AccountId, entity::Column::Topic]).exec_without_returning(db).await?;
    Ok(())
}

pub async fn accept(db: &impl ConnectionTrait, account: AccountId, topic: Topic) -> Result<()> {
    entity::Entity::delete_many()
        .filter(entity::Column::AccountId.eq(account.uuid()))
        .filter(entity::Column::Topic.eq(topic.as_str()))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn refused_by(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Topic>> {
    let rows = entity::Entity::find().filter(entity::Column::AccountId.eq(account.uuid())).all(db).await?;
    Ok(rows.iter().filter_map(|row| Topic::parse(&row.topic)).collect())
}

/// Among these accounts, those that refuse the topic.
pub async fn refusing(db: &impl ConnectionTrait, topic: Topic, accounts: impl IntoIterator<Item = AccountId>) -> Result<Vec<AccountId>> {
    let ids: Vec<Uuid> = accounts.into_iter().map(TypedId::uuid).collect();
    let rows = entity::Entity::find().filter(entity::Column::AccountId.is_in(ids)).filter(entity::Column::Topic.eq(topic.as_str())).all(db).await?;
    Ok(rows.into_iter().map(|row| AccountId(row.account_id)).collect())
}
