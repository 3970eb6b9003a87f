//! The reviewers' lists: a page, its total, the counts of the tabs, and the same rows in numbers for exports.

use std::ops::Range;

use domain::{
    Timestamp,
    ids::{AccountId, OrganisationId, RequestId, TypedId},
    queue::{Assignee, QueueQuery, Sort, Tab},
    request::State,
    search,
};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::{
    Error, Result, micros,
    request::{Page, sent::titles},
    search::{self as words, Pair, Plan},
    sql::Sql,
    timestamp,
};

/// Whose list it is: nothing outside is ever listed.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub me: Option<AccountId>,
    /// The services whose requests the reader opens.
    pub services: Vec<String>,
    /// The teams the reader decides for, as services and stages.
    pub teams: Vec<(String, String)>,
    /// Promised before this day, a decision is late.
    pub today: String,
    /// The bounds of the days asked for, in Paris.
    pub from: Option<Timestamp>,
    pub before: Option<Timestamp>,
}

/// The turn of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTurn {
    pub service: String,
    pub stage: String,
    pub since: Timestamp,
    pub due: Option<jiff::civil::Date>,
    pub assignee: Option<AccountId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: RequestId,
    pub number: i64,
    pub service: String,
    pub variant: Option<String>,
    pub organisation: OrganisationId,
    pub applicant: AccountId,
    pub state: State,
    pub reopened: bool,
    pub title: String,
    pub version: i32,
    pub submitted_at: Option<Timestamp>,
    /// On the tabs of turns, the one the line is about; elsewhere every open one.
    pub turns: Vec<OpenTurn>,
}

const COLUMNS: &str =
    "r.id, r.number, r.service, r.variant, r.organisation_id, r.applicant_id, r.state, r.reopened_at, r.title, r.version, r.submitted_at";
/// Lines found by words that are sorted faster than the whole list is walked.
const FEW: u64 = 20_000;
const FEW_IN_SQLITE: u64 = 5_000;
/// The part of a list in which its first pages are looked for, when those found are some, or most.
const PART: i64 = 8;
const PART_OF_MANY: i64 = 64;
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

/// One condition out of several; nothing of none.
fn one_of(conditions: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = conditions.collect();
    (!all.is_empty()).then(|| format!("({})", all.join(" OR ")))
}

fn of_team(sql: &mut Sql, (service, stage): &(String, String)) -> String {
    format!("(t.service = {} AND t.stage = {})", sql.bind(service.as_str()), sql.bind(stage.as_str()))
}

/// What is asked of the turn `t`; nothing when any request will do.
fn of_turn(sql: &mut Sql, scope: &Scope, query: &QueueQuery) -> Vec<String> {
    let mut conditions = Vec::new();
    if query.tab.is_of_turns() {
        conditions.push(one_of(scope.teams.iter().map(|team| of_team(sql, team))).unwrap_or_else(|| "1 = 0".to_owned()));
    }
    let me = scope.me.map(TypedId::uuid);
    match query.tab {
        Tab::Mine => conditions.push(format!("t.assignee = {}", sql.bind(me))),
        Tab::Unassigned => conditions.push("t.assignee IS NULL".to_owned()),
        Tab::Teams | Tab::All => {}
    }
    conditions.extend(one_of(query.teams.iter().map(|team| of_team(sql, team))));
    conditions.extend(one_of(query.assignees.iter().map(|assignee| match assignee {
        Assignee::Me => format!("t.assignee = {}", sql.bind(me)),
        Assignee::Nobody => "t.assignee IS NULL".to_owned(),
        Assignee::Person(account) => format!("t.assignee = {}", sql.bind(account.uuid())),
    })));
    if query.late {
        conditions.push(format!("t.due_on < {}", sql.bind(scope.today.as_str())));
    }
    conditions
}

fn services(sql: &mut Sql, values: &[String]) -> String {
    // SQLite would read every request of the service: the plus sign leaves it the index of lists.
    sql.asks_for(if sql.is_postgres() { "r." } else { "+r." }, values)
}

/// The lists of services of which a request must have one each.
fn asked_services<'a>(scope: &'a Scope, query: &'a QueueQuery) -> impl Iterator<Item = &'a [String]> + Clone {
    [Some(scope.services.as_slice()), Some(query.services.as_slice()).filter(|some| !some.is_empty())].into_iter().flatten()
}

