//! Requests: saved with a version check, read through the access rules of whoever asks.

use domain::{
    Timestamp,
    actor::Grant,
    form::Answers,
    ids::{AccountId, HabilitationId, OrganisationId, RequestId, TypedId},
    request::{Phase, State, Turn},
};
use sea_orm::{ActiveValue::Set, Condition, JoinType, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{Error, Result, counter, micros, timestamp};

mod continuation;
pub mod dashboard;
mod erase;
mod idle;
mod list;
mod open;
pub(crate) mod sent;
mod sight;
mod submission;
mod turns;

pub use continuation::{continuable, steps_around};
pub use erase::{drafts_to_forget, erase, filed_by, set_folded};
pub use idle::idle;
pub use list::{Line, of_organisation, reliable, under_way};
pub use open::open_of_service;
pub use sent::{as_sent, put_as_sent};
pub use sight::{Seen, Viewer, seen_among, seen_by};
pub use submission::{Submission, keep as keep_submission, submissions};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "request")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub number: i64,
        pub service: String,
        pub variant: Option<String>,
        pub with_service: Option<String>,
        pub catalogue_version: i32,
        pub begun_version: Option<i32>,
        pub organisation_id: Uuid,
        pub applicant_id: Uuid,
        pub state: String,
        pub round: i32,
        pub first_submitted_at: Option<i64>,
        pub submitted_at: Option<i64>,
        pub decided_at: Option<i64>,
        pub decided_by: Option<Uuid>,
        pub reopened_at: Option<i64>,
        pub reopened_habilitation: Option<Uuid>,
        pub relies_on: Option<Uuid>,
        pub continues: Option<Uuid>,
        pub title: String,
        pub folded: String,
        pub answers: Json,
        pub set_aside: Option<Json>,
        pub version: i32,
        pub created_at: i64,
        pub updated_at: i64,
        pub erased_at: Option<i64>,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    pub number: i64,
    pub service: String,
    /// The form it was started with; none for the plain one.
    pub variant: Option<String>,
    /// The other service asked for with the same request.
    pub with_service: Option<String>,
    pub catalogue_version: u32,
    /// The catalogue version it was begun or granted under, while it moves to a later one; cleared when it is submitted.
    pub begun_version: Option<u32>,
    pub organisation: OrganisationId,
    pub applicant: AccountId,
    pub phase: Phase,
    /// How many times it was submitted.
    pub round: u32,
    pub first_submitted_at: Option<Timestamp>,
    /// Set while an approved request is being changed.
    pub reopened: Option<Reopened>,
    pub relies_on: Option<RequestId>,
    /// The request whose habilitation it is the next step of.
    pub continues: Option<RequestId>,
    pub title: String,
    /// Words a search finds it by: see [`domain::text::fold`].
    pub folded: String,
    pub answers: Answers,
    /// What the applicant had written when reviewers withdrew the changes they had asked for: given back when the request can
    /// be changed again.
    pub set_aside: Option<Answers>,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reopened {
    pub at: Timestamp,
    /// In force meanwhile; the request returns to it when the change is given up or refused.
    pub habilitation: HabilitationId,
}

impl Request {
    /// « D123 ».
    pub fn public_number(&self) -> String {
        format!("D{}", self.number)
    }

    /// The slugs of the services it asks for.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.service.as_str()).chain(self.with_service.as_deref())
    }
}

fn phase_of(row: &entity::Model, turns: Vec<Turn>) -> Result<Phase> {
    let inconsistent = || Error::inconsistent("request", row.id);
    let state = State::parse(&row.state).ok_or_else(inconsistent)?;
    let review = |submitted_at: i64| {
        let round = u32::try_from(row.round).map_err(|_| inconsistent())?;
        if turns.is_empty() { Err(inconsistent()) } else { Ok(domain::request::Review { submitted_at: timestamp(submitted_at), round, turns }) }
    };
    match (state, row.submitted_at, row.decided_at.map(timestamp), row.decided_by.map(AccountId)) {
        (State::Draft, _, None, None) => Ok(Phase::Draft),
        (State::UnderReview, Some(submitted_at), None, None) => Ok(Phase::UnderReview(review(submitted_at)?)),
        (State::ChangesRequested, Some(submitted_at), None, None) => Ok(Phase::ChangesRequested(review(submitted_at)?)),
        (State::Approved, _, Some(at), Some(by)) => Ok(Phase::Approved { at, by }),
        (State::Refused, _, Some(at), Some(by)) => Ok(Phase::Refused { at, by }),
        (State::Revoked, _, Some(at), Some(by)) => Ok(Phase::Revoked { at, by }),
        (State::Archived, _, Some(at), by) => Ok(Phase::Archived { at, by }),
        _ => Err(inconsistent()),
    }
}

