//! What happened to a request, who did it and when. Rows are added, never changed.

use domain::{
    Timestamp,
    ids::{AccountId, RequestId, TypedId},
    request::JournalKind,
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Cx, Error, Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub request_id: Uuid,
        pub actor_id: Option<Uuid>,
        pub kind: String,
        pub detail: String,
        pub at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: JournalKind,
    pub actor: Option<AccountId>,
    /// The reason given, the team, the document's name; empty when the kind says it all.
    pub detail: String,
    pub at: Timestamp,
}

pub async fn write(cx: &Cx, db: &impl ConnectionTrait, request: RequestId, kind: JournalKind, actor: Option<AccountId>, detail: &str) -> Result<()> {
    let now = cx.now();
    let row = entity::ActiveModel {
        id: Set(domain::ids::mint(now, cx.entropy.as_ref())),
        request_id: Set(request.uuid()),
        actor_id: Set(actor.map(TypedId::uuid)),
        kind: Set(kind.as_str().to_owned()),
        detail: Set(detail.to_owned()),
        at: Set(micros(now)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The latest first.
pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Line>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .order_by_desc(entity::Column::At)
        .order_by_desc(entity::Column::Id)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let kind = JournalKind::parse(&row.kind).ok_or_else(|| Error::inconsistent("journal", row.id))?;
            Ok(Line { kind, actor: row.actor_id.map(AccountId), detail: row.detail, at: timestamp(row.at) })
        })
        .collect()
}
