//! Habilitations: what was granted, word for word, at the moment it was. Never changed but for their state.

use domain::{
    Timestamp,
    form::Answers,
    ids::{AccountId, HabilitationId, OrganisationId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Error, Result, counter, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "habilitation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub number: i64,
        pub request_id: Uuid,
        pub service: String,
        pub organisation_id: Uuid,
        pub state: String,
        pub answers: Json,
        pub scopes: Json,
        pub granted_at: i64,
        pub granted_by: Uuid,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HabilitationState {
    Active,
    Superseded,
    Revoked,
}

impl HabilitationState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Superseded, Self::Revoked].into_iter().find(|state| state.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Habilitation {
    pub id: HabilitationId,
    pub number: i64,
    pub request: RequestId,
    pub service: String,
    pub organisation: OrganisationId,
    pub state: HabilitationState,
    pub answers: Answers,
    pub scopes: Vec<String>,
    pub granted_at: Timestamp,
    pub granted_by: AccountId,
}

impl Habilitation {
    /// « H45 ».
    pub fn public_number(&self) -> String {
        format!("H{}", self.number)
    }
}

impl TryFrom<entity::Model> for Habilitation {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { id, number, request_id, service, organisation_id, state, answers, scopes, granted_at, granted_by } = row;
        Ok(Self {
            id: HabilitationId(id),
            number,
            request: RequestId(request_id),
            service,
            organisation: OrganisationId(organisation_id),
            state: HabilitationState::parse(&state).ok_or_else(|| Error::inconsistent("habilitation", id))?,
            answers: serde_json::from_value(answers)?,
            scopes: serde_json::from_value(scopes)?,
            granted_at: timestamp(granted_at),
            granted_by: AccountId(granted_by),
        })
    }
}

pub struct NewHabilitation<'a> {
    pub id: HabilitationId,
    pub request: RequestId,
    pub service: &'a str,
    pub organisation: OrganisationId,
    pub answers: &'a Answers,
    pub scopes: &'a [String],
    pub granted_by: AccountId,
}

/// Supersedes the active one of the same request, if there is one.
pub async fn grant(db: &impl ConnectionTrait, new: NewHabilitation<'_>, now: Timestamp) -> Result<i64> {
    entity::Entity::update_many()
        .col_expr(entity::Column::State, Expr::value(HabilitationState::Superseded.as_str()))
        .filter(entity::Column::RequestId.eq(new.request.uuid()))
        .filter(entity::Column::State.eq(HabilitationState::Active.as_str()))
        .exec(db)
        .await?;
    let number = counter::next(db, "habilitation").await?;
    let row = entity::ActiveModel {
        id: Set(new.id.uuid()),
        number: Set(number),
        request_id: Set(new.request.uuid()),
        service: Set(new.service.to_owned()),
        organisation_id: Set(new.organisation.uuid()),
        state: Set(HabilitationState::Active.as_str().to_owned()),
        answers: Set(serde_json::to_value(new.answers)?),
        scopes: Set(serde_json::to_value(new.scopes)?),
        granted_at: Set(micros(now)),
        granted_by: Set(new.granted_by.uuid()),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(number)
}

pub async fn active_of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Option<Habilitation>> {
    let row = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(request.uuid()))
        .filter(entity::Column::State.eq(HabilitationState::Active.as_str()))
        .order_by_desc(entity::Column::Number)
        .one(db)
        .await?;
    row.map(TryInto::try_into).transpose()
}
