//! People who sign in, and what they may review.

use domain::{
    Timestamp,
    actor::StageGrant,
    contact::Email,
    ids::{AccountId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub email: String,
        pub given_name: String,
        pub family_name: String,
        pub phone: String,
        pub password_hash: Option<String>,
        pub email_confirmed_at: Option<i64>,
        pub created_at: i64,
    }
    crate::entity::plain!();
}

mod grant {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_grant")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub service: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub stage: String,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub email: String,
    pub given_name: String,
    pub family_name: String,
    pub phone: String,
    pub password_hash: Option<String>,
    pub email_confirmed_at: Option<Timestamp>,
}

impl Account {
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }
}

impl From<entity::Model> for Account {
    fn from(row: entity::Model) -> Self {
        let entity::Model { id, email, given_name, family_name, phone, password_hash, email_confirmed_at, created_at: _ } = row;
        Self { id: AccountId(id), email, given_name, family_name, phone, password_hash, email_confirmed_at: email_confirmed_at.map(timestamp) }
    }
}

pub async fn by_email(db: &impl ConnectionTrait, email: &Email) -> Result<Option<Account>> {
    Ok(entity::Entity::find().filter(entity::Column::Email.eq(email.as_str())).one(db).await?.map(Into::into))
}

pub async fn by_id(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<Account>> {
    Ok(entity::Entity::find_by_id(id.uuid()).one(db).await?.map(Into::into))
}

pub async fn by_ids(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = AccountId>) -> Result<Vec<Account>> {
    let ids: Vec<Uuid> = ids.into_iter().map(TypedId::uuid).collect();
    Ok(entity::Entity::find().filter(entity::Column::Id.is_in(ids)).all(db).await?.into_iter().map(Into::into).collect())
}

/// False, and nothing done, when the address has an account already, be it opened at this very moment.
pub async fn create(db: &impl ConnectionTrait, account: &Account, at: Timestamp) -> Result<bool> {
    let Account { id, email, given_name, family_name, phone, password_hash, email_confirmed_at } = account.clone();
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        email: Set(email),
        given_name: Set(given_name),
        family_name: Set(family_name),
        phone: Set(phone),
        password_hash: Set(password_hash),
        email_confirmed_at: Set(email_confirmed_at.map(micros)),
        created_at: Set(micros(at)),
    };
    let inserted = entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::Email]).exec_without_returning(db).await?;
    Ok(matches!(inserted, sea_orm::TryInsertResult::Inserted(1..)))
}

pub async fn confirm_email(db: &impl ConnectionTrait, id: AccountId, at: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::EmailConfirmedAt, Expr::value(micros(at)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::EmailConfirmedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

pub async fn set_password(db: &impl ConnectionTrait, id: AccountId, hash: &str) -> Result<()> {
    entity::Entity::update_many().col_expr(entity::Column::PasswordHash, Expr::value(hash)).filter(entity::Column::Id.eq(id.uuid())).exec(db).await?;
    Ok(())
}

pub async fn grants(db: &impl ConnectionTrait, id: AccountId) -> Result<Vec<StageGrant>> {
    let rows = grant::Entity::find().filter(grant::Column::AccountId.eq(id.uuid())).order_by_asc(grant::Column::Service).all(db).await?;
    Ok(rows.into_iter().map(|row| StageGrant { service: row.service, stage: row.stage }).collect())
}

pub async fn grant(db: &impl ConnectionTrait, id: AccountId, service: &str, stage: &str) -> Result<()> {
    let row = grant::ActiveModel { account_id: Set(id.uuid()), service: Set(service.to_owned()), stage: Set(stage.to_owned()) };
    grant::Entity::insert(row)
        .on_conflict_do_nothing_on([grant::Column::AccountId, grant::Column::Service, grant::Column::Stage])
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The accounts of one review team, to tell them of new work.
pub async fn reviewers(db: &impl ConnectionTrait, service: &str, stage: &str) -> Result<Vec<Account>> {
    let rows = grant::Entity::find().filter(grant::Column::Service.eq(service)).filter(grant::Column::Stage.eq(stage)).all(db).await?;
    by_ids(db, rows.into_iter().map(|row| AccountId(row.account_id))).await
}
