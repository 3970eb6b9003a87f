//! Remarks of reviewers on single answers: drafts until a decision sends them, then kept for good.

use domain::{
    Timestamp,
    ids::{AccountId, RemarkId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Error, Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "remark")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub request_id: Uuid,
        pub field: String,
        pub service: String,
        pub stage: String,
        pub author_id: Uuid,
        pub text: String,
        pub created_at: i64,
        pub round: Option<i32>,
        pub sent_at: Option<i64>,
        pub handled_at: Option<i64>,
        pub impersonated_by: Option<Uuid>,
    }
    crate::entity::plain!();
}

/// The round of requested changes a remark went out with, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub round: u32,
    pub at: Timestamp,
    /// When the applicant said it was dealt with.
    pub handled_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    pub id: RemarkId,
    pub request: RequestId,
    /// The field of the form, or the contact, that it is about.
    pub field: String,
    /// The team it speaks for: two services asked for together may name theirs alike.
    pub service: String,
    pub stage: String,
    pub author: AccountId,
    /// The administrator who wrote it while impersonating the author.
    pub impersonated_by: Option<AccountId>,
    pub text: String,
    pub at: Timestamp,
    /// `None` while it is a draft.
    pub sent: Option<Sent>,
}

impl TryFrom<entity::Model> for Remark {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { id, request_id, field, service, stage, author_id, text, created_at, round, sent_at, handled_at, impersonated_by } = row;
        let inconsistent = || Error::inconsistent("remark", id);
        let sent = match (round, sent_at) {
            (None, None) if handled_at.is_none() => None,
            (Some(round), Some(at)) => {
                Some(Sent { round: u32::try_from(round).map_err(|_| inconsistent())?, at: timestamp(at), handled_at: handled_at.map(timestamp) })
            }
            _ => return Err(inconsistent()),
        };
        Ok(Self {
            id: RemarkId(id),
            request: RequestId(request_id),
            field,
            service,
            stage,
            author: AccountId(author_id),
            impersonated_by: impersonated_by.map(AccountId),
            text,
            at: timestamp(created_at),
            sent,
        })
    }
}

/// Drafts and sent ones, the oldest first.
pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Remark>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub async fn add(db: &impl ConnectionTrait, remark: &Remark) -> Result<()> {
    let Remark { id, request, field, service, stage, author, impersonated_by, text, at, sent: _ } = remark.clone();
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        request_id: Set(request.uuid()),
        field: Set(field),
        service: Set(service),
        stage: Set(stage),
        author_id: Set(author.uuid()),
        text: Set(text),
        created_at: Set(micros(at)),
        round: Set(None),
        sent_at: Set(None),
        handled_at: Set(None),
        impersonated_by: Set(impersonated_by.map(TypedId::uuid)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// What was sent stays as it was sent: only drafts are rewritten.
pub async fn rewrite(db: &impl ConnectionTrait, id: RemarkId, text: &str, impersonated_by: Option<AccountId>) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::ImpersonatedBy, Expr::value(impersonated_by.map(TypedId::uuid)))
        .col_expr(entity::Column::Text, Expr::value(text))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::SentAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

pub async fn remove_draft(db: &impl ConnectionTrait, id: RemarkId) -> Result<()> {
    entity::Entity::delete_many().filter(entity::Column::Id.eq(id.uuid())).filter(entity::Column::SentAt.is_null()).exec(db).await?;
    Ok(())
}

/// The drafts of a team leave together with its decision.
pub async fn send(db: &impl ConnectionTrait, request: RequestId, (service, stage): (&str, &str), round: u32, at: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Round, Expr::value(i32::try_from(round).unwrap_or(i32::MAX)))
        .col_expr(entity::Column::SentAt, Expr::value(micros(at)))
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .filter(entity::Column::Service.eq(service))
        .filter(entity::Column::Stage.eq(stage))
        .filter(entity::Column::SentAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// False when the applicant was sent no such remark.
pub async fn set_handled(db: &impl ConnectionTrait, request: RequestId, id: RemarkId, at: Option<Timestamp>) -> Result<bool> {
    let done = entity::Entity::update_many()
        .col_expr(entity::Column::HandledAt, Expr::value(at.map(micros)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .filter(entity::Column::SentAt.is_not_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}
