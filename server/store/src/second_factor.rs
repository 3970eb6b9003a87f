//! Second factors: the sealed secret of an authenticator application, and the recovery codes, each of which replaces it once.

use domain::{
    Timestamp,
    ids::{AccountId, TypedId},
};
use sea_orm::{ActiveValue::Set, PaginatorTrait, entity::prelude::*, sea_query::OnConflict};

use crate::{Cx, Result, micros, passkey, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "second_factor")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub secret: Vec<u8>,
        pub last_step: i64,
        pub demonstration: bool,
        pub created_at: i64,
    }
    crate::entity::plain!();
}

mod recovery {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_code")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub code_hash: String,
        pub used_at: Option<i64>,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    pub secret: Vec<u8>,
    /// Time step of the last code accepted.
    pub last_step: i64,
    /// Its secret is public: it is accepted in the demonstration only.
    pub demonstration: bool,
    pub created_at: Timestamp,
}

pub(crate) fn place(account: AccountId) -> String {
    format!("second_factor.secret:{account}")
}

pub async fn find(cx: &Cx, db: &impl ConnectionTrait, account: AccountId) -> Result<Option<SecondFactor>> {
    let Some(row) = entity::Entity::find_by_id(account.uuid()).one(db).await? else { return Ok(None) };
    let secret = cx.open(&place(account), &row.secret)?;
    Ok(Some(SecondFactor { secret, last_step: row.last_step, demonstration: row.demonstration, created_at: timestamp(row.created_at) }))
}

/// `Some(true)` for a factor of the demonstration, `None` without a factor.
pub async fn kind(db: &impl ConnectionTrait, account: AccountId) -> Result<Option<bool>> {
    Ok(entity::Entity::find_by_id(account.uuid()).one(db).await?.map(|row| row.demonstration))
}

/// Replaces the existing one, if any.
pub async fn install(cx: &Cx, db: &impl ConnectionTrait, account: AccountId, factor: &SecondFactor) -> Result<()> {
    let SecondFactor { secret, last_step, demonstration, created_at } = factor;
    let row = entity::ActiveModel {
        account_id: Set(account.uuid()),
        secret: Set(cx.seal(&place(account), secret)),
        last_step: Set(*last_step),
        demonstration: Set(*demonstration),
        created_at: Set(micros(*created_at)),
    };
    use entity::Column as C;
    let known = OnConflict::column(C::AccountId).update_columns([C::Secret, C::LastStep, C::Demonstration, C::CreatedAt]).to_owned();
    entity::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

/// False when a code of this step, or of a later one, was accepted before.
pub async fn accept_step(db: &impl ConnectionTrait, account: AccountId, step: i64) -> Result<bool> {
    let update = entity::Entity::update_many()
        .col_expr(entity::Column::LastStep, Expr::value(step))
        .filter(entity::Column::AccountId.eq(account.uuid()))
        .filter(entity::Column::LastStep.lt(step));
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// Removes the authenticator application alone. False when there was none.
pub async fn remove(db: &impl ConnectionTrait, account: AccountId) -> Result<bool> {
    Ok(entity::Entity::delete_by_id(account.uuid()).exec(db).await?.rows_affected == 1)
}

/// Removes the application, the passkeys and the recovery codes. False when there was no factor.
pub async fn remove_all(db: &impl ConnectionTrait, account: AccountId) -> Result<bool> {
    remove_codes(db, account).await?;
    let passkeys = passkey::remove_all(db, account).await?;
    Ok(remove(db, account).await? || passkeys > 0)
}

pub async fn remove_codes(db: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    recovery::Entity::delete_many().filter(recovery::Column::AccountId.eq(account.uuid())).exec(db).await?;
    Ok(())
}

fn hash(cx: &Cx, account: AccountId, code: &str) -> String {
    cx.keys.mac("recovery_code", &format!("{account}\0{code}"))
}

/// Replaces the existing codes.
pub async fn set_codes(cx: &Cx, db: &impl ConnectionTrait, account: AccountId, codes: &[String]) -> Result<()> {
    remove_codes(db, account).await?;
    let rows = codes.iter().map(|code| recovery::ActiveModel {
        account_id: Set(account.uuid()),
        code_hash: Set(hash(cx, account, code)),
        used_at: Set(None),
    });
    recovery::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// False when it is none of theirs, or was used before.
pub async fn use_code(cx: &Cx, db: &impl ConnectionTrait, account: AccountId, code: &str) -> Result<bool> {
    let update = recovery::Entity::update_many()
        .col_expr(recovery::Column::UsedAt, Expr::value(micros(cx.now())))
        .filter(recovery::Column::AccountId.eq(account.uuid()))
        .filter(recovery::Column::CodeHash.eq(hash(cx, account, code)))
        .filter(recovery::Column::UsedAt.is_null());
    Ok(update.exec(db).await?.rows_affected == 1)
}

pub async fn codes_left(db: &impl ConnectionTrait, account: AccountId) -> Result<u64> {
    let unused = recovery::Entity::find().filter(recovery::Column::AccountId.eq(account.uuid())).filter(recovery::Column::UsedAt.is_null());
    Ok(unused.count(db).await?)
}
