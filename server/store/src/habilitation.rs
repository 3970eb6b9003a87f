//! Habilitations: what was granted, exactly as it was at that moment. Only what concerns its end ever changes.

use domain::{
    Timestamp,
    calendar::paris_date,
    deadlines::next_validity_check,
    form::Answers,
    ids::{AccountId, HabilitationId, OrganisationId, RequestId, TypedId},
    verification::VerificationCode,
};
use jiff::civil::Date;
use sea_orm::{ActiveValue::Set, ExprTrait, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*, sea_query::SelectStatement};

use crate::{Error, Result, counter, micros, timestamp};

pub mod contacts;
mod validity;

pub use validity::{by_code, by_number, check_on, ended, ending, ends_of_requests, expire, give_code, prolong};

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
        pub title: String,
        pub answers: Json,
        pub scopes: Json,
        pub paired_with: Option<Uuid>,
        pub relies_on: Option<Uuid>,
        pub granted_at: i64,
        pub granted_by: Uuid,
        pub ended_at: Option<i64>,
        pub ended_by: Option<Uuid>,
        pub end_reason: Option<String>,
        pub valid_until: Option<String>,
        /// The day of its next check by the clock job.
        pub check_on: Option<String>,
        pub verification_code: Option<String>,
        pub catalogue_version: i32,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HabilitationState {
    Active,
    Superseded,
    Revoked,
    /// Past its last day.
    Expired,
}

impl HabilitationState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Superseded, Self::Revoked, Self::Expired].into_iter().find(|state| state.as_str() == text)
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
    pub title: String,
    pub answers: Answers,
    pub scopes: Vec<String>,
    /// When two are granted together, the second one refers to the first.
    pub paired_with: Option<HabilitationId>,
    /// The FranceConnect request its data is read through.
    pub relies_on: Option<RequestId>,
    pub granted_at: Timestamp,
    pub granted_by: AccountId,
    pub ended_at: Option<Timestamp>,
    pub end_reason: Option<String>,
    /// The last day; none for one without end.
    pub valid_until: Option<Date>,
    /// None on those granted before there were codes.
    pub code: Option<VerificationCode>,
    /// Version of the catalogue whose form the request was filled in with.
    pub catalogue_version: u32,
}

impl Habilitation {
    /// « H45 ».
    pub fn public_number(&self) -> String {
        format!("H{}", self.number)
    }

    pub fn is_active(&self) -> bool {
        self.state == HabilitationState::Active
    }

    /// Active and not past its last day, even if the expiry job has not run yet.
    pub fn is_in_force(&self, today: Date) -> bool {
        self.is_active() && self.valid_until.is_none_or(|last| last >= today)
    }
}

impl TryFrom<entity::Model> for Habilitation {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model {
            id,
            number,
            request_id,
            service,
            organisation_id,
            state,
            title,
            answers,
            scopes,
            paired_with,
            relies_on,
            granted_at,
            granted_by,
            ended_at,
            ended_by: _,
            end_reason,
            valid_until,
            check_on: _,
            verification_code,
            catalogue_version,
        } = row;
        Ok(Self {
            id: HabilitationId(id),
            number,
            request: RequestId(request_id),
            service,
            organisation: OrganisationId(organisation_id),
            state: HabilitationState::parse(&state).ok_or_else(|| Error::inconsistent("habilitation", id))?,
            title,
            answers: serde_json::from_value(answers)?,
            scopes: serde_json::from_value(scopes)?,
            paired_with: paired_with.map(HabilitationId),
            relies_on: relies_on.map(RequestId),
            granted_at: timestamp(granted_at),
            granted_by: AccountId(granted_by),
            ended_at: ended_at.map(timestamp),
            end_reason,
            valid_until: valid_until.map(|text| crate::reminder::day(&text, "habilitation", id)).transpose()?,
            code: verification_code.map(|text| VerificationCode::parse(&text)).transpose().map_err(|_| Error::inconsistent("habilitation", id))?,
            catalogue_version: u32::try_from(catalogue_version).map_err(|_| Error::inconsistent("habilitation", id))?,
        })
    }
}

pub struct NewHabilitation<'a> {
    pub id: HabilitationId,
    pub request: RequestId,
    pub service: &'a str,
    pub organisation: OrganisationId,
    pub title: &'a str,
    pub answers: &'a Answers,
    pub scopes: &'a [String],
    pub paired_with: Option<HabilitationId>,
    pub relies_on: Option<RequestId>,
    pub granted_by: AccountId,
    pub valid_until: Option<Date>,
    pub code: &'a VerificationCode,
    pub catalogue_version: u32,
}

