//! A page in its HTML document, with the header for this visitor.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::IntoView;
use ui::shell::{Chrome, ChromeUser, NavItem, render_document};

use crate::{
    headers,
    kept::Reader,
    state::App,
    visitor::{Visitor, visit_cookie},
};

/// Everything around a page's own content.
pub struct Page<'a> {
    app: &'a App,
    visitor: &'a Visitor,
    title: String,
    current: NavItem,
    islands: bool,
    status: StatusCode,
}

impl<'a> Page<'a> {
    pub fn new(app: &'a App, visitor: &'a Visitor, title: impl Into<String>) -> Self {
        Self { app, visitor, title: title.into(), current: NavItem::None, islands: false, status: StatusCode::OK }
    }

    /// The current entry of the navigation.
    pub fn at(mut self, current: NavItem) -> Self {
        self.current = current;
        self
    }

    /// The page holds an island: its script and WebAssembly are loaded.
    pub fn with_islands(mut self) -> Self {
        self.islands = true;
        self
    }

    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub fn show<V: IntoView + 'static>(self, body: impl FnOnce() -> V) -> Response {
        let Self { app, visitor, title, current, islands, status } = self;
        // A page with an error says so first: screen readers announce the title.
        let title = if status == StatusCode::UNPROCESSABLE_ENTITY { format!("Erreur\u{a0}: {title}") } else { title };
        let chrome = Chrome { title, islands, current, ..chrome(app, visitor) };
        let mut response = (status, Html(render_document(chrome, body))).into_response();
        let out = response.headers_mut();
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if islands {
            out.insert(header::CONTENT_SECURITY_POLICY, headers::policy_with_islands());
        }
        if let Some(actor) = &visitor.actor {
            response.extensions_mut().insert(Reader { account: actor.account, islands });
        }
        let out = response.headers_mut();
        if let Some(token) = &visitor.new_visit {
            out.append(header::SET_COOKIE, visit_cookie(app, token));
        }
        response
    }
}

/// What surrounds every page this visitor sees.
pub fn chrome(app: &App, visitor: &Visitor) -> Chrome {
    Chrome {
        user: visitor.actor.as_ref().map(|actor| ChromeUser {
            name: actor.name.clone(),
            organisation: visitor.organisation.clone(),
            unread: visitor.waiting.own,
            unread_in_review: visitor.waiting.reviewed,
            can_apply: true,
            reviews: actor.is_reviewer() || actor.dormant,
            impersonated_until: actor.impersonated_by.map(|by| domain::calendar::french_time(by.until)),
            partner: actor.partner,
            administers: actor.administers(),
        }),
        csrf: visitor.csrf.clone(),
        theme: app.settings.theme(),
        demo: app.settings.demo,
        told: visitor.told,
        ..Chrome::default()
    }
}

/// The `fait` query parameter: what was just done, which the page confirms.
#[derive(serde::Deserialize)]
pub struct Done {
    fait: Option<String>,
}

impl Done {
    pub fn is(&self, done: &str) -> bool {
        self.fait.as_deref() == Some(done)
    }

    pub fn sentence(&self, sentences: &[(&str, &'static str)]) -> Option<&'static str> {
        let (_, sentence) = sentences.iter().find(|(done, _)| self.is(done))?;
        Some(sentence)
    }
}

/// 303: the answer to every form that was accepted.
pub fn see_other(to: &str) -> Response {
    let location = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
