//! What handlers read from an address or a form before anything else.

use std::{convert::Infallible, str::FromStr};

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use crate::{App, Visitor, WebError};

/// The last part of the address of a link sent by mail. What cannot be decoded becomes an empty text, which no link has.
pub struct LinkToken(pub String);

impl FromRequestParts<App> for LinkToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        Ok(Self(path.map_or_else(|_| String::new(), |Path(token)| token)))
    }
}

/// The form's visitor, signed in; a session that ended meanwhile goes through the sign-in page.
pub fn signed_in(form: &impl AsRef<Visitor>, back: String) -> Result<&domain::actor::Actor, WebError> {
    form.as_ref().actor.as_ref().ok_or(WebError::SignIn { return_to: back })
}

/// Ids in addresses: what is not one is simply not found.
pub fn id_of<T: FromStr>(text: &str) -> Result<T, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}
