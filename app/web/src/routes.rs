//! The router, built so that the list of its routes can be read back: the access table is checked against it.

use axum::{
    Router,
    handler::Handler,
    http::Method,
    middleware,
    routing::{get, post},
};

use crate::{cross_site, state::App, unseen};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    pub method: &'static str,
    pub path: String,
}

pub struct Routes {
    /// Refuses unsafe requests that come from other sites.
    guarded: Router<App>,
    /// Protocol endpoints, called by other sites and machines by design.
    open: Router<App>,
    listed: Vec<Listed>,
}

impl Default for Routes {
    fn default() -> Self {
        Self::new()
    }
}

impl Routes {
    pub fn new() -> Self {
        Self { guarded: Router::new(), open: Router::new(), listed: Vec::new() }
    }

    #[must_use]
    pub fn get<H: Handler<T, App>, T: 'static>(mut self, path: &str, handler: H) -> Self {
        self.list(Method::GET, path);
        self.guarded = self.guarded.route(path, get(handler));
        self
    }

    #[must_use]
    pub fn post<H: Handler<T, App>, T: 'static>(mut self, path: &str, handler: H) -> Self {
        self.list(Method::POST, path);
        self.guarded = self.guarded.route(path, post(handler));
        self
    }

    /// For a POST that other sites or machines send by design (OAuth 2.0 token endpoint, form post of an
    /// authorization request): it must not trust cookies.
    #[must_use]
    pub fn open_post<H: Handler<T, App>, T: 'static>(mut self, path: &str, handler: H) -> Self {
        self.list(Method::POST, path);
        self.open = self.open.route(path, post(handler));
        self
    }

    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.guarded = self.guarded.merge(other.guarded);
        self.open = self.open.merge(other.open);
        self.listed.extend(other.listed);
        self
    }

    pub fn listed(&self) -> &[Listed] {
        &self.listed
    }

    pub fn into_router(self) -> Router<App> {
        self.guarded.layer(middleware::from_fn(unseen::leave_out)).layer(middleware::from_fn(cross_site::refuse)).merge(self.open)
    }

    fn list(&mut self, method: Method, path: &str) {
        let method = if method == Method::GET { "GET" } else { "POST" };
        self.listed.push(Listed { method, path: path.to_owned() });
    }
}
