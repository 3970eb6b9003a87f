//! The endpoints that services call: metadata, keys, tokens, userinfo.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::ports::Environment;
use oidc::{OauthError, token::bearer};
use web::{App, WebError};

use crate::{browser::Call, present};

pub async fn discovery(environment: Environment, State(app): State<App>, _: Call) -> Response {
    present::public_json(&app.broker.metadata(environment))
}

pub async fn jwks(environment: Environment, State(app): State<App>, _: Call) -> Response {
    match app.broker.jwks(environment).await {
        Ok(keys) => present::public_json(&keys),
        Err(error) => WebError::from(error).into_response(),
    }
}

pub async fn token(environment: Environment, State(app): State<App>, call: Call) -> Response {
    let answered = match &call.params {
        Ok(params) => app.broker.token(environment, call.authorization(), params).await,
        Err(error) => Err(OauthError::from(error.clone())),
    };
    match answered {
        Ok(answer) => present::json(&answer),
        Err(error) => present::oauth_error(&error),
    }
}

pub async fn revoke(environment: Environment, State(app): State<App>, call: Call) -> Response {
    let revoked = match &call.params {
        Ok(params) => app.broker.revoke(environment, call.authorization(), params).await,
        Err(error) => Err(OauthError::from(error.clone())),
    };
    match revoked {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => present::oauth_error(&error),
    }
}

pub async fn userinfo(environment: Environment, State(app): State<App>, call: Call) -> Response {
    match app.broker.userinfo(environment, bearer(call.authorization())).await {
        Ok(token) => present::jwt(token),
        Err(error) => present::oauth_error(&error),
    }
}
