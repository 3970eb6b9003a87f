//! The people each habilitation names. Access to a request, and to the keys of a service, follows whoever is named in what
//! is in force: replaced, revoked or expired, a habilitation opens nothing to those it named.

use domain::{
    catalogue::Contact,
    contact::Email,
    ids::{HabilitationId, RequestId, TypedId},
};
use sea_orm::{ActiveValue::Set, QuerySelect, QueryTrait, entity::prelude::*, sea_query::SelectStatement};

use super::{HabilitationState, entity as granted};
use crate::Result;

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "habilitation_contact")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub habilitation_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub contact: String,
        pub email: String,
        pub keeps_keys: bool,
    }
    crate::entity::plain!();
}

use entity::Column as C;

/// In SQL, that the account `a` keeps the keys of the service that the row `p` of `partner_access` is about.
pub(crate) const KEEPS_KEYS: &str = "EXISTS (SELECT 1 FROM habilitation h JOIN habilitation_contact c ON c.habilitation_id = h.id \
     WHERE h.request_id = p.request_id AND h.state = 'active' AND c.keeps_keys AND c.email = a.email)";

/// Somebody what is in force names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InForce {
    pub email: String,
    pub keeps_keys: bool,
}

/// `with_keys`: the habilitation opens a client, whose keys go to the technical contacts.
pub async fn name(db: &impl ConnectionTrait, id: HabilitationId, people: &[(Contact, Email)], with_keys: bool) -> Result<()> {
    for (contact, email) in people {
        let row = entity::ActiveModel {
            habilitation_id: Set(id.uuid()),
            contact: Set(contact.id.clone()),
            email: Set(email.as_str().to_owned()),
            keeps_keys: Set(with_keys && contact.keeps_keys()),
        };
        entity::Entity::insert(row).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Once each, whatever the number of roles.
pub async fn in_force(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<InForce>> {
    let rows: Vec<(String, bool)> = entity::Entity::find()
        .select_only()
        .columns([C::Email, C::KeepsKeys])
        .filter(C::HabilitationId.in_subquery(active([request.uuid()]).select_only().column(granted::Column::Id).into_query()))
        .into_tuple()
        .all(db)
        .await?;
    let mut people: Vec<InForce> = Vec::new();
    for (email, keeps_keys) in rows {
        match people.iter_mut().find(|one| one.email == email) {
            Some(known) => known.keeps_keys |= keeps_keys,
            None => people.push(InForce { email, keeps_keys }),
        }
    }
    people.sort();
    Ok(people)
}

fn active(requests: impl IntoIterator<Item = Uuid>) -> Select<granted::Entity> {
    let state = granted::Column::State.eq(HabilitationState::Active.as_str());
    granted::Entity::find().filter(granted::Column::RequestId.is_in(requests)).filter(state)
}

/// Of these requests, those where this address is named in what is in force.
pub(crate) async fn naming_among(db: &impl ConnectionTrait, requests: impl IntoIterator<Item = Uuid>, email: &str) -> Result<Vec<RequestId>> {
    let found =
        active(requests).select_only().column(granted::Column::RequestId).filter(granted::Column::Id.in_subquery(naming_habilitations(email)));
    Ok(found.into_tuple().all(db).await?.into_iter().map(RequestId).collect())
}

/// The ids of all such requests, for another question.
pub(crate) fn naming(email: &str) -> SelectStatement {
    let state = granted::Column::State.eq(HabilitationState::Active.as_str());
    let found = granted::Entity::find().select_only().column(granted::Column::RequestId).filter(state);
    found.filter(granted::Column::Id.in_subquery(naming_habilitations(email))).into_query()
}

fn naming_habilitations(email: &str) -> SelectStatement {
    entity::Entity::find().select_only().column(C::HabilitationId).filter(C::Email.eq(email)).into_query()
}
