//! Organisations, who belongs to them, and what the directory last said.

use domain::{
    Timestamp,
    ids::{AccountId, OrganisationId, TypedId},
    organisation::Establishment,
    siret::Siret,
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*, sea_query::OnConflict};

use crate::{Error, Result, micros, timestamp};

pub mod members;

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organisation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub siret: String,
        pub establishment: Option<Json>,
        pub checked_at: Option<i64>,
        pub created_at: i64,
    }
    crate::entity::plain!();
}

mod membership {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "membership")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation_id: Uuid,
        pub verified: bool,
        pub created_at: i64,
    }
    crate::entity::plain!();
}

mod directory {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "directory_entry")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub siret: String,
        pub establishment: Option<Json>,
        pub fetched_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    pub id: OrganisationId,
    pub siret: Siret,
    /// Empty while the directory could not be asked.
    pub establishment: Option<Establishment>,
    pub checked_at: Option<Timestamp>,
}

impl Organisation {
    pub fn name(&self) -> String {
        self.establishment.as_ref().map_or_else(|| format!("SIRET {}", self.siret.spaced()), |e| e.name.clone())
    }
}

impl TryFrom<entity::Model> for Organisation {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        Ok(Self {
            id: OrganisationId(row.id),
            siret: Siret::parse(&row.siret).map_err(|_| Error::inconsistent("organisation", row.id))?,
            establishment: row.establishment.map(serde_json::from_value).transpose()?,
            checked_at: row.checked_at.map(timestamp),
        })
    }
}

pub async fn by_id(db: &impl ConnectionTrait, id: OrganisationId) -> Result<Option<Organisation>> {
    entity::Entity::find_by_id(id.uuid()).one(db).await?.map(TryInto::try_into).transpose()
}

pub async fn by_ids(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = OrganisationId>) -> Result<Vec<Organisation>> {
    let ids: Vec<Uuid> = ids.into_iter().map(TypedId::uuid).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    entity::Entity::find().filter(entity::Column::Id.is_in(ids)).all(db).await?.into_iter().map(TryInto::try_into).collect()
}

pub async fn by_siret(db: &impl ConnectionTrait, siret: &Siret) -> Result<Option<Organisation>> {
    entity::Entity::find().filter(entity::Column::Siret.eq(siret.as_str())).one(db).await?.map(TryInto::try_into).transpose()
}

/// Creates the organisation or refreshes what is known of it; what is already known is never forgotten.
pub async fn upsert(
    db: &impl ConnectionTrait,
    id: OrganisationId,
    siret: &Siret,
    establishment: Option<&Establishment>,
    now: Timestamp,
) -> Result<Organisation> {
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        siret: Set(siret.to_string()),
        establishment: Set(establishment.map(serde_json::to_value).transpose()?),
        checked_at: Set(establishment.map(|_| micros(now))),
        created_at: Set(micros(now)),
    };
    let mut conflict = OnConflict::column(entity::Column::Siret);
    if establishment.is_some() {
        conflict.update_columns([entity::Column::Establishment, entity::Column::CheckedAt]);
    } else {
        conflict.update_column(entity::Column::Siret);
    }
    entity::Entity::insert(row).on_conflict(conflict.to_owned()).exec_without_returning(db).await?;
    by_siret(db, siret).await?.ok_or_else(|| Error::inconsistent("organisation", siret))
}

pub async fn join(db: &impl ConnectionTrait, account: AccountId, organisation: OrganisationId, verified: bool, now: Timestamp) -> Result<()> {
    let row = membership::ActiveModel {
        account_id: Set(account.uuid()),
        organisation_id: Set(organisation.uuid()),
        verified: Set(verified),
        created_at: Set(micros(now)),
    };
    membership::Entity::insert(row)
        .on_conflict_do_nothing_on([membership::Column::AccountId, membership::Column::OrganisationId])
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The organisations of a person, in the order they joined.
pub async fn of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Organisation>> {
    let rows = membership::Entity::find()
        .filter(membership::Column::AccountId.eq(account.uuid()))
        .order_by_asc(membership::Column::CreatedAt)
        .order_by_asc(membership::Column::OrganisationId)
        .all(db)
        .await?;
    let ids: Vec<OrganisationId> = rows.into_iter().map(|row| OrganisationId(row.organisation_id)).collect();
    let mut found = by_ids(db, ids.iter().copied()).await?;
    found.sort_by_key(|organisation| ids.iter().position(|id| *id == organisation.id));
    Ok(found)
}

pub async fn is_member(db: &impl ConnectionTrait, account: AccountId, organisation: OrganisationId) -> Result<bool> {
    Ok(membership::Entity::find_by_id((account.uuid(), organisation.uuid())).one(db).await?.is_some())
}

/// What the directory answered and when; the inner option is empty for an unknown number.
pub async fn directory_entry(db: &impl ConnectionTrait, siret: &Siret) -> Result<Option<(Option<Establishment>, Timestamp)>> {
    let Some(row) = directory::Entity::find_by_id(siret.as_str()).one(db).await? else { return Ok(None) };
    Ok(Some((row.establishment.map(serde_json::from_value).transpose()?, timestamp(row.fetched_at))))
}

pub async fn remember_directory_entry(db: &impl ConnectionTrait, siret: &Siret, found: Option<&Establishment>, now: Timestamp) -> Result<()> {
    let row = directory::ActiveModel {
        siret: Set(siret.to_string()),
        establishment: Set(found.map(serde_json::to_value).transpose()?),
        fetched_at: Set(micros(now)),
    };
    let conflict =
        OnConflict::column(directory::Column::Siret).update_columns([directory::Column::Establishment, directory::Column::FetchedAt]).to_owned();
    directory::Entity::insert(row).on_conflict(conflict).exec_without_returning(db).await?;
    Ok(())
}