/// Supersedes the active one of the same request for the same service, if there is one.
pub async fn grant(db: &impl ConnectionTrait, new: NewHabilitation<'_>, now: Timestamp) -> Result<i64> {
    use entity::Column as C;
    entity::Entity::update_many()
        .col_expr(C::State, Expr::value(HabilitationState::Superseded.as_str()))
        .col_expr(C::EndedAt, Expr::value(micros(now)))
        .filter(C::RequestId.eq(new.request.uuid()))
        .filter(C::Service.eq(new.service))
        .filter(C::State.eq(HabilitationState::Active.as_str()))
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
        title: Set(new.title.to_owned()),
        answers: Set(serde_json::to_value(new.answers)?),
        scopes: Set(serde_json::to_value(new.scopes)?),
        paired_with: Set(new.paired_with.map(TypedId::uuid)),
        relies_on: Set(new.relies_on.map(TypedId::uuid)),
        granted_at: Set(micros(now)),
        granted_by: Set(new.granted_by.uuid()),
        ended_at: Set(None),
        ended_by: Set(None),
        end_reason: Set(None),
        valid_until: Set(new.valid_until.map(|day| day.to_string())),
        check_on: Set(new.valid_until.map(|last| next_validity_check(last, paris_date(now)).to_string())),
        verification_code: Set(Some(new.code.as_str().to_owned())),
        catalogue_version: Set(i32::try_from(new.catalogue_version).map_err(|_| Error::inconsistent("habilitation", new.id))?),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(number)
}

/// Supersedes the active ones of the request for any other service: it was approved again without asking for these. Returns how
/// many there were.
pub async fn supersede_others(db: &impl ConnectionTrait, request: RequestId, services: &[&str], now: Timestamp) -> Result<u64> {
    use entity::Column as C;
    let done = entity::Entity::update_many()
        .col_expr(C::State, Expr::value(HabilitationState::Superseded.as_str()))
        .col_expr(C::EndedAt, Expr::value(micros(now)))
        .col_expr(C::CheckOn, Expr::value(None::<String>))
        .filter(C::RequestId.eq(request.uuid()))
        .filter(C::Service.is_not_in(services.iter().copied()))
        .filter(C::State.eq(HabilitationState::Active.as_str()))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Revokes every active one of the request; returns how many there were.
pub async fn revoke_of_request(db: &impl ConnectionTrait, request: RequestId, by: AccountId, reason: &str, now: Timestamp) -> Result<u64> {
    use entity::Column as C;
    let done = entity::Entity::update_many()
        .col_expr(C::State, Expr::value(HabilitationState::Revoked.as_str()))
        .col_expr(C::EndedAt, Expr::value(micros(now)))
        .col_expr(C::EndedBy, Expr::value(by.uuid()))
        .col_expr(C::EndReason, Expr::value(reason))
        .col_expr(C::CheckOn, Expr::value(None::<String>))
        .filter(C::RequestId.eq(request.uuid()))
        .filter(C::State.eq(HabilitationState::Active.as_str()))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

pub async fn by_id(db: &impl ConnectionTrait, id: HabilitationId) -> Result<Option<Habilitation>> {
    entity::Entity::find_by_id(id.uuid()).one(db).await?.map(TryInto::try_into).transpose()
}

/// Subquery of the request that led to « H45 ».
pub(crate) fn requests_of_number(number: i64) -> SelectStatement {
    use entity::Column as C;
    entity::Entity::find().select_only().column(C::RequestId).filter(C::Number.eq(number)).into_query()
}

/// Every one a request ever led to, the latest first.
pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Habilitation>> {
    let rows = entity::Entity::find().filter(entity::Column::RequestId.eq(request.uuid())).order_by_desc(entity::Column::Number).all(db).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The titles of the active habilitations of these requests, by request.
pub(crate) async fn titles_in_force(db: &impl ConnectionTrait, requests: Vec<Uuid>) -> Result<Vec<(Uuid, String)>> {
    use entity::Column as C;
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    let found = entity::Entity::find().select_only().columns([C::RequestId, C::Title]).filter(C::RequestId.is_in(requests));
    Ok(found.filter(C::State.eq(HabilitationState::Active.as_str())).into_tuple().all(db).await?)
}

pub async fn active_of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Habilitation>> {
    active_of_requests(db, [request]).await
}

/// Those in force, in the order they were granted.
pub async fn active_of_requests(db: &impl ConnectionTrait, requests: impl IntoIterator<Item = RequestId>) -> Result<Vec<Habilitation>> {
    let ids: Vec<Uuid> = requests.into_iter().map(TypedId::uuid).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = entity::Entity::find()
        .filter(entity::Column::RequestId.is_in(ids))
        .filter(entity::Column::State.eq(HabilitationState::Active.as_str()))
        .order_by_asc(entity::Column::Number)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Subquery of the requests of an organisation that led to one in force on `today`.
pub(crate) fn requests_in_force(organisation: OrganisationId, service: &str, today: Date) -> SelectStatement {
    use entity::Column as C;
    entity::Entity::find()
        .select_only()
        .column(C::RequestId)
        .filter(C::OrganisationId.eq(organisation.uuid()))
        .filter(C::Service.eq(service))
        .filter(C::State.eq(HabilitationState::Active.as_str()))
        .filter(C::ValidUntil.is_null().or(C::ValidUntil.gte(today.to_string())))
        .into_query()
}

/// The active ones whose data is read through the service of `request`.
pub async fn active_relying_on(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Habilitation>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::ReliesOn.eq(request.uuid()))
        .filter(entity::Column::State.eq(HabilitationState::Active.as_str()))
        .order_by_asc(entity::Column::Number)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}
