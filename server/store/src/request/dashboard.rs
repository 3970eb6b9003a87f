//! The page « Mes demandes »: the requests that a person filed or co-edits, those of their organisation, and those that name
//! them.

use std::collections::HashMap;

use domain::{
    ids::{AccountId, OrganisationId, RequestId, TypedId},
    message::Side,
    request::State,
    search::{Number, Term},
};
use sea_orm::{
    Condition, FromQueryResult, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{Func, Query, UnionType},
};

use super::{
    entity::{self, Column as C},
    list::{Line, LineRow, lines, with_teams},
};
use crate::{Error, Paging, Result, co_editor, designation, habilitation, message};

/// Which requests, before any filter.
#[derive(Debug, Clone)]
pub enum Scope {
    /// Filed by this account, or shared with it as a co-editor; for one organisation, or for any.
    Own { account: AccountId, organisation: Option<OrganisationId> },
    /// Submitted by the other members of the organisation.
    Colleagues { organisation: OrganisationId, account: AccountId },
    /// Filed by somebody else and naming this account's address.
    Naming { email: String, account: AccountId },
}

#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// All but the archived ones when it is empty.
    pub states: Vec<State>,
    pub service: Option<String>,
    /// Terms that must all be found.
    pub terms: Vec<Term>,
}

impl Scope {
    fn condition(&self) -> Condition {
        match self {
            // A union of ids rather than an OR of two conditions, for which PostgreSQL reads the whole table.
            Self::Own { account, organisation } => {
                let mut own = entity::Entity::find().select_only().column(C::Id).filter(C::ApplicantId.eq(account.uuid())).into_query();
                own.union(UnionType::All, co_editor::shared_with(*account));
                Condition::all().add(C::Id.in_subquery(own)).add_option(organisation.map(|body| C::OrganisationId.eq(body.uuid())))
            }
            Self::Colleagues { organisation, account } => Condition::all()
                .add(C::OrganisationId.eq(organisation.uuid()))
                .add(C::ApplicantId.ne(account.uuid()))
                .add(C::FirstSubmittedAt.is_not_null()),
            Self::Naming { email, account } => Condition::all()
                .add(C::Id.in_subquery(designation::naming(email)))
                .add(C::ApplicantId.ne(account.uuid()))
                .add(C::FirstSubmittedAt.is_not_null()),
        }
    }
}

impl Filter {
    fn condition(&self, scope: &Scope) -> Condition {
        let mut all = Condition::all().add(scope.condition());
        all = if self.states.is_empty() {
            all.add(C::State.ne(State::Archived.as_str()))
        } else {
            all.add(C::State.is_in(self.states.iter().map(|state| state.as_str())))
        };
        if let Some(service) = &self.service {
            all = all.add(Condition::any().add(C::Service.eq(service.as_str())).add(C::WithService.eq(service.as_str())));
        }
        self.terms.iter().fold(all, |all, term| all.add(found(term)))
    }
}

/// Matches a word of the request, or its number. The title is matched too, since the words in `folded` date from the last
/// submission. Words hold letters and digits only: they need no escaping.
fn found(Term { word, whole, number }: &Term) -> Condition {
    let among =
        if *whole { format!("' ' || \"request\".\"folded\" || ' ' LIKE '% {word} %'") } else { format!("\"request\".\"folded\" LIKE '%{word}%'") };
    let either = Condition::any().add(Expr::cust(among)).add(Expr::cust(format!("lower(\"request\".\"title\") LIKE '%{word}%'")));
    match number {
        Some(Number::Request(number)) => either.add(C::Number.eq(*number)),
        Some(Number::Habilitation(number)) => either.add(C::Id.in_subquery(habilitation::requests_of_number(*number))),
        None => either,
    }
}

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    line: LineRow,
    unread: i64,
    counts: Option<String>,
}

/// A page of the list of one scope, with the counts of every scope.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    pub lines: Vec<Line>,
    /// Messages of reviewers that the reader has not read; requests without any are left out.
    pub unread: HashMap<RequestId, u64>,
    /// For each scope, how many requests there are in each state, before any filter.
    pub counts: Vec<Vec<(State, u64)>>,
}

/// Which page, for whom.
#[derive(Debug, Clone, Copy)]
pub struct DashboardPage {
    pub reader: AccountId,
    /// Index in the list of scopes.
    pub place: usize,
    pub paging: Paging,
}

/// The most recently changed first. The counts are a column of the same query; an empty page needs a second query for them.
pub async fn list(db: &impl ConnectionTrait, scopes: &[Scope], filter: &Filter, asked: DashboardPage) -> Result<Listed> {
    let Some(scope) = scopes.get(asked.place) else { return Ok(Listed::default()) };
    let found = lines()
        .expr_as(message::unread_by(db, asked.reader, Side::Reviewer), "unread")
        .expr_as(counts(scopes), "counts")
        .filter(filter.condition(scope))
        .order_by_desc(C::UpdatedAt)
        .order_by_asc(C::Id)
        .offset(asked.paging.offset())
        .limit(asked.paging.size)
        .into_model::<Row>()
        .all(db)
        .await?;
    let told = match found.first() {
        Some(row) => row.counts.clone(),
        None => db.query_one(Query::select().expr(counts(scopes))).await?.map(|row| row.try_get_by_index(0)).transpose()?.flatten(),
    };
    let counts = read(&told.unwrap_or_default(), scopes.len())?;
    let waiting = found.iter().filter(|one| one.unread > 0);
    let unread = waiting.map(|one| (RequestId(one.line.id), u64::try_from(one.unread).unwrap_or(0))).collect();
    let lines = with_teams(db, found.into_iter().map(|one| one.line).collect()).await?;
    Ok(Listed { lines, unread, counts })
}

pub async fn count(db: &impl ConnectionTrait, scope: &Scope, filter: &Filter) -> Result<u64> {
    Ok(entity::Entity::find().filter(filter.condition(scope)).count(db).await?)
}

/// A text such as « 0 draft 12,1 approved 3 »: the index of a scope, a state, how many requests; then the next.
fn counts(scopes: &[Scope]) -> Expr {
    let question = |(place, scope): (i32, &Scope)| {
        let some = entity::Entity::find().select_only().expr_as(Expr::value(place), "place").column(C::State).column_as(C::Id.count(), "number");
        some.filter(scope.condition()).group_by(C::State).into_query()
    };
    let mut questions = (0..).zip(scopes).map(question);
    let Some(mut all) = questions.next() else { return Expr::value(Option::<String>::None) };
    for one in questions {
        all.union(UnionType::All, one);
    }
    let told = Func::cust("string_agg").arg(Expr::cust("c.place || ' ' || c.state || ' ' || c.number")).arg(",");
    Query::select().expr(told).from_subquery(all, "c").to_owned().into()
}

fn read(told: &str, scopes: usize) -> Result<Vec<Vec<(State, u64)>>> {
    let mut counts = vec![Vec::new(); scopes];
    for one in told.split(',').filter(|one| !one.is_empty()) {
        let mut words = one.split(' ');
        let place: Option<usize> = words.next().and_then(|place| place.parse().ok());
        let found = (place.and_then(|place| counts.get_mut(place)), words.next().and_then(State::parse), words.next().and_then(|n| n.parse().ok()));
        let (Some(of_scope), Some(state), Some(number)) = found else { return Err(Error::inconsistent("request", one)) };
        of_scope.push((state, number));
    }
    Ok(counts)
}