/// How the words are asked for. Of the pairs of services, those that are in fewer requests are named: those asked for, or the
/// others.
async fn plan(db: &impl ConnectionTrait, scope: &Scope, query: &QueueQuery) -> Result<Plan> {
    let terms = search::parse(&query.words);
    if terms.is_empty() {
        return Ok(Plan::default());
    }
    let text = "SELECT service, with_service, CAST(SUM(number) AS bigint) FROM request_total GROUP BY service, with_service";
    let (mut asked, mut others, mut sent, mut sent_to_others) = (Vec::new(), Vec::new(), 0_i64, 0_i64);
    for found in Sql::new(db).all(db, text.to_owned()).await? {
        let (pair, number): (Pair, i64) = ((found.try_get_by_index(0)?, found.try_get_by_index(1)?), found.try_get_by_index(2)?);
        sent += number;
        if asked_services(scope, query).all(|some| some.contains(&pair.0) || some.contains(&pair.1)) {
            asked.push(pair);
        } else {
            sent_to_others += number;
            others.push(pair);
        }
    }
    let wanted = sent_to_others > sent / 2;
    let tags = words::tags(&Sql::new(db), if wanted { &asked } else { &others }, wanted, &query.states);
    Ok(Plan::new(tags, words::common(db, &terms).await?, &terms))
}

/// What is asked of the request `r`, beside being of the reader's services.
fn of_request(sql: &mut Sql, scope: &Scope, query: &QueueQuery, plan: &Plan, many: bool) -> Vec<String> {
    let mut conditions = vec!["r.submitted_at IS NOT NULL".to_owned(), services(sql, &scope.services)];
    if !query.services.is_empty() {
        conditions.push(services(sql, &query.services));
    }
    conditions.extend(in_states(sql, "r.", query));
    if let Some(from) = scope.from {
        conditions.push(format!("r.submitted_at >= {}", sql.bind(micros(from))));
    }
    if let Some(before) = scope.before {
        conditions.push(format!("r.submitted_at < {}", sql.bind(micros(before))));
    }
    conditions.extend(words::conditions(sql, &search::parse(&query.words), plan, many));
    conditions
}

fn in_states(sql: &mut Sql, prefix: &str, query: &QueueQuery) -> Option<String> {
    let states = &query.states;
    (!states.is_empty()).then(|| format!("{prefix}state IN ({})", sql.list(states.iter().map(|state| state.as_str()))))
}

/// Whether requests are asked for by anything but what the turns of their teams say. Who decides for a team reads its
/// requests, and a turn is pending once its request was sent.
fn asks_of_request(scope: &Scope, query: &QueueQuery) -> bool {
    let dated = scope.from.is_some() || scope.before.is_some();
    dated || !query.services.is_empty() || !query.states.is_empty() || !query.words.is_empty()
}

/// `FROM` and `WHERE`; turns are joined where the list is one of turns.
fn source(sql: &mut Sql, scope: &Scope, query: &QueueQuery, plan: &Plan, many: bool) -> String {
    if !query.tab.is_of_turns() {
        return requests(sql, scope, query, plan, many);
    }
    let turn = of_turn(sql, scope, query);
    let all: Vec<String> = ["t.state = 'pending'".to_owned()].into_iter().chain(turn).chain(of_request(sql, scope, query, plan, many)).collect();
    format!("FROM review_turn t JOIN request r ON r.id = t.request_id WHERE {}", all.join(" AND "))
}

/// The same question, one line a request.
fn requests(sql: &mut Sql, scope: &Scope, query: &QueueQuery, plan: &Plan, many: bool) -> String {
    let turn = of_turn(sql, scope, query);
    let held =
        (!turn.is_empty()).then(|| format!("r.id IN (SELECT t.request_id FROM review_turn t WHERE t.state = 'pending' AND {})", turn.join(" AND ")));
    let all: Vec<String> = held.into_iter().chain(of_request(sql, scope, query, plan, many)).collect();
    format!("FROM request r WHERE {}", all.join(" AND "))
}

/// `FROM` and `WHERE` of the turns alone.
fn turns(sql: &mut Sql, scope: &Scope, query: &QueueQuery) -> String {
    let all: Vec<String> = ["t.state = 'pending'".to_owned()].into_iter().chain(of_turn(sql, scope, query)).collect();
    format!("FROM review_turn t WHERE {}", all.join(" AND "))
}

/// PostgreSQL takes a few words for common ones, and walks the index of lists until enough lines are found: where there
/// are few, what was found is sorted instead.
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

