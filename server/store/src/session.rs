//! Signed-in browsers. The cookie holds a random token, the row its hash.

use domain::{
    Timestamp,
    ids::{AccountId, ImpersonationId, OrganisationId, SessionId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Result, hash_token, micros, timestamp};

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub id: Uuid,
        pub account_id: Uuid,
        pub organisation_id: Option<Uuid>,
        pub browser: String,
        pub created_at: i64,
        pub last_used_at: i64,
        pub expires_at: i64,
        pub code_due: bool,
        pub strong_at: Option<i64>,
        pub impersonation_id: Option<Uuid>,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub account: AccountId,
    pub organisation: Option<OrganisationId>,
    /// Browser family only: « Firefox sur Windows ».
    pub browser: String,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    /// A second factor is due before the session gives access to anything.
    pub code_due: bool,
    /// When the second factor was last given.
    pub strong_at: Option<Timestamp>,
    pub impersonation: Option<ImpersonationId>,
}

impl Session {
    /// Whether the second factor must still be given before anything else.
    pub fn awaits_code(&self) -> bool {
        self.code_due && self.strong_at.is_none()
    }
}

impl From<entity::Model> for Session {
    fn from(row: entity::Model) -> Self {
        let entity::Model {
            token_hash: _,
            id,
            account_id,
            organisation_id,
            browser,
            created_at,
            last_used_at,
            expires_at: _,
            code_due,
            strong_at,
            impersonation_id,
        } = row;
        Self {
            id: SessionId(id),
            account: AccountId(account_id),
            organisation: organisation_id.map(OrganisationId),
            browser,
            created_at: timestamp(created_at),
            last_used_at: timestamp(last_used_at),
            code_due,
            strong_at: strong_at.map(timestamp),
            impersonation: impersonation_id.map(ImpersonationId),
        }
    }
}

pub struct NewSession {
    pub id: SessionId,
    pub account: AccountId,
    pub organisation: Option<OrganisationId>,
    pub code_due: bool,
}

pub async fn open(db: &impl ConnectionTrait, token: &str, session: NewSession, now: Timestamp, until: Timestamp) -> Result<()> {
    let row = entity::ActiveModel {
        token_hash: Set(hash_token(token)),
        id: Set(session.id.uuid()),
        account_id: Set(session.account.uuid()),
        organisation_id: Set(session.organisation.map(TypedId::uuid)),
        browser: Set(String::new()),
        created_at: Set(micros(now)),
        last_used_at: Set(micros(now)),
        expires_at: Set(micros(until)),
        code_due: Set(session.code_due),
        strong_at: Set(None),
        impersonation_id: Set(None),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn find(db: &impl ConnectionTrait, token: &str, now: Timestamp) -> Result<Option<Session>> {
    let row = entity::Entity::find_by_id(hash_token(token)).filter(entity::Column::ExpiresAt.gt(micros(now))).one(db).await?;
    Ok(row.map(Into::into))
}

/// Those still open, the latest used first.
pub async fn of_account(db: &impl ConnectionTrait, account: AccountId, now: Timestamp) -> Result<Vec<Session>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.uuid()))
        .filter(entity::Column::ExpiresAt.gt(micros(now)))
        .order_by_desc(entity::Column::LastUsedAt)
        .order_by_desc(entity::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

async fn set(db: &impl ConnectionTrait, token: &str, column: entity::Column, value: impl Into<Expr>) -> Result<()> {
    set_of(db, token, column, value).await.map(|_| ())
}

/// False when there is no such session.
async fn set_of(db: &impl ConnectionTrait, token: &str, column: entity::Column, value: impl Into<Expr>) -> Result<bool> {
    let update = entity::Entity::update_many().col_expr(column, value.into()).filter(entity::Column::TokenHash.eq(hash_token(token)));
    Ok(update.exec(db).await?.rows_affected == 1)
}

pub async fn choose_organisation(db: &impl ConnectionTrait, token: &str, organisation: OrganisationId) -> Result<()> {
    set(db, token, entity::Column::OrganisationId, Expr::value(organisation.uuid())).await
}

pub async fn name_browser(db: &impl ConnectionTrait, token: &str, browser: &str) -> Result<()> {
    set(db, token, entity::Column::Browser, Expr::value(browser)).await
}

pub async fn touch(db: &impl ConnectionTrait, token: &str, now: Timestamp) -> Result<()> {
    set(db, token, entity::Column::LastUsedAt, Expr::value(micros(now))).await
}

/// Records that the second factor was given.
pub async fn strengthen(db: &impl ConnectionTrait, token: &str, now: Timestamp) -> Result<()> {
    set(db, token, entity::Column::StrongAt, Expr::value(micros(now))).await
}

/// Records that the password was given again: the session counts as just opened.
pub async fn begin_again(db: &impl ConnectionTrait, token: &str, now: Timestamp) -> Result<()> {
    set(db, token, entity::Column::CreatedAt, Expr::value(micros(now))).await
}

/// Puts the session under a new token; the old one stops working. False when the old one was not valid any more.
pub async fn rename(db: &impl ConnectionTrait, token: &str, new_token: &str) -> Result<bool> {
    set_of(db, token, entity::Column::TokenHash, Expr::value(hash_token(new_token))).await
}

pub async fn impersonate(db: &impl ConnectionTrait, token: &str, impersonation: Option<ImpersonationId>) -> Result<()> {
    set(db, token, entity::Column::ImpersonationId, Expr::value(impersonation.map(TypedId::uuid))).await
}

/// Once the account has no second factor, none of its sessions counts as strong.
pub async fn weaken_all(db: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::StrongAt, Expr::value(None::<i64>))
        .col_expr(entity::Column::CodeDue, Expr::value(false))
        .filter(entity::Column::AccountId.eq(account.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// The sessions of the account that acted on behalf of this organisation act for none.
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

/// False when the account has no such session.
pub async fn close_one(db: &impl ConnectionTrait, account: AccountId, id: SessionId) -> Result<bool> {
    let delete = entity::Entity::delete_many().filter(entity::Column::AccountId.eq(account.uuid())).filter(entity::Column::Id.eq(id.uuid()));
    Ok(delete.exec(db).await?.rows_affected == 1)
}

pub async fn close_others(db: &impl ConnectionTrait, account: AccountId, token: &str) -> Result<()> {
    entity::Entity::delete_many()
        .filter(entity::Column::AccountId.eq(account.uuid()))
        .filter(entity::Column::TokenHash.ne(hash_token(token)))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends every session of the account, so that a new password locks out whoever used the old one.
pub async fn close_all(db: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    entity::Entity::delete_many().filter(entity::Column::AccountId.eq(account.uuid())).exec(db).await?;
    Ok(())
}

pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::ExpiresAt.lt(micros(at))).exec(db).await?.rows_affected)
}
