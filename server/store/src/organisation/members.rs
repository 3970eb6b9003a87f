//! Who belongs to an organisation, and whether the membership was verified.

use std::collections::BTreeSet;

use domain::{
    Timestamp,
    ids::{AccountId, OrganisationId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};

use super::membership::{Column as C, Entity};
use crate::{Cx, Page, Paging, Result, micros, timestamp};

mod check {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "membership_check")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub organisation_id: Uuid,
        pub by_id: Uuid,
        pub verified: bool,
        pub reason: String,
        pub at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    pub account: AccountId,
    pub organisation: OrganisationId,
    pub verified: bool,
    pub since: Timestamp,
}

impl From<super::membership::Model> for Membership {
    fn from(row: super::membership::Model) -> Self {
        let super::membership::Model { account_id, organisation_id, verified, created_at } = row;
        Self { account: AccountId(account_id), organisation: OrganisationId(organisation_id), verified, since: timestamp(created_at) }
    }
}

/// A decision to verify a membership, or to withdraw its verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub by: AccountId,
    pub verified: bool,
    pub reason: String,
    pub at: Timestamp,
}

pub async fn find(db: &impl ConnectionTrait, account: AccountId, organisation: OrganisationId) -> Result<Option<Membership>> {
    Ok(Entity::find_by_id((account.uuid(), organisation.uuid())).one(db).await?.map(Into::into))
}

pub async fn is_verified(db: &impl ConnectionTrait, account: AccountId, organisation: OrganisationId) -> Result<bool> {
    Ok(find(db, account, organisation).await?.is_some_and(|membership| membership.verified))
}

/// Among these organisations, those of which the account is a verified member.
pub(crate) async fn verified_among(
    db: &impl ConnectionTrait,
    account: AccountId,
    organisations: impl IntoIterator<Item = OrganisationId>,
) -> Result<Vec<OrganisationId>> {
    let ids: BTreeSet<Uuid> = organisations.into_iter().map(TypedId::uuid).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = Entity::find().filter(C::AccountId.eq(account.uuid())).filter(C::OrganisationId.is_in(ids)).filter(C::Verified.eq(true));
    Ok(found.all(db).await?.into_iter().map(|row| OrganisationId(row.organisation_id)).collect())
}

/// The memberships of one organisation: verified ones first, then the oldest first.
pub async fn of_organisation(db: &impl ConnectionTrait, organisation: OrganisationId, limit: u64) -> Result<Vec<Membership>> {
    let rows = Entity::find()
        .filter(C::OrganisationId.eq(organisation.uuid()))
        .order_by_desc(C::Verified)
        .order_by_asc(C::CreatedAt)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The memberships of one account.
pub async fn of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Membership>> {
    let rows = Entity::find().filter(C::AccountId.eq(account.uuid())).order_by_asc(C::CreatedAt).all(db).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A page of the memberships in this state, with their total: pending ones are sorted oldest first, verified ones latest first.
pub async fn list(db: &impl ConnectionTrait, verified: bool, paging: Paging) -> Result<Page<Membership>> {
    let filter = C::Verified.eq(verified);
    let total = Entity::find().filter(filter.clone()).count(db).await?;
    let order = if verified { sea_orm::Order::Desc } else { sea_orm::Order::Asc };
    let rows = Entity::find().filter(filter).order_by(C::CreatedAt, order).offset(paging.offset()).limit(paging.size).all(db).await?;
    Ok(Page { items: rows.into_iter().map(Into::into).collect(), total })
}

/// Writes the decision and its reason; false when there is no such membership, or when it is in this state already.
pub async fn set_verified(
    cx: &Cx,
    db: &impl ConnectionTrait,
    account: AccountId,
    organisation: OrganisationId,
    verified: bool,
    by: AccountId,
    reason: &str,
) -> Result<bool> {
    let done = Entity::update_many()
        .col_expr(C::Verified, Expr::value(verified))
        .filter(C::AccountId.eq(account.uuid()))
        .filter(C::OrganisationId.eq(organisation.uuid()))
        .filter(C::Verified.eq(!verified))
        .exec(db)
        .await?;
    if done.rows_affected == 0 {
        return Ok(false);
    }
    let row = check::ActiveModel {
        id: Set(domain::ids::mint(cx.now(), cx.entropy.as_ref())),
        account_id: Set(account.uuid()),
        organisation_id: Set(organisation.uuid()),
        by_id: Set(by.uuid()),
        verified: Set(verified),
        reason: Set(reason.to_owned()),
        at: Set(micros(cx.now())),
    };
    check::Entity::insert(row).exec_without_returning(db).await?;
    Ok(true)
}

/// The last decision about each of these memberships.
pub async fn last_checks(db: &impl ConnectionTrait, links: &[Membership]) -> Result<Vec<(AccountId, OrganisationId, Check)>> {
    let accounts: Vec<Uuid> = links.iter().map(|link| link.account.uuid()).collect();
    let rows = check::Entity::find()
        .filter(check::Column::AccountId.is_in(accounts))
        .order_by_desc(check::Column::At)
        .order_by_desc(check::Column::Id)
        .all(db)
        .await?;
    let mut found: Vec<(AccountId, OrganisationId, Check)> = Vec::new();
    for row in rows {
        let (account, organisation) = (AccountId(row.account_id), OrganisationId(row.organisation_id));
        if !found.iter().any(|(one, body, _)| (*one, *body) == (account, organisation)) {
            found.push((
                account,
                organisation,
                Check { by: AccountId(row.by_id), verified: row.verified, reason: row.reason, at: timestamp(row.at) },
            ));
        }
    }
    Ok(found)
}

pub async fn leave(db: &impl ConnectionTrait, account: AccountId, organisation: OrganisationId) -> Result<bool> {
    Ok(Entity::delete_by_id((account.uuid(), organisation.uuid())).exec(db).await?.rows_affected == 1)
}
