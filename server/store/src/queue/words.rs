//! Lists narrowed by words somebody typed.

use domain::{
    queue::{QueueQuery, Sort},
    search,
};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::{
    Scope,
    conditions::{asked_services, asks_more_than_tags},
    list::COLUMNS,
};
use crate::{
    Paging, Result,
    search::{self as index, Pair, Plan},
    sql::Sql,
};

/// First pages are looked for in the first eighth of the list, or in its first sixty-fourth if most requests are found.
const PART: i64 = 8;
const PART_OF_MANY: i64 = 64;

/// How the search is to be run. The index is given either the pairs of services asked for, or all the others to exclude,
/// whichever stand for fewer requests.
pub(super) async fn plan(db: &impl ConnectionTrait, scope: &Scope, query: &QueueQuery) -> Result<Plan> {
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
    let tags = index::tags(&Sql::new(db), if wanted { &asked } else { &others }, wanted, &query.states);
    Ok(Plan::new(tags, index::common(db, &terms).await?, &terms))
}

/// A page and the total of a list of requests filtered by nothing but words, services and states, found in PostgreSQL's table
/// of words; `None` where that is not possible.
pub(super) async fn by_words(
    db: &impl ConnectionTrait,
    scope: &Scope,
    query: &QueueQuery,
    plan: &Plan,
    paging: Paging,
) -> Result<Option<(Vec<QueryResult>, u64)>> {
    let terms = search::parse(&query.words);
    let (sort, descending) = query.order();
    let column = match sort {
        Sort::Number => "number",
        Sort::Submitted => "submitted_at",
        Sort::Title | Sort::Received | Sort::Due => return Ok(None),
    };
    if !Sql::new(db).is_postgres() || terms.is_empty() || asks_more_than_tags(scope, query) {
        return Ok(None);
    }
    let way = if descending { "DESC" } else { "ASC" };
    let order = |table: &str, sorted: &str| format!("ORDER BY {table}.{column} {sorted} {way}, {table}.number {way}");
    let (size, skipped) = (paging.size, paging.offset());
    // The services are checked again here: a request for another pair of services may have been submitted since the plan was
    // made.
    let page = |sql: &mut Sql, from: &str, order_of_words: &str| {
        let (limit, offset) = (sql.bind(size), sql.bind(skipped));
        format!(
            "SELECT {COLUMNS} FROM (SELECT w.number {from} {order_of_words} LIMIT {limit} OFFSET {offset}) f \
             JOIN request r ON r.number = f.number WHERE {} {}",
            sql.asks_for("r.", &scope.services),
            order("r", "")
        )
    };
    // All matches are counted, but only those in the first part of the list are kept and sorted.
    let part = if plan.many { PART_OF_MANY } else { PART };
    let length = format!("(MAX({column}) - MIN({column})) / {part}");
    let bound = if descending { format!(">= (SELECT MAX({column}) - {length}") } else { format!("<= (SELECT MIN({column}) + {length}") };
    let kept = |what: &str| format!("ARRAY_AGG(w.{what}) FILTER (WHERE w.{column} {bound} FROM request_words))");
    let mut sql = Sql::new(db);
    let counted = format!(
        "WITH found AS MATERIALIZED (SELECT COUNT(*) AS total, {} AS numbers, {} AS instants FROM request_words w WHERE {})",
        kept("number"),
        kept("submitted_at"),
        index::lines(&mut sql, &terms, plan)
    );
    let from = "FROM found, UNNEST(found.numbers, found.instants) w (number, submitted_at)";
    let first_part = page(&mut sql, from, &order("w", ""));
    let text = format!("{counted} SELECT p.*, found.total FROM found LEFT JOIN ({first_part}) p ON TRUE {}", order("p", ""));
    let mut found = sql.all(db, text).await?;
    let total: i64 = found.first().map(|row| row.try_get("", "total")).transpose()?.unwrap_or_default();
    let total = u64::try_from(total).unwrap_or(0);
    // When that part holds no line of the page, the total comes in a row of its own.
    found.retain(|row| row.try_get::<Uuid>("", "id").is_ok());
    if u64::try_from(found.len()).unwrap_or(0) == size.min(total.saturating_sub(skipped)) {
        return Ok(Some((found, total)));
    }
    let mut sql = Sql::new(db);
    let from = format!("FROM request_words w WHERE {}", index::lines(&mut sql, &terms, plan));
    // With many matches, the index of the order is walked; with fewer, `+ 0` has them sorted.
    let text = page(&mut sql, &from, &order("w", if plan.many { "" } else { "+ 0" }));
    Ok(Some((sql.all(db, text).await?, total)))
}
