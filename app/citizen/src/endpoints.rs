//! The endpoints that services call: metadata, keys, tokens, userinfo.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use oidc::OauthError;
use web::WebError;

use crate::{
    browser::{At, Call},
    present,
};

pub async fn discovery(At { issuer, .. }: At, _: Call) -> Response {
    present::public_json(&issuer.metadata())
}

pub async fn jwks(At { issuer, .. }: At, _: Call) -> Response {
    match issuer.jwks().await {
        Ok(keys) => present::public_json(&keys),
        Err(error) => WebError::from(error).into_response(),
    }
}

pub async fn token(At { issuer, .. }: At, call: Call) -> Response {
    let answered = match &call.params {
        Ok(params) => issuer.token(call.authorization(), params).await,
        Err(error) => Err(OauthError::from(error.clone())),
    };
    match answered {
        Ok(answer) => present::json(&answer),
        Err(error) => present::oauth_error(&error),
    }
}

pub async fn revoke(At { issuer, .. }: At, call: Call) -> Response {
    let revoked = match &call.params {
        Ok(params) => issuer.revoke(call.authorization(), params).await,
        Err(error) => Err(OauthError::from(error.clone())),
    };
    match revoked {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => present::oauth_error(&error),
    }
}

pub async fn userinfo(At { issuer, .. }: At, call: Call) -> Response {
    let answered = match call.access_token() {
        Ok(token) => issuer.userinfo(token).await,
        Err(error) => Err(error),
    };
    match answered {
        Ok(token) => present::jwt(token),
        Err(error) => present::oauth_error(&error),
    }
}
