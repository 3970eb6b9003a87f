//! Designations: the people named in a request as it was last submitted, and their answers. Their one-time links are stored as
//! hashes.

use domain::{
    Timestamp,
    designation::RoleAnswer,
    ids::{RequestId, TypedId},
};
use sea_orm::{
    ActiveValue::Set,
    QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{OnConflict, SelectStatement, UnionType},
};

use crate::{Error, Result, habilitation::contacts, hash_token, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "request_contact")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub contact: String,
        pub label: String,
        pub name: String,
        pub email: String,
        pub token_hash: String,
        pub expires_at: i64,
        pub state: String,
        pub reason: String,
        pub told_at: i64,
        pub answered_at: Option<i64>,
    }
    crate::entity::plain!();
}

use entity::Column as C;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Designation {
    pub request: RequestId,
    /// The contact's id in the catalogue.
    pub contact: String,
    /// The role, in words.
    pub label: String,
    pub name: String,
    pub email: String,
    pub expires_at: Timestamp,
    pub answer: RoleAnswer,
    /// Why the role was declined.
    pub reason: String,
    pub answered_at: Option<Timestamp>,
}

impl TryFrom<entity::Model> for Designation {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { request_id, contact, label, name, email, token_hash: _, expires_at, state, reason, told_at: _, answered_at } = row;
        Ok(Self {
            request: RequestId(request_id),
            answer: RoleAnswer::parse(&state).ok_or_else(|| Error::inconsistent("request_contact", request_id))?,
            contact,
            label,
            name,
            email,
            expires_at: timestamp(expires_at),
            reason,
            answered_at: answered_at.map(timestamp),
        })
    }
}

pub struct NewDesignation<'a> {
    pub contact: &'a str,
    pub label: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub token: &'a str,
    pub answer: RoleAnswer,
}

/// Designates somebody, in place of whoever held the role before.
pub async fn name(db: &impl ConnectionTrait, request: RequestId, new: NewDesignation<'_>, now: Timestamp, until: Timestamp) -> Result<()> {
    let NewDesignation { contact, label, name, email, token, answer } = new;
    let row = entity::ActiveModel {
        request_id: Set(request.uuid()),
        contact: Set(contact.to_owned()),
        label: Set(label.to_owned()),
        name: Set(name.to_owned()),
        email: Set(email.to_owned()),
        token_hash: Set(hash_token(token)),
        expires_at: Set(micros(until)),
        state: Set(answer.as_str().to_owned()),
        reason: Set(String::new()),
        told_at: Set(micros(now)),
        answered_at: Set((answer != RoleAnswer::Waiting).then_some(micros(now))),
    };
    let again = OnConflict::columns([C::RequestId, C::Contact])
        .update_columns([C::Label, C::Name, C::Email, C::TokenHash, C::ExpiresAt, C::State, C::Reason, C::ToldAt, C::AnsweredAt])
        .to_owned();
    entity::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

pub async fn forget(db: &impl ConnectionTrait, request: RequestId, contact: &str, email: &str) -> Result<()> {
    let gone = entity::Entity::delete_many().filter(C::RequestId.eq(request.uuid())).filter(C::Contact.eq(contact)).filter(C::Email.eq(email));
    gone.exec(db).await?;
    Ok(())
}

pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Designation>> {
    let rows = entity::Entity::find().filter(C::RequestId.eq(request.uuid())).order_by_asc(C::ToldAt).order_by_asc(C::Contact).all(db).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The designation whose one-time link this is, if the link has not expired at `now`.
pub async fn by_token(db: &impl ConnectionTrait, token: &str, now: Timestamp) -> Result<Option<Designation>> {
    let row = entity::Entity::find().filter(C::TokenHash.eq(hash_token(token))).filter(C::ExpiresAt.gt(micros(now))).one(db).await?;
    row.map(TryInto::try_into).transpose()
}

/// Among these requests, those that name this address in the last submission or in a habilitation in force. People who declined
/// still see the request, and may change their mind.
pub(crate) async fn naming_among(db: &impl ConnectionTrait, requests: impl IntoIterator<Item = RequestId>, email: &str) -> Result<Vec<RequestId>> {
    let ids: Vec<Uuid> = requests.into_iter().map(TypedId::uuid).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = entity::Entity::find().select_only().column(C::RequestId).filter(C::RequestId.is_in(ids.clone())).filter(C::Email.eq(email));
    let mut naming: Vec<RequestId> = found.into_tuple().all(db).await?.into_iter().map(RequestId).collect();
    naming.extend(contacts::naming_among(db, ids, email).await?);
    Ok(naming)
}

/// Subquery of the ids of all such requests.
pub(crate) fn naming(email: &str) -> SelectStatement {
    let mut sent = entity::Entity::find().select_only().column(C::RequestId).filter(C::Email.eq(email)).into_query();
    sent.union(UnionType::Distinct, contacts::naming(email));
    sent
}

/// Writes an answer; false when it was given already, or the role went to somebody else in between.
pub async fn answer(db: &impl ConnectionTrait, designation: &Designation, answer: RoleAnswer, reason: &str, now: Timestamp) -> Result<bool> {
    let done = entity::Entity::update_many()
        .col_expr(C::State, Expr::value(answer.as_str()))
        .col_expr(C::Reason, Expr::value(reason))
        .col_expr(C::AnsweredAt, Expr::value(micros(now)))
        .filter(C::RequestId.eq(designation.request.uuid()))
        .filter(C::Contact.eq(designation.contact.as_str()))
        .filter(C::Email.eq(designation.email.as_str()))
        .filter(C::State.ne(answer.as_str()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}
