//! Services a body may hold once: while one request is with the teams, or its habilitation in force, there is no second.

use domain::{
    calendar::paris_date,
    catalogue::Form,
    ids::{OrganisationId, RequestId},
    request::State,
};
use store::{counter, habilitation, organisation::members, request};

use super::{Applying, Obstacle, RequestError};
use crate::Habilitation;

/// Its row is held until the end of the transaction: two at once would not see each other.
const COUNTER: &str = "unique_submission";

/// The request by which a body holds the service already.
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

    /// In the transaction that submits `but`: whoever else submits meanwhile waits for its end.
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

    /// The request of a body that holds the service. One nobody granted yet counts when somebody vouched for its applicant, or
    /// when it is one's own: whoever joined a body by themselves blocks nobody.
    async fn held_by(
        &self,
        db: &impl store::ConnectionTrait,
        service: &Form,
        organisation: OrganisationId,
        but: Option<RequestId>,
    ) -> Result<Option<(RequestId, i64)>, RequestError> {
        for line in request::under_way(db, organisation, &service.slug).await?.into_iter().filter(|line| Some(line.id) != but) {
            let holds = match line.state {
                // What was granted and is over no longer counts.
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

    /// In the transaction that grants `but`: whether the body was granted the service by another request. Two may be with the
    /// teams when nobody vouched for the applicant of one.
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
