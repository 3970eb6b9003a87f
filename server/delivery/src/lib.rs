//! What leaves the house: mails from the outbox, by SMTP where it is configured, to the demonstration's mailbox
//! otherwise.

use domain::events::{Event, Mail, Notification};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use store::{Cx, mailbox, notification};

mod headers;

use headers::{ListUnsubscribe, ListUnsubscribePost};

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
    #[error("mail server: {}", without_words(.0))]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("the sender or the recipient is not an address")]
    Address(#[from] lettre::address::AddressError),
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

impl Delivery {
    /// `smtp_url` as lettre reads it: `smtp://user:password@host:port?tls=required`.
    pub fn new(smtp_url: Option<&str>, from: &str) -> Result<Self, DeliveryError> {
        let Some(url) = smtp_url else { return Ok(Self::Mailbox) };
        let transport = Box::new(AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(DeliveryError::Url)?.build());
        Ok(Self::Smtp { transport, from: from.parse()? })
    }

    /// Delivers the event's message; events without one are none of this room's business.
    pub async fn handle(&self, cx: &Cx, event: &Event) -> Result<(), DeliveryError> {
        match event {
            Event::Mail(mail) => self.send(cx, mail, None).await,
            Event::Notification(Notification { mail, account, topic, unsubscribe }) => {
                // Refused since it was written: a server that was down may have kept it waiting for days.
                if notification::refusing(&cx.db, *topic, [*account]).await?.is_empty() {
                    self.send(cx, mail, Some(unsubscribe)).await?;
                }
                Ok(())
            }
            Event::RightsChanged(_) | Event::AddressTyped(_) | Event::Scan { .. } | Event::FilesDropped { .. } => Ok(()),
        }
    }

    async fn send(&self, cx: &Cx, mail: &Mail, unsubscribe: Option<&str>) -> Result<(), DeliveryError> {
        match self {
            Self::Smtp { transport, from } => {
                let mut message =
                    Message::builder().from(from.clone()).to(mail.to.parse()?).subject(mail.subject.clone()).header(ContentType::TEXT_PLAIN);
                if let Some(address) = unsubscribe {
                    message = message.header(ListUnsubscribe(format!("<{address}>"))).header(ListUnsubscribePost);
                }
                transport.send(message.body(mail.body.clone())?).await?;
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
