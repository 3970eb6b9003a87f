//! The lines of a list: a page of it, the same requests by number, or some of them.

use domain::{
    ids::{AccountId, OrganisationId, RequestId, TypedId},
    queue::{QueueQuery, Sort, Tab},
    request::State,
};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::{
    OpenTurn, Row, Scope,
    conditions::{asks_of_request, requests, source, turns},
    totals::total,
    words::{by_words, plan},
};
use crate::{Error, Page, Paging, Result, request::sent::titles, search::Plan, sql::Sql, timestamp};

pub(super) const COLUMNS: &str =
    "r.id, r.number, r.service, r.variant, r.organisation_id, r.applicant_id, r.state, r.reopened_at, r.title, r.version, r.submitted_at";
/// When words find fewer lines than this, sorting those is faster than walking the index of the whole list.
const FEW: u64 = 20_000;
const FEW_IN_SQLITE: u64 = 5_000;
const TURN: &str = "t.service AS turn_service, t.stage, t.since, t.due_on, t.assignee";

fn row(found: &QueryResult) -> Result<Row> {
    let id: Uuid = found.try_get("", "id")?;
    let state: String = found.try_get("", "state")?;
    Ok(Row {
        id: RequestId(id),
        number: found.try_get("", "number")?,
        service: found.try_get("", "service")?,
        variant: found.try_get("", "variant")?,
        organisation: OrganisationId(found.try_get("", "organisation_id")?),
        applicant: AccountId(found.try_get("", "applicant_id")?),
        state: State::parse(&state).ok_or_else(|| Error::inconsistent("request", id))?,
        reopened: found.try_get::<Option<i64>>("", "reopened_at")?.is_some(),
        title: found.try_get("", "title")?,
        version: found.try_get("", "version")?,
        submitted_at: found.try_get::<Option<i64>>("", "submitted_at")?.map(timestamp),
        turns: Vec::new(),
    })
}

fn turn(found: &QueryResult) -> Result<OpenTurn> {
    Ok(OpenTurn {
        service: found.try_get("", "turn_service")?,
        stage: found.try_get("", "stage")?,
        since: timestamp(found.try_get("", "since")?),
        due: found.try_get::<Option<String>>("", "due_on")?.and_then(|day| day.parse().ok()),
        assignee: found.try_get::<Option<Uuid>>("", "assignee")?.map(AccountId),
    })
}

/// PostgreSQL takes a few rare words for common ones and walks the index of the list until it finds enough lines. When few are
/// found, `+ 0` keeps it from using that index, and it sorts what was found.
fn order(query: &QueueQuery, few: bool) -> String {
    let (sort, descending) = query.order();
    let column = match sort {
        Sort::Number if few => "r.number + 0",
        Sort::Number => "r.number",
        Sort::Title => "r.title",
        Sort::Received => "t.since",
        Sort::Due => "t.due_on",
        Sort::Submitted if few => "r.submitted_at + 0",
        Sort::Submitted => "r.submitted_at",
    };
    let way = if descending { "DESC" } else { "ASC" };
    match sort {
        Sort::Due => format!("ORDER BY {column} {way}, t.since {way}, t.request_id {way}"),
        Sort::Received => format!("ORDER BY {column} {way}, t.request_id {way}"),
        _ => format!("ORDER BY {column} {way}, r.number {way}"),
    }
}

