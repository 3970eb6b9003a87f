//! SIREN and SIRET numbers. Source: INSEE, Sirene directory; Luhn check on both, except that establishments
//! of La Poste (SIREN 356000000) check by a digit sum divisible by five.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::text;

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Siret(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSiret {
    #[error("a SIRET of another length than 14 digits")]
    Length,
    #[error("a SIRET with a wrong check digit")]
    Key,
}

impl InvalidSiret {
    /// What the person reads.
    pub fn sentence(self) -> String {
        match self {
            Self::Length => "Le numéro SIRET comporte 14 chiffres.".to_owned(),
            Self::Key => "Ce numéro SIRET n’est pas valide\u{a0}: vérifiez les chiffres saisis.".to_owned(),
        }
    }
}

const LA_POSTE: &str = "356000000";

/// What may stand before the number, in small letters and without blanks.
const LABELS: [&str; 9] = ["", "siret", "n", "no", "numero", "nsiret", "nosiret", "numerosiret", "numerodesiret"];

impl Siret {
    /// As people copy it: with blanks, dots or dashes between its groups, « SIRET : » or « n° » before it.
    pub fn parse(text: &str) -> Result<Self, InvalidSiret> {
        let joined = text::joined(text);
        let start = joined.find(|c: char| c.is_ascii_digit()).unwrap_or(joined.len());
        let (label, digits) = joined.split_at(start);
        if !LABELS.contains(&text::fold(label).replace(' ', "").as_str()) {
            return Err(InvalidSiret::Length);
        }
        if digits.len() != 14 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidSiret::Length);
        }
        let (siren, _) = digits.split_at(9);
        let valid = if siren == LA_POSTE { luhn(digits) || digit_sum(digits).is_multiple_of(5) } else { luhn(siren) && luhn(digits) };
        if valid { Ok(Self(digits.to_owned())) } else { Err(InvalidSiret::Key) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn siren(&self) -> &str {
        self.0.get(..9).unwrap_or(&self.0)
    }

    /// As people write it: `130 025 265 00013`.
    pub fn spaced(&self) -> String {
        let d = &self.0;
        format!("{} {} {} {}", &d[..3], &d[3..6], &d[6..9], &d[9..])
    }
}

fn digit_sum(digits: &str) -> u32 {
    digits.bytes().map(|b| u32::from(b - b'0')).sum()
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0') * if i % 2 == 1 { 2 } else { 1 };
            if d > 9 { d - 9 } else { d }
        })
        .sum();
    sum.is_multiple_of(10)
}

impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Siret {
    type Err = InvalidSiret;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Siret {
    type Error = InvalidSiret;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Siret> for String {
    fn from(siret: Siret) -> Self {
        siret.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_numbers() {
        for (text, expected) in [
            ("13002526500013", Ok(())),
            ("130 025 265 00013", Ok(())),
            ("21920023500014", Ok(())),
            ("219.200.235.00014", Ok(())),
            ("219-200-235-00014", Ok(())),
            ("219\u{2011}200–235—00014", Ok(())),
            ("219/200/235_00014.", Ok(())),
            ("219\u{202f}200\u{a0}235\t00014\n", Ok(())),
            ("\u{200b}219 200 235 00014\u{feff}", Ok(())),
            ("２１９ ２００ ２３５ ０００１４", Ok(())),
            ("SIRET 219 200 235 00014", Ok(())),
            ("Siret\u{a0}: 21920023500014", Ok(())),
            ("siret21920023500014", Ok(())),
            ("n° 219 200 235 00014", Ok(())),
            ("N° SIRET : 219 200 235 00014", Ok(())),
            ("Numéro de SIRET\u{a0}: 219 200 235 00014", Ok(())),
            ("(219 200 235 00014)", Ok(())),
            ("219 200 235", Err(InvalidSiret::Length)),
            ("SIREN 219 200 235 00014", Err(InvalidSiret::Length)),
            ("219 200 235 00014 SIRET", Err(InvalidSiret::Length)),
            ("219 200 235 00014 / 130 025 265 00013", Err(InvalidSiret::Length)),
            ("２１９ ２００ ２３５ ０００１٤", Err(InvalidSiret::Length)),
            ("21690123100011", Ok(())),
            ("35600000009075", Ok(())),
            ("55837874100737", Ok(())),
            ("12345676545678", Err(InvalidSiret::Key)),
            ("35600000009076", Err(InvalidSiret::Key)),
            ("1300252650001", Err(InvalidSiret::Length)),
            ("130025265000133", Err(InvalidSiret::Length)),
            ("1300252650001é", Err(InvalidSiret::Length)),
            ("", Err(InvalidSiret::Length)),
        ] {
            assert_eq!(Siret::parse(text).map(|_| ()), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_seen(position in 0usize..14, change in 1u8..10) {
            let mut digits = b"13002526500013".to_vec();
            digits[position] = b'0' + (digits[position] - b'0' + change) % 10;
            let text = String::from_utf8(digits).unwrap_or_default();
            prop_assert_eq!(Siret::parse(&text), Err(InvalidSiret::Key));
        }

        #[test]
        fn any_text_is_answered_without_panic(text in ".*") {
            let _ = Siret::parse(&text);
        }
    }
}
