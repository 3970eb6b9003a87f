//! What happened to a request, who did it and when. Rows are added, never changed; the text of one may be erased.

use domain::{
    Timestamp,
    actor::By,
    ids::{AccountId, RequestId, TypedId},
    request::JournalKind,
};
use migrations::chain::JournalLine;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{
    Cx, Error, Result,
    chain::{self, Chain, Link, OldLink, Place, Seal, id_bytes},
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
        /// See `crate::chain`.
        pub hash: Option<String>,
        pub digest: Option<String>,
        pub stood_in_by: Option<Uuid>,
        pub erased_at: Option<i64>,
        pub erasure: Option<String>,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: JournalKind,
    pub by: By,
    /// The reason given, the team, the document's name; empty when the kind says it all.
    pub detail: String,
    pub at: Timestamp,
    /// When the detail was erased, its time being over.
    pub erased_at: Option<Timestamp>,
}

impl Line {
    pub fn new(kind: JournalKind, by: By, detail: &str, at: Timestamp) -> Self {
        Self { kind, by, detail: detail.to_owned(), at, erased_at: None }
    }
}

/// Takes the next place in the chain of all requests, and holds it until the transaction ends: rows of requests are locked
/// before, never after.
pub async fn write(cx: &Cx, db: &impl ConnectionTrait, request: RequestId, kind: JournalKind, by: impl Into<By> + Send, detail: &str) -> Result<()> {
    let line = Line::new(kind, by.into(), detail, cx.now());
    let place = chain::next(cx, db, Chain::Requests).await?;
    entity::Entity::insert(row(cx, request, &line, &place).into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// Lines of many requests at once, in this order.
pub(crate) async fn write_all(cx: &Cx, db: &impl ConnectionTrait, lines: &[(RequestId, Line)]) -> Result<()> {
    let mut place = chain::places(cx, db, Chain::Requests, i64::try_from(lines.len()).unwrap_or(0)).await?;
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
        actor_id: line.by.account.map(TypedId::uuid),
        kind: line.kind.as_str().to_owned(),
        detail: line.detail.clone(),
        at: micros(line.at),
        seq: Some(place.seq),
        hash: None,
        digest: None,
        stood_in_by: line.by.stood_in_by.map(TypedId::uuid),
        erased_at: None,
        erasure: None,
    };
    let (seal, link) = (Seal::new(&cx.keys, Chain::Requests), link(&row, place.seq));
    let digest = seal.digest(&link);
    row.hash = Some(seal.hash(&place.previous, &link, &digest));
    row.digest = Some(digest);
    row
}

fn link(row: &entity::Model, seq: i64) -> Link {
    let entity::Model { id, request_id, actor_id, kind, detail, at, seq: _, hash, digest, stood_in_by, erased_at, erasure } = row;
    Link {
        seq,
        id: *id,
        facts: vec![request_id.as_bytes().to_vec(), id_bytes(*actor_id), id_bytes(*stood_in_by), kind.as_bytes().to_vec(), at.to_be_bytes().to_vec()],
        texts: vec![detail.clone()],
        digest: digest.clone(),
        hash: hash.clone(),
        erased_at: *erased_at,
        erasure: erasure.clone(),
    }
}

async fn rows_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<entity::Model>> {
    Ok(entity::Entity::find().filter(entity::Column::Seq.gt(seq)).order_by_asc(entity::Column::Seq).limit(limit).all(db).await?)
}

/// Lines after this place, in order, for the chain to be walked.
pub(crate) async fn links_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<Link>> {
    Ok(rows_after(db, seq, limit).await?.iter().filter_map(|row| Some(link(row, row.seq?))).collect())
}

/// The same, with the hash they had before there was a key.
pub(crate) async fn old_links_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<OldLink>> {
    let old = |row: entity::Model| {
        let seq = row.seq?;
        Some(OldLink { link: link(&row, seq), right: Box::new(move |previous| old_hash(&row, seq, previous)) })
    };
    Ok(rows_after(db, seq, limit).await?.into_iter().filter_map(old).collect())
}

fn old_hash(row: &entity::Model, seq: i64, previous: &str) -> String {
    let entity::Model { id, request_id, actor_id, kind, detail, at, .. } = row;
    let actor = actor_id.as_ref().map_or(&[][..], |id| id.as_bytes());
    JournalLine { seq, id: id.as_bytes(), request: request_id.as_bytes(), actor, kind, detail, at: *at }.hash(previous)
}

/// The details of a request's lines, whose time is over; returns how many there were.
pub async fn erase_texts(cx: &Cx, db: &impl ConnectionTrait, request: RequestId) -> Result<u64> {
    chain::erase(cx, db, Chain::Requests, "request_id", request.uuid(), &["detail"]).await
}

/// Who did one of these last.
pub async fn last_author(db: &impl ConnectionTrait, request: RequestId, kinds: &[JournalKind]) -> Result<Option<AccountId>> {
    let row = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .filter(entity::Column::Kind.is_in(kinds.iter().map(|kind| kind.as_str())))
        .order_by_desc(entity::Column::Seq)
        .one(db)
        .await?;
    Ok(row.and_then(|row| row.actor_id).map(AccountId))
}

/// The latest first.
pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Line>> {
    let rows = entity::Entity::find().filter(entity::Column::RequestId.eq(request.uuid())).order_by_desc(entity::Column::Seq).all(db).await?;
    rows.into_iter()
        .map(|row| {
            let kind = JournalKind::parse(&row.kind).ok_or_else(|| Error::inconsistent("journal", row.id))?;
            let by = By { account: row.actor_id.map(AccountId), stood_in_by: row.stood_in_by.map(AccountId) };
            Ok(Line { kind, by, detail: row.detail, at: timestamp(row.at), erased_at: row.erased_at.map(timestamp) })
        })
        .collect()
}
