//! The erasure of an account, and what prevents it. Sources: RGPD, art. 17(1) for the right; art. 17(3)(b) and (d) for what a public file keeps
//! of those who wrote it.

use crate::ids::RequestId;

/// What an erased account is called wherever its name stood.
pub const ERASED_NAME: &str = "Compte supprimé";

/// A request the account is the applicant of, that was submitted and not decided yet, or whose habilitation is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    pub id: RequestId,
    pub number: i64,
    pub title: String,
    /// Its habilitation is in force.
    pub granted: bool,
}

/// What an account holds at this moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InForce {
    pub carried: Vec<Carried>,
    /// Runs the site.
    pub admin: bool,
    /// May use the partner space of a service whose habilitation is active.
    pub partner: bool,
}

impl InForce {
    /// An administrator's right must first be withdrawn by another administrator, and a request that is open or in force must keep an applicant.
    pub fn refuses_erasure(&self) -> bool {
        self.admin || !self.carried.is_empty()
    }

    /// An account does not expire while it holds something in force.
    pub fn keeps_from_aging(&self) -> bool {
        self.refuses_erasure() || self.partner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_force_stands_in_the_way() {
        let carried = |granted| vec![Carried { id: RequestId(uuid::Uuid::nil()), number: 1, title: String::new(), granted }];
        for (held, refused, kept) in [
            (InForce::default(), false, false),
            (InForce { carried: carried(true), ..InForce::default() }, true, true),
            (InForce { carried: carried(false), ..InForce::default() }, true, true),
            (InForce { admin: true, ..InForce::default() }, true, true),
            // One may leave a partner space without asking; the clock takes nobody out of it.
            (InForce { partner: true, ..InForce::default() }, false, true),
        ] {
            assert_eq!((held.refuses_erasure(), held.keeps_from_aging()), (refused, kept), "{held:?}");
        }
    }
}
