//! Messages about a request, and up to where each person read them.

use std::{collections::HashMap, sync::LazyLock};

use domain::{
    Timestamp,
    ids::{AccountId, DocumentId, MessageId, RequestId, TypedId},
    message::Side,
};
use sea_orm::{ActiveValue::Set, DbBackend, QueryOrder, QueryResult, QuerySelect, TryInsertResult, entity::prelude::*, sea_query::OnConflict};

use crate::{Error, Paging, Result, counter, micros, sql::Sql, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "message")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub request_id: Uuid,
        pub author_id: Uuid,
        pub side: String,
        pub seq: i64,
        pub body: String,
        pub at: i64,
        pub impersonated_by: Option<Uuid>,
    }
    crate::entity::plain!();
}

mod attachment {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "message_document")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub message_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub document_id: Uuid,
        pub ord: i32,
    }
    crate::entity::plain!();
}

mod mark {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "message_mark")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        pub read_seq: i64,
        pub told_seq: i64,
        pub addressed_seq: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    pub request: RequestId,
    pub author: AccountId,
    /// The administrator who wrote it while impersonating the author.
    pub impersonated_by: Option<AccountId>,
    pub side: Side,
    /// Increases with each message of the whole site; messages are sorted, and marked as read, by this number.
    pub seq: i64,
    pub body: String,
    pub at: Timestamp,
}

impl TryFrom<entity::Model> for Message {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { id, request_id, author_id, side, seq, body, at, impersonated_by } = row;
        Ok(Self {
            id: MessageId(id),
            request: RequestId(request_id),
            author: AccountId(author_id),
            impersonated_by: impersonated_by.map(AccountId),
            side: Side::parse(&side).ok_or_else(|| Error::inconsistent("message", id))?,
            seq,
            body,
            at: timestamp(at),
        })
    }
}

pub struct NewMessage<'a> {
    pub id: MessageId,
    pub request: RequestId,
    pub author: AccountId,
    pub impersonated_by: Option<AccountId>,
    pub side: Side,
    pub body: &'a str,
    pub documents: &'a [DocumentId],
}

/// Returns the message's `seq`, or `None` when the message exists already (the form was sent twice). The rows of the documents
/// must exist already.
pub async fn add(db: &impl ConnectionTrait, new: NewMessage<'_>, at: Timestamp) -> Result<Option<i64>> {
    let seq = counter::next(db, "message").await?;
    let row = entity::ActiveModel {
        id: Set(new.id.uuid()),
        request_id: Set(new.request.uuid()),
        author_id: Set(new.author.uuid()),
        side: Set(new.side.as_str().to_owned()),
        seq: Set(seq),
        body: Set(new.body.to_owned()),
        at: Set(micros(at)),
        impersonated_by: Set(new.impersonated_by.map(TypedId::uuid)),
    };
    let inserted = entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::Id]).exec_without_returning(db).await?;
    if !matches!(inserted, TryInsertResult::Inserted(1..)) {
        return Ok(None);
    }
    for (ord, document) in (0..).zip(new.documents) {
        let row = attachment::ActiveModel { message_id: Set(new.id.uuid()), document_id: Set(document.uuid()), ord: Set(ord) };
        attachment::Entity::insert(row).exec_without_returning(db).await?;
    }
    Ok(Some(seq))
}

pub async fn count(db: &impl ConnectionTrait, request: RequestId) -> Result<u64> {
    Ok(entity::Entity::find().filter(entity::Column::RequestId.eq(request.uuid())).count(db).await?)
}

/// A page of the thread, the oldest message first.
pub async fn page(db: &impl ConnectionTrait, request: RequestId, paging: Paging) -> Result<Vec<Message>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .order_by_asc(entity::Column::Seq)
        .offset(paging.offset())
        .limit(paging.size)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The documents attached to each of these messages, in the order in which they were given.
pub async fn attachments(db: &impl ConnectionTrait, messages: impl IntoIterator<Item = MessageId>) -> Result<Vec<(MessageId, DocumentId)>> {
    let ids: Vec<Uuid> = messages.into_iter().map(TypedId::uuid).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = attachment::Entity::find().filter(attachment::Column::MessageId.is_in(ids)).order_by_asc(attachment::Column::Ord).all(db).await?;
    Ok(rows.into_iter().map(|row| (MessageId(row.message_id), DocumentId(row.document_id))).collect())
}

/// For one person and one request, the `seq` of the last message read and of the last one a mail told them of; zero for none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    pub read: i64,
    pub told: i64,
    /// `seq` of the last message addressed to them as a reviewer.
    pub addressed: i64,
}

pub async fn marks(db: &impl ConnectionTrait, request: RequestId, accounts: impl IntoIterator<Item = AccountId>) -> Result<HashMap<AccountId, Mark>> {
    let ids: Vec<Uuid> = accounts.into_iter().map(TypedId::uuid).collect();
    let rows = mark::Entity::find().filter(mark::Column::RequestId.eq(request.uuid())).filter(mark::Column::AccountId.is_in(ids)).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| (AccountId(row.account_id), Mark { read: row.read_seq, told: row.told_seq, addressed: row.addressed_seq }))
        .collect())
}

