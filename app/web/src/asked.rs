//! What handlers read from an address or a form before anything else.

use std::{convert::Infallible, str::FromStr};

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use crate::{App, Visitor, WebError};

/// The token at the end of a one-time link's address. One that cannot be decoded becomes an empty text, which matches no link.
pub struct LinkToken(pub String);

impl FromRequestParts<App> for LinkToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        Ok(Self(path.map_or_else(|_| String::new(), |Path(token)| token)))
    }
}

/// The signed-in account that sent the form; without one, redirects to the sign-in page and then to `back`.
pub fn signed_in(form: &impl AsRef<Visitor>, back: String) -> Result<&domain::actor::Actor, WebError> {
    form.as_ref().actor.as_ref().ok_or(WebError::SignIn { return_to: back })
}

/// Parses an id from an address or a form; an invalid one gives a 404.
pub fn id_of<T: FromStr>(text: &str) -> Result<T, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}
