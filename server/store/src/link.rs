//! One-time links sent by mail: e-mail confirmation, new password, invitation of a contact.

use domain::{
    Timestamp,
    ids::{AccountId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::{Error, Result, hash_token, micros};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "one_time_link")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub purpose: String,
        pub email: String,
        pub account_id: Option<Uuid>,
        pub request_id: Option<Uuid>,
        pub expires_at: i64,
        pub used_at: Option<i64>,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    ConfirmEmail(AccountId),
    ResetPassword(AccountId),
    /// Opens the partner space of a service to the named technical contact.
    Invitation(RequestId),
    /// Makes the named person a co-editor of the request.
    CoEdit(RequestId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub purpose: Purpose,
    pub email: String,
}

fn columns(purpose: &Purpose) -> (&'static str, Option<AccountId>, Option<RequestId>) {
    match *purpose {
        Purpose::ConfirmEmail(account) => ("confirm_email", Some(account), None),
        Purpose::ResetPassword(account) => ("reset_password", Some(account), None),
        Purpose::Invitation(request) => ("invitation", None, Some(request)),
        Purpose::CoEdit(request) => ("co_edit", None, Some(request)),
    }
}

pub async fn create(db: &impl ConnectionTrait, token: &str, link: &Link, until: Timestamp) -> Result<()> {
    let (purpose, account, request) = columns(&link.purpose);
    let row = entity::ActiveModel {
        token_hash: Set(hash_token(token)),
        purpose: Set(purpose.to_owned()),
        email: Set(link.email.clone()),
        account_id: Set(account.map(TypedId::uuid)),
        request_id: Set(request.map(TypedId::uuid)),
        expires_at: Set(micros(until)),
        used_at: Set(None),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// A link still usable at `now`; looking does not use it.
pub async fn find(db: &impl ConnectionTrait, token: &str, now: Timestamp) -> Result<Option<Link>> {
    let row = entity::Entity::find_by_id(hash_token(token))
        .filter(entity::Column::UsedAt.is_null())
        .filter(entity::Column::ExpiresAt.gt(micros(now)))
        .one(db)
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// Uses the link; false when it was used in the meantime.
pub async fn consume(db: &impl ConnectionTrait, token: &str, now: Timestamp) -> Result<bool> {
    let done = entity::Entity::update_many()
        .col_expr(entity::Column::UsedAt, Expr::value(micros(now)))
        .filter(entity::Column::TokenHash.eq(hash_token(token)))
        .filter(entity::Column::UsedAt.is_null())
        .filter(entity::Column::ExpiresAt.gt(micros(now)))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Withdraws the links sent to this address to co-edit this request.
pub async fn withdraw_co_edit(db: &impl ConnectionTrait, request: RequestId, email: &str) -> Result<()> {
    withdraw_others(db, &Link { purpose: Purpose::CoEdit(request), email: email.to_owned() }).await
}

/// Withdraws every link to the same thing sent to the same address.
pub async fn withdraw_others(db: &impl ConnectionTrait, link: &Link) -> Result<()> {
    let (purpose, account, request) = columns(&link.purpose);
    let same = entity::Entity::delete_many().filter(entity::Column::Purpose.eq(purpose)).filter(entity::Column::Email.eq(link.email.as_str()));
    let same = match (account, request) {
        (Some(account), _) => same.filter(entity::Column::AccountId.eq(account.uuid())),
        (None, request) => same.filter(entity::Column::RequestId.eq(request.map(TypedId::uuid))),
    };
    same.exec(db).await?;
    Ok(())
}

/// Withdraws every link of the account, so that none sent before its password was chosen gives access to it.
pub async fn withdraw_of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    entity::Entity::delete_many().filter(entity::Column::AccountId.eq(account.uuid())).exec(db).await?;
    Ok(())
}

/// Withdraws the invitations sent to this address for the keys of this service.
pub async fn withdraw_invitation(db: &impl ConnectionTrait, request: RequestId, email: &str) -> Result<()> {
    withdraw_others(db, &Link { purpose: Purpose::Invitation(request), email: email.to_owned() }).await?;
    Ok(())
}

pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::ExpiresAt.lt(micros(at))).exec(db).await?.rows_affected)
}

impl TryFrom<entity::Model> for Link {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let purpose = match (row.purpose.as_str(), row.account_id, row.request_id) {
            ("confirm_email", Some(account), None) => Purpose::ConfirmEmail(AccountId(account)),
            ("reset_password", Some(account), None) => Purpose::ResetPassword(AccountId(account)),
            ("invitation", None, Some(request)) => Purpose::Invitation(RequestId(request)),
            ("co_edit", None, Some(request)) => Purpose::CoEdit(RequestId(request)),
            _ => return Err(Error::inconsistent("one_time_link", row.token_hash)),
        };
        Ok(Self { purpose, email: row.email })
    }
}
