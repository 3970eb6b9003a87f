//! The paths of the protocol's endpoints below an issuer, as ours publish and serve them.

/// OpenID Connect Discovery §4.
pub const DISCOVERY: &str = "/.well-known/openid-configuration";
pub const JWKS: &str = "/jwks";
pub const AUTHORIZE: &str = "/authorize";
pub const TOKEN: &str = "/token";
/// RFC 7009.
pub const REVOCATION: &str = "/token/revocation";
pub const USERINFO: &str = "/userinfo";
/// OpenID Connect RP-Initiated Logout §2.
pub const END_SESSION: &str = "/session/end";
