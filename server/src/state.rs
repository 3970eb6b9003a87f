//! What handlers are given.

use std::sync::Arc;

use habilitation::Habilitation;
use store::Cx;

use crate::config::Config;

#[derive(Clone)]
pub struct App {
    pub cx: Cx,
    pub config: Arc<Config>,
    pub habilitation: Habilitation,
    pub broker: broker::Broker,
    pub gateway: gateway::Gateway,
    /// For calls to other machines; follows no redirect and gives up in time.
    pub http: reqwest::Client,
}