pub async fn page(db: &impl ConnectionTrait, scope: &Scope, query: &QueueQuery, paging: Paging) -> Result<Page<Row>> {
    let plan = plan(db, scope, query).await?;
    if !query.tab.is_of_turns()
        && let Some((found, total)) = by_words(db, scope, query, &plan, paging).await?
    {
        return of_requests(db, &found, total).await;
    }
    let total = total(db, scope, query, &plan).await?;
    if total == 0 {
        return Ok(Page { items: Vec::new(), total });
    }
    let mut sql = Sql::new(db);
    let few = !query.words.is_empty() && total < if sql.is_postgres() { FEW } else { FEW_IN_SQLITE };
    let (limit, offset) = (paging.size, paging.offset());
    let order = order(query, few);
    if !query.tab.is_of_turns() {
        let source = source(&mut sql, scope, query, &plan, !few);
        let (limit, offset) = (sql.bind(limit), sql.bind(offset));
        let found = sql.all(db, format!("SELECT {COLUMNS} {source} {order} LIMIT {limit} OFFSET {offset}")).await?;
        return of_requests(db, &found, total).await;
    }
    let by_turn = matches!(query.order().0, Sort::Due | Sort::Received);
    let text = if by_turn && !asks_of_request(scope, query) {
        // The page is chosen among the turns, then its requests are read.
        let turns = turns(&mut sql, scope, query);
        let (limit, offset) = (sql.bind(limit), sql.bind(offset));
        format!(
            "SELECT {COLUMNS}, {TURN} FROM (SELECT t.* {turns} {order} LIMIT {limit} OFFSET {offset}) t JOIN request r ON r.id = t.request_id {order}"
        )
    } else {
        let source = source(&mut sql, scope, query, &plan, !few);
        let (limit, offset) = (sql.bind(limit), sql.bind(offset));
        format!("SELECT {COLUMNS}, {TURN} {source} {order} LIMIT {limit} OFFSET {offset}")
    };
    let items = sql.all(db, text).await?.iter().map(|found| Ok(Row { turns: vec![turn(found)?], ..row(found)? })).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total })
}

async fn of_requests(db: &impl ConnectionTrait, found: &[QueryResult], total: u64) -> Result<Page<Row>> {
    let mut items = found.iter().map(row).collect::<Result<Vec<_>>>()?;
    complete(db, &mut items).await?;
    Ok(Page { items, total })
}

/// Adds the open turns, and shows the titles as they were last submitted or granted.
async fn complete(db: &impl ConnectionTrait, items: &mut [Row]) -> Result<()> {
    let titles = titles(db, items.iter().map(|item| (item.id.uuid(), item.state))).await?;
    for item in items.iter_mut() {
        if let Some(title) = titles.get(&item.id.uuid()) {
            item.title.clone_from(title);
        }
    }
    let held: Vec<Uuid> = items.iter().filter(|item| item.state == State::UnderReview).map(|item| item.id.uuid()).collect();
    if held.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(db);
    let ids = sql.list(held);
    let text = format!("SELECT t.request_id, {TURN} FROM review_turn t WHERE t.state = 'pending' AND t.request_id IN ({ids}) ORDER BY t.position");
    for found in sql.all(db, text).await? {
        let request = RequestId(found.try_get("", "request_id")?);
        if let Some(item) = items.iter_mut().find(|item| item.id == request) {
            item.turns.push(turn(&found)?);
        }
    }
    Ok(())
}

/// The requests of a list by number, starting after `number`, so that every page costs the same whatever its rank.
pub async fn after(db: &impl ConnectionTrait, scope: &Scope, query: &QueueQuery, number: i64, size: u64) -> Result<Vec<Row>> {
    let mut sql = Sql::new(db);
    let plan = plan(db, scope, query).await?;
    let source = requests(&mut sql, scope, query, &plan, false);
    let (number, size) = (sql.bind(number), sql.bind(i64::try_from(size).unwrap_or(500)));
    let found = sql.all(db, format!("SELECT {COLUMNS} {source} AND r.number > {number} ORDER BY r.number LIMIT {size}")).await?;
    let mut items = found.iter().map(row).collect::<Result<Vec<_>>>()?;
    complete(db, &mut items).await?;
    Ok(items)
}

/// Among these requests, those that the reader may open, with their open turns.
pub async fn among(db: &impl ConnectionTrait, scope: &Scope, ids: impl IntoIterator<Item = RequestId>) -> Result<Vec<Row>> {
    let ids: Vec<Uuid> = ids.into_iter().map(TypedId::uuid).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(db);
    let plain = QueueQuery { tab: Tab::All, ..QueueQuery::default() };
    let source = requests(&mut sql, scope, &plain, &Plan::default(), false);
    let ids = sql.list(ids);
    let found = sql.all(db, format!("SELECT {COLUMNS} {source} AND r.id IN ({ids})")).await?;
    let mut items = found.iter().map(row).collect::<Result<Vec<_>>>()?;
    complete(db, &mut items).await?;
    Ok(items)
}
