//! How our mails are written: plain text, short, one thing to do each. The sentences are in the files beside.

use std::fmt::{self, Display};

use domain::{
    events::{Event, Mail},
    ids::{AccountId, RequestId},
};
use store::{Cx, Tx, outbox, request::Request};

pub mod account;
pub mod clock;
pub mod ending;
pub mod request;
pub mod reviewers;
pub mod sharing;
pub mod vendors;

/// What every message about a request names. It reads « D12 « Portail famille » (FranceConnect) ».
#[derive(Debug, Clone)]
pub struct About {
    pub request: RequestId,
    pub number: String,
    pub service: String,
    /// A draft may have none yet.
    pub title: String,
    pub link: String,
}

impl About {
    /// `path` is the page the mail opens.
    pub fn new(cx: &Cx, request: &Request, service: &str, path: &str) -> Self {
        let (number, title) = (request.public_number(), request.title.clone());
        Self { request: request.id, number, service: service.to_owned(), title, link: cx.url(path) }
    }

    /// A mail whose subject begins with the number of the request.
    fn news(&self, to: &str, news: impl Display) -> Letter {
        self.letter(to, format!("Demande {}\u{a0}: {news}", self.number))
    }

    fn letter(&self, to: &str, subject: impl Into<String>) -> Letter {
        Letter { request: Some(self.request), ..Letter::new(to, subject) }
    }

    fn named(&self) -> String {
        if self.title.is_empty() { self.number.clone() } else { format!("{} «\u{a0}{}\u{a0}»", self.number, self.title) }
    }

    /// The title and the service; the number only when there is no title.
    fn project(&self) -> String {
        if self.title.is_empty() {
            return format!("la demande {} ({})", self.number, self.service);
        }
        format!("«\u{a0}{}\u{a0}» ({})", self.title, self.service)
    }
}

impl Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.named(), self.service)
    }
}

/// « habilitation H4 », in the plural for two granted together.
fn numbered(habilitations: &[String]) -> String {
    format!("habilitation{} {}", if habilitations.len() > 1 { "s" } else { "" }, habilitations.join(" et "))
}

/// « l’habilitation H4 », « les habilitations H3 et H4 ».
fn the_numbered(habilitations: &[String]) -> String {
    format!("{}{}", if habilitations.len() > 1 { "les " } else { "l’" }, numbered(habilitations))
}

/// The first letter in capitals.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A mail being written, paragraph after paragraph.
#[derive(Debug, Clone)]
#[must_use]
pub struct Letter {
    to: String,
    subject: String,
    body: String,
    request: Option<RequestId>,
    author: Option<AccountId>,
}

impl Letter {
    /// The subject holds nothing that a user typed (a name, a title): it would pass for the site's own words there.
    fn new(to: &str, subject: impl Into<String>) -> Self {
        Self { to: to.to_owned(), subject: subject.into(), body: "Bonjour,".to_owned(), request: None, author: None }
    }

    /// To an address somebody else wrote, who is told when it cannot be reached.
    pub fn at_address_of(self, author: AccountId) -> Self {
        Self { author: Some(author), ..self }
    }

    fn says(mut self, paragraph: impl AsRef<str>) -> Self {
        self.body.push_str("\n\n");
        self.body.push_str(paragraph.as_ref());
        self
    }

    /// Puts the text alone on its line, so that a link can be clicked and a user's text is not taken for the site's.
    fn shows(self, what: &str, text: &str) -> Self {
        self.says(format!("{what}\u{a0}:\n{text}"))
    }

    /// Adds a reviewer's own message, if any.
    pub fn with_message(self, team: &str, words: &str) -> Self {
        if words.is_empty() { self } else { self.says(format!("Message de\u{a0}: {team}\n{words}")) }
    }

    /// Said when a team decides although it had asked for changes.
    pub fn without_changes(self, withdrawn: bool) -> Self {
        if withdrawn { self.says("Les modifications qui vous avaient été demandées ne sont plus attendues.") } else { self }
    }

    fn signed(self) -> Mail {
        let end = "L’équipe Habilis\nCe message est automatique\u{a0}: merci de ne pas y répondre.";
        let Self { to, subject, body, author, .. } = self.says(end);
        Mail { to, subject, body, author }
    }

    /// Adds a link to unsubscribe.
    pub fn with_way_out(self, unsubscribe: &str) -> Mail {
        let mut mail = self.signed();
        mail.body.push_str("\n\nNe plus recevoir ces courriels\u{a0}:\n");
        mail.body.push_str(unsubscribe);
        mail
    }

    /// Queues the mail in the outbox: it leaves after the commit.
    pub async fn send(self, cx: &Cx, tx: &Tx) -> Result<(), store::Error> {
        let request = self.request;
        outbox::publish(cx, tx, request, &Event::Mail(self.signed())).await
    }
}

#[cfg(test)]
mod tests;
