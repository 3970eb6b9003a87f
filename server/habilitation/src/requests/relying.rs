//! The habilitations in force whose data is read through the habilitation of a request.

use domain::calendar::paris_date;
use jiff::civil::Date;
use store::{habilitation, request::Request};

use crate::Habilitation;

/// One habilitation that relies on this request. Its public page tells the same to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relying {
    /// « H45 ».
    pub number: String,
    /// The service's name.
    pub service: String,
    pub title: String,
    pub valid_until: Option<Date>,
}

impl Habilitation {
    /// None for a service on which no other relies.
    pub(super) async fn relying(&self, request: &Request) -> Result<Vec<Relying>, store::Error> {
        let carries = self.cx.catalogue().services().iter().any(|one| one.relies_on.as_ref() == Some(&request.service));
        if !carries {
            return Ok(Vec::new());
        }
        let today = paris_date(self.cx.now());
        let active = habilitation::active_relying_on(&self.cx.db, request.id).await?;
        let in_force = active.into_iter().filter(|one| one.is_in_force(today));
        Ok(in_force
            .map(|one| Relying {
                number: one.public_number(),
                service: self.service(&one.service).map_or_else(|| one.service.clone(), |service| service.name.clone()),
                title: one.title,
                valid_until: one.valid_until,
            })
            .collect())
    }
}