fn assemble(row: entity::Model, turns: Vec<Turn>) -> Result<Request> {
    let phase = phase_of(&row, turns)?;
    let inconsistent = |_| Error::inconsistent("request", row.id);
    let reopened = match (row.reopened_at, row.reopened_habilitation) {
        (None, None) => None,
        (Some(at), Some(habilitation)) => Some(Reopened { at: timestamp(at), habilitation: HabilitationId(habilitation) }),
        _ => return Err(Error::inconsistent("request", row.id)),
    };
    Ok(Request {
        catalogue_version: u32::try_from(row.catalogue_version).map_err(inconsistent)?,
        begun_version: row.begun_version.map(u32::try_from).transpose().map_err(inconsistent)?,
        round: u32::try_from(row.round).map_err(inconsistent)?,
        id: RequestId(row.id),
        number: row.number,
        service: row.service,
        variant: row.variant,
        with_service: row.with_service,
        organisation: OrganisationId(row.organisation_id),
        applicant: AccountId(row.applicant_id),
        phase,
        first_submitted_at: row.first_submitted_at.map(timestamp),
        reopened,
        relies_on: row.relies_on.map(RequestId),
        continues: row.continues.map(RequestId),
        title: row.title,
        folded: row.folded,
        answers: serde_json::from_value(row.answers)?,
        set_aside: row.set_aside.map(serde_json::from_value).transpose()?,
        version: row.version,
        created_at: timestamp(row.created_at),
        updated_at: timestamp(row.updated_at),
    })
}

/// A row with its turns, which only requests under review have. One query, since a decision may be made between two.
async fn with_turns(db: &impl ConnectionTrait, one: Select<entity::Entity>) -> Result<Option<(entity::Model, Vec<Turn>)>> {
    let turns = entity::Entity::belongs_to(turns::entity::Entity).from(entity::Column::Id).to(turns::entity::Column::RequestId).into();
    let rows = one.join(JoinType::LeftJoin, turns).select_also(turns::entity::Entity).order_by_asc(turns::entity::Column::Position).all(db).await?;
    let (mut row, mut turns) = (None, Vec::new());
    for (request, turn) in rows {
        turns.extend(turn.map(turns::turn).transpose()?);
        row = Some(request);
    }
    Ok(row.map(|row| (row, turns)))
}

async fn complete(db: &impl ConnectionTrait, one: Select<entity::Entity>) -> Result<Option<Request>> {
    with_turns(db, one).await?.map(|(row, turns)| assemble(row, turns)).transpose()
}

/// What a new draft starts with.
pub struct NewRequest<'a> {
    pub id: RequestId,
    pub service: &'a str,
    pub variant: Option<&'a str>,
    pub with_service: Option<&'a str>,
    pub catalogue_version: u32,
    pub begun_version: Option<u32>,
    pub organisation: OrganisationId,
    pub applicant: AccountId,
    pub relies_on: Option<RequestId>,
    pub continues: Option<RequestId>,
    pub title: &'a str,
    /// Words a search finds it by: see [`domain::text::fold`].
    pub folded: &'a str,
    pub answers: &'a Answers,
}

/// False when it exists already (the form was sent twice).
pub async fn create(db: &impl ConnectionTrait, new: NewRequest<'_>, now: Timestamp) -> Result<bool> {
    let number = counter::next(db, "request").await?;
    let row = entity::ActiveModel {
        id: Set(new.id.uuid()),
        number: Set(number),
        service: Set(new.service.to_owned()),
        variant: Set(new.variant.map(str::to_owned)),
        with_service: Set(new.with_service.map(str::to_owned)),
        catalogue_version: Set(i32::try_from(new.catalogue_version).map_err(|_| Error::inconsistent("request", new.id))?),
        begun_version: Set(new.begun_version.map(i32::try_from).transpose().map_err(|_| Error::inconsistent("request", new.id))?),
        organisation_id: Set(new.organisation.uuid()),
        applicant_id: Set(new.applicant.uuid()),
        state: Set(State::Draft.as_str().to_owned()),
        round: Set(0),
        first_submitted_at: Set(None),
        submitted_at: Set(None),
        decided_at: Set(None),
        decided_by: Set(None),
        reopened_at: Set(None),
        reopened_habilitation: Set(None),
        relies_on: Set(new.relies_on.map(TypedId::uuid)),
        continues: Set(new.continues.map(TypedId::uuid)),
        title: Set(new.title.to_owned()),
        folded: Set(new.folded.to_owned()),
        answers: Set(serde_json::to_value(new.answers)?),
        set_aside: Set(None),
        version: Set(1),
        created_at: Set(micros(now)),
        updated_at: Set(micros(now)),
        erased_at: Set(None),
    };
    let inserted = entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::Id]).exec_without_returning(db).await?;
    Ok(matches!(inserted, sea_orm::TryInsertResult::Inserted(1..)))
}

