//! The record of data calls: who asked what of which endpoint, and how it ended. Never about whom.

use domain::{
    Timestamp,
    ids::{HabilitationId, TypedId},
    ports::Environment,
};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};
use uuid::Uuid;

use crate::{Error, Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "gateway_call")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub at: i64,
        pub environment: String,
        pub habilitation_id: Option<Uuid>,
        pub client_id: Option<String>,
        pub endpoint: String,
        pub status: i32,
        pub code: Option<String>,
        pub request_id: Uuid,
        pub duration_micros: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub id: Uuid,
    pub at: Timestamp,
    pub environment: Environment,
    /// None when the call was refused before one was found.
    pub habilitation: Option<HabilitationId>,
    /// None when the token was unknown.
    pub client_id: Option<String>,
    /// `v3/dss/quotient_familial/france_connect`.
    pub endpoint: String,
    pub status: u16,
    /// Error code of a refusal.
    pub code: Option<String>,
    /// The answer's `X-Request-Id`.
    pub request_id: Uuid,
    pub duration_micros: i64,
}

impl TryFrom<entity::Model> for Call {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { id, at, environment, habilitation_id, client_id, endpoint, status, code, request_id, duration_micros } = row;
        let inconsistent = || Error::inconsistent("gateway_call", id);
        Ok(Self {
            id,
            at: timestamp(at),
            environment: Environment::parse(&environment).ok_or_else(inconsistent)?,
            habilitation: habilitation_id.map(HabilitationId),
            client_id,
            endpoint,
            status: u16::try_from(status).map_err(|_| inconsistent())?,
            code,
            request_id,
            duration_micros,
        })
    }
}

pub async fn record(db: &impl ConnectionTrait, call: Call) -> Result<()> {
    let Call { id, at, environment, habilitation, client_id, endpoint, status, code, request_id, duration_micros } = call;
    let row = entity::ActiveModel {
        id: Set(id),
        at: Set(micros(at)),
        environment: Set(environment.as_str().to_owned()),
        habilitation_id: Set(habilitation.map(TypedId::uuid)),
        client_id: Set(client_id),
        endpoint: Set(endpoint),
        status: Set(i32::from(status)),
        code: Set(code),
        request_id: Set(request_id),
        duration_micros: Set(duration_micros),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The last calls of a client, the newest first.
pub async fn recent_of_client(db: &impl ConnectionTrait, client_id: &str, limit: u64) -> Result<Vec<Call>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::ClientId.eq(client_id))
        .order_by_desc(entity::Column::At)
        .order_by_desc(entity::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many calls were recorded since an instant, whoever made them.
pub async fn count_since(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::find().filter(entity::Column::At.gte(micros(at))).count(db).await?)
}

pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::At.lt(micros(at))).exec(db).await?.rows_affected)
}
