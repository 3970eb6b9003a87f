//! Requests: written with a version check, read through the door of whoever asks.

use domain::{
    Timestamp,
    actor::Grant,
    form::Answers,
    ids::{AccountId, OrganisationId, RequestId, TypedId},
    request::{Stage, State},
};
use sea_orm::{ActiveValue::Set, Condition, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{Error, Result, counter, micros, timestamp};

mod sight;

pub use sight::{Seen, Viewer, seen_by};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "request")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub number: i64,
        pub service: String,
        pub catalogue_version: i32,
        pub organisation_id: Uuid,
        pub applicant_id: Uuid,
        pub state: String,
        pub step: Option<i32>,
        pub submitted_at: Option<i64>,
        pub since: Option<i64>,
        pub decided_at: Option<i64>,
        pub decided_by: Option<Uuid>,
        pub relies_on: Option<Uuid>,
        pub title: String,
        pub answers: Json,
        pub version: i32,
        pub created_at: i64,
        pub updated_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    pub number: i64,
    pub service: String,
    pub catalogue_version: u32,
    pub organisation: OrganisationId,
    pub applicant: AccountId,
    pub stage: Stage,
    pub relies_on: Option<RequestId>,
    pub title: String,
    pub answers: Answers,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Request {
    /// « D123 ».
    pub fn public_number(&self) -> String {
        format!("D{}", self.number)
    }
}

fn stage_of(row: &entity::Model) -> Result<Stage> {
    let inconsistent = || Error::inconsistent("request", row.id);
    let step = row.step.map(usize::try_from).transpose().map_err(|_| inconsistent())?;
    let state = State::parse(&row.state).ok_or_else(inconsistent)?;
    match (state, step, row.submitted_at.map(timestamp), row.since.map(timestamp), row.decided_at.map(timestamp), row.decided_by.map(AccountId)) {
        (State::Draft, None, None, None, None, None) => Ok(Stage::Draft),
        (State::UnderReview, Some(step), Some(submitted_at), Some(since), None, None) => Ok(Stage::UnderReview { submitted_at, step, since }),
        (State::ChangesRequested, Some(step), Some(submitted_at), Some(since), None, None) => {
            Ok(Stage::ChangesRequested { submitted_at, step, since })
        }
        (State::Approved, None, _, None, Some(at), Some(by)) => Ok(Stage::Approved { at, by }),
        (State::Refused, None, _, None, Some(at), Some(by)) => Ok(Stage::Refused { at, by }),
        _ => Err(inconsistent()),
    }
}

impl TryFrom<entity::Model> for Request {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let stage = stage_of(&row)?;
        let entity::Model {
            id,
            number,
            service,
            catalogue_version,
            organisation_id,
            applicant_id,
            relies_on,
            title,
            answers,
            version,
            created_at,
            updated_at,
            ..
        } = row;
        Ok(Self {
            id: RequestId(id),
            number,
            service,
            catalogue_version: u32::try_from(catalogue_version).map_err(|_| Error::inconsistent("request", id))?,
            organisation: OrganisationId(organisation_id),
            applicant: AccountId(applicant_id),
            stage,
            relies_on: relies_on.map(RequestId),
            title,
            answers: serde_json::from_value(answers)?,
            version,
            created_at: timestamp(created_at),
            updated_at: timestamp(updated_at),
        })
    }
}

/// The columns a stage lives in.
struct StageColumns {
    state: &'static str,
    step: Option<i32>,
    since: Option<i64>,
    decided_at: Option<i64>,
    decided_by: Option<Uuid>,
}

impl From<&Stage> for StageColumns {
    fn from(stage: &Stage) -> Self {
        let state = stage.state().as_str();
        let none = Self { state, step: None, since: None, decided_at: None, decided_by: None };
        match stage {
            Stage::Draft => none,
            Stage::UnderReview { step, since, .. } | Stage::ChangesRequested { step, since, .. } => {
                Self { step: i32::try_from(*step).ok(), since: Some(micros(*since)), ..none }
            }
            Stage::Approved { at, by } | Stage::Refused { at, by } => Self { decided_at: Some(micros(*at)), decided_by: Some(by.uuid()), ..none },
        }
    }
}

fn submitted_at(stage: &Stage) -> Option<Timestamp> {
    match stage {
        Stage::UnderReview { submitted_at, .. } | Stage::ChangesRequested { submitted_at, .. } => Some(*submitted_at),
        _ => None,
    }
}

