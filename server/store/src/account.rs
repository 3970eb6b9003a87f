//! People who sign in.

use domain::{
    Timestamp,
    contact::Email,
    ids::{AccountId, TypedId},
};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::{Result, micros, timestamp};

pub(crate) mod entity {
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
        pub admin: bool,
        pub suspended_at: Option<i64>,
        pub suspended_reason: String,
        pub last_sign_in_at: Option<i64>,
        /// When the owner was told that the unused account will be erased.
        pub warned_at: Option<i64>,
        pub erased_at: Option<i64>,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    /// Empty once the account is erased: nobody is written to there.
    pub email: String,
    pub given_name: String,
    pub family_name: String,
    pub phone: String,
    pub password_hash: Option<String>,
    pub email_confirmed_at: Option<Timestamp>,
    pub admin: bool,
    /// Since when and why the account is suspended.
    pub suspended: Option<(Timestamp, String)>,
}

impl Account {
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }

    /// Whether the account was erased: its row stays, with nothing about the person.
    pub fn is_erased(&self) -> bool {
        self.email.is_empty()
    }
}

impl From<entity::Model> for Account {
    fn from(row: entity::Model) -> Self {
        let entity::Model {
            id,
            email,
            given_name,
            family_name,
            phone,
            password_hash,
            email_confirmed_at,
            created_at: _,
            admin,
            suspended_at,
            suspended_reason,
            last_sign_in_at: _,
            warned_at: _,
            erased_at,
        } = row;
        // The column of an erased account holds a unique placeholder, which is no address.
        let email = if erased_at.is_some() { String::new() } else { email };
        let email_confirmed_at = email_confirmed_at.map(timestamp);
        let suspended = suspended_at.map(|at| (timestamp(at), suspended_reason));
        Self { id: AccountId(id), email, given_name, family_name, phone, password_hash, email_confirmed_at, admin, suspended }
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
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(entity::Entity::find().filter(entity::Column::Id.is_in(ids)).all(db).await?.into_iter().map(Into::into).collect())
}

/// False, and nothing done, when the address has an account already, even one created at the same moment.
pub async fn create(db: &impl ConnectionTrait, account: &Account, at: Timestamp) -> Result<bool> {
    let Account { id, email, given_name, family_name, phone, password_hash, email_confirmed_at, admin, suspended } = account.clone();
    let (suspended_at, suspended_reason) = suspended.map_or((None, String::new()), |(at, reason)| (Some(micros(at)), reason));
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        email: Set(email),
        given_name: Set(given_name),
        family_name: Set(family_name),
        phone: Set(phone),
        password_hash: Set(password_hash),
        email_confirmed_at: Set(email_confirmed_at.map(micros)),
        created_at: Set(micros(at)),
        admin: Set(admin),
        suspended_at: Set(suspended_at),
        suspended_reason: Set(suspended_reason),
        last_sign_in_at: Set(Some(micros(at))),
        warned_at: Set(None),
        erased_at: Set(None),
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

/// Records a sign-in and cancels the erasure announced for an unused account.
pub async fn note_sign_in(db: &impl ConnectionTrait, id: AccountId, at: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::LastSignInAt, Expr::value(micros(at)))
        .col_expr(entity::Column::WarnedAt, Expr::value(None::<i64>))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn set_password(db: &impl ConnectionTrait, id: AccountId, hash: &str) -> Result<()> {
    entity::Entity::update_many().col_expr(entity::Column::PasswordHash, Expr::value(hash)).filter(entity::Column::Id.eq(id.uuid())).exec(db).await?;
    Ok(())
}

/// Completes an account: the owner of the address has opened the link sent to it, chosen the password and corrected the names.
pub async fn open(db: &impl ConnectionTrait, id: AccountId, names: (&str, &str), hash: &str, at: Timestamp) -> Result<()> {
    set_names(db, id, names).await?;
    set_password(db, id, hash).await?;
    confirm_email(db, id, at).await
}

/// Given name, then family name.
pub async fn set_names(db: &impl ConnectionTrait, id: AccountId, (given, family): (&str, &str)) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::GivenName, Expr::value(given))
        .col_expr(entity::Column::FamilyName, Expr::value(family))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn set_admin(db: &impl ConnectionTrait, id: AccountId, admin: bool) -> Result<()> {
    entity::Entity::update_many().col_expr(entity::Column::Admin, Expr::value(admin)).filter(entity::Column::Id.eq(id.uuid())).exec(db).await?;
    Ok(())
}

pub async fn count_admins(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(entity::Entity::find().filter(entity::Column::Admin.eq(true)).count(db).await?)
}

pub async fn admins(db: &impl ConnectionTrait) -> Result<Vec<Account>> {
    Ok(entity::Entity::find().filter(entity::Column::Admin.eq(true)).all(db).await?.into_iter().map(Into::into).collect())
}

pub async fn set_identity(db: &impl ConnectionTrait, id: AccountId, given_name: &str, family_name: &str, phone: &str) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::GivenName, Expr::value(given_name))
        .col_expr(entity::Column::FamilyName, Expr::value(family_name))
        .col_expr(entity::Column::Phone, Expr::value(phone))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn suspend(db: &impl ConnectionTrait, id: AccountId, reason: &str, at: Timestamp) -> Result<()> {
    set_suspension(db, id, Some(micros(at)), reason).await
}

pub async fn restore(db: &impl ConnectionTrait, id: AccountId) -> Result<()> {
    set_suspension(db, id, None, "").await
}

async fn set_suspension(db: &impl ConnectionTrait, id: AccountId, at: Option<i64>, reason: &str) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::SuspendedAt, Expr::value(at))
        .col_expr(entity::Column::SuspendedReason, Expr::value(reason))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}
