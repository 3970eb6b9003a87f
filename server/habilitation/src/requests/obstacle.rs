//! What keeps somebody from starting a request: said on the page before, and checked again when they start.

use domain::{applicant, catalogue::Form, quota::Spent};
use store::organisation::Organisation;

use super::{Applying, Held, RequestError};
use crate::Habilitation;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    #[error("no organisation chosen")]
    NoOrganisation,
    #[error("not for this body: {0:?}")]
    Body(applicant::Obstacle),
    /// An organisation may hold the service once, and this one holds it or asks for it already.
    #[error("held already")]
    Held(Held),
    /// The service continues another, and no habilitation in force was found for that one.
    #[error("no step before")]
    NoStepBefore,
    /// Too many were begun today.
    #[error(transparent)]
    Spent(#[from] Spent),
}

impl Habilitation {
    /// Whether this organisation may ask with this form.
    pub(super) fn check_body(&self, form: &Form, organisation: &Organisation) -> Result<(), Obstacle> {
        let vendors = self.cx.catalogue().vendors();
        let found = applicant::obstacle(&organisation.siret, organisation.establishment.as_ref(), self.is_of_product(form), vendors);
        found.map_or(Ok(()), |obstacle| Err(Obstacle::Body(obstacle)))
    }

    /// Whether this is the form of a vendor's product.
    pub(crate) fn is_of_product(&self, form: &Form) -> bool {
        let variants = self.service(&form.slug).into_iter().flat_map(|service| &service.variants);
        variants.filter(|one| form.variant.as_ref() == Some(&one.slug)).any(|one| one.vendor.is_some())
    }
}

impl Applying<'_> {
    /// The first obstacle, if any; `goes_on` when a step before was found.
    pub async fn obstacle(&self, form: &Form, organisation: Option<&Organisation>, goes_on: bool) -> Result<Option<Obstacle>, RequestError> {
        match self.check_start(form, organisation, goes_on).await {
            Ok(_) => Ok(None),
            Err(RequestError::Obstacle(obstacle)) => Ok(Some(obstacle)),
            Err(error) => Err(error),
        }
    }

    /// The organisation, when there is no obstacle.
    pub(super) async fn check_start<'o>(
        &self,
        form: &Form,
        organisation: Option<&'o Organisation>,
        goes_on: bool,
    ) -> Result<&'o Organisation, RequestError> {
        let organisation = organisation.ok_or(Obstacle::NoOrganisation)?;
        self.room.check_body(form, organisation)?;
        if let Some(held) = self.held_already(form, organisation.id).await? {
            return Err(Obstacle::Held(held).into());
        }
        if form.continues.is_some() && !goes_on {
            return Err(Obstacle::NoStepBefore.into());
        }
        Ok(organisation)
    }
}
