//! Mails that have not left, for administrators: how many, since when and why, with nothing of their text but the subject, which the
//! site alone writes, and nothing of the recipient but the domain. Whoever wrote an address that no server accepts is told.

use domain::{
    Timestamp,
    actor::Actor,
    events::{Consumer, Event, Mail},
    ids::{OutboxId, RequestId},
    mail_refusal::RefusedPart,
};
pub use store::PAGE;
use store::{
    ConnectionTrait, Page, Paging,
    account::{self, Account},
    outbox,
};

use crate::{Habilitation, mails};

/// Why the last attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Nobody answered, or not in the protocol.
    Unreachable,
    /// The server said no, with this code (RFC 5321 §4.2): a 4xx may pass later, a 5xx hardly will.
    Refused(RefusedPart, u16),
    /// Anything else; the logs have the detail.
    Other,
}

/// A mail that is not tried any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedMail {
    pub id: OutboxId,
    pub domain: String,
    pub subject: String,
    pub written_at: Timestamp,
    pub given_up_at: Timestamp,
    /// What the server answered, without the address.
    pub answer: String,
    pub part: RefusedPart,
    /// Whoever wrote the address was told that it cannot be reached.
    pub writer_told: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingMail {
    pub domain: String,
    pub subject: String,
    pub written_at: Timestamp,
    pub next_at: Timestamp,
    pub attempts: i32,
    pub failure: Option<Failure>,
}

impl Habilitation {
    /// Mails the heads of the journals, one on each line.
    pub async fn mail_heads(&self, to: &str, lines: &str) -> Result<(), store::Error> {
        let tx = self.cx.begin().await?;
        mails::account::journal_heads(to, lines).send(&self.cx, &tx).await?;
        tx.commit().await
    }
}

/// The capability of an administrator over outgoing mails.
pub struct Outgoing<'a> {
    room: &'a Habilitation,
}

impl Habilitation {
    pub fn outgoing(&self, actor: &Actor) -> Option<Outgoing<'_>> {
        actor.admin.then_some(Outgoing { room: self })
    }

    /// Gives a mail up. When the recipient's address is what was refused, whoever wrote that address is told.
    pub async fn give_up_mail(&self, id: OutboxId, event: &Event, noted: &str) -> Result<(), store::Error> {
        let cx = &self.cx;
        let tx = cx.begin().await?;
        outbox::give_up(&tx, id, cx.now(), noted).await?;
        if let Some((writer, to)) = writer_to_tell(&tx, event, RefusedPart::of(noted)).await? {
            mails::account::undelivered(&writer.email, to).send(cx, &tx).await?;
        }
        tx.commit().await
    }

    /// The addresses written in this request that no server accepts, for its page.
    pub(crate) async fn refused_addresses(&self, request: RequestId) -> Result<Vec<String>, store::Error> {
        let rows = outbox::given_up(&self.cx, Consumer::Delivery, Some(request), PAGE).await?;
        let of_address = |row: &&outbox::Waiting| row.last_error.as_deref().map(RefusedPart::of) == Some(RefusedPart::Recipient);
        Ok(rows.iter().filter(of_address).map(|row| recipient(&row.event).to_owned()).collect())
    }
}

