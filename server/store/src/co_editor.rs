//! Co-editors: who edits a request beside its applicant. They are invited by mail and have access once they accept.

use std::collections::HashMap;

use domain::{
    Timestamp,
    ids::{AccountId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*, sea_query::SelectStatement};

use crate::{Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "co_editor")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub email: String,
        pub account_id: Option<Uuid>,
        pub may_submit: bool,
        pub invited_by: Uuid,
        pub invited_at: i64,
        pub expires_at: i64,
        pub accepted_at: Option<i64>,
    }
    crate::entity::plain!();
}

use entity::Column as C;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoEditor {
    pub email: String,
    pub account: Option<AccountId>,
    pub may_submit: bool,
    pub invited_at: Timestamp,
    pub expires_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
}

impl From<entity::Model> for CoEditor {
    fn from(row: entity::Model) -> Self {
        let entity::Model { request_id: _, email, account_id, may_submit, invited_by: _, invited_at, expires_at, accepted_at } = row;
        Self {
            email,
            account: account_id.map(AccountId),
            may_submit,
            invited_at: timestamp(invited_at),
            expires_at: timestamp(expires_at),
            accepted_at: accepted_at.map(timestamp),
        }
    }
}

/// In the order they were invited.
pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<CoEditor>> {
    let rows = entity::Entity::find().filter(C::RequestId.eq(request.uuid())).order_by_asc(C::InvitedAt).order_by_asc(C::Email).all(db).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// False, and nothing done, when the address was invited already.
pub async fn invite(
    db: &impl ConnectionTrait,
    request: RequestId,
    email: &str,
    may_submit: bool,
    by: AccountId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let row = entity::ActiveModel {
        request_id: Set(request.uuid()),
        email: Set(email.to_owned()),
        account_id: Set(None),
        may_submit: Set(may_submit),
        invited_by: Set(by.uuid()),
        invited_at: Set(micros(now)),
        expires_at: Set(micros(until)),
        accepted_at: Set(None),
    };
    let inserted = entity::Entity::insert(row).on_conflict_do_nothing_on([C::RequestId, C::Email]).exec_without_returning(db).await?;
    Ok(matches!(inserted, sea_orm::TryInsertResult::Inserted(1..)))
}

/// Gives the invitation more time; false once it was accepted, or when there is none.
pub async fn invite_again(db: &impl ConnectionTrait, request: RequestId, email: &str, now: Timestamp, until: Timestamp) -> Result<bool> {
    let done = entity::Entity::update_many()
        .col_expr(C::InvitedAt, Expr::value(micros(now)))
        .col_expr(C::ExpiresAt, Expr::value(micros(until)))
        .filter(C::RequestId.eq(request.uuid()))
        .filter(C::Email.eq(email))
        .filter(C::AcceptedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// False when the invitation was taken back in between.
pub async fn accept(db: &impl ConnectionTrait, request: RequestId, email: &str, account: AccountId, now: Timestamp) -> Result<bool> {
    let done = entity::Entity::update_many()
        .col_expr(C::AccountId, Expr::value(account.uuid()))
        .col_expr(C::AcceptedAt, Expr::value(micros(now)))
        .filter(C::RequestId.eq(request.uuid()))
        .filter(C::Email.eq(email))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn allow_submitting(db: &impl ConnectionTrait, request: RequestId, email: &str, allowed: bool) -> Result<bool> {
    let done = entity::Entity::update_many()
        .col_expr(C::MaySubmit, Expr::value(allowed))
        .filter(C::RequestId.eq(request.uuid()))
        .filter(C::Email.eq(email))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn remove(db: &impl ConnectionTrait, request: RequestId, email: &str) -> Result<bool> {
    let gone = entity::Entity::delete_many().filter(C::RequestId.eq(request.uuid())).filter(C::Email.eq(email)).exec(db).await?;
    Ok(gone.rows_affected == 1)
}

/// Of these requests, those this account edits, and whether it may submit each.
pub async fn rights(
    db: &impl ConnectionTrait,
    requests: impl IntoIterator<Item = RequestId>,
    account: AccountId,
) -> Result<HashMap<RequestId, bool>> {
    let ids: Vec<Uuid> = requests.into_iter().map(TypedId::uuid).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = entity::Entity::find().filter(C::RequestId.is_in(ids)).filter(C::AccountId.eq(account.uuid())).all(db).await?;
    Ok(rows.into_iter().map(|row| (RequestId(row.request_id), row.may_submit)).collect())
}

/// The requests this account edits for somebody else.
pub async fn requests_of(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<RequestId>> {
    let ids: Vec<Uuid> =
        entity::Entity::find().select_only().column(C::RequestId).filter(C::AccountId.eq(account.uuid())).into_tuple().all(db).await?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// Subquery of the ids of these requests.
pub(crate) fn shared_with(account: AccountId) -> SelectStatement {
    entity::Entity::find().select_only().column(C::RequestId).filter(C::AccountId.eq(account.uuid())).into_query()
}
