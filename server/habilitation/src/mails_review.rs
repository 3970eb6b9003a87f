//! The sentences of messages between reviewers.

use domain::events::Mail;

use crate::mails::{About, mail};

/// What a reviewer adds to the sentences of ours, before the signature.
pub fn with_message(message: Mail, team: &str, words: &str) -> Mail {
    if words.is_empty() {
        return message;
    }
    let (before, signature) = message.body.rsplit_once("\n\n").unwrap_or((&message.body, ""));
    let body = format!("{before}\n\nMessage de\u{a0}: {team}\n{words}\n\n{signature}");
    Mail { body, ..message }
}

pub fn handed_over(to: &str, about: &About<'_>, by: &str, organisation: &str) -> Mail {
    mail(
        to,
        format!("Demande {}\u{a0}: elle vous est confiée", about.number),
        &format!(
            "{by} vous confie la demande {} «\u{a0}{}\u{a0}» ({}), déposée par {organisation}.\n\nL’ouvrir\u{a0}:\n{}",
            about.number, about.title, about.service, about.link
        ),
    )
}
