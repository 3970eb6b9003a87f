//! Services that an organisation may hold once: no second request while one is pending or its habilitation in force.

use domain::{
    calendar::paris_date,
    catalogue::Form,
    ids::{OrganisationId, RequestId},
    request::State,
};
use store::{counter, habilitation, organisation::members, request};

use super::{Applying, Obstacle, RequestError};
use crate::Habilitation;

/// A row locked until the end of the transaction: two concurrent submissions would not see each other.
const COUNTER: &str = "unique_submission";

/// The request by which an organisation holds the service already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub number: i64,
    /// None when the reader may not open it.
    pub id: Option<RequestId>,
}

impl Applying<'_> {
    pub(super) async fn held_already(&self, service: &Form, organisation: OrganisationId) -> Result<Option<Held>, RequestError> {
        if !service.unique {
            return Ok(None);
        }
        let Some((id, number)) = self.held_by(&self.room.cx.db, service, organisation, None).await? else { return Ok(None) };
        let opens = self.seen(id).await.is_ok();
        Ok(Some(Held { number, id: opens.then_some(id) }))
    }

    /// Called in the transaction that submits `but`: concurrent submissions wait for its end.
    pub(super) async fn check_held_once(
        &self,
        tx: &store::Tx,
        service: &Form,
        organisation: OrganisationId,
        but: RequestId,
    ) -> Result<(), RequestError> {
        if !service.unique {
            return Ok(());
        }
        counter::next(tx, COUNTER).await?;
        match self.held_by(tx, service, organisation, Some(but)).await? {
            Some((_, number)) => Err(Obstacle::Held(Held { number, id: None }).into()),
            None => Ok(()),
        }
    }

    /// The request by which an organisation holds the service. A pending request counts only if its applicant is a verified member or
    /// the actor: else anybody could join an organisation and block it.
    async fn held_by(
        &self,
        db: &impl store::ConnectionTrait,
        service: &Form,
        organisation: OrganisationId,
        but: Option<RequestId>,
    ) -> Result<Option<(RequestId, i64)>, RequestError> {
        for line in request::under_way(db, organisation, &service.slug).await?.into_iter().filter(|line| Some(line.id) != but) {
            let holds = match line.state {
                // Once its habilitation is over, an approved request does not count.
                State::Approved => self.room.is_in_force(db, line.id).await?,
                _ if line.applicant == self.actor.account || members::is_verified(db, line.applicant, organisation).await? => true,
                _ => line.reopened && self.room.is_in_force(db, line.id).await?,
            };
            if holds {
                return Ok(Some((line.id, line.number)));
            }
        }
        Ok(None)
    }
}

impl Habilitation {
    async fn is_in_force(&self, db: &impl store::ConnectionTrait, request: RequestId) -> Result<bool, store::Error> {
        let today = paris_date(self.cx.now());
        Ok(habilitation::active_of_request(db, request).await?.iter().any(|one| one.is_in_force(today)))
    }

    /// Called in the transaction that grants `but`: whether the organisation was granted the service by another request. Two may be
    /// under review when the applicant of one is not a verified member.
    pub(crate) async fn is_granted_elsewhere(
        &self,
        tx: &store::Tx,
        service: &Form,
        organisation: OrganisationId,
        but: RequestId,
    ) -> Result<bool, store::Error> {
        if !service.unique {
            return Ok(false);
        }
        counter::next(tx, COUNTER).await?;
        for line in request::under_way(tx, organisation, &service.slug).await? {
            if line.id != but && (line.state == State::Approved || line.reopened) && self.is_in_force(tx, line.id).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
