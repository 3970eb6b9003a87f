//! The fields of the login form of the simulated identity provider.

/// The authorization request, sealed.
pub const REQUEST: &str = "request";
pub const LOGIN: &str = "login";
pub const PASSWORD: &str = "password";
/// The button that gives up.
pub const CANCEL: &str = "cancel";
