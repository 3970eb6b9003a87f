//! Roles of reviewers: one for each account and perimeter.

use std::collections::BTreeMap;

use domain::{
    actor::{Grant, Role},
    ids::{AccountId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*, sea_query::OnConflict};

use crate::{
    Error, Result,
    account::{self, Account},
};

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_grant")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub service: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub stage: String,
        pub role: String,
    }
    crate::entity::plain!();
}

/// Value of the column `stage` that stands for every stage of the service.
const WHOLE: &str = "*";

impl TryFrom<entity::Model> for Grant {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { account_id, service, stage, role } = row;
        let role = Role::parse(&role).ok_or_else(|| Error::inconsistent("review_grant", account_id))?;
        Ok(Self { service, stage: (stage != WHOLE).then_some(stage), role })
    }
}

pub async fn of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Grant>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.uuid()))
        .order_by_asc(entity::Column::Service)
        .order_by_asc(entity::Column::Stage)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Everybody's roles: those who have one are a few hundred at most.
pub async fn holders(db: &impl ConnectionTrait) -> Result<BTreeMap<AccountId, Vec<Grant>>> {
    let rows = entity::Entity::find().order_by_asc(entity::Column::Service).order_by_asc(entity::Column::Stage).all(db).await?;
    let mut holders: BTreeMap<AccountId, Vec<Grant>> = BTreeMap::new();
    for row in rows {
        holders.entry(AccountId(row.account_id)).or_default().push(row.try_into()?);
    }
    Ok(holders)
}

/// Replaces the role the account had on this perimeter.
pub async fn give(db: &impl ConnectionTrait, account: AccountId, grant: &Grant) -> Result<()> {
    let row = entity::ActiveModel {
        account_id: Set(account.uuid()),
        service: Set(grant.service.clone()),
        stage: Set(grant.stage.clone().unwrap_or_else(|| WHOLE.to_owned())),
        role: Set(grant.role.as_str().to_owned()),
    };
    let known = OnConflict::columns([entity::Column::AccountId, entity::Column::Service, entity::Column::Stage])
        .update_column(entity::Column::Role)
        .to_owned();
    entity::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

pub async fn take_back(db: &impl ConnectionTrait, account: AccountId, service: &str, stage: Option<&str>) -> Result<()> {
    entity::Entity::delete_by_id((account.uuid(), service.to_owned(), stage.unwrap_or(WHOLE).to_owned())).exec(db).await?;
    Ok(())
}

/// Reviewers and managers of these services, sorted by name; suspended accounts are left out.
pub async fn people(db: &impl ConnectionTrait, services: &[String]) -> Result<Vec<Account>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::Service.is_in(services.iter().map(String::as_str)))
        .filter(entity::Column::Role.ne(Role::Reader.as_str()))
        .all(db)
        .await?;
    let mut people = at_work(db, rows).await?;
    people.sort_by_key(|one| domain::text::fold(&one.name()));
    Ok(people)
}

/// Reviewers and managers of this stage, to be notified of new work; suspended accounts are left out.
pub async fn reviewers(db: &impl ConnectionTrait, service: &str, stage: &str) -> Result<Vec<Account>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::Service.eq(service))
        .filter(entity::Column::Stage.is_in([stage, WHOLE]))
        .filter(entity::Column::Role.ne(Role::Reader.as_str()))
        .all(db)
        .await?;
    at_work(db, rows).await
}

/// Leaves out suspended accounts, which are neither notified nor assigned anything.
async fn at_work(db: &impl ConnectionTrait, rows: Vec<entity::Model>) -> Result<Vec<Account>> {
    let mut people = account::by_ids(db, rows.into_iter().map(|row| AccountId(row.account_id))).await?;
    people.retain(|account| account.suspended.is_none());
    Ok(people)
}
