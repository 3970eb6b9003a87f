//! Who is acting, and what that person may do. The use cases turn an actor into a capability.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    ids::{AccountId, ImpersonationId, OrganisationId},
};

/// Ordered: each role includes the rights of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Opens the requests of a service, decides nothing.
    Reader,
    /// Decides the stages of their teams.
    Reviewer,
    /// Gives and takes back roles in their own perimeter.
    Manager,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Reader, Self::Reviewer, Self::Manager];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Reviewer => "reviewer",
            Self::Manager => "manager",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// As pages and mails say it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reader => "Lecture",
            Self::Reviewer => "Instruction",
            Self::Manager => "Gestion",
        }
    }
}

/// A role on one stage of a service, or on the whole of it. There is one role for each perimeter: the highest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    pub service: String,
    /// `None`: every stage of the service.
    pub stage: Option<String>,
    pub role: Role,
}

impl Grant {
    pub fn new(service: &str, stage: Option<&str>, role: Role) -> Self {
        Self { service: service.to_owned(), stage: stage.map(str::to_owned), role }
    }

    /// Whether this stage of this service (or the service as a whole, when `stage` is none) lies inside.
    pub fn covers(&self, service: &str, stage: Option<&str>) -> bool {
        self.service == service && (self.stage.is_none() || self.stage.as_deref() == stage)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub account: AccountId,
    pub name: String,
    pub email: String,
    /// The organisation the person is working for now, when one was chosen.
    pub organisation: Option<OrganisationId>,
    /// Whether the person is a verified member of `organisation`.
    pub verified: bool,
    pub grants: Vec<Grant>,
    /// Gives every role and runs the site; opens no request without a role on its service.
    pub admin: bool,
    pub partner: bool,
    /// This session has shown a second factor.
    pub strong: bool,
    /// The account has rights that need a second factor and this session has not shown one: `grants` and `admin` are empty until it does.
    pub dormant: bool,
    /// The administrator who acts in this person's place.
    pub impersonated_by: Option<Impersonator>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Impersonator {
    pub account: AccountId,
    pub impersonation: ImpersonationId,
    /// The impersonation ends at this instant at the latest.
    pub until: Timestamp,
}

/// Who did something, as a journal records it: the account (`None` for the site itself) and the administrator impersonating it, if any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct By {
    pub account: Option<AccountId>,
    pub impersonated_by: Option<AccountId>,
}

impl From<&Actor> for By {
    fn from(actor: &Actor) -> Self {
        Self { account: Some(actor.account), impersonated_by: actor.impersonated_by.map(|impersonator| impersonator.account) }
    }
}

/// For what happens without a session: from the command line, by a scheduled job, through a one-time link.
impl From<Option<AccountId>> for By {
    fn from(account: Option<AccountId>) -> Self {
        Self { account, impersonated_by: None }
    }
}

/// Any right over other people's requests requires a second factor, even a right to read: its holder can list and export all of them.
pub fn need_second_factor(admin: bool, grants: &[Grant]) -> bool {
    admin || !grants.is_empty()
}

impl Actor {
    /// May open the requests of the service, whatever their stage: a team reads what the others decided.
    pub fn reads_service(&self, service: &str) -> bool {
        self.grants.iter().any(|grant| grant.service == service)
    }

    /// May decide this stage.
    pub fn reviews_stage(&self, service: &str, stage: &str) -> bool {
        self.grants.iter().any(|grant| grant.role >= Role::Reviewer && grant.covers(service, Some(stage)))
    }

    /// May decide at least one stage of the service.
    pub fn reviews_service(&self, service: &str) -> bool {
        self.grants.iter().any(|grant| grant.role >= Role::Reviewer && grant.service == service)
    }

    /// May decide for one of these services at least: those a request asks for.
    pub fn reviews_one_of<'a>(&self, services: impl IntoIterator<Item = &'a str>) -> bool {
        services.into_iter().any(|service| self.reviews_service(service))
    }

    /// Manages the service as a whole.
    pub fn manages_service(&self, service: &str) -> bool {
        self.manages(service, None)
    }

    /// Manages this perimeter: one stage, or the service as a whole when `stage` is none.
    pub fn manages(&self, service: &str, stage: Option<&str>) -> bool {
        self.grants.iter().any(|grant| grant.role == Role::Manager && grant.covers(service, stage))
    }

    /// Has a role on at least one service, even if only to read.
    pub fn is_reviewer(&self) -> bool {
        !self.grants.is_empty()
    }

    /// Has access to at least one page under « Administration ».
    pub fn administers(&self) -> bool {
        self.admin || self.grants.iter().any(|grant| grant.role == Role::Manager)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(grants: &[(&str, Option<&str>, Role)]) -> Actor {
        Actor {
            account: AccountId(uuid::Uuid::nil()),
            name: String::new(),
            email: String::new(),
            organisation: None,
            grants: grants.iter().map(|(service, stage, role)| Grant::new(service, *stage, *role)).collect(),
            admin: false,
            partner: false,
            strong: true,
            dormant: false,
            verified: false,
            impersonated_by: None,
        }
    }

    #[test]
    fn each_role_includes_the_one_before_in_its_perimeter_only() {
        let stage = Some("juridique");
        for (grants, reads, reviews, other_stage, manages_stage, manages_service) in [
            (vec![], false, false, false, false, false),
            (vec![("fc", stage, Role::Reader)], true, false, false, false, false),
            (vec![("fc", stage, Role::Reviewer)], true, true, false, false, false),
            (vec![("fc", stage, Role::Manager)], true, true, false, true, false),
            (vec![("fc", None, Role::Reader)], true, false, false, false, false),
            (vec![("fc", None, Role::Reviewer)], true, true, true, false, false),
            (vec![("fc", None, Role::Manager)], true, true, true, true, true),
            (vec![("api", None, Role::Manager)], false, false, false, false, false),
        ] {
            let actor = actor(&grants);
            let found = (
                actor.reads_service("fc"),
                actor.reviews_stage("fc", "juridique"),
                actor.reviews_stage("fc", "technique"),
                actor.manages("fc", Some("juridique")),
                actor.manages_service("fc"),
            );
            assert_eq!(found, (reads, reviews, other_stage, manages_stage, manages_service), "{grants:?}");
            assert_eq!(actor.reviews_service("fc"), reviews, "{grants:?}");
        }
    }

    #[test]
    fn every_right_over_the_requests_of_others_asks_for_a_second_factor() {
        for role in Role::ALL {
            for stage in [None, Some("juridique")] {
                assert!(need_second_factor(false, &[Grant::new("fc", stage, role)]), "{role:?} {stage:?}");
            }
        }
        assert!(need_second_factor(true, &[]));
        assert!(!need_second_factor(false, &[]), "one's own requests are read with the password");
        assert!(!actor(&[("fc", None, Role::Reviewer)]).administers());
        assert!(actor(&[("fc", Some("juridique"), Role::Manager)]).administers());
    }

    #[test]
    fn roles_are_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("admin"), None);
    }
}
