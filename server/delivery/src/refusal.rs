//! What a mail server answers, and whether it is worth asking again.

use lettre::transport::smtp;

/// Characters of an answer that are kept.
const MAX_WORDS: usize = 200;

/// RFC 5321 §4.2.1: a 5xx is not to be repeated. But for these, which are about us, not about the address: commands the server
/// does not know (§4.2.3), and signing in to it (RFC 4954 §6). They pass once its settings, or ours, are mended.
const ABOUT_US: [u16; 9] = [500, 501, 502, 503, 504, 530, 534, 535, 538];

pub fn is_final(error: &smtp::Error, recipient: &str) -> bool {
    // Lettre asks nothing of a server without SMTPUTF8 (RFC 6531 §3.2) for an address that needs it.
    let unspeakable = error.is_client() && !recipient.is_ascii();
    unspeakable || (error.is_permanent() && error.status().is_some_and(|code| !ABOUT_US.contains(&u16::from(code))))
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
