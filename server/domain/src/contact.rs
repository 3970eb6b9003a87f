//! E-mail addresses and telephone numbers, parsed once at the border.

use std::fmt;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Lower-cased on entry, the host as the mail system writes it (`mairie-évry.fr` is `xn--mairie-vry-h7a.fr`, RFC 5890): two
/// spellings of one mailbox are one account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// RFC 5321 §4.5.3.1.3: a path is at most 256 octets long, its two angle brackets included.
    pub const MAX: usize = 254;
    /// RFC 5321 §4.5.3.1.1.
    const MAX_LOCAL: usize = 64;

    /// What a mail server could deliver to: a dot-atom (RFC 5322 §3.2.3), its letters of any script, at a host that may exist.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.trim().nfc().collect();
        let (local, host) = text.rsplit_once('@')?;
        let is_atom = |atom: &str| !atom.is_empty() && atom.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c));
        if local.len() > Self::MAX_LOCAL || !local.split('.').all(is_atom) {
            return None;
        }
        let address = format!("{}@{}", local.to_lowercase(), ascii_host(host)?);
        (address.len() <= Self::MAX).then_some(Self(address))
    }

    /// Needs a mail server that speaks SMTPUTF8 (RFC 6531), on every leg of the way.
    pub fn is_international(&self) -> bool {
        !self.0.is_ascii()
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

/// Top-level domains that no mail server of the Internet will ever be under (RFC 6761, RFC 6762, RFC 7686, RFC 9476; `internal` by ICANN, 2024).
/// `example` is one too, and stays: the demonstration lives there.
const NOWHERE: [&str; 7] = ["alt", "internal", "invalid", "local", "localhost", "onion", "test"];

/// A name of the DNS under a top-level domain that may exist, as A-labels: 63 octets a label, 253 in all (RFC 1035 §2.3.4). A numeric
/// top-level domain is an address of the network (RFC 3696 §2), not a name; none has one letter.
fn ascii_host(host: &str) -> Option<String> {
    let host = Uts46::new().to_ascii(host.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify).ok()?;
    let (_, top) = host.rsplit_once('.')?;
    let exists = top.len() > 1 && !top.bytes().all(|byte| byte.is_ascii_digit()) && !NOWHERE.contains(&top);
    exists.then(|| host.into_owned())
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
        let label = "a".repeat(63);
        let long = format!("jean@{label}.{label}.{label}.fr");
        let too_long = format!("jean@{label}.{label}.{label}.{label}.fr");
        let (atom, host) = ("a".repeat(64), "b".repeat(64));
        for (text, expected) in [
            ("jeanne.roux@clamart.example", Some("jeanne.roux@clamart.example")),
            (" Jeanne.Roux@Clamart.Example ", Some("jeanne.roux@clamart.example")),
            ("o'neil+x@sub.domain.fr", Some("o'neil+x@sub.domain.fr")),
            (&format!("{atom}@mairie.fr"), Some(format!("{atom}@mairie.fr").as_str())),
            (&long, Some(long.as_str())),
            ("jean@test.fr", Some("jean@test.fr")),
            ("jean@mairie.local.fr", Some("jean@mairie.local.fr")),
            ("jean@example.org", Some("jean@example.org")),
            // Hosts are converted, however their letters are composed.
            ("jean@mairie-évry.fr", Some("jean@xn--mairie-vry-h7a.fr")),
            ("jean@Mairie-E\u{301}vry.FR", Some("jean@xn--mairie-vry-h7a.fr")),
            ("jean@xn--mairie-vry-h7a.fr", Some("jean@xn--mairie-vry-h7a.fr")),
            ("jean@例え.jp", Some("jean@xn--r8jz45g.jp")),
            ("Jérôme@mairie.fr", Some("jérôme@mairie.fr")),
            ("je\u{301}rôme@mairie.fr", Some("jérôme@mairie.fr")),
            // Never deliverable.
            ("jean..dupont@mairie.fr", None),
            (".jean@mairie.fr", None),
            ("jean.@mairie.fr", None),
            (&format!("a{atom}@mairie.fr"), None),
            (&format!("jean@{host}.fr"), None),
            (&format!("jean@{}.fr", "é".repeat(64)), None),
            (&too_long, None),
            ("jean@mairie..fr", None),
            ("jean@.fr", None),
            ("jean@mairie.fr.", None),
            ("jean@192.0.2.1", None),
            ("jean@[192.0.2.1]", None),
            ("jean@mairie.test", None),
            ("jean@mairie.INVALID", None),
            ("jean@localhost", None),
            ("jean@poste.localhost", None),
            ("jean@serveur.local", None),
            ("jean@mairie.internal", None),
            ("jean@abcdefgh.onion", None),
            ("jean@mairie.f", None),
            ("jean@mairie.123", None),
            ("jean@[IPv6:2001:db8::1]", None),
            ("jean@mairie_ville.fr", None),
            ("jean@xn--a.fr", None),
            ("sans-arobase.fr", None),
            ("deux@@clamart.fr", None),
            ("deux@clamart.fr@clamart.fr", None),
            ("jeanne@clamart", None),
            ("jeanne@-clamart.fr", None),
            ("jeanne@clamart-.fr", None),
            ("jeanne roux@clamart.fr", None),
            ("\"jeanne roux\"@clamart.fr", None),
            ("a@b\r\nBcc: c@d.fr", None),
            ("jeanne\u{200b}@clamart.fr", None),
            ("jeanne@cla\u{202e}mart.fr", None),
            ("@clamart.fr", None),
            ("", None),
        ] {
            assert_eq!(Email::parse(text).as_ref().map(Email::as_str), expected, "{text:?}");
        }
    }

    #[test]
    fn an_accent_before_the_at_sign_needs_more_than_any_mail_server() {
        let is_international = |text| Email::parse(text).expect("an address").is_international();
        assert!(is_international("jérôme@mairie.fr"));
        assert!(!is_international("jerome@mairie-évry.fr"));
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