/// Raises each value to the given one if it is lower, so that concurrent writes do not undo each other.
pub async fn raise_mark(db: &impl ConnectionTrait, request: RequestId, account: AccountId, to: Mark) -> Result<()> {
    let row = mark::ActiveModel {
        account_id: Set(account.uuid()),
        request_id: Set(request.uuid()),
        read_seq: Set(to.read),
        told_seq: Set(to.told),
        addressed_seq: Set(to.addressed),
    };
    let greater = |column: &str| {
        Expr::cust(format!("CASE WHEN excluded.{column} > message_mark.{column} THEN excluded.{column} ELSE message_mark.{column} END"))
    };
    let known = OnConflict::columns([mark::Column::AccountId, mark::Column::RequestId])
        .value(mark::Column::ReadSeq, greater("read_seq"))
        .value(mark::Column::ToldSeq, greater("told_seq"))
        .value(mark::Column::AddressedSeq, greater("addressed_seq"))
        .to_owned();
    mark::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

/// SQL expression, on the table `request` of the query: how many messages of a side this person has not read.
pub(crate) fn unread_by(db: &impl ConnectionTrait, account: AccountId, written_by: Side) -> Expr {
    let (side, me) = if db.get_database_backend() == DbBackend::Postgres { ("$1", "$2") } else { ("?", "?") };
    let text = format!(
        "(SELECT COUNT(*) FROM message m WHERE m.request_id = \"request\".id AND m.side = {side} AND m.seq > COALESCE(\
         (SELECT k.read_seq FROM message_mark k WHERE k.request_id = m.request_id AND k.account_id = {me}), 0))"
    );
    Expr::cust_with_values(text, [sea_orm::Value::from(written_by.as_str()), account.uuid().into()])
}

/// How many messages of the other side this person has not read, by request; those without any are left out.
/// One query, whatever the number of requests.
pub async fn unread(
    db: &impl ConnectionTrait,
    account: AccountId,
    written_by: Side,
    requests: impl IntoIterator<Item = RequestId>,
) -> Result<HashMap<RequestId, u64>> {
    let ids: Vec<Uuid> = requests.into_iter().map(TypedId::uuid).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new(db);
    let text = format!(
        "SELECT m.request_id AS request, COUNT(*) AS unread FROM message m \
         LEFT JOIN message_mark k ON k.request_id = m.request_id AND k.account_id = {} \
         WHERE m.side = {} AND m.request_id IN ({}) AND m.seq > COALESCE(k.read_seq, 0) GROUP BY m.request_id",
        sql.bind(account.uuid()),
        sql.bind(written_by.as_str()),
        sql.list(ids)
    );
    let rows = sql.all(db, text).await?;
    rows.iter()
        .map(|row| {
            let count: i64 = row.try_get("", "unread")?;
            Ok((RequestId(row.try_get("", "request")?), u64::try_from(count).unwrap_or(0)))
        })
        .collect()
}

/// Unread messages: in the requests the person filed or co-edits, and in those where they were written to as a reviewer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    pub own: u64,
    pub reviewed: u64,
}

/// SQL of the columns of [`Waiting`] for the account `a` of the query. One starts from the account's requests, the other from
/// its unread marks, so that neither reads the whole table of messages.
pub(crate) static WAITING: LazyLock<String> = LazyLock::new(|| {
    let (reviewer, applicant) = (Side::Reviewer.as_str(), Side::Applicant.as_str());
    let own = format!(
        "SELECT COUNT(*) FROM message m LEFT JOIN message_mark k ON k.request_id = m.request_id AND k.account_id = a.id \
         WHERE m.side = '{reviewer}' AND m.seq > COALESCE(k.read_seq, 0) AND m.request_id IN (\
         SELECT r.id FROM request r WHERE r.applicant_id = a.id AND r.first_submitted_at IS NOT NULL AND r.state <> 'archived' \
         UNION SELECT c.request_id FROM co_editor c WHERE c.account_id = a.id)"
    );
    let reviewed = format!(
        "SELECT COUNT(*) FROM message_mark k JOIN request r ON r.id = k.request_id JOIN message m ON m.request_id = k.request_id \
         WHERE k.account_id = a.id AND k.addressed_seq > k.read_seq AND m.side = '{applicant}' AND m.seq > k.read_seq AND EXISTS (\
         SELECT 1 FROM review_grant w WHERE w.account_id = a.id AND (w.service = r.service OR w.service = r.with_service))"
    );
    format!("CAST(({own}) AS bigint) AS waiting_own, CAST(({reviewed}) AS bigint) AS waiting_reviewed")
});

impl Waiting {
    pub(crate) fn read(row: &QueryResult) -> Result<Self> {
        let count = |name: &str| row.try_get::<i64>("", name).map(|count| u64::try_from(count).unwrap_or(0));
        Ok(Self { own: count("waiting_own")?, reviewed: count("waiting_reviewed")? })
    }
}

pub async fn waiting(db: &impl ConnectionTrait, account: AccountId) -> Result<Waiting> {
    let mut sql = Sql::new(db);
    let text = format!("SELECT {} FROM account a WHERE a.id = {}", *WAITING, sql.bind(account.uuid()));
    sql.all(db, text).await?.first().map_or(Ok(Waiting::default()), Waiting::read)
}

/// Who wrote on this side of the request.
pub async fn authors(db: &impl ConnectionTrait, request: RequestId, side: Side) -> Result<Vec<AccountId>> {
    let ids: Vec<Uuid> = entity::Entity::find()
        .select_only()
        .column(entity::Column::AuthorId)
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .filter(entity::Column::Side.eq(side.as_str()))
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(AccountId).collect())
}
