//! Notes the reviewers of a service leave each other on a request.

use domain::{
    Timestamp,
    ids::{AccountId, NoteId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_note")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub request_id: Uuid,
        pub author_id: Uuid,
        pub text: String,
        pub created_at: i64,
        pub edited_at: Option<i64>,
        pub impersonated_by: Option<Uuid>,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub id: NoteId,
    pub request: RequestId,
    pub author: AccountId,
    /// The administrator who wrote it while impersonating the author.
    pub impersonated_by: Option<AccountId>,
    pub text: String,
    pub at: Timestamp,
    pub edited_at: Option<Timestamp>,
}

impl From<entity::Model> for Note {
    fn from(row: entity::Model) -> Self {
        let entity::Model { id, request_id, author_id, text, created_at, edited_at, impersonated_by } = row;
        Self {
            id: NoteId(id),
            request: RequestId(request_id),
            author: AccountId(author_id),
            impersonated_by: impersonated_by.map(AccountId),
            text,
            at: timestamp(created_at),
            edited_at: edited_at.map(timestamp),
        }
    }
}

/// The oldest first, as a conversation reads.
pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Note>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Does nothing when it exists already (the form was sent twice).
pub async fn add(db: &impl ConnectionTrait, note: &Note) -> Result<()> {
    let Note { id, request, author, impersonated_by, text, at, edited_at } = note.clone();
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        request_id: Set(request.uuid()),
        author_id: Set(author.uuid()),
        text: Set(text),
        created_at: Set(micros(at)),
        edited_at: Set(edited_at.map(micros)),
        impersonated_by: Set(impersonated_by.map(TypedId::uuid)),
    };
    entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::Id]).exec_without_returning(db).await?;
    Ok(())
}

/// The author's own note on this request; nobody else's.
pub async fn mine(db: &impl ConnectionTrait, request: RequestId, id: NoteId, author: AccountId) -> Result<Option<Note>> {
    let found = entity::Entity::find_by_id(id.uuid())
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .filter(entity::Column::AuthorId.eq(author.uuid()))
        .one(db)
        .await?;
    Ok(found.map(Into::into))
}

pub async fn rewrite(db: &impl ConnectionTrait, id: NoteId, text: &str, impersonated_by: Option<AccountId>, at: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::ImpersonatedBy, Expr::value(impersonated_by.map(TypedId::uuid)))
        .col_expr(entity::Column::Text, Expr::value(text))
        .col_expr(entity::Column::EditedAt, Expr::value(micros(at)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn remove(db: &impl ConnectionTrait, id: NoteId) -> Result<()> {
    entity::Entity::delete_by_id(id.uuid()).exec(db).await?;
    Ok(())
}
