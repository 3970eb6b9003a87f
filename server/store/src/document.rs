//! Documents attached to a request or to one of its messages: the row here, the bytes in the data directory under
//! the row's id.

use domain::{
    Timestamp,
    document::{Format, Scan},
    ids::{AccountId, DocumentId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, ExprTrait, QueryOrder, entity::prelude::*};

use crate::{Error, Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "document")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub request_id: Uuid,
        pub field: String,
        pub file_name: String,
        pub size: i64,
        pub sha256: String,
        pub uploaded_by: Uuid,
        pub created_at: i64,
        pub format: String,
        pub scan: String,
        pub scanned_at: Option<i64>,
        pub rescans: i32,
    }
    crate::entity::plain!();
}

/// The `field` of a document attached to a message: no question has an empty name.
pub const OF_MESSAGE: &str = "";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    pub request: RequestId,
    /// The question it answers, or [`OF_MESSAGE`].
    pub field: String,
    pub file_name: String,
    pub format: Format,
    /// In bytes.
    pub size: u64,
    pub sha256: String,
    pub uploaded_by: AccountId,
    pub created_at: Timestamp,
    pub scan: Scan,
    /// How many times a failed scan was queued again.
    pub rescans: u32,
}

impl TryFrom<entity::Model> for Document {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { id, request_id, field, file_name, size, sha256, uploaded_by, created_at, format, scan, scanned_at: _, rescans } = row;
        let inconsistent = || Error::inconsistent("document", id);
        Ok(Self {
            id: DocumentId(id),
            request: RequestId(request_id),
            field,
            file_name,
            format: Format::parse(&format).ok_or_else(inconsistent)?,
            size: u64::try_from(size).map_err(|_| inconsistent())?,
            sha256,
            uploaded_by: AccountId(uploaded_by),
            created_at: timestamp(created_at),
            scan: Scan::parse(&scan).ok_or_else(inconsistent)?,
            rescans: u32::try_from(rescans).map_err(|_| inconsistent())?,
        })
    }
}

pub async fn add(db: &impl ConnectionTrait, document: &Document) -> Result<()> {
    let Document { id, request, field, file_name, format, size, sha256, uploaded_by, created_at, scan, rescans: _ } = document.clone();
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        request_id: Set(request.uuid()),
        field: Set(field),
        file_name: Set(file_name),
        size: Set(i64::try_from(size).map_err(|_| Error::inconsistent("document", id))?),
        sha256: Set(sha256),
        uploaded_by: Set(uploaded_by.uuid()),
        created_at: Set(micros(created_at)),
        format: Set(format.as_str().to_owned()),
        scan: Set(scan.as_str().to_owned()),
        scanned_at: Set(None),
        rescans: Set(0),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Documents that answer, or once answered, a question of the form, oldest first; those of messages are left out.
pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Document>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .filter(entity::Column::Field.ne(OF_MESSAGE))
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// All documents of the request, those of its messages included.
pub async fn all_of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Document>> {
    let rows = entity::Entity::find().filter(entity::Column::RequestId.eq(request.uuid())).all(db).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub async fn find(db: &impl ConnectionTrait, request: RequestId, id: DocumentId) -> Result<Option<Document>> {
    let row = entity::Entity::find_by_id(id.uuid()).filter(entity::Column::RequestId.eq(request.uuid())).one(db).await?;
    row.map(TryInto::try_into).transpose()
}

/// For the antivirus worker, which knows the document's id alone.
pub async fn by_id(db: &impl ConnectionTrait, id: DocumentId) -> Result<Option<Document>> {
    entity::Entity::find_by_id(id.uuid()).one(db).await?.map(TryInto::try_into).transpose()
}

pub async fn by_ids(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = DocumentId>) -> Result<Vec<Document>> {
    let ids: Vec<Uuid> = ids.into_iter().map(TypedId::uuid).collect();
    let rows = entity::Entity::find()
        .filter(entity::Column::Id.is_in(ids))
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Records the antivirus verdict on a waiting document; false when the document was not waiting any more.
pub async fn record_scan(db: &impl ConnectionTrait, id: DocumentId, scan: Scan, at: Timestamp) -> Result<bool> {
    let done = entity::Entity::update_many()
        .col_expr(entity::Column::Scan, Expr::value(scan.as_str()))
        .col_expr(entity::Column::ScannedAt, Expr::value(micros(at)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::Scan.eq(Scan::Waiting.as_str()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Queues a failed scan again; false when the last scan did not fail, or was queued again `most` times already.
pub async fn scan_again(db: &impl ConnectionTrait, id: DocumentId, most: u32) -> Result<bool> {
    let done = entity::Entity::update_many()
        .col_expr(entity::Column::Scan, Expr::value(Scan::Waiting.as_str()))
        .col_expr(entity::Column::Rescans, Expr::col(entity::Column::Rescans).add(1))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::Scan.eq(Scan::Failed.as_str()))
        .filter(entity::Column::Rescans.lt(i32::try_from(most).unwrap_or(i32::MAX)))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn remove(db: &impl ConnectionTrait, id: DocumentId) -> Result<()> {
    entity::Entity::delete_by_id(id.uuid()).exec(db).await?;
    Ok(())
}
