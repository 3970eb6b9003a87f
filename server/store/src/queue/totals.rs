//! How many lines a list has, and each tab.

use domain::{
    ids::TypedId,
    queue::{QueueQuery, Tab},
    search,
};
use sea_orm::ConnectionTrait;

use super::{
    Scope,
    conditions::{asked_services, asks_more_than_tags, asks_of_request, in_states, of_turn, requests, source, turns},
    words::plan,
};
use crate::{
    Result,
    search::{self as index, Plan},
    sql::Sql,
};

pub(super) async fn total(db: &impl ConnectionTrait, scope: &Scope, query: &QueueQuery, plan: &Plan) -> Result<u64> {
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
    if !terms.is_empty() {
        let text = index::count(&mut sql, &terms, plan);
        return sql.count(db, text).await;
    }
    requests_in(db, scope, query).await
}

/// How many requests were submitted for these services and are in these states, from the totals kept in `request_total`.
async fn sent(db: &impl ConnectionTrait, scope: &Scope, query: &QueueQuery) -> Result<u64> {
    let mut sql = Sql::new(db);
    let mut conditions: Vec<String> = asked_services(scope, query).map(|some| sql.asks_for("", some)).collect();
    conditions.extend(in_states(&mut sql, "", query));
    sql.count(db, format!("SELECT CAST(COALESCE(SUM(number), 0) AS bigint) FROM request_total WHERE {}", conditions.join(" AND "))).await
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

/// In PostgreSQL each change adds a row to the totals: merges these into one row for each pair of services and state.
pub async fn gather_totals(db: &impl ConnectionTrait) -> Result<()> {
    let sql = Sql::new(db);
    if sql.is_postgres() {
        let text = "WITH gone AS (DELETE FROM request_total RETURNING *) INSERT INTO request_total (service, with_service, state, number) \
             SELECT service, with_service, state, SUM(number) FROM gone GROUP BY service, with_service, state";
        sql.all(db, text.to_owned()).await?;
    }
    Ok(())
}

/// How many requests [`after`] goes through.
pub async fn requests_in(db: &impl ConnectionTrait, scope: &Scope, query: &QueueQuery) -> Result<u64> {
    let mut sql = Sql::new(db);
    let plan = plan(db, scope, query).await?;
    let source = requests(&mut sql, scope, query, &plan, false);
    sql.count(db, format!("SELECT COUNT(*) {source}")).await
}
