//! What handlers are given.

use std::{ops::Deref, path::PathBuf, sync::Arc};

use habilitation::Habilitation;
use store::Cx;
use ui::shell::Theme;

use crate::{intake::Intake, once::Once};

/// Behind an `Arc`, since it has many parts and each request clones it several times.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub cx: Cx,
    /// What pages and handlers need to know of the configuration.
    pub settings: Settings,
    pub habilitation: Habilitation,
    pub broker: broker::Broker,
    pub gateway: gateway::Gateway,
    /// Limits on the request bodies being received.
    pub intake: Arc<Intake>,
    /// What was sent a moment ago, so that a second click is no second act.
    pub once: Once,
    /// For outgoing calls: follows no redirect, and has a timeout.
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

#[derive(Debug, Clone)]
pub struct Settings {
    /// Without trailing slash.
    pub base_url: String,
    /// The built front end: `assets/` and `pkg/`.
    pub site_dir: PathBuf,
    /// Where the process keeps its files.
    pub data_dir: PathBuf,
    /// An official distribution of the State design system, where one is served.
    pub theme_dir: Option<PathBuf>,
    pub demo: bool,
    /// How many proxies stand in front, to read the right entry of `X-Forwarded-For`.
    pub trusted_proxies: usize,
}

impl Settings {
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    pub fn theme(&self) -> Theme {
        if self.theme_dir.is_some() { Theme::Dsfr } else { Theme::Own }
    }
}
