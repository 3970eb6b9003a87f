//! What leaves the house: mails from the outbox, by SMTP where it is configured, to the demonstration's mailbox
//! otherwise.

use domain::events::{Event, Mail};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use store::{Cx, mailbox};

/// How messages leave.
#[derive(Clone)]
pub enum Delivery {
    Smtp { transport: Box<AsyncSmtpTransport<Tokio1Executor>>, from: Mailbox },
    Mailbox,
}

#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    #[error("the SMTP address is not valid")]
    Url(#[from] lettre::transport::smtp::Error),
    #[error("the sender or the recipient is not an address")]
    Address(#[from] lettre::address::AddressError),
    #[error("the message cannot be built")]
    Message(#[from] lettre::error::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Delivery {
    /// `smtp_url` as lettre reads it: `smtp://user:password@host:port?tls=required`.
    pub fn new(smtp_url: Option<&str>, from: &str) -> Result<Self, DeliveryError> {
        let Some(url) = smtp_url else { return Ok(Self::Mailbox) };
        let transport = Box::new(AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.build());
        Ok(Self::Smtp { transport, from: from.parse()? })
    }

    /// Delivers the event's message; events without one are none of this room's business.
    pub async fn handle(&self, cx: &Cx, event: &Event) -> Result<(), DeliveryError> {
        match event {
            Event::Mail(mail) => self.send(cx, mail).await,
            Event::RightsChanged(_) => Ok(()),
        }
    }

    async fn send(&self, cx: &Cx, mail: &Mail) -> Result<(), DeliveryError> {
        match self {
            Self::Smtp { transport, from } => {
                let message = Message::builder()
                    .from(from.clone())
                    .to(mail.to.parse()?)
                    .subject(mail.subject.clone())
                    .header(ContentType::TEXT_PLAIN)
                    .body(mail.body.clone())?;
                transport.send(message).await?;
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
