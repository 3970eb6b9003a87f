//! Working for an organisation: finding it by its SIRET, joining it, choosing it.

use std::sync::atomic::Ordering;

use domain::{
    actor::Actor,
    ids::OrganisationId,
    siret::{InvalidSiret, Siret},
};
pub use store::organisation::Organisation;
use store::{impersonation, organisation, session};

use crate::{Habilitation, directory::DirectoryError};

/// For how long pages do not ask a directory that failed; joining an organisation still calls `Directory::look_up`.
const PAUSE_S: i64 = 60;

#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    #[error(transparent)]
    Invalid(#[from] InvalidSiret),
    /// The directory answered: there is no such establishment.
    #[error("unknown SIRET")]
    Unknown,
    #[error(transparent)]
    Store(#[from] store::Error),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    pub organisation: Organisation,
    /// The directory did not answer: the name comes later, the draft can start now.
    pub directory_unreachable: bool,
}

impl Habilitation {
    /// Joins the establishment and chooses it for the session. The membership is unverified: the person sees only their own requests.
    pub async fn join_organisation(&self, actor: &Actor, session_token: &str, siret: &str) -> Result<Joined, JoinError> {
        let siret = Siret::parse(siret)?;
        let (establishment, directory_unreachable) = match self.directory.look_up(&self.cx, &siret).await {
            Ok(Some(found)) => (Some(found), false),
            Ok(None) => return Err(JoinError::Unknown),
            Err(DirectoryError::Unreachable) => {
                self.leave_directory_alone();
                (None, true)
            }
            Err(DirectoryError::Store(error)) => return Err(error.into()),
        };
        let now = self.cx.now();
        let tx = self.cx.begin().await?;
        let organisation = organisation::upsert(&tx, self.cx.new_id(), &siret, establishment.as_ref(), now).await?;
        organisation::join(&tx, actor.account, organisation.id, false, now).await?;
        self.work_for(&tx, actor, session_token, organisation.id).await?;
        tx.commit().await?;
        Ok(Joined { organisation, directory_unreachable })
    }

    /// Chooses the organisation of the session, or that of the impersonation under way.
    async fn work_for(&self, tx: &store::Tx, actor: &Actor, session_token: &str, id: OrganisationId) -> Result<(), store::Error> {
        match actor.impersonated_by {
            Some(by) => impersonation::choose_organisation(tx, by.impersonation, id).await,
            None => session::choose_organisation(tx, session_token, id).await,
        }
    }

    /// False when the person does not belong to it.
    pub async fn choose_organisation(&self, actor: &Actor, session_token: &str, id: OrganisationId) -> Result<bool, store::Error> {
        if !organisation::is_member(&self.cx.db, actor.account, id).await? {
            return Ok(false);
        }
        let tx = self.cx.begin().await?;
        self.work_for(&tx, actor, session_token, id).await?;
        tx.commit().await?;
        Ok(true)
    }

    pub async fn organisations(&self, actor: &Actor) -> Result<Vec<Organisation>, store::Error> {
        organisation::of_account(&self.cx.db, actor.account).await
    }

    /// For the header of every page: what is stored, without asking the directory.
    pub async fn organisation_name(&self, actor: &Actor) -> Result<Option<String>, store::Error> {
        let Some(id) = actor.organisation else { return Ok(None) };
        Ok(organisation::by_id(&self.cx.db, id).await?.map(|found| found.name()))
    }

    pub async fn current_organisation(&self, actor: &Actor) -> Result<Option<Organisation>, store::Error> {
        match actor.organisation {
            Some(id) => self.organisation(id).await,
            None => Ok(None),
        }
    }

    /// Every page asks for names, and would wait for a directory that is down.
    fn leave_directory_alone(&self) {
        self.directory_silent_until.store(self.cx.now().as_second() + PAUSE_S, Ordering::Relaxed);
    }

    /// Asks the directory again while the organisation's name is unknown.
    pub(crate) async fn organisation(&self, id: OrganisationId) -> Result<Option<Organisation>, store::Error> {
        let Some(found) = organisation::by_id(&self.cx.db, id).await? else { return Ok(None) };
        if found.establishment.is_some() {
            return Ok(Some(found));
        }
        if self.cx.now().as_second() < self.directory_silent_until.load(Ordering::Relaxed) {
            return Ok(Some(found));
        }
        let establishment = match self.directory.look_up(&self.cx, &found.siret).await {
            Ok(Some(establishment)) => establishment,
            Ok(None) => return Ok(Some(found)),
            Err(DirectoryError::Unreachable) => {
                self.leave_directory_alone();
                return Ok(Some(found));
            }
            Err(DirectoryError::Store(error)) => return Err(error),
        };
        let tx = self.cx.begin().await?;
        let refreshed = organisation::upsert(&tx, id, &found.siret, Some(&establishment), self.cx.now()).await?;
        tx.commit().await?;
        Ok(Some(refreshed))
    }
}
