//! E-mail addresses and telephone numbers, parsed once at the border.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Lower-cased on entry: two spellings of one mailbox are one account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// RFC 5321 §4.5.3.1.3: a path is at most 254 characters long.
    pub const MAX: usize = 254;

    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@')?;
        let valid_local = !local.is_empty() && local.len() <= 64 && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
        let valid_host = host.contains('.')
            && host.split('.').all(|label| {
                !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            });
        (text.len() <= Self::MAX && valid_local && valid_host).then(|| Self(text.to_lowercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Digits with an optional leading `+`, separators dropped.
fn compact(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '(' | ')')).collect();
    let digits = kept.strip_prefix('+').unwrap_or(&kept);
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(kept)
}

/// French numbers, overseas included. Source: national numbering plan (ARCEP).
pub fn french_phone(text: &str) -> Option<String> {
    let number = compact(text)?;
    const ABROAD: [&str; 8] = ["+262", "+508", "+590", "+594", "+596", "+681", "+687", "+689"];
    let national = number.strip_prefix("+33").map(|rest| format!("0{rest}")).unwrap_or_else(|| number.clone());
    let metropolitan = national.len() == 10 && national.starts_with('0') && !national.starts_with("00");
    let overseas = ABROAD.iter().any(|prefix| number.strip_prefix(prefix).is_some_and(|rest| (6..=9).contains(&rest.len())));
    (metropolitan || overseas).then_some(number)
}

/// A number that can receive an SMS: 06, 07, or an overseas number.
pub fn french_mobile(text: &str) -> Option<String> {
    let number = french_phone(text)?;
    let national = number.strip_prefix("+33").map(|rest| format!("0{rest}")).unwrap_or_else(|| number.clone());
    (national.starts_with("06") || national.starts_with("07") || (number.starts_with('+') && !number.starts_with("+33"))).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails() {
        for (text, ok) in [
            ("jeanne.roux@clamart.example", true),
            (" Jeanne.Roux@Clamart.Example ", true),
            ("o'neil+x@sub.domain.fr", true),
            ("sans-arobase.fr", false),
            ("deux@@clamart.fr", false),
            ("jeanne@clamart", false),
            ("jeanne@-clamart.fr", false),
            ("jeanne roux@clamart.fr", false),
            ("a@b\r\nBcc: c@d.fr", false),
            ("", false),
        ] {
            assert_eq!(Email::parse(text).is_some(), ok, "{text:?}");
        }
        assert_eq!(Email::parse("A@B.FR").map(|e| e.to_string()).as_deref(), Some("a@b.fr"));
    }

    #[test]
    fn telephones() {
        for (text, phone, mobile) in [
            ("06 12 34 56 78", true, true),
            ("+33 7 12 34 56 78", true, true),
            ("01.40.00.00.00", true, false),
            ("+262 692 12 34 56", true, true),
            ("0612", false, false),
            ("+1 202 555 0100", false, false),
            ("téléphone", false, false),
        ] {
            assert_eq!((french_phone(text).is_some(), french_mobile(text).is_some()), (phone, mobile), "{text}");
        }
    }
}
