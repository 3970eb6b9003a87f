//! Signed-in browsers. The cookie holds a random token, the row its hash.

use domain::{
    Timestamp,
    ids::{AccountId, OrganisationId, TypedId},
};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::{Result, hash_token, micros};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub account_id: Uuid,
        pub organisation_id: Option<Uuid>,
        pub created_at: i64,
        pub expires_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    pub account: AccountId,
    pub organisation: Option<OrganisationId>,
}

pub async fn open(db: &impl ConnectionTrait, token: &str, session: Session, now: Timestamp, until: Timestamp) -> Result<()> {
    let row = entity::ActiveModel {
        token_hash: Set(hash_token(token)),
        account_id: Set(session.account.uuid()),
        organisation_id: Set(session.organisation.map(TypedId::uuid)),
        created_at: Set(micros(now)),
        expires_at: Set(micros(until)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn find(db: &impl ConnectionTrait, token: &str, now: Timestamp) -> Result<Option<Session>> {
    let row = entity::Entity::find_by_id(hash_token(token)).filter(entity::Column::ExpiresAt.gt(micros(now))).one(db).await?;
    Ok(row.map(|row| Session { account: AccountId(row.account_id), organisation: row.organisation_id.map(OrganisationId) }))
}

pub async fn choose_organisation(db: &impl ConnectionTrait, token: &str, organisation: OrganisationId) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::OrganisationId, Expr::value(organisation.uuid()))
        .filter(entity::Column::TokenHash.eq(hash_token(token)))
        .exec(db)
        .await?;
    Ok(())
}

/// Every session of the account that worked for this body works for none.
pub async fn forget_organisation(db: &impl ConnectionTrait, account: AccountId, organisation: OrganisationId) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::OrganisationId, Expr::value(None::<Uuid>))
        .filter(entity::Column::AccountId.eq(account.uuid()))
        .filter(entity::Column::OrganisationId.eq(organisation.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn close(db: &impl ConnectionTrait, token: &str) -> Result<()> {
    entity::Entity::delete_by_id(hash_token(token)).exec(db).await?;
    Ok(())
}

/// Ends every session of the account: after a new password, nobody else stays in.
pub async fn close_all(db: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    entity::Entity::delete_many().filter(entity::Column::AccountId.eq(account.uuid())).exec(db).await?;
    Ok(())
}

pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::ExpiresAt.lt(micros(at))).exec(db).await?.rows_affected)
}
