//! The mails that have not left, for those who run the site: how many, since when, and why, without a word of what
//! they say nor of whom they are for beyond the recipient's domain.

use domain::{
    Timestamp,
    actor::Actor,
    events::{Consumer, Event},
};
use store::{outbox, request::Page};

use crate::Habilitation;

/// Lines on a page.
pub const PAGE: u64 = 25;

/// Why the last attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Nobody answered, or not in the protocol.
    Unreachable,
    /// The server said no, with this code (RFC 5321 §4.2): a 4xx may pass later, a 5xx hardly will.
    Refused(u16),
    /// Anything else; the journal of the process has the detail.
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingMail {
    pub domain: String,
    pub written_at: Timestamp,
    pub next_at: Timestamp,
    pub attempts: i32,
    pub failure: Option<Failure>,
}

/// The capability of whoever runs the site.
pub struct Outgoing<'a> {
    room: &'a Habilitation,
}

impl Habilitation {
    pub fn outgoing(&self, actor: &Actor) -> Option<Outgoing<'_>> {
        actor.admin.then_some(Outgoing { room: self })
    }
}

impl Outgoing<'_> {
    /// The oldest first.
    pub async fn list(&self, page: u64) -> Result<Page<WaitingMail>, store::Error> {
        let Page { items, total } = outbox::waiting(&self.room.cx, Consumer::Delivery, page, PAGE).await?;
        let items = items
            .into_iter()
            .map(|row| WaitingMail {
                domain: recipient(&row.event).rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned()),
                written_at: row.created_at,
                next_at: row.available_at,
                attempts: row.attempts,
                failure: row.last_error.as_deref().map(failure),
            })
            .collect();
        Ok(Page { items, total })
    }

    /// Every mail that failed is offered again at once.
    pub async fn retry_now(&self) -> Result<u64, store::Error> {
        let tx = self.room.cx.begin().await?;
        let hurried = outbox::hurry(&*tx, Consumer::Delivery, self.room.cx.now()).await?;
        tx.commit().await?;
        Ok(hurried)
    }
}

fn recipient(event: &Event) -> &str {
    match event {
        Event::Mail(mail) => &mail.to,
        Event::Notification(notification) => &notification.mail.to,
        Event::RightsChanged(_) | Event::AddressTyped(_) | Event::Scan { .. } | Event::FilesDropped { .. } => "",
    }
}

/// Servers repeat addresses in their answers: only the code is taken from what was noted.
fn failure(noted: &str) -> Failure {
    let code = noted.split_once("error (").and_then(|(_, rest)| rest.split_once(')')).and_then(|(code, _)| code.parse().ok());
    match code {
        Some(code) => Failure::Refused(code),
        None if noted.starts_with("mail server") => Failure::Unreachable,
        None => Failure::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_all_that_is_told_of_an_answer() {
        for (noted, expected) in [
            ("mail server: permanent error (550): <jeanne@a.fr> unknown", Failure::Refused(550)),
            ("mail server: transient error (451): 4.3.0 later", Failure::Refused(451)),
            ("mail server: Connection error: Connection refused (os error 111)", Failure::Unreachable),
            ("mail server: incomplete response", Failure::Unreachable),
            ("the message cannot be built", Failure::Other),
        ] {
            assert_eq!(failure(noted), expected, "{noted}");
        }
    }
}