/// Whether a list of requests asks for a day or for the turn of a team: neither is among the words.
fn asks_more_than_tags(scope: &Scope, query: &QueueQuery) -> bool {
    let dated = scope.from.is_some() || scope.before.is_some();
    dated || !query.teams.is_empty() || !query.assignees.is_empty() || query.late
}

/// The page of a list of requests that ask for words alone, with its total, chosen among the words of PostgreSQL; none where
/// that cannot be.
async fn by_words(
    db: &impl ConnectionTrait,
    scope: &Scope,
    query: &QueueQuery,
    plan: &Plan,
    rows: Range<u64>,
) -> Result<Option<(Vec<QueryResult>, u64)>> {
    let terms = search::parse(&query.words);
    let (sort, descending) = query.order();
    let column = match sort {
        Sort::Number => "number",
        Sort::Submitted => "submitted_at",
        Sort::Title | Sort::Received | Sort::Due => return Ok(None),
    };
    if !Sql::new(db).is_postgres() || !words::alone(&terms) || asks_more_than_tags(scope, query) {
        return Ok(None);
    }
    let way = if descending { "DESC" } else { "ASC" };
    let order = |table: &str, sorted: &str| format!("ORDER BY {table}.{column} {sorted} {way}, {table}.number {way}");
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let size = rows.end - rows.start;
    // Whoever reads the lines opens their services, whatever was sent since the pairs of services were read.
    let page = |sql: &mut Sql, from: &str, order_of_words: &str| {
        let (limit, offset) = (sql.bind(number(size)), sql.bind(number(rows.start)));
        format!(
            "SELECT {COLUMNS} FROM (SELECT w.number {from} {order_of_words} LIMIT {limit} OFFSET {offset}) f \
             JOIN request r ON r.number = f.number WHERE {} {}",
            sql.asks_for("r.", &scope.services),
            order("r", "")
        )
    };
    // All are counted; only those of the first part of the list are kept and sorted.
    let part = if plan.many { PART_OF_MANY } else { PART };
    let length = format!("(MAX({column}) - MIN({column})) / {part}");
    let bound = if descending { format!(">= (SELECT MAX({column}) - {length}") } else { format!("<= (SELECT MIN({column}) + {length}") };
    let kept = |what: &str| format!("ARRAY_AGG(w.{what}) FILTER (WHERE w.{column} {bound} FROM request_words))");
    let mut sql = Sql::new(db);
    let counted = format!(
        "WITH found AS MATERIALIZED (SELECT COUNT(*) AS total, {} AS numbers, {} AS instants FROM request_words w WHERE {})",
        kept("number"),
        kept("submitted_at"),
        words::lines(&mut sql, &terms, plan)
    );
    let from = "FROM found, UNNEST(found.numbers, found.instants) w (number, submitted_at)";
    let first_part = page(&mut sql, from, &order("w", ""));
    let text = format!("{counted} SELECT p.*, found.total FROM found LEFT JOIN ({first_part}) p ON TRUE {}", order("p", ""));
    let mut found = sql.all(db, text).await?;
    let total: i64 = found.first().map(|row| row.try_get("", "total")).transpose()?.unwrap_or_default();
    let total = u64::try_from(total).unwrap_or(0);
    // Without any line, the total stands alone.
    found.retain(|row| row.try_get::<Uuid>("", "id").is_ok());
    if u64::try_from(found.len()).unwrap_or(0) == size.min(total.saturating_sub(rows.start)) {
        return Ok(Some((found, total)));
    }
    let mut sql = Sql::new(db);
    let from = format!("FROM request_words w WHERE {}", words::lines(&mut sql, &terms, plan));
    // Where there are many, the index of the order is walked; where there are some, they are sorted.
    let text = page(&mut sql, &from, &order("w", if plan.many { "" } else { "+ 0" }));
    Ok(Some((sql.all(db, text).await?, total)))
}

async fn total(db: &impl ConnectionTrait, scope: &Scope, query: &QueueQuery, plan: &Plan) -> Result<u64> {
    let mut sql = Sql::new(db);
    if query.tab.is_of_turns() {
        let source = if asks_of_request(scope, query) { source(&mut sql, scope, query, plan, false) } else { turns(&mut sql, scope, query) };
        return sql.count(db, format!("SELECT COUNT(*) {source}")).await;
    }
    if asks_more_than_tags(scope, query) {
        return requests_in(db, scope, query).await;
    }
    if query.words.is_empty() {
        return sent(db, scope, query).await;
    }
    let terms = search::parse(&query.words);
    if words::alone(&terms) {
        let text = words::count(&mut sql, &terms, plan);
        return sql.count(db, text).await;
    }
    requests_in(db, scope, query).await
}

