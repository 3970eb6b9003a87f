//! Elimination lists: the request files whose period is over, the visa of the archives, and what is kept of a file once it is
//! erased.

use domain::{
    Timestamp,
    elimination::{MAX_FILES, Outcome, Phase, Visa},
    ids::{AccountId, EliminationId, OrganisationId, RequestId, TypedId},
    request::State,
};
use sea_orm::{ActiveValue::Set, PaginatorTrait, QueryOrder, QuerySelect, Value, entity::prelude::*};

use crate::{Error, Page, Paging, Result, counter, micros, reminder::day, sql::Sql, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "elimination")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub number: i64,
        pub created_at: i64,
        pub created_by: Uuid,
        pub visa_reference: Option<String>,
        pub visa_authority: Option<String>,
        pub visa_on: Option<String>,
        pub approved_at: Option<i64>,
        pub approved_by: Option<Uuid>,
        pub carried_at: Option<i64>,
    }
    crate::entity::plain!();
}

mod item {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "elimination_item")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub elimination_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        pub number: i64,
        pub service: String,
        pub with_service: Option<String>,
        pub organisation_id: Uuid,
        pub opened_at: i64,
        pub submitted_at: Option<i64>,
        pub ended_at: i64,
        pub outcome: String,
        pub documents: i64,
        pub erased_at: Option<i64>,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elimination {
    pub id: EliminationId,
    pub number: i64,
    pub created_at: Timestamp,
    pub created_by: AccountId,
    pub phase: Phase,
    pub approved_by: Option<AccountId>,
    pub carried_at: Option<Timestamp>,
}

/// What a list says of a file, before and after its erasure: nothing about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub request: RequestId,
    pub number: i64,
    pub service: String,
    pub with_service: Option<String>,
    pub organisation: OrganisationId,
    pub opened_at: Timestamp,
    /// The first submission.
    pub submitted_at: Option<Timestamp>,
    pub ended_at: Timestamp,
    pub outcome: Outcome,
    pub documents: u64,
    pub erased_at: Option<Timestamp>,
}

impl TryFrom<entity::Model> for Elimination {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let phase = match (row.visa_reference, row.visa_authority, row.visa_on, row.carried_at) {
            (None, None, None, None) => Phase::Proposed,
            (Some(reference), Some(authority), Some(on), carried) => {
                let visa = Visa { reference, authority, on: day(&on, "elimination", row.id)? };
                if carried.is_some() { Phase::Carried(visa) } else { Phase::Approved(visa) }
            }
            _ => return Err(Error::inconsistent("elimination", row.id)),
        };
        Ok(Self {
            id: EliminationId(row.id),
            number: row.number,
            created_at: timestamp(row.created_at),
            created_by: AccountId(row.created_by),
            phase,
            approved_by: row.approved_by.map(AccountId),
            carried_at: row.carried_at.map(timestamp),
        })
    }
}

impl TryFrom<item::Model> for File {
    type Error = Error;

    fn try_from(row: item::Model) -> Result<Self> {
        let item::Model {
            elimination_id: _,
            request_id,
            number,
            service,
            with_service,
            organisation_id,
            opened_at,
            submitted_at,
            ended_at,
            outcome,
            documents,
            erased_at,
        } = row;
        Ok(Self {
            request: RequestId(request_id),
            number,
            service,
            with_service,
            organisation: OrganisationId(organisation_id),
            opened_at: timestamp(opened_at),
            submitted_at: submitted_at.map(timestamp),
            ended_at: timestamp(ended_at),
            outcome: Outcome::parse(&outcome).ok_or_else(|| Error::inconsistent("elimination_item", request_id))?,
            documents: u64::try_from(documents).unwrap_or(0),
            erased_at: erased_at.map(timestamp),
        })
    }
}

/// SQL condition: the file of request `r` is over at `:at`. Its decision, and the end of all that it granted, are before that
/// instant, and nothing in force or under way relies on it.
const OVER: &str = "r.erased_at IS NULL AND r.submitted_at IS NOT NULL AND r.state IN ('approved', 'refused', 'revoked', 'archived') \
     AND r.decided_at < :at \
     AND (r.state <> 'approved' OR EXISTS (SELECT 1 FROM habilitation h WHERE h.request_id = r.id)) \
     AND NOT EXISTS (SELECT 1 FROM habilitation h WHERE h.request_id = r.id AND (h.state = 'active' OR h.ended_at IS NULL OR h.ended_at >= :at)) \
     AND NOT EXISTS (SELECT 1 FROM habilitation h WHERE h.relies_on = r.id AND h.state = 'active') \
     AND NOT EXISTS (SELECT 1 FROM request o WHERE o.relies_on = r.id AND o.state IN ('draft', 'under_review', 'changes_requested'))";
