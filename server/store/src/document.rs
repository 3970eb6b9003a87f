//! Documents attached to a request: the row here, the bytes in the data directory under the row's id.

use domain::{
    Timestamp,
    ids::{AccountId, DocumentId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

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
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    pub request: RequestId,
    pub field: String,
    pub file_name: String,
    /// In bytes.
    pub size: u64,
    pub sha256: String,
    pub uploaded_by: AccountId,
    pub created_at: Timestamp,
}

impl TryFrom<entity::Model> for Document {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { id, request_id, field, file_name, size, sha256, uploaded_by, created_at } = row;
        Ok(Self {
            id: DocumentId(id),
            request: RequestId(request_id),
            field,
            file_name,
            size: u64::try_from(size).map_err(|_| Error::inconsistent("document", id))?,
            sha256,
            uploaded_by: AccountId(uploaded_by),
            created_at: timestamp(created_at),
        })
    }
}

pub async fn add(db: &impl ConnectionTrait, document: &Document) -> Result<()> {
    let Document { id, request, field, file_name, size, sha256, uploaded_by, created_at } = document.clone();
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        request_id: Set(request.uuid()),
        field: Set(field),
        file_name: Set(file_name),
        size: Set(i64::try_from(size).map_err(|_| Error::inconsistent("document", id))?),
        sha256: Set(sha256),
        uploaded_by: Set(uploaded_by.uuid()),
        created_at: Set(micros(created_at)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Document>> {
    let rows = entity::Entity::find().filter(entity::Column::RequestId.eq(request.uuid())).order_by_asc(entity::Column::CreatedAt).all(db).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub async fn find(db: &impl ConnectionTrait, request: RequestId, id: DocumentId) -> Result<Option<Document>> {
    let row = entity::Entity::find_by_id(id.uuid()).filter(entity::Column::RequestId.eq(request.uuid())).one(db).await?;
    row.map(TryInto::try_into).transpose()
}

pub async fn remove(db: &impl ConnectionTrait, id: DocumentId) -> Result<()> {
    entity::Entity::delete_by_id(id.uuid()).exec(db).await?;
    Ok(())
}
