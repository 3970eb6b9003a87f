//! One message sent over SMTP, command by command: what a refusal means depends on the command it answers.

use std::time::Duration;

use domain::mail_refusal::RefusedPart;
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use percent_encoding::percent_decode_str;
use url::Url;

const CONNECTING: Duration = Duration::from_secs(60);

/// How to connect to the mail server.
#[derive(Clone)]
pub struct Server {
    host: String,
    port: u16,
    tls: Option<(When, TlsParameters)>,
    name: ClientId,
    credentials: Option<Credentials>,
}

/// When the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    AtOnce,
    Required,
    IfOffered,
}

/// What stopped a message.
#[derive(Debug)]
pub enum Stopped {
    /// A refusal of the server, or a failed connection.
    At(RefusedPart, Error),
    /// A server without SMTPUTF8 is not asked about such an address (RFC 6531 §3.2).
    Accented,
}

impl Server {
    /// Reads an SMTP URL as lettre does; lettre must have accepted it.
    pub fn of(url: &Url) -> Result<Self, Error> {
        let host = url.host_str().unwrap_or_default();
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value);
        let (port, when) = match (url.scheme(), tls.as_deref()) {
            ("smtps", _) => (465, Some(When::AtOnce)),
            (_, Some("required")) => (587, Some(When::Required)),
            (_, Some(_)) => (587, Some(When::IfOffered)),
            (_, None) => (25, None),
        };
        let tls = when.map(|when| TlsParameters::new(host.to_owned()).map(|parameters| (when, parameters))).transpose()?;
        let name = url.path().trim_matches('/');
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            tls,
            name: if name.is_empty() { ClientId::default() } else { ClientId::Domain(name.to_owned()) },
            credentials: url.password().map(|password| Credentials::new(decoded(url.username()), decoded(password))),
        })
    }

    pub async fn take(&self, from: &Address, to: &Address, message: &[u8]) -> Result<(), Stopped> {
        let mut connection = self.open().await.map_err(|error| Stopped::At(RefusedPart::Connection, error))?;
        let said = speak(&mut connection, from, to, message).await;
        // The answer to QUIT does not change whether the message was accepted.
        connection.abort().await;
        said
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Error> {
        let at_once = self.tls.as_ref().filter(|(when, _)| *when == When::AtOnce).map(|(_, parameters)| parameters.clone());
        let server = (self.host.as_str(), self.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, Some(CONNECTING), &self.name, at_once, None).await?;
        if let Some((when, parameters)) = &self.tls
            && (*when == When::Required || *when == When::IfOffered && connection.can_starttls())
        {
            connection.starttls(parameters.clone(), &self.name).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

async fn speak(connection: &mut AsyncSmtpConnection, from: &Address, to: &Address, message: &[u8]) -> Result<(), Stopped> {
    let at = |part| move |error| Stopped::At(part, error);
    let is_accented = |address: &Address| !AsRef::<str>::as_ref(address).is_ascii();
    let mut parameters = Vec::new();
    if is_accented(to) && !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
        return Err(Stopped::Accented);
    }
    if is_accented(to) || is_accented(from) {
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !message.is_ascii() {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    connection.command(Mail::new(Some(from.clone()), parameters)).await.map_err(at(RefusedPart::Sender))?;
    connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(at(RefusedPart::Recipient))?;
    connection.command(Data).await.map_err(at(RefusedPart::Message))?;
    connection.message(message).await.map_err(at(RefusedPart::Message))?;
    Ok(())
}