const LISTED: &str = "EXISTS (SELECT 1 FROM elimination_item i WHERE i.request_id = r.id)";

/// The files that were over before this instant and are on no list yet, by number.
pub async fn due(db: &impl ConnectionTrait, before: Timestamp, paging: Paging) -> Result<Page<File>> {
    let names: [(&str, Value); 1] = [("at", micros(before).into())];
    let mut sql = Sql::new(db);
    let over = sql.with(OVER, &names);
    let total = sql.count(db, format!("SELECT COUNT(*) FROM request r WHERE {over} AND NOT {LISTED}")).await?;
    let mut sql = Sql::new(db);
    let over = sql.with(OVER, &names);
    let (size, skipped) = (paging.size, paging.offset());
    let text = format!(
        "SELECT r.id, r.number, r.service, r.with_service, r.organisation_id, r.created_at, r.first_submitted_at, r.state, r.decided_at, \
         (SELECT MAX(h.ended_at) FROM habilitation h WHERE h.request_id = r.id) AS ended_at, \
         (SELECT COUNT(*) FROM document d WHERE d.request_id = r.id) AS documents \
         FROM request r WHERE {over} AND NOT {LISTED} ORDER BY r.number LIMIT {size} OFFSET {skipped}"
    );
    let items = sql.all(db, text).await?.iter().map(found).collect::<Result<_>>()?;
    Ok(Page { items, total })
}

fn found(row: &sea_orm::QueryResult) -> Result<File> {
    let instant = |name: &str| -> Result<Option<i64>> { Ok(row.try_get("", name)?) };
    let request = RequestId(row.try_get::<Uuid>("", "id")?);
    let ended = instant("decided_at")?.max(instant("ended_at")?).ok_or_else(|| Error::inconsistent("request", request))?;
    let outcome = match State::parse(&row.try_get::<String>("", "state")?) {
        Some(State::Refused) => Outcome::Refused,
        Some(State::Revoked) => Outcome::Revoked,
        Some(State::Archived) => Outcome::Archived,
        _ => Outcome::Ended,
    };
    Ok(File {
        request,
        number: row.try_get("", "number")?,
        service: row.try_get("", "service")?,
        with_service: row.try_get("", "with_service")?,
        organisation: OrganisationId(row.try_get::<Uuid>("", "organisation_id")?),
        opened_at: timestamp(row.try_get("", "created_at")?),
        submitted_at: instant("first_submitted_at")?.map(timestamp),
        ended_at: timestamp(ended),
        outcome,
        documents: u64::try_from(row.try_get::<i64>("", "documents")?).unwrap_or(0),
        erased_at: None,
    })
}

/// Whether the file is still over: its request may have been reopened since the list was made.
pub async fn is_over(db: &impl ConnectionTrait, request: RequestId, before: Timestamp) -> Result<bool> {
    let mut sql = Sql::new(db);
    let over = sql.with(OVER, &[("at", micros(before).into())]);
    let text = format!("SELECT COUNT(*) FROM request r WHERE {over} AND r.id = {}", sql.bind(request.uuid()));
    Ok(sql.count(db, text).await? == 1)
}

/// Makes a list of the files that are over, as many as one list may hold. Returns its number and how many they are, or `None`
/// if there are none.
pub async fn propose(db: &impl ConnectionTrait, id: EliminationId, by: AccountId, before: Timestamp, now: Timestamp) -> Result<Option<(i64, u64)>> {
    // Taking the number locks out other proposals: no file is put on two lists.
    let number = counter::next(db, "elimination").await?;
    let files = due(db, before, Paging { number: 1, size: MAX_FILES }).await?.items;
    if files.is_empty() {
        return Ok(None);
    }
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        number: Set(number),
        created_at: Set(micros(now)),
        created_by: Set(by.uuid()),
        visa_reference: Set(None),
        visa_authority: Set(None),
        visa_on: Set(None),
        approved_at: Set(None),
        approved_by: Set(None),
        carried_at: Set(None),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    let count = files.len() as u64;
    let items = files.into_iter().map(|file| item::ActiveModel {
        elimination_id: Set(id.uuid()),
        request_id: Set(file.request.uuid()),
        number: Set(file.number),
        service: Set(file.service),
        with_service: Set(file.with_service),
        organisation_id: Set(file.organisation.uuid()),
        opened_at: Set(micros(file.opened_at)),
        submitted_at: Set(file.submitted_at.map(micros)),
        ended_at: Set(micros(file.ended_at)),
        outcome: Set(file.outcome.as_str().to_owned()),
        documents: Set(i64::try_from(file.documents).unwrap_or(i64::MAX)),
        erased_at: Set(None),
    });
    item::Entity::insert_many(items).exec_without_returning(db).await?;
    Ok(Some((number, count)))
}

