//! Events about the safety of accounts: which account, from which network; never a whole IP address.

use domain::{
    Timestamp,
    ids::{AccountId, TypedId},
    security::SecurityKind,
};
use sea_orm::{ActiveValue::Set, Condition, PaginatorTrait, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{Cx, Error, Page, Paging, Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "security_event")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub account_id: Option<Uuid>,
        pub network: String,
        pub detail: String,
        pub at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityEvent {
    pub kind: SecurityKind,
    pub account: Option<AccountId>,
    /// The truncated IP address; empty when no browser was involved.
    pub network: String,
    pub detail: String,
    pub at: Timestamp,
}

impl TryFrom<entity::Model> for SecurityEvent {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { id, kind, account_id, network, detail, at } = row;
        let kind = SecurityKind::parse(&kind).ok_or_else(|| Error::inconsistent("security_event", id))?;
        Ok(Self { kind, account: account_id.map(AccountId), network, detail, at: timestamp(at) })
    }
}

#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub kind: Option<SecurityKind>,
    pub people: Option<Vec<AccountId>>,
    pub from: Option<Timestamp>,
    /// Exclusive.
    pub until: Option<Timestamp>,
}

pub async fn write(cx: &Cx, db: &impl ConnectionTrait, event: &SecurityEvent) -> Result<()> {
    let SecurityEvent { kind, account, network, detail, at } = event.clone();
    let row = entity::ActiveModel {
        id: Set(domain::ids::mint(at, cx.entropy.as_ref())),
        kind: Set(kind.as_str().to_owned()),
        account_id: Set(account.map(TypedId::uuid)),
        network: Set(network),
        detail: Set(detail),
        at: Set(micros(at)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The latest first.
pub async fn list(db: &impl ConnectionTrait, filter: &Filter, paging: Paging) -> Result<Page<SecurityEvent>> {
    use entity::Column as C;
    let mut all = Condition::all();
    if let Some(kind) = filter.kind {
        all = all.add(C::Kind.eq(kind.as_str()));
    }
    if let Some(people) = &filter.people {
        all = all.add(C::AccountId.is_in(people.iter().map(|id| id.uuid())));
    }
    if let Some(from) = filter.from {
        all = all.add(C::At.gte(micros(from)));
    }
    if let Some(until) = filter.until {
        all = all.add(C::At.lt(micros(until)));
    }
    let total = entity::Entity::find().filter(all.clone()).count(db).await?;
    let rows =
        entity::Entity::find().filter(all).order_by_desc(C::At).order_by_desc(C::Id).offset(paging.offset()).limit(paging.size).all(db).await?;
    Ok(Page { items: rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?, total })
}

/// The accounts that some event is about.
pub async fn people(db: &impl ConnectionTrait) -> Result<Vec<AccountId>> {
    let ids: Vec<Option<Uuid>> = entity::Entity::find().select_only().column(entity::Column::AccountId).distinct().into_tuple().all(db).await?;
    Ok(ids.into_iter().flatten().map(AccountId).collect())
}

pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::At.lt(micros(at))).exec(db).await?.rows_affected)
}