/// How many requests were sent for these services and are in these states, from the totals that are kept.
async fn sent(db: &impl ConnectionTrait, scope: &Scope, query: &QueueQuery) -> Result<u64> {
    let mut sql = Sql::new(db);
    let mut conditions: Vec<String> = asked_services(scope, query).map(|some| sql.asks_for("", some)).collect();
    conditions.extend(in_states(&mut sql, "", query));
    sql.count(db, format!("SELECT CAST(COALESCE(SUM(number), 0) AS bigint) FROM request_total WHERE {}", conditions.join(" AND "))).await
}

/// `number` starts at 1.
pub async fn page(db: &impl ConnectionTrait, scope: &Scope, query: &QueueQuery, number: u64, size: u64) -> Result<Page<Row>> {
    let plan = plan(db, scope, query).await?;
    let first = number.saturating_sub(1).saturating_mul(size);
    if !query.tab.is_of_turns()
        && let Some((found, total)) = by_words(db, scope, query, &plan, first..first.saturating_add(size)).await?
    {
        return of_requests(db, &found, total).await;
    }
    let total = total(db, scope, query, &plan).await?;
    if total == 0 {
        return Ok(Page { items: Vec::new(), total });
    }
    let mut sql = Sql::new(db);
    let few = !query.words.is_empty() && total < if sql.is_postgres() { FEW } else { FEW_IN_SQLITE };
    let (limit, offset) = (i64::try_from(size).unwrap_or(25), i64::try_from(first).unwrap_or(i64::MAX));
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

/// The open turns, and the titles as they were sent.
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

/// How many lines each tab has without any filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub mine: u64,
    pub unassigned: u64,
    pub teams: u64,
    pub all: u64,
}

pub async fn counts(db: &impl ConnectionTrait, scope: &Scope) -> Result<Counts> {
    let mut sql = Sql::new(db);
    let me = sql.bind(scope.me.map(TypedId::uuid));
    let plain = Scope { from: None, before: None, ..scope.clone() };
    let teams = of_turn(&mut sql, &plain, &QueueQuery::default()).join(" AND ");
    let text = format!(
        "SELECT COUNT(CASE WHEN t.assignee = {me} THEN 1 END), COUNT(CASE WHEN t.assignee IS NULL THEN 1 END), COUNT(*) \
         FROM review_turn t WHERE t.state = 'pending' AND {teams}"
    );
    let found = sql.all(db, text).await?;
    let at = |index: usize| -> Result<u64> {
        let count: i64 = found.first().map(|row| row.try_get_by_index(index)).transpose()?.unwrap_or_default();
        Ok(u64::try_from(count).unwrap_or(0))
    };
    let (mine, unassigned, teams) = (at(0)?, at(1)?, at(2)?);
    let all = sent(db, &plain, &QueueQuery { tab: Tab::All, ..QueueQuery::default() }).await?;
    Ok(Counts { mine, unassigned, teams, all })
}

/// PostgreSQL adds a line to the totals for each change: makes one of each service and state again.
pub async fn gather_totals(db: &impl ConnectionTrait) -> Result<()> {
    let sql = Sql::new(db);
    if sql.is_postgres() {
        let text = "WITH gone AS (DELETE FROM request_total RETURNING *) INSERT INTO request_total (service, with_service, state, number) \
             SELECT service, with_service, state, SUM(number) FROM gone GROUP BY service, with_service, state";
        sql.all(db, text.to_owned()).await?;
    }
    Ok(())
}

/// The requests of a list in the order of their numbers, after one of them: a page of any list costs the same.
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

/// How many requests [`after`] goes through.
pub async fn requests_in(db: &impl ConnectionTrait, scope: &Scope, query: &QueueQuery) -> Result<u64> {
    let mut sql = Sql::new(db);
    let plan = plan(db, scope, query).await?;
    let source = requests(&mut sql, scope, query, &plan, false);
    sql.count(db, format!("SELECT COUNT(*) {source}")).await
}

/// Those of these requests that the reader opens, with their open turns.
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
