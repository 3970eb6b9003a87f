//! Tickets about vendors whose software is not ready, opened by the organisations that use it.

use domain::{
    Timestamp,
    ids::{AccountId, OrganisationId, TypedId, VendorTicketId},
    vendor_ticket::{Phase, State},
};
use sea_orm::{ActiveValue::Set, Condition, PaginatorTrait, QueryOrder, QuerySelect, TryInsertResult, entity::prelude::*};

use crate::{Error, Page, Paging, Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "vendor_ticket")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub service: String,
        pub vendor: Option<String>,
        pub vendor_name: String,
        pub contact_name: String,
        pub contact_email: String,
        pub contact_phone: String,
        pub wanted: String,
        pub message: String,
        pub organisation_id: Uuid,
        pub requested_by: Uuid,
        pub created_at: i64,
        pub state: String,
        pub contacted_at: Option<i64>,
        pub contacted_by: Option<Uuid>,
        pub closed_at: Option<i64>,
        pub closed_by: Option<Uuid>,
        pub note: String,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: VendorTicketId,
    pub service: String,
    pub vendor: Option<String>,
    pub vendor_name: String,
    pub contact_name: String,
    pub contact_email: String,
    pub contact_phone: String,
    /// The data the organisation wants to receive, in words.
    pub wanted: String,
    pub message: String,
    pub organisation: OrganisationId,
    pub requested_by: AccountId,
    pub created_at: Timestamp,
    pub phase: Phase,
    /// Written when it was closed.
    pub note: String,
}

impl TryFrom<entity::Model> for Ticket {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { id, service, vendor, vendor_name, contact_name, contact_email, contact_phone, wanted, message, .. } = row;
        let inconsistent = || Error::inconsistent("vendor_ticket", id);
        let who = |at: Option<i64>, by: Option<Uuid>| at.zip(by).map(|(at, by)| (timestamp(at), AccountId(by)));
        let (contacted, closed) = (who(row.contacted_at, row.contacted_by), who(row.closed_at, row.closed_by));
        let phase = match (State::parse(&row.state).ok_or_else(inconsistent)?, contacted, closed) {
            (State::Open, None, None) => Phase::Open,
            (State::Contacted, Some((at, by)), None) => Phase::Contacted { at, by },
            (State::Closed, contacted, Some((at, by))) => Phase::Closed { contacted, at, by },
            _ => return Err(inconsistent()),
        };
        Ok(Self {
            id: VendorTicketId(id),
            service,
            vendor,
            vendor_name,
            contact_name,
            contact_email,
            contact_phone,
            wanted,
            message,
            organisation: OrganisationId(row.organisation_id),
            requested_by: AccountId(row.requested_by),
            created_at: timestamp(row.created_at),
            phase,
            note: row.note,
        })
    }
}

impl From<Ticket> for entity::ActiveModel {
    fn from(ticket: Ticket) -> Self {
        let Ticket { id, service, vendor, vendor_name, contact_name, contact_email, contact_phone, wanted, message, note, .. } = ticket;
        let state = ticket.phase.state();
        let (contacted, closed) = match ticket.phase {
            Phase::Open => (None, None),
            Phase::Contacted { at, by } => (Some((at, by)), None),
            Phase::Closed { contacted, at, by } => (contacted, Some((at, by))),
        };
        Self {
            id: Set(id.uuid()),
            service: Set(service),
            vendor: Set(vendor),
            vendor_name: Set(vendor_name),
            contact_name: Set(contact_name),
            contact_email: Set(contact_email),
            contact_phone: Set(contact_phone),
            wanted: Set(wanted),
            message: Set(message),
            organisation_id: Set(ticket.organisation.uuid()),
            requested_by: Set(ticket.requested_by.uuid()),
            created_at: Set(micros(ticket.created_at)),
            state: Set(state.as_str().to_owned()),
            contacted_at: Set(contacted.map(|(at, _)| micros(at))),
            contacted_by: Set(contacted.map(|(_, by)| by.uuid())),
            closed_at: Set(closed.map(|(at, _)| micros(at))),
            closed_by: Set(closed.map(|(_, by)| by.uuid())),
            note: Set(note),
        }
    }
}

/// False when it exists already (the form was sent twice).
pub async fn add(db: &impl ConnectionTrait, ticket: Ticket) -> Result<bool> {
    let row = entity::ActiveModel::from(ticket);
    let written = entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::Id]).exec_without_returning(db).await?;
    Ok(matches!(written, TryInsertResult::Inserted(1..)))
}

pub async fn by_id(db: &impl ConnectionTrait, id: VendorTicketId) -> Result<Option<Ticket>> {
    entity::Entity::find_by_id(id.uuid()).one(db).await?.map(TryInto::try_into).transpose()
}

/// Writes the new phase over the state it was read in.
///
/// # Errors
/// Somebody moved it meanwhile.
pub async fn advance(db: &impl ConnectionTrait, ticket: Ticket, from: State) -> Result<()> {
    let id = ticket.id;
    let done = entity::Entity::update_many()
        .set(entity::ActiveModel::from(ticket))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::State.eq(from.as_str()))
        .exec(db)
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale { table: "vendor_ticket" }) }
}

/// The open ticket of this organisation about this vendor, if there is one.
pub async fn pending(db: &impl ConnectionTrait, organisation: OrganisationId, service: &str, vendor_name: &str) -> Result<Option<Ticket>> {
    let found = entity::Entity::find()
        .filter(entity::Column::OrganisationId.eq(organisation.uuid()))
        .filter(entity::Column::Service.eq(service))
        .filter(entity::Column::VendorName.eq(vendor_name))
        .filter(entity::Column::State.ne(State::Closed.as_str()))
        .one(db)
        .await?;
    found.map(TryInto::try_into).transpose()
}

/// Of these services, in this state or in any, the oldest first.
pub async fn list(db: &impl ConnectionTrait, services: &[&str], state: Option<State>, paging: Paging) -> Result<Page<Ticket>> {
    let mut filter = Condition::all().add(entity::Column::Service.is_in(services.iter().copied()));
    if let Some(state) = state {
        filter = filter.add(entity::Column::State.eq(state.as_str()));
    }
    let total = entity::Entity::find().filter(filter.clone()).count(db).await?;
    let rows = entity::Entity::find()
        .filter(filter)
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Id)
        .offset(paging.offset())
        .limit(paging.size)
        .all(db)
        .await?;
    Ok(Page { items: rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?, total })
}
