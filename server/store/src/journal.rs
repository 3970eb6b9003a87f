//! What happened to a request, who did it and when. Rows are added, never changed; the text of one may be erased.

use domain::{
    Timestamp,
    actor::By,
    ids::{AccountId, RequestId, TypedId},
    request::JournalKind,
};
use sea_orm::{IntoActiveModel, QueryOrder, entity::prelude::*};

use crate::{
    Cx, Error, Result,
    chain::{
        self, Chain, Place, Seal,
        requests::{entity, link},
    },
    micros, timestamp,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: JournalKind,
    pub by: By,
    /// The reason given, the team, the document's name; empty when the kind says it all.
    pub detail: String,
    pub at: Timestamp,
    /// When the detail was erased, at the end of its retention period.
    pub erased_at: Option<Timestamp>,
}

impl Line {
    pub fn new(kind: JournalKind, by: By, detail: &str, at: Timestamp) -> Self {
        Self { kind, by, detail: detail.to_owned(), at, erased_at: None }
    }
}

/// Takes the next number in the chain of all requests and holds it until the transaction ends. To avoid deadlocks, rows of
/// requests must be locked before this call, never after.
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

/// Rows in one statement: databases accept some tens of thousands of bound values at most.
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
        impersonated_by: line.by.impersonated_by.map(TypedId::uuid),
        erased_at: None,
        erasure: None,
    };
    let (seal, link) = (Seal::new(&cx.keys, Chain::Requests), link(&row, place.seq));
    let digest = seal.digest(&link);
    row.hash = Some(seal.hash(&place.previous, &link, &digest));
    row.digest = Some(digest);
    row
}

/// Erases the details of a request's lines, at the end of their retention period; returns how many there were.
pub async fn erase_texts(cx: &Cx, db: &impl ConnectionTrait, request: RequestId) -> Result<u64> {
    chain::erase(cx, db, Chain::Requests, "request_id", request.uuid(), &["detail"]).await
}

/// The latest line of one of these kinds.
pub async fn last(db: &impl ConnectionTrait, request: RequestId, kinds: impl IntoIterator<Item = JournalKind>) -> Result<Option<Line>> {
    let row = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .filter(entity::Column::Kind.is_in(kinds.into_iter().map(JournalKind::as_str)))
        .order_by_desc(entity::Column::Seq)
        .one(db)
        .await?;
    row.map(line).transpose()
}

/// The author of the latest line of one of these kinds.
pub async fn last_author(db: &impl ConnectionTrait, request: RequestId, kinds: &[JournalKind]) -> Result<Option<AccountId>> {
    Ok(last(db, request, kinds.iter().copied()).await?.and_then(|line| line.by.account))
}

/// The latest first.
pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Line>> {
    let rows = entity::Entity::find().filter(entity::Column::RequestId.eq(request.uuid())).order_by_desc(entity::Column::Seq).all(db).await?;
    rows.into_iter().map(line).collect()
}

fn line(row: entity::Model) -> Result<Line> {
    let kind = JournalKind::parse(&row.kind).ok_or_else(|| Error::inconsistent("journal", row.id))?;
    let by = By { account: row.actor_id.map(AccountId), impersonated_by: row.impersonated_by.map(AccountId) };
    Ok(Line { kind, by, detail: row.detail, at: timestamp(row.at), erased_at: row.erased_at.map(timestamp) })
}
