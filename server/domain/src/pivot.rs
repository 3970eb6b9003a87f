//! The pivot identity: the six attributes which identify a natural person for the State, and what may come
//! beside them. Source: reference of the identity providers, formats of the published claims.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    Male,
    Female,
    Unspecified,
}

impl Gender {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "male" => Some(Self::Male),
            "female" => Some(Self::Female),
            "unspecified" => Some(Self::Unspecified),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Unspecified => "unspecified",
        }
    }
}

/// A birth date of which the civil register may know only the year, or the year and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartialDate {
    pub year: u16,
    pub month: Option<u8>,
    pub day: Option<u8>,
}

impl PartialDate {
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`; `00` stands for an unknown part.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = parts.next().map(|p| digits(p, 2)).unwrap_or(Some(0))?;
        let day = parts.next().map(|p| digits(p, 2)).unwrap_or(Some(0))?;
        if parts.next().is_some() || !(1850..=2200).contains(&year) || (month == 0 && day != 0) {
            return None;
        }
        let date = Self { year, month: u8::try_from(month).ok().filter(|m| *m != 0), day: u8::try_from(day).ok().filter(|d| *d != 0) };
        let (y, m, d) = (i16::try_from(year).ok()?, date.month.unwrap_or(1), date.day.unwrap_or(1));
        jiff::civil::Date::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()?;
        Some(date)
    }

    /// As services receive it: unknown parts padded with `01`.
    pub fn padded(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }
}

fn digits(text: &str, len: usize) -> Option<u16> {
    (text.len() == len && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// INSEE's code of France as a birth country.
pub const FRANCE: &str = "99100";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PivotIdentity {
    /// In the order of the civil register.
    pub given_names: Vec<String>,
    pub family_name: String,
    pub gender: Gender,
    pub birthdate: PartialDate,
    /// INSEE code of the town; empty for a person born abroad.
    pub birthplace: String,
    /// INSEE code of the country, `99100` for France.
    pub birthcountry: String,
    pub preferred_username: Option<String>,
    pub email: String,
}

impl PivotIdentity {
    pub fn given_name(&self) -> String {
        self.given_names.join(" ")
    }
}

/// A code of the INSEE geographic code: towns follow `^(2[AB]|[0-9]{2})[0-9]{3}$`.
pub fn is_cog(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 5
        && bytes[0].is_ascii_digit()
        && (bytes[1].is_ascii_digit() || (bytes[0] == b'2' && matches!(bytes[1], b'A' | b'B')))
        && bytes[2..].iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_dates() {
        for (text, padded) in [
            ("1962-08-24", Some("1962-08-24")),
            ("1992-11-00", Some("1992-11-01")),
            ("1992-00-00", Some("1992-01-01")),
            ("1992", Some("1992-01-01")),
            ("1992-11", Some("1992-11-01")),
            ("1992-00-12", None),
            ("1991-02-29", None),
            ("1992-02-29", Some("1992-02-29")),
            ("1992-13-01", None),
            ("92-01-01", None),
            ("1992-1-1", None),
            ("", None),
        ] {
            assert_eq!(PartialDate::parse(text).map(PartialDate::padded).as_deref(), padded, "{text}");
        }
    }

    #[test]
    fn place_codes() {
        for (code, ok) in [("75107", true), ("2A004", true), ("2B050", true), ("20004", true), ("AAAAA", false), ("9910", false), ("2C001", false)] {
            assert_eq!(is_cog(code), ok, "{code}");
        }
    }
}
