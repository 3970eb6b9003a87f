//! What happened to a request, who did it and when. Rows are added, never changed.

use domain::{
    Timestamp,
    ids::{AccountId, RequestId, TypedId},
    request::JournalKind,
};
use migrations::chain::JournalLine;
use sea_orm::{IntoActiveModel, PaginatorTrait, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{
    Cx, Error, Result,
    chain::{self, Chain, Link, Place},
    micros, timestamp,
};

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
        /// From 1, without a gap, over all requests.
        pub seq: Option<i64>,
        /// See `migrations::chain`.
        pub hash: Option<String>,
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

/// Takes the next place in the chain of all requests, and holds it until the transaction ends: rows of requests are locked
/// before, never after.
pub async fn write(cx: &Cx, db: &impl ConnectionTrait, request: RequestId, kind: JournalKind, actor: Option<AccountId>, detail: &str) -> Result<()> {
    let place = chain::next(db, Chain::Requests).await?;
    let line = Line { kind, actor, detail: detail.to_owned(), at: cx.now() };
    entity::Entity::insert(row(cx, request, &line, &place).into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// Lines of many requests at once, in this order.
pub(crate) async fn write_all(cx: &Cx, db: &impl ConnectionTrait, lines: &[(RequestId, Line)]) -> Result<()> {
    let mut place = chain::places(db, Chain::Requests, i64::try_from(lines.len()).unwrap_or(0)).await?;
    for some in lines.chunks(CHUNK) {
        let mut rows = Vec::with_capacity(some.len());
        for (request, line) in some {
            let row = row(cx, *request, line, &place);
            place = Place { seq: place.seq + 1, previous: row.hash.clone().unwrap_or_default() };
            rows.push(row.into_active_model());
        }
        entity::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Rows of a statement: a database binds some tens of thousands of values at most.
const CHUNK: usize = 1_000;

fn row(cx: &Cx, request: RequestId, line: &Line, place: &Place) -> entity::Model {
    let mut row = entity::Model {
        id: domain::ids::mint(line.at, cx.entropy.as_ref()),
        request_id: request.uuid(),
        actor_id: line.actor.map(TypedId::uuid),
        kind: line.kind.as_str().to_owned(),
        detail: line.detail.clone(),
        at: micros(line.at),
        seq: Some(place.seq),
        hash: None,
    };
    row.hash = Some(hash(&row, place.seq, &place.previous));
    row
}

fn hash(row: &entity::Model, seq: i64, previous: &str) -> String {
    let entity::Model { id, request_id, actor_id, kind, detail, at, seq: _, hash: _ } = row;
    let actor = actor_id.as_ref().map_or(&[][..], |id| id.as_bytes());
    JournalLine { seq, id: id.as_bytes(), request: request_id.as_bytes(), actor, kind, detail, at: *at }.hash(previous)
}

/// Lines after this place, in order, for the chain to be walked.
pub(crate) async fn links_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<Link>> {
    let rows = entity::Entity::find().filter(entity::Column::Seq.gt(seq)).order_by_asc(entity::Column::Seq).limit(limit).all(db).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some(Link { seq: row.seq?, kept: row.hash.clone(), right: Box::new(move |seq, previous| hash(&row, seq, previous)) }))
        .collect())
}

pub(crate) async fn count(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(entity::Entity::find().count(db).await?)
}

/// The latest first.
pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Line>> {
    let rows = entity::Entity::find().filter(entity::Column::RequestId.eq(request.uuid())).order_by_desc(entity::Column::Seq).all(db).await?;
    rows.into_iter()
        .map(|row| {
            let kind = JournalKind::parse(&row.kind).ok_or_else(|| Error::inconsistent("journal", row.id))?;
            Ok(Line { kind, actor: row.actor_id.map(AccountId), detail: row.detail, at: timestamp(row.at) })
        })
        .collect()
}
