//! Requests that are the next step of another one: which requests can be continued, and which ones continue a request.

use domain::ids::{OrganisationId, RequestId, TypedId};
use jiff::civil::Date;
use sea_orm::{Condition, QueryOrder, QuerySelect, entity::prelude::*};

use super::{
    entity::Column as C,
    list::{Line, LineRow, as_others_see, lines},
};
use crate::{Result, habilitation};

/// Limit of these lists; more than a page shows.
const OFFERED: u64 = 50;

/// Requests of the organisation whose habilitation for this service is in force on `today`, the latest first.
pub async fn continuable(db: &impl ConnectionTrait, organisation: OrganisationId, service: &str, today: Date) -> Result<Vec<Line>> {
    let rows = lines()
        .filter(C::Id.in_subquery(habilitation::requests_in_force(organisation, service, today)))
        .order_by_desc(C::Number)
        .limit(OFFERED)
        .into_model::<LineRow>()
        .all(db)
        .await?;
    as_others_see(db, rows).await
}

/// The requests that continue this one, the latest first, then `before`, the request that this one continues.
pub async fn steps_around(db: &impl ConnectionTrait, request: RequestId, before: Option<RequestId>) -> Result<Vec<Line>> {
    let around = Condition::any().add(C::Continues.eq(request.uuid())).add_option(before.map(|id| C::Id.eq(id.uuid())));
    let rows = lines().filter(around).order_by_desc(C::Number).limit(OFFERED).into_model::<LineRow>().all(db).await?;
    as_others_see(db, rows).await
}
