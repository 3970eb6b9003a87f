//! What spares people typing: the contacts an organisation keeps at hand, and each account's own card.

use domain::{
    Timestamp,
    ids::{AccountId, OrganisationId, SavedContactId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict};

use crate::{Result, micros};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organisation_contact")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub organisation_id: Uuid,
        pub given_name: String,
        pub family_name: String,
        pub job_title: String,
        pub email: String,
        pub phone: String,
        pub updated_by: Uuid,
        pub updated_at: i64,
    }
    crate::entity::plain!();
}

mod card {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contact_card")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub job_title: String,
        pub phone: String,
    }
    crate::entity::plain!();
}

use entity::Column as C;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    pub given_name: String,
    pub family_name: String,
    pub job_title: String,
    pub email: String,
    pub phone: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedContact {
    pub id: SavedContactId,
    pub person: Person,
}

impl From<entity::Model> for SavedContact {
    fn from(row: entity::Model) -> Self {
        let entity::Model { id, organisation_id: _, given_name, family_name, job_title, email, phone, updated_by: _, updated_at: _ } = row;
        Self { id: SavedContactId(id), person: Person { given_name, family_name, job_title, email, phone } }
    }
}

/// In the order of their names.
pub async fn of_organisation(db: &impl ConnectionTrait, organisation: OrganisationId, limit: u64) -> Result<Vec<SavedContact>> {
    let rows = entity::Entity::find()
        .filter(C::OrganisationId.eq(organisation.uuid()))
        .order_by_asc(C::FamilyName)
        .order_by_asc(C::GivenName)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub async fn find(db: &impl ConnectionTrait, organisation: OrganisationId, id: SavedContactId) -> Result<Option<SavedContact>> {
    let row = entity::Entity::find_by_id(id.uuid()).filter(C::OrganisationId.eq(organisation.uuid())).one(db).await?;
    Ok(row.map(Into::into))
}

/// Adds a contact, or writes over the one of this id.
pub async fn save(db: &impl ConnectionTrait, organisation: OrganisationId, contact: &SavedContact, by: AccountId, now: Timestamp) -> Result<()> {
    let Person { given_name, family_name, job_title, email, phone } = contact.person.clone();
    let row = entity::ActiveModel {
        id: Set(contact.id.uuid()),
        organisation_id: Set(organisation.uuid()),
        given_name: Set(given_name),
        family_name: Set(family_name),
        job_title: Set(job_title),
        email: Set(email),
        phone: Set(phone),
        updated_by: Set(by.uuid()),
        updated_at: Set(micros(now)),
    };
    let again = OnConflict::column(C::Id)
        .update_columns([C::GivenName, C::FamilyName, C::JobTitle, C::Email, C::Phone, C::UpdatedBy, C::UpdatedAt])
        .to_owned();
    entity::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

pub async fn remove(db: &impl ConnectionTrait, organisation: OrganisationId, id: SavedContactId) -> Result<bool> {
    let gone = entity::Entity::delete_many().filter(C::Id.eq(id.uuid())).filter(C::OrganisationId.eq(organisation.uuid())).exec(db).await?;
    Ok(gone.rows_affected == 1)
}

/// The job title and telephone this account last gave as its own.
pub async fn card(db: &impl ConnectionTrait, account: AccountId) -> Result<Option<(String, String)>> {
    Ok(card::Entity::find_by_id(account.uuid()).one(db).await?.map(|row| (row.job_title, row.phone)))
}

pub async fn set_card(db: &impl ConnectionTrait, account: AccountId, job_title: &str, phone: &str) -> Result<()> {
    let row = card::ActiveModel { account_id: Set(account.uuid()), job_title: Set(job_title.to_owned()), phone: Set(phone.to_owned()) };
    let again = OnConflict::column(card::Column::AccountId).update_columns([card::Column::JobTitle, card::Column::Phone]).to_owned();
    card::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}
