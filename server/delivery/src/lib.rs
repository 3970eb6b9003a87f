//! What leaves the house: mails from the outbox, by SMTP where it is configured, to the demonstration's mailbox
//! otherwise.

use std::time::SystemTime;

use domain::{
    events::{Event, Mail, Notification},
    ids::{OutboxId, TypedId},
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, MIME_VERSION_1_0},
    },
};
use store::{Cx, mailbox, notification};

mod headers;
mod refusal;
pub mod settings;

use headers::{AutoSubmitted, ListUnsubscribe, ListUnsubscribePost};

/// How messages leave.
#[derive(Clone)]
pub enum Delivery {
    Smtp { transport: Box<AsyncSmtpTransport<Tokio1Executor>>, from: Mailbox },
    Mailbox,
}

#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    #[error("the SMTP address is not valid")]
    Url(#[source] lettre::transport::smtp::Error),
    #[error("mail server: {}", without_words(error))]
    Smtp { error: lettre::transport::smtp::Error, recipient: String },
    #[error("the sender is not an address")]
    Sender(#[source] lettre::address::AddressError),
    #[error("the recipient is not an address")]
    Recipient(#[source] lettre::address::AddressError),
    #[error("the message cannot be built")]
    Message(#[from] lettre::error::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
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
            Self::Smtp { error, recipient } => refusal::is_final(error, recipient),
            Self::Recipient(_) => true,
            _ => false,
        }
    }

    /// The server said no, for good or for now: given up in the end, where a server that does not answer is waited for.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Smtp { error, .. } if error.status().is_some())
    }

    /// For the row: with the server's words, without the address.
    pub fn noted(&self) -> String {
        let answer = match self {
            Self::Smtp { error, recipient } if error.status().is_some() => {
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
        let transport = Box::new(AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(DeliveryError::Url)?.build());
        Ok(Self::Smtp { transport, from: from.parse().map_err(DeliveryError::Sender)? })
    }

    /// Delivers the event's message; events without one are none of this room's business. Tried again, a message keeps the identity
    /// its row gives it, so that a server which took it twice can tell.
    pub async fn handle(&self, cx: &Cx, id: OutboxId, event: &Event) -> Result<(), DeliveryError> {
        match event {
            Event::Mail(mail) => self.send(cx, id, mail, None).await,
            Event::Notification(Notification { mail, account, topic, unsubscribe }) => {
                // Refused since it was written: a server that was down may have kept it waiting for days.
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
            Self::Smtp { transport, from } => {
                let to = mail.to.parse().map_err(DeliveryError::Recipient)?;
                // RFC 5322 §3.6, RFC 2045 §4, RFC 3834 §5.
                let mut message = Message::builder()
                    .date(SystemTime::from(cx.now()))
                    .from(from.clone())
                    .to(Mailbox::new(None, to))
                    .subject(mail.subject.clone())
                    .message_id(Some(format!("<{}@{}>", id.uuid(), from.email.domain())))
                    .header(MIME_VERSION_1_0)
                    .header(ContentType::TEXT_PLAIN)
                    .header(AutoSubmitted);
                if let Some(address) = unsubscribe {
                    message = message.header(ListUnsubscribe(format!("<{address}>"))).header(ListUnsubscribePost);
                }
                let sent = transport.send(message.body(mail.body.clone())?).await;
                sent.map_err(|error| DeliveryError::Smtp { error, recipient: mail.to.clone() })?;
            }
            Self::Mailbox => {
                let tx = cx.begin().await?;
                mailbox::deliver(cx, &*tx, mail).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}
