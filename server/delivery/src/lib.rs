//! Sends the mails of the outbox: by SMTP where it is configured, otherwise to the demonstration's mailbox.

use std::time::SystemTime;

use conversation::{Server, Stopped};
use domain::{
    events::{Event, Mail, Notification},
    ids::{OutboxId, TypedId},
    mail_refusal::RefusedPart,
};
use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{ContentType, MIME_VERSION_1_0},
    },
};
use store::{Cx, mailbox, notification};

mod conversation;
mod headers;
mod refusal;
pub mod settings;

use headers::{AutoSubmitted, ListUnsubscribe, ListUnsubscribePost};

/// How messages leave.
#[derive(Clone)]
pub enum Delivery {
    Smtp { server: Box<Server>, from: Mailbox },
    Mailbox,
}

#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    #[error("the SMTP address is not valid: {0}")]
    Url(String),
    #[error("{} {}", beginning(*part, error), without_words(error))]
    Smtp { part: RefusedPart, error: lettre::transport::smtp::Error, recipient: String },
    #[error("mail server: it takes no address with accents before the at sign")]
    Accented,
    #[error("the sender is not an address")]
    Sender(#[source] lettre::address::AddressError),
    #[error("the recipient is not an address")]
    Recipient(#[source] lettre::address::AddressError),
    #[error("the message cannot be built")]
    Message(#[from] lettre::error::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The beginning of an error message: only an answer of the server tells which part was refused.
fn beginning(part: RefusedPart, error: &lettre::transport::smtp::Error) -> &'static str {
    if error.status().is_some() { part.noted() } else { "mail server:" }
}

/// The kind and the code of an answer: its words may hold an address, which belongs neither in a log nor in a row.
fn without_words(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) if error.is_permanent() => format!("permanent error ({code})"),
        Some(code) => format!("transient error ({code})"),
        None if error.is_response() => "an answer that cannot be read".to_owned(),
        None => error.to_string(),
    }
}

impl DeliveryError {
    /// Trying again would not help: the message is given up.
    pub fn is_final(&self) -> bool {
        match self {
            // RFC 5321 §4.2.1: a 5xx is not to be repeated. But one about our settings, or the server's, passes once they are corrected.
            Self::Smtp { part, error, .. } => error.is_permanent() && !part.is_ours(),
            Self::Recipient(_) | Self::Accented => true,
            _ => false,
        }
    }

    /// The server refused, permanently or not: after some time the message is given up, whereas an unreachable server is waited for.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Smtp { error, .. } if error.status().is_some())
    }

    /// The error as stored in the outbox row: with the server's words, without the address.
    pub fn noted(&self) -> String {
        let answer = match self {
            Self::Smtp { error, recipient, .. } if error.status().is_some() => {
                std::error::Error::source(error).map(|words| refusal::words(&words.to_string(), recipient))
            }
            _ => None,
        };
        match answer {
            Some(words) if !words.is_empty() => format!("{self}: {words}"),
            _ => self.to_string(),
        }
    }
}

impl Delivery {
    /// `smtp_url` as lettre reads it: `smtp://user:password@host:port?tls=required`.
    pub fn new(smtp_url: Option<&str>, from: &str) -> Result<Self, DeliveryError> {
        let Some(url) = smtp_url else { return Ok(Self::Mailbox) };
        let server = Box::new(settings::read(url).map_err(DeliveryError::Url)?);
        Ok(Self::Smtp { server, from: from.parse().map_err(DeliveryError::Sender)? })
    }

    /// Delivers the event's message; other events are ignored. A message tried again keeps the `Message-ID` derived from its row, so that a
    /// server that accepted it twice can tell.
    pub async fn handle(&self, cx: &Cx, id: OutboxId, event: &Event) -> Result<(), DeliveryError> {
        match event {
            Event::Mail(mail) => self.send(cx, id, mail, None).await,
            Event::Notification(Notification { mail, account, topic, unsubscribe }) => {
                // The reader may have stopped its topic since it was written: a server that was down may have kept it waiting for days.
                if notification::refusing(&cx.db, *topic, [*account]).await?.is_empty() {
                    self.send(cx, id, mail, Some(unsubscribe)).await?;
                }
                Ok(())
            }
            Event::RightsChanged(_) | Event::AddressTyped(_) | Event::Scan { .. } | Event::FilesDropped { .. } => Ok(()),
        }
    }

    async fn send(&self, cx: &Cx, id: OutboxId, mail: &Mail, unsubscribe: Option<&str>) -> Result<(), DeliveryError> {
        match self {
            Self::Smtp { server, from } => {
                let to: Address = mail.to.parse().map_err(DeliveryError::Recipient)?;
                // RFC 5322 §3.6, RFC 2045 §4, RFC 3834 §5.
                let mut message = Message::builder()
                    .date(SystemTime::from(cx.now()))
                    .from(from.clone())
                    .to(Mailbox::new(None, to.clone()))
                    // « =? » would be read as the beginning of an encoded word (RFC 2047 §2).
                    .subject(mail.subject.replace("=?", "= ?"))
                    .message_id(Some(format!("<{}@{}>", id.uuid(), from.email.domain())))
                    .header(MIME_VERSION_1_0)
                    .header(ContentType::TEXT_PLAIN)
                    .header(AutoSubmitted);
                if let Some(address) = unsubscribe {
                    message = message.header(ListUnsubscribe(format!("<{address}>"))).header(ListUnsubscribePost);
                }
                let message = message.body(mail.body.clone())?.formatted();
                server.take(&from.email, &to, &message).await.map_err(|stopped| match stopped {
                    Stopped::At(asked, error) => {
                        DeliveryError::Smtp { part: refusal::part(asked, &error, from.email.as_ref()), error, recipient: mail.to.clone() }
                    }
                    Stopped::Accented => DeliveryError::Accented,
                })?;
            }
            Self::Mailbox => {
                let tx = cx.begin().await?;
                mailbox::deliver(cx, &tx, mail).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}