/// What a new draft starts with.
pub struct NewRequest<'a> {
    pub id: RequestId,
    pub service: &'a str,
    pub catalogue_version: u32,
    pub organisation: OrganisationId,
    pub applicant: AccountId,
    pub answers: &'a Answers,
}

pub async fn create(db: &impl ConnectionTrait, new: NewRequest<'_>, now: Timestamp) -> Result<i64> {
    let number = counter::next(db, "request").await?;
    let row = entity::ActiveModel {
        id: Set(new.id.uuid()),
        number: Set(number),
        service: Set(new.service.to_owned()),
        catalogue_version: Set(i32::try_from(new.catalogue_version).map_err(|_| Error::inconsistent("request", new.id))?),
        organisation_id: Set(new.organisation.uuid()),
        applicant_id: Set(new.applicant.uuid()),
        state: Set(State::Draft.as_str().to_owned()),
        step: Set(None),
        submitted_at: Set(None),
        since: Set(None),
        decided_at: Set(None),
        decided_by: Set(None),
        relies_on: Set(None),
        title: Set(String::new()),
        answers: Set(serde_json::to_value(new.answers)?),
        version: Set(1),
        created_at: Set(micros(now)),
        updated_at: Set(micros(now)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(number)
}

pub async fn by_id(db: &impl ConnectionTrait, id: RequestId) -> Result<Option<Request>> {
    entity::Entity::find_by_id(id.uuid()).one(db).await?.map(TryInto::try_into).transpose()
}

/// The door of the applicant: their own requests, nobody else's.
pub async fn of_applicant(db: &impl ConnectionTrait, id: RequestId, applicant: AccountId) -> Result<Option<Request>> {
    let found = entity::Entity::find_by_id(id.uuid()).filter(entity::Column::ApplicantId.eq(applicant.uuid())).one(db).await?;
    found.map(TryInto::try_into).transpose()
}

/// One line of a list: everything but the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: RequestId,
    pub number: i64,
    pub service: String,
    pub organisation: OrganisationId,
    pub applicant: AccountId,
    pub state: State,
    pub step: Option<usize>,
    pub since: Option<Timestamp>,
    pub submitted_at: Option<Timestamp>,
    pub title: String,
    pub updated_at: Timestamp,
}

#[derive(sea_orm::FromQueryResult)]
struct LineRow {
    id: Uuid,
    number: i64,
    service: String,
    organisation_id: Uuid,
    applicant_id: Uuid,
    state: String,
    step: Option<i32>,
    since: Option<i64>,
    submitted_at: Option<i64>,
    title: String,
    updated_at: i64,
}

impl TryFrom<LineRow> for Line {
    type Error = Error;

    fn try_from(row: LineRow) -> Result<Self> {
        let LineRow { id, number, service, organisation_id, applicant_id, state, step, since, submitted_at, title, updated_at } = row;
        Ok(Self {
            id: RequestId(id),
            number,
            service,
            organisation: OrganisationId(organisation_id),
            applicant: AccountId(applicant_id),
            state: State::parse(&state).ok_or_else(|| Error::inconsistent("request", id))?,
            step: step.and_then(|step| usize::try_from(step).ok()),
            since: since.map(timestamp),
            submitted_at: submitted_at.map(timestamp),
            title,
            updated_at: timestamp(updated_at),
        })
    }
}

fn lines() -> Select<entity::Entity> {
    use entity::Column as C;
    entity::Entity::find().select_only().columns([
        C::Id,
        C::Number,
        C::Service,
        C::OrganisationId,
        C::ApplicantId,
        C::State,
        C::Step,
        C::Since,
        C::SubmittedAt,
        C::Title,
        C::UpdatedAt,
    ])
}

/// A page of a list and the true total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub total: u64,
}

async fn page(db: &impl ConnectionTrait, filter: Condition, order: entity::Column, ascending: bool, number: u64, size: u64) -> Result<Page<Line>> {
    let total = entity::Entity::find().filter(filter.clone()).count(db).await?;
    let direction = if ascending { sea_orm::Order::Asc } else { sea_orm::Order::Desc };
    let rows = lines()
        .filter(filter)
        .order_by(order, direction)
        .order_by_asc(entity::Column::Id)
        .offset(number.saturating_sub(1).saturating_mul(size))
        .limit(size)
        .into_model::<LineRow>()
        .all(db)
        .await?;
    Ok(Page { items: rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?, total })
}

