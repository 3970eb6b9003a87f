//! Lists of requests: everything but the answers.

use domain::{
    Timestamp,
    ids::{AccountId, OrganisationId, RequestId, TypedId},
    request::{State, Turn},
};
use sea_orm::{Condition, QueryOrder, QuerySelect, Select, entity::prelude::*};

use super::{entity, sent::titles, turns};
use crate::{Error, Result, co_editor, organisation::members, timestamp};

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: RequestId,
    pub number: i64,
    pub service: String,
    pub variant: Option<String>,
    pub organisation: OrganisationId,
    pub applicant: AccountId,
    pub state: State,
    pub reopened: bool,
    pub submitted_at: Option<Timestamp>,
    pub title: String,
    pub updated_at: Timestamp,
    /// The turns of its teams, while it is under review.
    pub turns: Vec<Turn>,
}

#[derive(sea_orm::FromQueryResult)]
pub(super) struct LineRow {
    pub(super) id: Uuid,
    number: i64,
    service: String,
    variant: Option<String>,
    organisation_id: Uuid,
    applicant_id: Uuid,
    state: String,
    reopened_at: Option<i64>,
    submitted_at: Option<i64>,
    title: String,
    updated_at: i64,
}

impl TryFrom<LineRow> for Line {
    type Error = Error;

    fn try_from(row: LineRow) -> Result<Self> {
        let LineRow { id, number, service, variant, organisation_id, applicant_id, state, reopened_at, submitted_at, title, updated_at } = row;
        Ok(Self {
            id: RequestId(id),
            number,
            service,
            variant,
            organisation: OrganisationId(organisation_id),
            applicant: AccountId(applicant_id),
            state: State::parse(&state).ok_or_else(|| Error::inconsistent("request", id))?,
            reopened: reopened_at.is_some(),
            submitted_at: submitted_at.map(timestamp),
            title,
            updated_at: timestamp(updated_at),
            turns: Vec::new(),
        })
    }
}

pub(super) fn lines() -> Select<entity::Entity> {
    use entity::Column as C;
    entity::Entity::find().select_only().columns([
        C::Id,
        C::Number,
        C::Service,
        C::Variant,
        C::OrganisationId,
        C::ApplicantId,
        C::State,
        C::ReopenedAt,
        C::SubmittedAt,
        C::Title,
        C::UpdatedAt,
    ])
}

/// Converts rows to lines, with the turns of the requests under review.
pub(super) async fn with_teams(db: &impl ConnectionTrait, rows: Vec<LineRow>) -> Result<Vec<Line>> {
    let mut lines: Vec<Line> = rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
    let held: Vec<Uuid> = lines.iter().filter(|line| line.state == State::UnderReview).map(|line| line.id.uuid()).collect();
    if !held.is_empty() {
        let mut turns = turns::of_requests(db, held).await?;
        for line in &mut lines {
            line.turns = turns.remove(&line.id.uuid()).unwrap_or_default();
        }
    }
    Ok(lines)
}

/// Converts rows to lines as people other than the applicant and the co-editors see them: titles are those last submitted or
/// granted, and a reopened request is still approved.
pub(super) async fn as_others_see(db: &impl ConnectionTrait, rows: Vec<LineRow>) -> Result<Vec<Line>> {
    let mut lines: Vec<Line> = rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?;
    let mut titles = titles(db, lines.iter().map(|line| (line.id.uuid(), line.state))).await?;
    for line in lines.iter_mut().filter(|line| matches!(line.state, State::Draft | State::ChangesRequested)) {
        line.title = titles.remove(&line.id.uuid()).unwrap_or_default();
        if line.state == State::Draft && line.reopened {
            line.state = State::Approved;
        }
    }
    Ok(lines)
}

fn at_work(organisation: OrganisationId, service: &str) -> Select<entity::Entity> {
    use entity::Column as C;
    let states = [State::UnderReview, State::ChangesRequested, State::Approved].map(State::as_str);
    lines()
        .filter(C::OrganisationId.eq(organisation.uuid()))
        .filter(C::Service.eq(service))
        .filter(Condition::any().add(C::State.is_in(states)).add(C::ReopenedAt.is_not_null()))
        .order_by_desc(C::Number)
}

/// Requests of an organisation for a service, whoever filed them: under review, sent back, or approved even if reopened since.
pub async fn under_way(db: &impl ConnectionTrait, organisation: OrganisationId, service: &str) -> Result<Vec<Line>> {
    at_work(organisation, service).into_model::<LineRow>().all(db).await?.into_iter().map(TryInto::try_into).collect()
}

/// Among these, the requests that a new request may rely on: one of `people` must see them. A member who is not verified sees
/// only the requests that they filed or co-edit.
pub async fn reliable(db: &impl ConnectionTrait, organisation: OrganisationId, service: &str, people: &[AccountId]) -> Result<Vec<Line>> {
    use entity::Column as C;
    let mut sight = Condition::any();
    for account in people {
        sight = if members::is_verified(db, *account, organisation).await? {
            sight.add(C::OrganisationId.eq(organisation.uuid()))
        } else {
            sight.add(C::ApplicantId.eq(account.uuid())).add(C::Id.in_subquery(co_editor::shared_with(*account)))
        };
    }
    as_others_see(db, at_work(organisation, service).filter(sight).into_model::<LineRow>().all(db).await?).await
}

/// Among these requests, those of the organisation.
pub async fn of_organisation(db: &impl ConnectionTrait, organisation: OrganisationId, ids: impl IntoIterator<Item = RequestId>) -> Result<Vec<Line>> {
    use entity::Column as C;
    let ids: Vec<Uuid> = ids.into_iter().map(TypedId::uuid).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = lines().filter(C::Id.is_in(ids)).filter(C::OrganisationId.eq(organisation.uuid())).order_by_desc(C::Number);
    as_others_see(db, found.into_model::<LineRow>().all(db).await?).await
}
