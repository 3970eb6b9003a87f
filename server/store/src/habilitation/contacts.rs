//! The contacts that each habilitation names. Access to a request, and to the keys of a service, goes to those named by a
//! habilitation in force: once superseded, revoked or expired, it gives access to nobody.

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

/// SQL condition: a habilitation in force names the account `a` as holder of the keys of the service of row `p` of
/// `partner_access`.
pub(crate) const KEEPS_KEYS: &str = "EXISTS (SELECT 1 FROM habilitation h JOIN habilitation_contact c ON c.habilitation_id = h.id \
     WHERE h.request_id = p.request_id AND h.state = 'active' AND c.keeps_keys AND c.email = a.email)";

/// A person named by a habilitation in force.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InForce {
    pub email: String,
    pub keeps_keys: bool,
}

/// Records the contacts of a habilitation. `with_keys`: it opens a client, whose keys go to the technical contacts.
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

/// The people named by the habilitations in force of the request, once each whatever the number of their roles.
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

/// Among these requests, those where a habilitation in force names this address.
pub(crate) async fn naming_among(db: &impl ConnectionTrait, requests: impl IntoIterator<Item = Uuid>, email: &str) -> Result<Vec<RequestId>> {
    let found =
        active(requests).select_only().column(granted::Column::RequestId).filter(granted::Column::Id.in_subquery(naming_habilitations(email)));
    Ok(found.into_tuple().all(db).await?.into_iter().map(RequestId).collect())
}

/// Subquery of the ids of all such requests.
pub(crate) fn naming(email: &str) -> SelectStatement {
    let state = granted::Column::State.eq(HabilitationState::Active.as_str());
    let found = granted::Entity::find().select_only().column(granted::Column::RequestId).filter(state);
    found.filter(granted::Column::Id.in_subquery(naming_habilitations(email))).into_query()
}

fn naming_habilitations(email: &str) -> SelectStatement {
    entity::Entity::find().select_only().column(C::HabilitationId).filter(C::Email.eq(email)).into_query()
}