/// The applicant's list, the latest touched first. `number` starts at 1.
pub async fn list_of_applicant(db: &impl ConnectionTrait, applicant: AccountId, number: u64, size: u64) -> Result<Page<Line>> {
    let filter = Condition::all().add(entity::Column::ApplicantId.eq(applicant.uuid()));
    page(db, filter, entity::Column::UpdatedAt, false, number, size).await
}

/// A team's turn at the review: a service and the index of a stage.
pub struct Turn<'a> {
    pub service: &'a str,
    pub step: usize,
}

/// The requests waiting for one of the turns, the oldest first.
pub async fn queue(db: &impl ConnectionTrait, turns: &[Turn<'_>], number: u64, size: u64) -> Result<Page<Line>> {
    let mut any = Condition::any();
    for turn in turns {
        let step = i32::try_from(turn.step).unwrap_or(i32::MAX);
        any = any.add(Condition::all().add(entity::Column::Service.eq(turn.service)).add(entity::Column::Step.eq(step)));
    }
    let filter = Condition::all().add(entity::Column::State.eq(State::UnderReview.as_str())).add(any);
    page(db, filter, entity::Column::Since, true, number, size).await
}

/// The door of the reviewer: requests of the services they review, once submitted.
pub async fn of_reviewer(db: &impl ConnectionTrait, id: RequestId, grants: &[Grant]) -> Result<Option<Request>> {
    let services: Vec<&str> = grants.iter().map(|grant| grant.service.as_str()).collect();
    let found = entity::Entity::find_by_id(id.uuid())
        .filter(entity::Column::Service.is_in(services))
        .filter(entity::Column::State.ne(State::Draft.as_str()))
        .one(db)
        .await?;
    found.map(TryInto::try_into).transpose()
}

/// Requests of an organisation a new one may rely on: under review, sent back or approved, of the given service.
pub async fn reliable(db: &impl ConnectionTrait, organisation: OrganisationId, service: &str) -> Result<Vec<Line>> {
    let states = [State::UnderReview, State::ChangesRequested, State::Approved].map(State::as_str);
    let rows = lines()
        .filter(entity::Column::OrganisationId.eq(organisation.uuid()))
        .filter(entity::Column::Service.eq(service))
        .filter(entity::Column::State.is_in(states))
        .order_by_desc(entity::Column::Number)
        .into_model::<LineRow>()
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Approved requests that rely on `request`.
pub async fn approved_relying_on(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Request>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::ReliesOn.eq(request.uuid()))
        .filter(entity::Column::State.eq(State::Approved.as_str()))
        .order_by_asc(entity::Column::Number)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Writes stage, answers, title and reliance, and raises the version; refused when somebody wrote in between.
pub async fn save(db: &impl ConnectionTrait, request: &Request, now: Timestamp) -> Result<i32> {
    use entity::Column as C;
    let columns = StageColumns::from(&request.stage);
    let mut update = entity::Entity::update_many()
        .col_expr(C::State, Expr::value(columns.state))
        .col_expr(C::Step, Expr::value(columns.step))
        .col_expr(C::Since, Expr::value(columns.since))
        .col_expr(C::DecidedAt, Expr::value(columns.decided_at))
        .col_expr(C::DecidedBy, Expr::value(columns.decided_by))
        .col_expr(C::ReliesOn, Expr::value(request.relies_on.map(TypedId::uuid)))
        .col_expr(C::Title, Expr::value(request.title.as_str()))
        .col_expr(C::Answers, Expr::value(serde_json::to_value(&request.answers)?))
        .col_expr(C::Version, Expr::value(request.version + 1))
        .col_expr(C::UpdatedAt, Expr::value(micros(now)))
        .filter(C::Id.eq(request.id.uuid()))
        .filter(C::Version.eq(request.version));
    if let Some(at) = submitted_at(&request.stage) {
        update = update.col_expr(C::SubmittedAt, Expr::value(micros(at)));
    }
    if update.exec(db).await?.rows_affected == 1 { Ok(request.version + 1) } else { Err(Error::Stale { table: "request" }) }
}

/// How many requests wait for each turn; for the reviewer's home.
pub async fn count_waiting(db: &impl ConnectionTrait, turn: &Turn<'_>) -> Result<u64> {
    let step = i32::try_from(turn.step).unwrap_or(i32::MAX);
    Ok(entity::Entity::find()
        .filter(entity::Column::State.eq(State::UnderReview.as_str()))
        .filter(entity::Column::Service.eq(turn.service))
        .filter(entity::Column::Step.eq(step))
        .count(db)
        .await?)
}
