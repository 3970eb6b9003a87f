//! Reads the refusals of a mail server: which part of the delivery each is about, and its words.

use domain::mail_refusal::RefusedPart;
use lettre::transport::smtp;

/// The most characters kept of an answer.
const MAX_WORDS: usize = 200;

/// Codes that are about the site whatever the command: a command the server does not know (RFC 5321 §4.2.3), or signing in to it (RFC 4954 §6).
const OF_US: [u16; 8] = [500, 502, 503, 504, 530, 534, 535, 538];

/// The part that a refusal is about, when it answers the command for the part `asked`. Many servers refuse the sender only once the recipient is
/// given.
pub fn part(asked: RefusedPart, error: &smtp::Error, sender: &str) -> RefusedPart {
    let Some(code) = error.status() else { return asked };
    let words = std::error::Error::source(error).map_or_else(String::new, ToString::to_string);
    said_of(asked, u16::from(code), &words, sender)
}

fn said_of(asked: RefusedPart, code: u16, words: &str, sender: &str) -> RefusedPart {
    if OF_US.contains(&code) {
        return RefusedPart::Connection;
    }
    if asked != RefusedPart::Recipient {
        return asked;
    }
    let words = words.to_lowercase();
    let enhanced = words.split_whitespace().next().filter(|word| is_enhanced(word)).and_then(|word| word.split_once('.')).map(|(_, rest)| rest);
    // RFC 3463 §3.2 (X.1.7 and X.1.8 are the sender's address), §3.8 (X.7 is a policy: its words tell what it is about).
    match enhanced {
        Some("1.7" | "1.8") => RefusedPart::Sender,
        Some(other) if !other.starts_with("7.") => RefusedPart::Recipient,
        // The recipient has a rule on who may write to it.
        _ if words.contains("recipient") => RefusedPart::Recipient,
        _ if words.contains("sender") || words.contains(&sender.to_lowercase()) => RefusedPart::Sender,
        _ if words.contains("relay") || words.contains("client host") => RefusedPart::Connection,
        _ => RefusedPart::Recipient,
    }
}

/// « 5.1.3 » (RFC 3463 §2).
fn is_enhanced(word: &str) -> bool {
    let numbers: Vec<&str> = word.split('.').collect();
    numbers.len() == 3 && numbers.iter().all(|number| (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The words of an answer on one line, without the address, which belongs neither in a log nor in a row: servers repeat it,
/// whole or by its first part.
pub fn words(answer: &str, recipient: &str) -> String {
    let (recipient, local) = (recipient.to_lowercase(), recipient.split('@').next().unwrap_or_default().to_lowercase());
    let is_address = |word: &str| {
        let word = word.to_lowercase();
        word.contains('@') || word.contains(&recipient) || (!local.is_empty() && bare(&word) == local)
    };
    let kept: Vec<&str> = answer.split_whitespace().map(|word| if is_address(word) { "…" } else { word }).collect();
    kept.join(" ").chars().filter(|c| !c.is_control()).take(MAX_WORDS).collect()
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| c.is_ascii_punctuation())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_told_from_the_command_then_from_the_words() {
        use RefusedPart::{Connection, Message, Recipient, Sender};
        for (asked, code, words, said) in [
            (Sender, 550, "5.1.1 whatever", Sender),
            (Sender, 530, "5.7.0 authentication required", Connection),
            (Connection, 554, "5.7.1 no", Connection),
            (Message, 554, "5.7.1 sender looks like spam", Message),
            (Message, 503, "bad sequence", Connection),
            (Recipient, 501, "5.1.3 bad address syntax", Recipient),
            (Recipient, 550, "5.1.1 <j@c.fr>: Recipient address rejected: User unknown in relay recipient table", Recipient),
            (Recipient, 550, "unknown user", Recipient),
            (Recipient, 554, "5.7.1 refused", Recipient),
            (Recipient, 550, "5.7.1 <j@c.fr>: Recipient address rejected: only some senders may write here", Recipient),
            (Recipient, 530, "5.7.0 must authenticate", Connection),
            (Recipient, 553, "5.1.8 <x@habilis.example>: domain not found", Sender),
            (Recipient, 550, "5.1.7 bad", Sender),
            (Recipient, 553, "5.7.1 <x@habilis.example>: Sender address rejected: not owned by user", Sender),
            (Recipient, 550, "5.7.1 X@habilis.example may not write", Sender),
            (Recipient, 550, "Sender verify failed", Sender),
            (Recipient, 554, "5.7.1 <j@c.fr>: Relay access denied", Connection),
            (Recipient, 554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked", Connection),
            (Recipient, 550, "", Recipient),
        ] {
            assert_eq!(said_of(asked, code, words, "x@habilis.example"), said, "{asked:?} {code} {words}");
        }
    }

    #[test]
    fn an_answer_is_told_without_the_address() {
        for (answer, told) in [
            ("5.1.1 <jeanne.roux@clamart.fr>: unknown", "5.1.1 … unknown"),
            ("5.1.1 <Jeanne.Roux@Clamart.fr> User unknown", "5.1.1 … User unknown"),
            ("5.1.1 jeanne.roux... No such user", "5.1.1 … No such user"),
            ("5.1.1 mailbox \"jeanne.roux\" unknown", "5.1.1 mailbox … unknown"),
            ("5.2.2 rcpt=jeanne.roux@clamart.fr;\r\nmailbox\tfull", "5.2.2 … mailbox full"),
            ("mailbox unavailable", "mailbox unavailable"),
            ("", ""),
        ] {
            assert_eq!(words(answer, "jeanne.roux@clamart.fr"), told, "{answer}");
        }
        assert_eq!(words(&"a".repeat(500), "j@c.fr").len(), MAX_WORDS);
    }
}
