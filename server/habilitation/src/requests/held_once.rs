//! Services a body may hold once: while one request is with the teams, or its habilitation in force, there is no second.

use domain::{
    calendar::paris_date,
    catalogue::Service,
    ids::{OrganisationId, RequestId},
    request::State,
};
use store::{counter, habilitation, request};

use super::{Applying, Obstacle, RequestError};

/// The request by which a body holds the service already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub number: i64,
    /// None when the reader may not open it.
    pub id: Option<RequestId>,
}

impl Applying<'_> {
    pub(super) async fn held_already(&self, service: &Service, organisation: OrganisationId) -> Result<Option<Held>, RequestError> {
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
        service: &Service,
        organisation: OrganisationId,
        but: RequestId,
    ) -> Result<(), RequestError> {
        if !service.unique {
            return Ok(());
        }
        // Two submissions at once would not see each other: the row of this counter is held until the end.
        counter::next(&**tx, "unique_submission").await?;
        match self.held_by(&**tx, service, organisation, Some(but)).await? {
            Some((_, number)) => Err(Obstacle::Held(Held { number, id: None }).into()),
            None => Ok(()),
        }
    }

    async fn held_by(
        &self,
        db: &impl store::ConnectionTrait,
        service: &Service,
        organisation: OrganisationId,
        but: Option<RequestId>,
    ) -> Result<Option<(RequestId, i64)>, RequestError> {
        let today = paris_date(self.room.cx.now());
        for line in request::under_way(db, organisation, &service.slug).await? {
            if Some(line.id) == but {
                continue;
            }
            // What was granted and is over no longer counts.
            let running = match line.state {
                State::Approved => habilitation::active_of_request(db, line.id).await?.iter().any(|one| one.is_in_force(today)),
                _ => true,
            };
            if running {
                return Ok(Some((line.id, line.number)));
            }
        }
        Ok(None)
    }
}
