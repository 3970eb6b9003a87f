//! The names of people: what stands in our mails and pages as one is no address.

use unicode_normalization::UnicodeNormalization;

use crate::text::is_invisible;

pub const HOLDS_ADDRESS: &str =
    "Un nom ne contient ni adresse de site ni adresse électronique. Après un point, mettez une espace\u{a0}: «\u{a0}J. Martin\u{a0}».";

/// Whether a mail program could make a link of a part of it: an address of a site or of a mailbox, however it is spelled.
pub fn holds_address(name: &str) -> bool {
    let plain = as_read(name);
    let lower = plain.to_lowercase();
    plain.contains('@') || plain.contains("//") || lower.contains("http:") || lower.contains("https:") || lower.contains("www.") || dotted(&plain)
}

/// Wide and stylised letters and dots made plain; what nobody sees is left out.
fn as_read(name: &str) -> String {
    name.nfkc().filter(|c| !is_invisible(*c)).map(|c| if matches!(c, '。' | '｡') { '.' } else { c }).collect()
}

/// A dot between two words, as in « mairie.fr ». Initials are no words: « J.-P. », « J.P. Martin ».
fn dotted(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.windows(2).any(|pair| {
        let before = pair[0].chars().next_back().is_some_and(char::is_alphanumeric);
        let after: Vec<char> = pair[1].chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
        let word = after.first().is_some_and(|c| c.is_alphanumeric()) && (after.len() > 1 || after[0].is_numeric());
        before && word
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_a_name() {
        for name in [
            "URGENT https://evil.example",
            "URGENT http://evil",
            "HTTPS:evil.example",
            "Voir www.evil.example",
            "WWW.EVIL",
            "evil.example",
            "Jeanne evil.fr/x",
            "bit.ly/3x",
            "t.co",
            "//evil",
            "jeanne@evil.example",
            "jeanne＠evil",
            "evil．example",
            "evil。example",
            "ｅｖｉｌ.ｅｘａｍｐｌｅ",
            "evil\u{200b}.\u{ad}example",
            "evil\u{e0041}.\u{fe0f}exa\u{3164}mple",
            "192.0.2.1",
            "1.2.3.4",
            "xn--vil-9oa.example",
            "évil.été",
            "Roux.Cliquez-ici.fr",
        ] {
            assert!(holds_address(name), "{name}");
        }
    }

    #[test]
    fn names_are_names() {
        for name in [
            "Jeanne",
            "Jean-Pierre",
            "J.-P.",
            "J.P.",
            "J.P. Martin",
            "J. P. Martin",
            "St. Pierre",
            "Mme Roux (ép. Martin)",
            "d’Ormesson",
            "O'Neil",
            "Nguyễn Thị",
            "Martin, Jr.",
            "De La Tour ...",
            "Zoé 2",
            "Μαρία",
            "Louis XIV.",
            "",
        ] {
            assert!(!holds_address(name), "{name}");
        }
    }
}
