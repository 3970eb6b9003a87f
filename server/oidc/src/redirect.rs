//! Addresses a service registers, and the answers sent to them.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::error::Code;

/// Compared as text: RFC 6749 §3.1.2.3 with no normalisation at all.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    #[error("longer than {} characters", RedirectUri::MAX)]
    TooLong,
    #[error("not an absolute address")]
    NotAbsolute,
    #[error("neither https nor http on this machine")]
    Scheme,
    #[error("has a fragment, a user name or a wildcard")]
    Forbidden,
    #[error("the host is not a public name")]
    Host,
}

impl RedirectUri {
    pub const MAX: usize = 1024;

    /// `local` accepts `http` on `localhost`, `127.0.0.1` and `[::1]`, for development.
    pub fn parse(text: &str, local: bool) -> Result<Self, RedirectUriError> {
        if text.len() > Self::MAX {
            return Err(RedirectUriError::TooLong);
        }
        let visible = text.bytes().all(|b| b.is_ascii_graphic());
        let url = Url::parse(text).ok().filter(|url| visible && url.has_host()).ok_or(RedirectUriError::NotAbsolute)?;
        if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() || text.contains('*') {
            return Err(RedirectUriError::Forbidden);
        }
        let this_machine = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        match (url.scheme(), this_machine) {
            ("http" | "https", true) if local => Ok(Self(text.to_owned())),
            ("https", false) if url.domain().is_some_and(|name| name.contains('.')) => Ok(Self(text.to_owned())),
            ("https", _) => Err(RedirectUriError::Host),
            _ => Err(RedirectUriError::Scheme),
        }
    }

    /// Already accepted once; read again from where it was kept.
    pub fn trusted(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `https://service.example:8443`, for a `form-action` directive.
    pub fn origin(&self) -> Option<String> {
        Url::parse(&self.0).ok().map(|url| url.origin().ascii_serialization())
    }

    /// The address with these parameters added to its query, or to its fragment.
    pub fn with(&self, parameters: &[(&str, &str)], in_fragment: bool) -> String {
        let mut encoded = url::form_urlencoded::Serializer::new(String::new());
        encoded.extend_pairs(parameters);
        let encoded = encoded.finish();
        let separator = match (in_fragment, self.0.contains('?')) {
            (true, _) => '#',
            (false, true) => '&',
            (false, false) => '?',
        };
        if encoded.is_empty() { self.0.clone() } else { format!("{}{separator}{encoded}", self.0) }
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An error answered through the service's own address (RFC 6749 §4.1.2.1, RFC 9207 for `iss`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorRedirect {
    pub to: RedirectUri,
    pub error: Code,
    pub description: &'static str,
    pub state: String,
    pub in_fragment: bool,
}

impl ErrorRedirect {
    pub fn location(&self, issuer: &str) -> String {
        let Self { to, error, description, state, in_fragment } = self;
        let parameters = [("error", error.as_str()), ("error_description", description), ("state", state.as_str()), ("iss", issuer)];
        to.with(&parameters, *in_fragment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_registered() {
        use RedirectUriError::*;
        for (text, sandbox, production) in [
            ("https://famille.exemple.fr/retour", Ok(()), Ok(())),
            ("https://famille.exemple.fr/retour?tenant=1", Ok(()), Ok(())),
            ("http://localhost:3000/retour", Ok(()), Err(Scheme)),
            ("http://127.0.0.1:3000/retour", Ok(()), Err(Scheme)),
            ("https://localhost/retour", Ok(()), Err(Host)),
            ("http://famille.exemple.fr/retour", Err(Scheme), Err(Scheme)),
            ("https://intranet/retour", Err(Host), Err(Host)),
            ("https://10.0.0.1/retour", Err(Host), Err(Host)),
            ("https://famille.exemple.fr/#a", Err(Forbidden), Err(Forbidden)),
            ("https://moi@famille.exemple.fr/", Err(Forbidden), Err(Forbidden)),
            ("https://*.exemple.fr/", Err(Forbidden), Err(Forbidden)),
            ("javascript:alert(1)", Err(NotAbsolute), Err(NotAbsolute)),
            ("javascript://famille.exemple.fr/%0aalert(1)", Err(Scheme), Err(Scheme)),
            ("data:text/html,<script>", Err(NotAbsolute), Err(NotAbsolute)),
            ("vbscript:x", Err(NotAbsolute), Err(NotAbsolute)),
            ("file:///etc/passwd", Err(NotAbsolute), Err(NotAbsolute)),
            ("//famille.exemple.fr/retour", Err(NotAbsolute), Err(NotAbsolute)),
            ("/retour", Err(NotAbsolute), Err(NotAbsolute)),
            ("", Err(NotAbsolute), Err(NotAbsolute)),
        ] {
            assert_eq!(RedirectUri::parse(text, true).map(drop), sandbox, "{text} sandbox");
            assert_eq!(RedirectUri::parse(text, false).map(drop), production, "{text} production");
        }
    }

    #[test]
    fn parameters_join_what_is_there() {
        let uri = RedirectUri::trusted("https://a.fr/r?x=1");
        assert_eq!(uri.with(&[("state", "é&")], false), "https://a.fr/r?x=1&state=%C3%A9%26");
        assert_eq!(RedirectUri::trusted("https://a.fr/r").with(&[("s", "1")], true), "https://a.fr/r#s=1");
    }
}
