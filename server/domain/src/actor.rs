//! Who is acting, and what that person may do. The use cases turn an actor into a capability.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, OrganisationId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageGrant {
    pub service: String,
    pub stage: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub account: AccountId,
    pub name: String,
    pub email: String,
    /// The organisation the person is working for now, when one was chosen.
    pub organisation: Option<OrganisationId>,
    pub reviews: Vec<StageGrant>,
    pub partner: bool,
}

impl Actor {
    pub fn reviews_stage(&self, service: &str, stage: &str) -> bool {
        self.reviews.iter().any(|grant| grant.service == service && grant.stage == stage)
    }

    pub fn reviews_service(&self, service: &str) -> bool {
        self.reviews.iter().any(|grant| grant.service == service)
    }

    pub fn is_reviewer(&self) -> bool {
        !self.reviews.is_empty()
    }
}
