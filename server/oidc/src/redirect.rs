//! Addresses a service registers, and the answers sent to them.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::error::Code;

/// Compared as text, without any normalisation (RFC 6749 §3.1.2.3). It is therefore stored as browsers send it: any other spelling is refused,
/// with an error that gives the right one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    #[error("longer than {} characters", RedirectUri::MAX)]
    TooLong,
    #[error("holds a blank or a control character")]
    Blank,
    #[error("not an absolute address")]
    NotAbsolute,
    #[error("neither https nor http on this machine")]
    Scheme,
    #[error("has a fragment")]
    Fragment,
    #[error("has a user name")]
    UserName,
    #[error("has a wildcard")]
    Wildcard,
    #[error("the host is not a public name, or its port is 0")]
    Host,
    #[error("browsers send it as {0}")]
    Spelling(String),
}

impl RedirectUri {
    pub const MAX: usize = 1024;

    /// `local` accepts `http` on `localhost`, `127.0.0.1` and `[::1]`, for development. No fragment: RFC 6749 §3.1.2.
    pub fn parse(text: &str, local: bool) -> Result<Self, RedirectUriError> {
        if text.len() > Self::MAX {
            return Err(RedirectUriError::TooLong);
        }
        if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(RedirectUriError::Blank);
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::NotAbsolute)?;
        let this_machine = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
            Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
            None => false,
        };
        let public = url.domain().is_some_and(|name| name.contains('.') && !name.ends_with('.')) && url.port() != Some(0);
        match (url.scheme(), this_machine) {
            ("http" | "https", true) if local => {}
            ("https", false) if public => {}
            ("https", _) => return Err(RedirectUriError::Host),
            _ => return Err(RedirectUriError::Scheme),
        }
        match () {
            () if url.fragment().is_some() => Err(RedirectUriError::Fragment),
            () if !url.username().is_empty() || url.password().is_some() => Err(RedirectUriError::UserName),
            () if url.as_str().contains('*') => Err(RedirectUriError::Wildcard),
            () if url.as_str() != text => Err(RedirectUriError::Spelling(url.into())),
            () => Ok(Self(text.to_owned())),
        }
    }

    /// For an address known to be valid, because it was stored or is equal to a stored one.
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
    pub state: Option<String>,
    pub in_fragment: bool,
}

impl ErrorRedirect {
    pub fn location(&self, issuer: &str) -> String {
        let Self { to, error, description, state, in_fragment } = self;
        let mut parameters = vec![("error", error.as_str()), ("error_description", description)];
        parameters.extend(state.as_deref().map(|state| ("state", state)));
        parameters.push(("iss", issuer));
        to.with(&parameters, *in_fragment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_registered() {
        use RedirectUriError::*;
        let sent_as = |text: &str| Err(Spelling(text.to_owned()));
        for (text, sandbox, production) in [
            ("https://famille.exemple.fr/retour", Ok(()), Ok(())),
            ("https://famille.exemple.fr:8443/retour?tenant=1", Ok(()), Ok(())),
            ("https://xn--mairie-vry-h7a.fr/", Ok(()), Ok(())),
            ("http://localhost:3000/retour", Ok(()), Err(Scheme)),
            ("http://127.0.0.1:3000/retour", Ok(()), Err(Scheme)),
            ("http://[::1]:3000/retour", Ok(()), Err(Scheme)),
            ("https://localhost/retour", Ok(()), Err(Host)),
            ("http://127.0.0.2/retour", Err(Scheme), Err(Scheme)),
            ("http://localhost.exemple.fr/", Err(Scheme), Err(Scheme)),
            ("http://famille.exemple.fr/retour", Err(Scheme), Err(Scheme)),
            ("https://intranet/retour", Err(Host), Err(Host)),
            ("https://famille.exemple.fr./retour", Err(Host), Err(Host)),
            ("https://famille.exemple.fr:0/retour", Err(Host), Err(Host)),
            ("https://famille.exemple.fr:65536/retour", Err(NotAbsolute), Err(NotAbsolute)),
            ("https://10.0.0.1/retour", Err(Host), Err(Host)),
            ("https://192.168.1.1/retour", Err(Host), Err(Host)),
            ("https://[fd00::1]/retour", Err(Host), Err(Host)),
            ("https://famille.exemple.fr/#a", Err(Fragment), Err(Fragment)),
            ("https://famille.exemple.fr/#", Err(Fragment), Err(Fragment)),
            ("https://moi@famille.exemple.fr/", Err(UserName), Err(UserName)),
            ("https://famille.exemple.fr@autre.fr/", Err(UserName), Err(UserName)),
            ("https://*.exemple.fr/", Err(Wildcard), Err(Wildcard)),
            ("https://%2A.exemple.fr/", Err(Wildcard), Err(Wildcard)),
            ("https://famille.exemple.fr/*", Err(Wildcard), Err(Wildcard)),
            ("https://*.fr/", Err(Wildcard), Err(Wildcard)),
            ("javascript:alert(1)", Err(Scheme), Err(Scheme)),
            ("javascript://famille.exemple.fr/%0aalert(1)", Err(Scheme), Err(Scheme)),
            ("data:text/html,<script>", Err(Scheme), Err(Scheme)),
            ("vbscript:x", Err(Scheme), Err(Scheme)),
            ("file:///etc/passwd", Err(Scheme), Err(Scheme)),
            ("//famille.exemple.fr/retour", Err(NotAbsolute), Err(NotAbsolute)),
            ("/retour", Err(NotAbsolute), Err(NotAbsolute)),
            ("", Err(NotAbsolute), Err(NotAbsolute)),
            ("https://famille.exemple.fr/un chemin", Err(Blank), Err(Blank)),
            ("https://famille\t.exemple.fr/", Err(Blank), Err(Blank)),
            // One address, of which browsers send one spelling.
            ("https://mairie.fr", sent_as("https://mairie.fr/"), sent_as("https://mairie.fr/")),
            ("HTTPS://MAIRIE.FR", sent_as("https://mairie.fr/"), sent_as("https://mairie.fr/")),
            ("https:mairie.fr", sent_as("https://mairie.fr/"), sent_as("https://mairie.fr/")),
            ("https:///mairie.fr", sent_as("https://mairie.fr/"), sent_as("https://mairie.fr/")),
            ("https:\\\\mairie.fr\\x", sent_as("https://mairie.fr/x"), sent_as("https://mairie.fr/x")),
            ("https://mairie.fr/../x", sent_as("https://mairie.fr/x"), sent_as("https://mairie.fr/x")),
            ("https://mairie.fr:443/x", sent_as("https://mairie.fr/x"), sent_as("https://mairie.fr/x")),
            ("https://mairie.fr/été", sent_as("https://mairie.fr/%C3%A9t%C3%A9"), sent_as("https://mairie.fr/%C3%A9t%C3%A9")),
            ("https://mairie-évry.fr/", sent_as("https://xn--mairie-vry-h7a.fr/"), sent_as("https://xn--mairie-vry-h7a.fr/")),
            ("http://127.1/", sent_as("http://127.0.0.1/"), Err(Scheme)),
            ("http://0x7f.1", sent_as("http://127.0.0.1/"), Err(Scheme)),
            ("http://localhost", sent_as("http://localhost/"), Err(Scheme)),
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
