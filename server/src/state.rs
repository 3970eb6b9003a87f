//! What handlers are given.

use std::{ops::Deref, sync::Arc};

use habilitation::Habilitation;
use store::Cx;

use crate::{config::Config, web::Intake};

/// Shared: a request takes several, and they are many parts.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub cx: Cx,
    pub config: Config,
    pub habilitation: Habilitation,
    pub broker: broker::Broker,
    pub gateway: gateway::Gateway,
    /// What people are sending.
    pub intake: Arc<Intake>,
    /// For calls to other machines; follows no redirect and gives up in time.
    pub http: reqwest::Client,
}

impl From<Parts> for App {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