pub async fn by_id(db: &impl ConnectionTrait, id: RequestId) -> Result<Option<Request>> {
    complete(db, entity::Entity::find_by_id(id.uuid())).await
}

pub async fn of_reviewer(db: &impl ConnectionTrait, id: RequestId, grants: &[Grant]) -> Result<Option<Request>> {
    complete(db, entity::Entity::find_by_id(id.uuid()).filter(door_of_reviewers(grants))).await
}

/// Among these lines, the requests that a reviewer may open.
pub async fn reviewed_among(db: &impl ConnectionTrait, lines: &[Line], grants: &[Grant]) -> Result<Vec<RequestId>> {
    use entity::Column as C;
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let these = entity::Entity::find().select_only().column(C::Id).filter(C::Id.is_in(lines.iter().map(|line| line.id.uuid())));
    Ok(these.filter(door_of_reviewers(grants)).into_tuple().all(db).await?.into_iter().map(RequestId).collect())
}

/// What reviewers may open: requests for the services they review, once submitted. An approved request stays visible while it
/// is being changed.
fn door_of_reviewers(grants: &[Grant]) -> Condition {
    use entity::Column as C;
    let services: Vec<&str> = grants.iter().map(|grant| grant.service.as_str()).collect();
    let asked = Condition::any().add(C::Service.is_in(services.iter().copied())).add(C::WithService.is_in(services.iter().copied()));
    let sent = Condition::any().add(C::State.ne(State::Draft.as_str())).add(C::ReopenedAt.is_not_null());
    Condition::all().add(asked).add(sent).add(C::Round.gt(0))
}

/// Writes everything a use case may change and raises the version; refused when somebody wrote in between.
pub async fn save(db: &impl ConnectionTrait, request: &Request, now: Timestamp) -> Result<i32> {
    use entity::Column as C;
    let (decided_at, decided_by) = match &request.phase {
        Phase::Approved { at, by } | Phase::Refused { at, by } | Phase::Revoked { at, by } => (Some(micros(*at)), Some(by.uuid())),
        Phase::Archived { at, by } => (Some(micros(*at)), by.map(TypedId::uuid)),
        _ => (None, None),
    };
    let number = |version: u32| i32::try_from(version).map_err(|_| Error::inconsistent("request", request.id));
    let mut update = entity::Entity::update_many()
        .col_expr(C::ApplicantId, Expr::value(request.applicant.uuid()))
        .col_expr(C::State, Expr::value(request.phase.state().as_str()))
        .col_expr(C::CatalogueVersion, Expr::value(number(request.catalogue_version)?))
        .col_expr(C::BegunVersion, Expr::value(request.begun_version.map(number).transpose()?))
        .col_expr(C::Round, Expr::value(number(request.round)?))
        .col_expr(C::FirstSubmittedAt, Expr::value(request.first_submitted_at.map(micros)))
        .col_expr(C::DecidedAt, Expr::value(decided_at))
        .col_expr(C::DecidedBy, Expr::value(decided_by))
        .col_expr(C::ReopenedAt, Expr::value(request.reopened.map(|reopened| micros(reopened.at))))
        .col_expr(C::ReopenedHabilitation, Expr::value(request.reopened.map(|reopened| reopened.habilitation.uuid())))
        .col_expr(C::ReliesOn, Expr::value(request.relies_on.map(TypedId::uuid)))
        .col_expr(C::WithService, Expr::value(request.with_service.as_deref()))
        .col_expr(C::Title, Expr::value(request.title.as_str()))
        .col_expr(C::Folded, Expr::value(request.folded.as_str()))
        .col_expr(C::Answers, Expr::value(serde_json::to_value(&request.answers)?))
        .col_expr(C::SetAside, Expr::value(request.set_aside.as_ref().map(serde_json::to_value).transpose()?))
        .col_expr(C::Version, Expr::value(request.version + 1))
        .col_expr(C::UpdatedAt, Expr::value(micros(now)))
        .filter(C::Id.eq(request.id.uuid()))
        .filter(C::Version.eq(request.version));
    if let Some(review) = request.phase.review() {
        update = update.col_expr(C::SubmittedAt, Expr::value(micros(review.submitted_at)));
    }
    if update.exec(db).await?.rows_affected != 1 {
        return Err(Error::Stale { table: "request" });
    }
    turns::write(db, request).await?;
    Ok(request.version + 1)
}
