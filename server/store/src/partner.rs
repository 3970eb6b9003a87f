//! Who may enter the partner space of a service: whoever used the one-time link sent to them, as long as a habilitation in
//! force names them.

use domain::{
    Timestamp,
    ids::{AccountId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, QuerySelect, QueryTrait, entity::prelude::*};

use crate::{Result, account::entity as account, habilitation::contacts::KEEPS_KEYS, micros, sql::Sql};

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

/// Ends an access. Somebody who is named again later is sent a new one-time link.
pub async fn end_access(db: &impl ConnectionTrait, request: RequestId, email: &str) -> Result<()> {
    let holder = account::Entity::find().select_only().column(account::Column::Id).filter(account::Column::Email.eq(email)).into_query();
    entity::Entity::delete_many()
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .filter(entity::Column::AccountId.in_subquery(holder))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn has_access(db: &impl ConnectionTrait, request: RequestId, account: AccountId) -> Result<bool> {
    Ok(services_of(db, account).await?.contains(&request))
}

/// The services whose partner space this account may enter, the oldest access first.
pub async fn services_of(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<RequestId>> {
    let mut sql = Sql::new(db);
    let text = format!(
        "SELECT p.request_id FROM partner_access p JOIN account a ON a.id = p.account_id WHERE p.account_id = {} AND {KEEPS_KEYS} ORDER BY p.created_at",
        sql.bind(account.uuid())
    );
    let rows = sql.all(db, text).await?;
    rows.iter().map(|row| Ok(RequestId(row.try_get("", "request_id")?))).collect()
}
