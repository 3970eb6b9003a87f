//! What handlers read from an address or a form before anything else.

use std::str::FromStr;

use crate::{Visitor, WebError};

/// The form's visitor, signed in; a session that ended meanwhile goes through the sign-in page.
pub fn signed_in(form: &impl AsRef<Visitor>, back: String) -> Result<&domain::actor::Actor, WebError> {
    form.as_ref().actor.as_ref().ok_or(WebError::SignIn { return_to: back })
}

/// Ids in addresses: what is not one is simply not found.
pub fn id_of<T: FromStr>(text: &str) -> Result<T, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}