impl Outgoing<'_> {
    /// The oldest first.
    pub async fn list(&self, page: u64) -> Result<Page<WaitingMail>, store::Error> {
        let Page { items, total } = outbox::waiting(&self.room.cx, Consumer::Delivery, Paging::of(page)).await?;
        let items = items
            .into_iter()
            .map(|row| WaitingMail {
                domain: host(recipient(&row.event)).to_owned(),
                subject: subject(&row.event).to_owned(),
                written_at: row.created_at,
                next_at: row.available_at,
                attempts: row.attempts,
                failure: row.last_error.as_deref().map(failure),
            })
            .collect();
        Ok(Page { items, total })
    }

    /// The latest first.
    pub async fn refused(&self) -> Result<Vec<RefusedMail>, store::Error> {
        let rows = outbox::given_up(&self.room.cx, Consumer::Delivery, None, PAGE).await?;
        let mut refused = Vec::new();
        for row in rows {
            let noted = row.last_error.as_deref().unwrap_or_default();
            let part = RefusedPart::of(noted);
            refused.push(RefusedMail {
                id: row.id,
                domain: host(recipient(&row.event)).to_owned(),
                subject: subject(&row.event).to_owned(),
                written_at: row.created_at,
                given_up_at: row.given_up_at.unwrap_or(row.created_at),
                answer: answer(noted),
                part,
                writer_told: writer_to_tell(&self.room.cx.db, &row.event, part).await?.is_some(),
            });
        }
        Ok(refused)
    }

    /// Tries once more a mail that was given up, when the refusal was not about the recipient (a server that took the site for a
    /// spammer, for instance).
    pub async fn offer_again(&self, id: OutboxId) -> Result<bool, store::Error> {
        let tx = self.room.cx.begin().await?;
        let offered = outbox::offer_again(&tx, id, self.room.cx.now()).await?;
        tx.commit().await?;
        Ok(offered)
    }

    /// Tries again at once every mail that failed, and every one given up because of the site or its sender.
    pub async fn retry_now(&self) -> Result<u64, store::Error> {
        let tx = self.room.cx.begin().await?;
        let now = self.room.cx.now();
        let mut hurried = outbox::hurry(&tx, Consumer::Delivery, now).await?;
        for part in RefusedPart::ALL.into_iter().filter(|part| part.is_ours()) {
            hurried += outbox::offer_all_again(&tx, Consumer::Delivery, part.noted(), now).await?;
        }
        tx.commit().await?;
        Ok(hurried)
    }
}

/// Who wrote the address of a mail, when the recipient was refused and the address is not their own.
async fn writer_to_tell<'a>(db: &impl ConnectionTrait, event: &'a Event, refused: RefusedPart) -> Result<Option<(Account, &'a str)>, store::Error> {
    let Event::Mail(Mail { to, author: Some(author), .. }) = event else { return Ok(None) };
    if refused != RefusedPart::Recipient {
        return Ok(None);
    }
    let writer = account::by_id(db, *author).await?.filter(|writer| writer.email != *to && !writer.is_erased());
    Ok(writer.map(|writer| (writer, to.as_str())))
}

fn mail(event: &Event) -> Option<&Mail> {
    match event {
        Event::Mail(mail) => Some(mail),
        Event::Notification(notification) => Some(&notification.mail),
        Event::RightsChanged(_) | Event::AddressTyped(_) | Event::Scan { .. } | Event::FilesDropped { .. } => None,
    }
}

fn recipient(event: &Event) -> &str {
    mail(event).map_or("", |mail| &mail.to)
}

fn subject(event: &Event) -> &str {
    mail(event).map_or("", |mail| &mail.subject)
}

fn host(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, host)| host)
}

/// What the server said: its code and its words.
fn answer(noted: &str) -> String {
    let Some((code, rest)) = noted.split_once("error (").and_then(|(_, rest)| rest.split_once(')')) else {
        return "adresse inutilisable".to_owned();
    };
    format!("{code} {}", rest.trim_start_matches([':', ' '])).trim().to_owned()
}

/// Servers repeat addresses in their answers: only the code is taken from what was noted.
fn failure(noted: &str) -> Failure {
    let code = noted.split_once("error (").and_then(|(_, rest)| rest.split_once(')')).and_then(|(code, _)| code.parse().ok());
    match code {
        Some(code) => Failure::Refused(RefusedPart::of(noted), code),
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
            ("mail server: permanent error (550): <jeanne@a.fr> unknown", Failure::Refused(RefusedPart::Recipient, 550)),
            ("mail server: transient error (451): 4.3.0 later", Failure::Refused(RefusedPart::Recipient, 451)),
            ("mail server, of the sender: permanent error (553): 5.7.1 no", Failure::Refused(RefusedPart::Sender, 553)),
            ("mail server, of this site: permanent error (535)", Failure::Refused(RefusedPart::Connection, 535)),
            ("mail server: Connection error: Connection refused (os error 111)", Failure::Unreachable),
            ("mail server: incomplete response", Failure::Unreachable),
            ("the message cannot be built", Failure::Other),
        ] {
            assert_eq!(failure(noted), expected, "{noted}");
        }
    }
}
