//! Administration of the site, by administrators, and by managers inside their perimeter.

mod accounts;
mod eliminations;
mod events;
mod impersonations;
mod rights;
mod security_events;

use domain::{
    actor::{Actor, Grant},
    words,
};

use crate::Habilitation;

pub use eliminations::{EliminationError, ListedFile, Opened, Overview};
pub use events::{EventLine, EventQuery};
pub use impersonations::{Action, ImpersonationLine};
pub use rights::{Held, Perimeter, Person, PersonLine, RightsError};
pub use security_events::{SecurityLine, SecurityQuery};

/// The capability to give roles: everywhere for an administrator, inside their perimeter for a manager.
pub struct Administering<'a> {
    pub(crate) room: &'a Habilitation,
    pub(crate) actor: &'a Actor,
}

/// Maximum number of characters of a reason.
const MAX_REASON: usize = 1000;

pub(crate) fn checked_reason(reason: &str) -> Result<String, RightsError> {
    words::checked(reason, MAX_REASON).map_err(RightsError::Reason)
}

impl Habilitation {
    pub fn administering<'a>(&'a self, actor: &'a Actor) -> Option<Administering<'a>> {
        actor.administers().then_some(Administering { room: self, actor })
    }

    /// « FranceConnect, équipe juridique », or the service alone.
    pub fn perimeter_name(&self, service: &str, stage: Option<&str>) -> String {
        let Some(found) = self.service(service) else { return service.to_owned() };
        match stage {
            None => found.name.clone(),
            Some(stage) => format!("{}, {}", found.name, found.stage(stage).map_or(stage, |stage| stage.team.as_str())),
        }
    }

    /// A line for each role, in the words people read; « aucun » for none.
    pub(crate) fn grants_in_words(&self, grants: &[Grant], admin: bool) -> String {
        let mut lines: Vec<String> = admin.then(|| "Administration du site".to_owned()).into_iter().collect();
        lines.extend(grants.iter().map(|grant| {
            let perimeter = self.perimeter_name(&grant.service, grant.stage.as_deref());
            format!("{perimeter}\u{a0}: {}", grant.role.label().to_lowercase())
        }));
        if lines.is_empty() { "aucun".to_owned() } else { lines.join("\n") }
    }
}
