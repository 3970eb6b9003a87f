//! What the process is made of: the parts that handlers are given, and the configuration they came from.

use std::ops::Deref;

use web::App;

use crate::config::Config;

#[derive(Clone)]
pub struct Process {
    pub app: App,
    pub config: Config,
}

impl Deref for Process {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}
