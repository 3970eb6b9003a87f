//! What a list asks of the requests `r` and of the turns `t` of their teams, as conditions in SQL.

use domain::{
    ids::TypedId,
    queue::{Assignee, QueueQuery, Tab},
    search,
};

use super::Scope;
use crate::{
    micros,
    search::{self as index, Plan},
    sql::Sql,
};

/// Joins the conditions with OR; `None` without any.
fn one_of(conditions: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = conditions.collect();
    (!all.is_empty()).then(|| format!("({})", all.join(" OR ")))
}

fn of_team(sql: &mut Sql, (service, stage): &(String, String)) -> String {
    format!("(t.service = {} AND t.stage = {})", sql.bind(service.as_str()), sql.bind(stage.as_str()))
}

/// Conditions on the turn `t`; empty when the list does not depend on turns.
pub(super) fn of_turn(sql: &mut Sql, scope: &Scope, query: &QueueQuery) -> Vec<String> {
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
    // The unary plus keeps SQLite from reading every request of the service: it uses the index of lists instead.
    sql.asks_for(if sql.is_postgres() { "r." } else { "+r." }, values)
}

/// Lists of services: a request must ask for at least one service of each list.
pub(super) fn asked_services<'a>(scope: &'a Scope, query: &'a QueueQuery) -> impl Iterator<Item = &'a [String]> + Clone {
    [Some(scope.services.as_slice()), Some(query.services.as_slice()).filter(|some| !some.is_empty())].into_iter().flatten()
}

/// Conditions on the request `r`: submitted, of the services the reader may open, and matching the filters.
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
    conditions.extend(index::conditions(sql, &search::parse(&query.words), plan, many));
    conditions
}

pub(super) fn in_states(sql: &mut Sql, prefix: &str, query: &QueueQuery) -> Option<String> {
    let states = &query.states;
    (!states.is_empty()).then(|| format!("{prefix}state IN ({})", sql.list(states.iter().map(|state| state.as_str()))))
}

/// Whether a filter is about requests rather than turns. Otherwise the table of requests is not needed: whoever decides for a
/// team may open its requests, and a pending turn implies that the request was submitted.
pub(super) fn asks_of_request(scope: &Scope, query: &QueueQuery) -> bool {
    let dated = scope.from.is_some() || scope.before.is_some();
    dated || !query.services.is_empty() || !query.states.is_empty() || !query.words.is_empty()
}

/// `FROM` and `WHERE` of the list; on the tabs that list turns, one row a turn.
pub(super) fn source(sql: &mut Sql, scope: &Scope, query: &QueueQuery, plan: &Plan, many: bool) -> String {
    if !query.tab.is_of_turns() {
        return requests(sql, scope, query, plan, many);
    }
    let turn = of_turn(sql, scope, query);
    let all: Vec<String> = ["t.state = 'pending'".to_owned()].into_iter().chain(turn).chain(of_request(sql, scope, query, plan, many)).collect();
    format!("FROM review_turn t JOIN request r ON r.id = t.request_id WHERE {}", all.join(" AND "))
}

/// The same list, with one row a request.
pub(super) fn requests(sql: &mut Sql, scope: &Scope, query: &QueueQuery, plan: &Plan, many: bool) -> String {
    let turn = of_turn(sql, scope, query);
    let held =
        (!turn.is_empty()).then(|| format!("r.id IN (SELECT t.request_id FROM review_turn t WHERE t.state = 'pending' AND {})", turn.join(" AND ")));
    let all: Vec<String> = held.into_iter().chain(of_request(sql, scope, query, plan, many)).collect();
    format!("FROM request r WHERE {}", all.join(" AND "))
}

/// `FROM` and `WHERE` of a list of turns, without their requests.
pub(super) fn turns(sql: &mut Sql, scope: &Scope, query: &QueueQuery) -> String {
    let all: Vec<String> = ["t.state = 'pending'".to_owned()].into_iter().chain(of_turn(sql, scope, query)).collect();
    format!("FROM review_turn t WHERE {}", all.join(" AND "))
}

/// Whether the list is filtered by date or by turn, which the index of words does not hold.
pub(super) fn asks_more_than_tags(scope: &Scope, query: &QueueQuery) -> bool {
    let dated = scope.from.is_some() || scope.before.is_some();
    dated || !query.teams.is_empty() || !query.assignees.is_empty() || query.late
}
