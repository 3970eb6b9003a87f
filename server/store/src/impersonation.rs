//! Impersonations of accounts by administrators: since when, why, and each action carried out meanwhile.

use domain::{
    Timestamp,
    ids::{AccountId, ActionId, ImpersonationId, OrganisationId, TypedId},
};
use sea_orm::{ActiveValue::Set, PaginatorTrait, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{Page, Paging, Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "impersonation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub admin_id: Uuid,
        pub account_id: Uuid,
        pub reason: String,
        pub organisation_id: Option<Uuid>,
        pub started_at: i64,
        pub ends_at: i64,
        pub ended_at: Option<i64>,
    }
    crate::entity::plain!();
}

mod action {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "impersonation_action")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub impersonation_id: Uuid,
        pub route: String,
        pub ids: String,
        pub status: Option<i32>,
        pub at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impersonation {
    pub id: ImpersonationId,
    pub admin: AccountId,
    pub account: AccountId,
    pub reason: String,
    /// The organisation on whose behalf the administrator acts meanwhile.
    pub organisation: Option<OrganisationId>,
    pub started_at: Timestamp,
    /// The latest end.
    pub ends_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

impl Impersonation {
    pub fn is_under_way(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.ends_at
    }
}

/// One action carried out during an impersonation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The pattern of the route and, in `ids`, the values of its parameters.
    pub route: String,
    pub ids: String,
    /// HTTP status of the answer; none when the process ended before answering.
    pub status: Option<u16>,
    pub at: Timestamp,
}

impl From<entity::Model> for Impersonation {
    fn from(row: entity::Model) -> Self {
        let entity::Model { id, admin_id, account_id, reason, organisation_id, started_at, ends_at, ended_at } = row;
        Self {
            id: ImpersonationId(id),
            admin: AccountId(admin_id),
            account: AccountId(account_id),
            reason,
            organisation: organisation_id.map(OrganisationId),
            started_at: timestamp(started_at),
            ends_at: timestamp(ends_at),
            ended_at: ended_at.map(timestamp),
        }
    }
}

impl From<action::Model> for Action {
    fn from(row: action::Model) -> Self {
        let action::Model { id: _, impersonation_id: _, route, ids, status, at } = row;
        Self { route, ids, status: status.and_then(|status| status.try_into().ok()), at: timestamp(at) }
    }
}

pub async fn start(db: &impl ConnectionTrait, impersonation: &Impersonation) -> Result<()> {
    let Impersonation { id, admin, account, reason, organisation, started_at, ends_at, ended_at } = impersonation.clone();
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        admin_id: Set(admin.uuid()),
        account_id: Set(account.uuid()),
        reason: Set(reason),
        organisation_id: Set(organisation.map(TypedId::uuid)),
        started_at: Set(micros(started_at)),
        ends_at: Set(micros(ends_at)),
        ended_at: Set(ended_at.map(micros)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn find(db: &impl ConnectionTrait, id: ImpersonationId) -> Result<Option<Impersonation>> {
    Ok(entity::Entity::find_by_id(id.uuid()).one(db).await?.map(Into::into))
}

/// False when it had ended already.
pub async fn end(db: &impl ConnectionTrait, id: ImpersonationId, at: Timestamp) -> Result<bool> {
    let update = entity::Entity::update_many()
        .col_expr(entity::Column::EndedAt, Expr::value(micros(at)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::EndedAt.is_null());
    Ok(update.exec(db).await?.rows_affected == 1)
}

pub async fn choose_organisation(db: &impl ConnectionTrait, id: ImpersonationId, organisation: OrganisationId) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::OrganisationId, Expr::value(organisation.uuid()))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// The latest first.
pub async fn list(db: &impl ConnectionTrait, paging: Paging) -> Result<Page<Impersonation>> {
    let total = entity::Entity::find().count(db).await?;
    let rows = entity::Entity::find()
        .order_by_desc(entity::Column::StartedAt)
        .order_by_desc(entity::Column::Id)
        .offset(paging.offset())
        .limit(paging.size)
        .all(db)
        .await?;
    Ok(Page { items: rows.into_iter().map(Into::into).collect(), total })
}

pub async fn add_action(
    db: &impl ConnectionTrait,
    id: ActionId,
    impersonation: ImpersonationId,
    route: &str,
    ids: &str,
    at: Timestamp,
) -> Result<()> {
    let row = action::ActiveModel {
        id: Set(id.uuid()),
        impersonation_id: Set(impersonation.uuid()),
        route: Set(route.to_owned()),
        ids: Set(ids.to_owned()),
        status: Set(None),
        at: Set(micros(at)),
    };
    action::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn set_outcome(db: &impl ConnectionTrait, id: ActionId, status: u16) -> Result<()> {
    action::Entity::update_many()
        .col_expr(action::Column::Status, Expr::value(i32::from(status)))
        .filter(action::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// In the order they were done.
pub async fn actions(db: &impl ConnectionTrait, impersonation: ImpersonationId, paging: Paging) -> Result<Page<Action>> {
    let all = action::Entity::find().filter(action::Column::ImpersonationId.eq(impersonation.uuid()));
    let total = all.clone().count(db).await?;
    let rows = all.order_by_asc(action::Column::At).order_by_asc(action::Column::Id).offset(paging.offset()).limit(paging.size).all(db).await?;
    Ok(Page { items: rows.into_iter().map(Into::into).collect(), total })
}
