//! E-mail addresses, validated once where they enter the program.

use std::fmt;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::text::is_invisible;

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

    /// The address somebody typed or pasted: see [`pasted`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::exact(&pasted(text))
    }

    /// What a mail server could deliver to: a dot-atom (RFC 5322 §3.2.3), its letters of any script, at a host that may exist.
    pub fn exact(text: &str) -> Option<Self> {
        let text: String = text.nfc().collect();
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

/// The address alone in what people copy from a mail or a page: « Jeanne Roux <jeanne@mairie.fr>; », « mailto:jeanne@mairie.fr?subject=x »,
/// « jeanne@mairie.fr. », with the wide at sign of Asian keyboards.
fn pasted(text: &str) -> String {
    let around = |c: char| c.is_whitespace() || is_invisible(c) || "<>()[]«»“”,;:".contains(c);
    let text = text.trim_matches(around).trim_end_matches(|c| around(c) || c == '.');
    // After a name, what stands between the only angle brackets.
    let text = match text.split_once('<') {
        Some((name, inside)) if !name.contains('@') && !inside.contains(['<', '>']) => inside.trim(),
        _ => text,
    };
    let link = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).and_then(|_| text.get(7..));
    let text = link.map_or(text, |link| link.split('?').next().unwrap_or_default());
    text.trim().replace('＠', "@")
}

/// Top-level domains under which the Internet has no mail server (RFC 6761, RFC 6762, RFC 7686, RFC 9476; `internal` by ICANN, 2024). `example`
/// is one too but is accepted: the demonstration uses it.
const NOWHERE: [&str; 7] = ["alt", "internal", "invalid", "local", "localhost", "onion", "test"];

/// A name of the DNS under a top-level domain that may exist, as A-labels: 63 octets a label, 253 in all (RFC 1035 §2.3.4). A numeric
/// top-level domain is an address of the network (RFC 3696 §2), not a name; none has one letter.
fn ascii_host(host: &str) -> Option<String> {
    let host = Uts46::new().to_ascii(host.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify).ok()?;
    let (_, top) = host.rsplit_once('.')?;
    let exists = top.len() > 1 && !top.bytes().all(|byte| byte.is_ascii_digit()) && !NOWHERE.contains(&top);
    exists.then(|| host.into_owned())
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
            // As they are pasted.
            ("mailto:jean@mairie.fr", Some("jean@mairie.fr")),
            ("MailTo:jean@mairie.fr?subject=Bonjour", Some("jean@mairie.fr")),
            ("<jean@mairie.fr>", Some("jean@mairie.fr")),
            ("<mailto:jean@mairie.fr>", Some("jean@mairie.fr")),
            ("Jean Roux <jean@mairie.fr>", Some("jean@mairie.fr")),
            ("\"Roux, Jean\" <Jean@mairie.fr>;", Some("jean@mairie.fr")),
            ("jean@mairie.fr;", Some("jean@mairie.fr")),
            ("jean@mairie.fr ,", Some("jean@mairie.fr")),
            ("jean@mairie.fr.", Some("jean@mairie.fr")),
            ("«\u{a0}jean@mairie.fr\u{a0}»", Some("jean@mairie.fr")),
            ("\u{3000}jean＠mairie.fr\u{2003}", Some("jean@mairie.fr")),
            ("\u{feff}jean@mairie.fr\u{200b}", Some("jean@mairie.fr")),
            ("jean@mairie.fr; marc@mairie.fr", None),
            ("<jean@mairie.fr>, <marc@mairie.fr>", None),
            ("Jean <jean@mairie.fr> ou marc@mairie.fr", None),
            ("mailto:", None),
            ("<>", None),
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
}
