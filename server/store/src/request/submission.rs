//! Submissions: the answers of a request as they were sent, each time.

use std::collections::HashMap;

use domain::{
    Timestamp,
    form::Answers,
    ids::{AccountId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use super::Request;
use crate::{Error, Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "submission")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub round: i32,
        pub submitted_at: i64,
        pub submitted_by: Uuid,
        pub answers: Json,
        pub catalogue_version: i32,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Starts at 1.
    pub round: u32,
    pub at: Timestamp,
    pub by: AccountId,
    pub answers: Answers,
    /// Version of the catalogue whose form the answers were checked against.
    pub catalogue_version: u32,
}

/// Records the answers of the request as they are submitted.
pub async fn keep(db: &impl ConnectionTrait, request: &Request, by: AccountId, at: Timestamp) -> Result<()> {
    let row = entity::ActiveModel {
        request_id: Set(request.id.uuid()),
        round: Set(i32::try_from(request.round).map_err(|_| Error::inconsistent("request", request.id))?),
        submitted_at: Set(micros(at)),
        submitted_by: Set(by.uuid()),
        answers: Set(serde_json::to_value(&request.answers)?),
        catalogue_version: Set(i32::try_from(request.catalogue_version).map_err(|_| Error::inconsistent("request", request.id))?),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The last submission of each of these requests.
pub(super) async fn last_of(db: &impl ConnectionTrait, requests: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, Submission>> {
    let ids: Vec<Uuid> = requests.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = entity::Entity::find().filter(entity::Column::RequestId.is_in(ids)).order_by_asc(entity::Column::Round).all(db).await?;
    // Rows are sorted by round: the last one of each request wins.
    let last: HashMap<Uuid, entity::Model> = rows.into_iter().map(|row| (row.request_id, row)).collect();
    last.into_iter().map(|(id, row)| Ok((id, row.try_into()?))).collect()
}

/// The oldest first.
pub async fn submissions(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Submission>> {
    let rows = entity::Entity::find().filter(entity::Column::RequestId.eq(request.uuid())).order_by_asc(entity::Column::Round).all(db).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

impl TryFrom<entity::Model> for Submission {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { request_id, round, submitted_at, submitted_by, answers, catalogue_version } = row;
        let number = |value: i32| u32::try_from(value).map_err(|_| Error::inconsistent("submission", request_id));
        Ok(Self {
            round: number(round)?,
            at: timestamp(submitted_at),
            by: AccountId(submitted_by),
            answers: serde_json::from_value(answers)?,
            catalogue_version: number(catalogue_version)?,
        })
    }
}
