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

/// One condition out of several; nothing of none.
fn one_of(conditions: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = conditions.collect();
    (!all.is_empty()).then(|| format!("({})", all.join(" OR ")))
}

fn of_team(sql: &mut Sql, (service, stage): &(String, String)) -> String {
    format!("(t.service = {} AND t.stage = {})", sql.bind(service.as_str()), sql.bind(stage.as_str()))
}

/// What is asked of the turn `t`; nothing when any request will do.
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
    // SQLite would read every request of the service: the plus sign leaves it the index of lists.
    sql.asks_for(if sql.is_postgres() { "r." } else { "+r." }, values)
}

/// The lists of services of which a request must have one each.
pub(super) fn asked_services<'a>(scope: &'a Scope, query: &'a QueueQuery) -> impl Iterator<Item = &'a [String]> + Clone {
    [Some(scope.services.as_slice()), Some(query.services.as_slice()).filter(|some| !some.is_empty())].into_iter().flatten()
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
    conditions.extend(index::conditions(sql, &search::parse(&query.words), plan, many));
    conditions
}

pub(super) fn in_states(sql: &mut Sql, prefix: &str, query: &QueueQuery) -> Option<String> {
    let states = &query.states;
    (!states.is_empty()).then(|| format!("{prefix}state IN ({})", sql.list(states.iter().map(|state| state.as_str()))))
}

/// Whether requests are asked for by anything but what the turns of their teams say. Who decides for a team reads its
/// requests, and a turn is pending once its request was sent.
pub(super) fn asks_of_request(scope: &Scope, query: &QueueQuery) -> bool {
    let dated = scope.from.is_some() || scope.before.is_some();
    dated || !query.services.is_empty() || !query.states.is_empty() || !query.words.is_empty()
}

/// `FROM` and `WHERE`; turns are joined where the list is one of turns.
pub(super) fn source(sql: &mut Sql, scope: &Scope, query: &QueueQuery, plan: &Plan, many: bool) -> String {
    if !query.tab.is_of_turns() {
        return requests(sql, scope, query, plan, many);
    }
    let turn = of_turn(sql, scope, query);
    let all: Vec<String> = ["t.state = 'pending'".to_owned()].into_iter().chain(turn).chain(of_request(sql, scope, query, plan, many)).collect();
    format!("FROM review_turn t JOIN request r ON r.id = t.request_id WHERE {}", all.join(" AND "))
}

/// The same question, one line a request.
pub(super) fn requests(sql: &mut Sql, scope: &Scope, query: &QueueQuery, plan: &Plan, many: bool) -> String {
    let turn = of_turn(sql, scope, query);
    let held =
        (!turn.is_empty()).then(|| format!("r.id IN (SELECT t.request_id FROM review_turn t WHERE t.state = 'pending' AND {})", turn.join(" AND ")));
    let all: Vec<String> = held.into_iter().chain(of_request(sql, scope, query, plan, many)).collect();
    format!("FROM request r WHERE {}", all.join(" AND "))
}

/// `FROM` and `WHERE` of the turns alone.
pub(super) fn turns(sql: &mut Sql, scope: &Scope, query: &QueueQuery) -> String {
    let all: Vec<String> = ["t.state = 'pending'".to_owned()].into_iter().chain(of_turn(sql, scope, query)).collect();
    format!("FROM review_turn t WHERE {}", all.join(" AND "))
}

/// Whether a list of requests asks for a day or for the turn of a team: neither is among the words.
pub(super) fn asks_more_than_tags(scope: &Scope, query: &QueueQuery) -> bool {
    let dated = scope.from.is_some() || scope.before.is_some();
    dated || !query.teams.is_empty() || !query.assignees.is_empty() || query.late
}
