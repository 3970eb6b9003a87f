//! Impersonation: each form that an administrator sends is recorded before it is carried out, and its outcome afterwards.

use std::sync::{Arc, OnceLock};

use axum::{
    extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State},
    http::{Method, request::Parts},
    middleware::Next,
    response::Response,
};
use domain::{actor::Actor, ids::ActionId, routes};

use crate::{error::WebError, form::FormData, state::App};

/// The id of that record: set by [`note`], read by [`note_outcomes`] once the response is known.
#[derive(Clone, Default)]
struct Line(Arc<OnceLock<ActionId>>);

/// Refuses a form that an impersonating administrator may not send. Called after [`note`], so that the attempt is recorded.
pub fn check(parts: &Parts, actor: Option<&Actor>, data: &FormData) -> Result<(), WebError> {
    let impersonating = actor.is_some_and(|actor| actor.impersonated_by.is_some());
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if impersonating && !domain::impersonation::may_send(route, |name| data.has(name)) { Err(WebError::InPerson) } else { Ok(()) }
}

/// Refuses a page that an impersonating administrator may not open.
pub fn check_page(parts: &Parts, actor: &Actor) -> Result<(), WebError> {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if actor.impersonated_by.is_some() && domain::impersonation::is_for_the_person(route) { Err(WebError::InPerson) } else { Ok(()) }
}

/// Records the form, once its CSRF token matches and before its handler runs.
pub async fn note(app: &App, parts: &mut Parts, actor: Option<&Actor>) -> Result<(), WebError> {
    let Some(impersonator) = actor.and_then(|actor| actor.impersonated_by) else { return Ok(()) };
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
    if [routes::IMPERSONATION_END, routes::SIGN_OUT].contains(&route.as_str()) {
        return Ok(());
    }
    let ids = match RawPathParams::from_request_parts(parts, app).await {
        Ok(params) => params.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "),
        Err(_) => String::new(),
    };
    let ids: String = ids.chars().filter(|c| !c.is_control()).take(500).collect();
    let id = app.habilitation.note_action(&impersonator, &format!("{} {route}", parts.method), &ids).await?;
    if let Some(line) = parts.extensions.get::<Line>() {
        let _ = line.0.set(id);
    }
    Ok(())
}

/// Middleware that adds the HTTP status to the record, when there is one.
pub async fn note_outcomes(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let line = Line::default();
    request.extensions_mut().insert(line.clone());
    let response = next.run(request).await;
    if let Some(id) = line.0.get()
        && let Err(error) = app.habilitation.note_outcome(*id, response.status().as_u16()).await
    {
        tracing::error!(action.id = %id, %error, "the outcome of an action in somebody's place could not be noted");
    }
    response
}