/// The latest first, each with how many files it holds.
pub async fn list(db: &impl ConnectionTrait, paging: Paging) -> Result<Page<(Elimination, u64)>> {
    let total = entity::Entity::find().count(db).await?;
    let rows = entity::Entity::find().order_by_desc(entity::Column::Number).offset(paging.offset()).limit(paging.size).all(db).await?;
    let mut items = Vec::new();
    for row in rows {
        let count = item::Entity::find().filter(item::Column::EliminationId.eq(row.id)).count(db).await?;
        items.push((row.try_into()?, count));
    }
    Ok(Page { items, total })
}

pub async fn by_id(db: &impl ConnectionTrait, id: EliminationId) -> Result<Option<Elimination>> {
    entity::Entity::find_by_id(id.uuid()).one(db).await?.map(TryInto::try_into).transpose()
}

/// Sorted by number.
pub async fn files(db: &impl ConnectionTrait, id: EliminationId, paging: Paging) -> Result<Page<File>> {
    let all = item::Entity::find().filter(item::Column::EliminationId.eq(id.uuid()));
    let total = all.clone().count(db).await?;
    let rows = all.order_by_asc(item::Column::Number).offset(paging.offset()).limit(paging.size).all(db).await?;
    Ok(Page { items: rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?, total })
}

/// False when it has a visa already.
pub async fn approve(db: &impl ConnectionTrait, id: EliminationId, visa: &Visa, by: AccountId, now: Timestamp) -> Result<bool> {
    use entity::Column as C;
    let done = entity::Entity::update_many()
        .col_expr(C::VisaReference, Expr::value(visa.reference.as_str()))
        .col_expr(C::VisaAuthority, Expr::value(visa.authority.as_str()))
        .col_expr(C::VisaOn, Expr::value(visa.on.to_string()))
        .col_expr(C::ApprovedAt, Expr::value(micros(now)))
        .col_expr(C::ApprovedBy, Expr::value(by.uuid()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::ApprovedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Deletes the list, so that its files may be proposed again. False when it has a visa.
pub async fn withdraw(db: &impl ConnectionTrait, id: EliminationId) -> Result<bool> {
    let gone = entity::Entity::delete_many().filter(entity::Column::Id.eq(id.uuid())).filter(entity::Column::ApprovedAt.is_null());
    Ok(gone.exec(db).await?.rows_affected == 1)
}

/// Files to erase, of lists that have their visa.
pub async fn to_erase(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<(EliminationId, RequestId)>> {
    let text = format!(
        "SELECT i.elimination_id, i.request_id FROM elimination e JOIN elimination_item i ON i.elimination_id = e.id \
         WHERE e.carried_at IS NULL AND e.approved_at IS NOT NULL AND i.erased_at IS NULL ORDER BY e.number, i.number LIMIT {limit}"
    );
    let rows = Sql::new(db).all(db, text).await?;
    rows.iter()
        .map(|row| {
            let (list, request) = (row.try_get::<Uuid>("", "elimination_id")?, row.try_get::<Uuid>("", "request_id")?);
            Ok((EliminationId(list), RequestId(request)))
        })
        .collect()
}

/// Marks the file as erased. Of several callers, only the one that gets true must erase it.
pub async fn note_erased(db: &impl ConnectionTrait, request: RequestId, now: Timestamp) -> Result<bool> {
    let noted = item::Entity::update_many()
        .col_expr(item::Column::ErasedAt, Expr::value(micros(now)))
        .filter(item::Column::RequestId.eq(request.uuid()))
        .filter(item::Column::ErasedAt.is_null());
    Ok(noted.exec(db).await?.rows_affected == 1)
}

/// Takes a file that is in use again off its list.
pub async fn leave_out(db: &impl ConnectionTrait, request: RequestId) -> Result<()> {
    item::Entity::delete_many().filter(item::Column::RequestId.eq(request.uuid())).exec(db).await?;
    Ok(())
}

/// Marks as carried out the lists with a visa of which no file is left to erase; returns how many.
pub async fn close(db: &impl ConnectionTrait, now: Timestamp) -> Result<u64> {
    let mut sql = Sql::new(db);
    let text = format!(
        "UPDATE elimination SET carried_at = {} WHERE approved_at IS NOT NULL AND carried_at IS NULL AND NOT EXISTS \
         (SELECT 1 FROM elimination_item i WHERE i.elimination_id = elimination.id AND i.erased_at IS NULL)",
        sql.bind(micros(now))
    );
    sql.run(db, text).await
}
