//! Each team's part in the review of a request. Rows exist while the request is in review, so that a queue reads
//! open work alone.

use std::collections::HashMap;

use domain::{
    ids::{AccountId, TypedId},
    request::{Turn, Verdict},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use super::Request;
use crate::{Error, Result, micros, timestamp};

pub(super) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_turn")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub service: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub stage: String,
        pub position: i32,
        pub ord: i32,
        pub working_days: i32,
        pub stood_still: i32,
        pub state: String,
        pub since: Option<i64>,
        pub due_on: Option<String>,
        pub decided_at: Option<i64>,
        pub decided_by: Option<Uuid>,
        pub round: Option<i32>,
        pub assignee: Option<Uuid>,
    }
    crate::entity::plain!();
}

pub(super) const PENDING: &str = "pending";

fn verdict(row: &entity::Model) -> Result<Verdict> {
    let inconsistent = || Error::inconsistent("review_turn", row.request_id);
    match (row.state.as_str(), row.since.map(timestamp), row.decided_at.map(timestamp), row.decided_by.map(AccountId), row.round) {
        ("waiting", None, None, None, None) => Ok(Verdict::Waiting),
        (PENDING, Some(since), None, None, None) => Ok(Verdict::Pending { since }),
        ("paused", Some(since), None, None, None) => Ok(Verdict::Paused { since }),
        ("approved", None, Some(at), Some(by), Some(round)) => {
            Ok(Verdict::Approved { at, by, round: u32::try_from(round).map_err(|_| inconsistent())? })
        }
        ("changes_requested", Some(since), Some(at), Some(by), None) => Ok(Verdict::ChangesRequested { at, by, since }),
        _ => Err(inconsistent()),
    }
}

pub(super) fn turn(row: entity::Model) -> Result<Turn> {
    let verdict = verdict(&row)?;
    let inconsistent = |_| Error::inconsistent("review_turn", row.request_id);
    Ok(Turn {
        order: u32::try_from(row.ord).map_err(inconsistent)?,
        working_days: u32::try_from(row.working_days).map_err(inconsistent)?,
        stood_still: u32::try_from(row.stood_still).map_err(inconsistent)?,
        service: row.service,
        stage: row.stage,
        verdict,
        assignee: row.assignee.map(AccountId),
    })
}

/// Turns of several requests in one query, in the order of each review route.
pub(super) async fn of_requests(db: &impl ConnectionTrait, requests: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<Turn>>> {
    let found = entity::Entity::find().filter(entity::Column::RequestId.is_in(requests)).order_by_asc(entity::Column::Position);
    let mut turns: HashMap<Uuid, Vec<Turn>> = HashMap::new();
    for row in found.all(db).await? {
        turns.entry(row.request_id).or_default().push(turn(row)?);
    }
    Ok(turns)
}

/// The rows of a request are replaced by those of its stage. To be called in the transaction of the version check.
pub(super) async fn write(db: &impl ConnectionTrait, request: &Request) -> Result<()> {
    if request.round == 0 {
        return Ok(());
    }
    entity::Entity::delete_many().filter(entity::Column::RequestId.eq(request.id.uuid())).exec(db).await?;
    let Some(review) = request.phase.review() else { return Ok(()) };
    let rows = (0i32..).zip(&review.turns).map(|(position, turn)| row(request, position, turn)).collect::<Result<Vec<_>>>()?;
    entity::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

fn row(request: &Request, position: i32, turn: &Turn) -> Result<entity::ActiveModel> {
    let inconsistent = |_| Error::inconsistent("review_turn", request.id);
    let (state, since, decided, round) = match turn.verdict {
        Verdict::Waiting => ("waiting", None, None, None),
        Verdict::Pending { since } => (PENDING, Some(micros(since)), None, None),
        Verdict::Paused { since } => ("paused", Some(micros(since)), None, None),
        Verdict::Approved { at, by, round } => ("approved", None, Some((at, by)), Some(i32::try_from(round).map_err(inconsistent)?)),
        Verdict::ChangesRequested { at, by, since } => ("changes_requested", Some(micros(since)), Some((at, by)), None),
    };
    Ok(entity::ActiveModel {
        request_id: Set(request.id.uuid()),
        service: Set(turn.service.clone()),
        stage: Set(turn.stage.clone()),
        position: Set(position),
        ord: Set(i32::try_from(turn.order).map_err(inconsistent)?),
        working_days: Set(i32::try_from(turn.working_days).map_err(inconsistent)?),
        stood_still: Set(i32::try_from(turn.stood_still).map_err(inconsistent)?),
        state: Set(state.to_owned()),
        since: Set(since),
        due_on: Set(turn.due().map(|day| day.to_string())),
        decided_at: Set(decided.map(|(at, _)| micros(at))),
        decided_by: Set(decided.map(|(_, by)| by.uuid())),
        round: Set(round),
        assignee: Set(turn.assignee.map(TypedId::uuid)),
    })
}
