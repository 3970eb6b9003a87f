//! Open requests of a service, whoever filed them: a change of the catalogue is checked against them.

use domain::request::State;
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

use super::{Request, assemble, entity, turns};
use crate::Result;

/// Drafts, requests under review and requests sent back whose number comes after `after`, sorted by number.
pub async fn open_of_service(db: &impl ConnectionTrait, service: &str, after: Option<i64>, limit: u64) -> Result<Vec<Request>> {
    let open = [State::Draft, State::UnderReview, State::ChangesRequested].map(State::as_str);
    let rows = entity::Entity::find()
        .filter(entity::Column::Service.eq(service))
        .filter(entity::Column::State.is_in(open))
        .filter(entity::Column::Number.gt(after.unwrap_or(0)))
        .order_by_asc(entity::Column::Number)
        .limit(limit)
        .all(db)
        .await?;
    let mut turns = turns::of_requests(db, rows.iter().filter(|row| row.state != State::Draft.as_str()).map(|row| row.id).collect()).await?;
    rows.into_iter()
        .map(|row| {
            let turns = turns.remove(&row.id).unwrap_or_default();
            assemble(row, turns)
        })
        .collect()
}
