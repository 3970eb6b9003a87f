//! The mail settings, checked at boot by the code that will use them.

use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox};
use url::Url;

use crate::conversation::Server;

/// What an SMTP URL says of the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    pub host: String,
    /// Nothing is sent before the connection is encrypted, whatever the server offers.
    pub encrypted: bool,
}

fn parse(url: &str) -> Result<Url, String> {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|error| {
        let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        format!("{why} (smtps://user:password@host, or smtp://user:password@host?tls=required)")
    })?;
    Url::parse(url).map_err(|error| error.to_string())
}

/// Reads an SMTP URL: `smtp://user:password@host:port?tls=required`.
pub(crate) fn read(url: &str) -> Result<Server, String> {
    Server::of(&parse(url)?).map_err(|error| error.to_string())
}

/// # Errors
/// What is wrong, without the address, which may hold a password.
pub fn server(url: &str) -> Result<MailServer, String> {
    let url = parse(url)?;
    if !url.username().is_empty() && url.password().is_none() {
        return Err("it has a user without a password".to_owned());
    }
    // Read as lettre reads it: the first `tls` counts.
    let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    let encrypted = url.scheme() == "smtps" || tls.as_deref() == Some("required");
    Ok(MailServer { host: url.host_str().unwrap_or_default().to_owned(), encrypted })
}

/// The domain to which answers to our mails would go; `None` when `from` is not an address.
pub fn sender_domain(from: &str) -> Option<String> {
    from.parse::<Mailbox>().ok().map(|mailbox| mailbox.email.domain().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encrypted_is_what_never_speaks_in_clear() {
        for (url, host, encrypted) in [
            ("smtps://u:p@mail.interne", "mail.interne", true),
            ("smtps://mail.interne:465", "mail.interne", true),
            ("smtp://u:p@mail.interne:587?tls=required", "mail.interne", true),
            ("smtp://u:p%40x@mail.interne", "mail.interne", false),
            ("smtp://mail.interne:25", "mail.interne", false),
            ("smtp://mail.interne?tls=opportunistic", "mail.interne", false),
            ("smtp://mail.interne?TLS=required", "mail.interne", false),
            ("smtp://mail.interne?tls=opportunistic&tls=required", "mail.interne", false),
            ("smtp://127.0.0.1:1025", "127.0.0.1", false),
            ("smtp://[::1]:1025", "[::1]", false),
            ("smtp://[::1]", "[::1]", false),
        ] {
            assert_eq!(server(url), Ok(MailServer { host: host.to_owned(), encrypted }), "{url}");
        }
        for url in ["nonsense", "smtp:mail", "http://mail.interne", "smtp://mail.interne?tls=perhaps", "smtps://", "smtp://user@mail.interne"] {
            assert!(server(url).is_err(), "{url}");
        }
        assert!(!server("smtpx://u:secret@mail.interne").expect_err("a scheme").contains("secret@"));
    }

    #[test]
    fn senders() {
        assert_eq!(sender_domain("Habilis <ne-pas-repondre@ville.fr>").as_deref(), Some("ville.fr"));
        assert_eq!(sender_domain("ne-pas-repondre@ville.fr").as_deref(), Some("ville.fr"));
        for wrong in ["", "Habilis", "Habilis <>", "Habilis <x@>", "x@ville.fr, y@ville.fr"] {
            assert_eq!(sender_domain(wrong), None, "{wrong}");
        }
    }
}
