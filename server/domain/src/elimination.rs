//! The end of public archives: a list of files whose period is over, the visa of the archives, the erasure. Source: Code du
//! patrimoine, art. R212-14 (« toute élimination est interdite sans ce visa »).

use jiff::civil::Date;

use crate::{
    calendar::{NOT_A_DATE, typed_date},
    text::is_blank,
    words,
};

/// The most files in one list: what an archivist reads in one sitting.
pub const MAX_FILES: u64 = 500;

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// What was granted came to its end.
    Ended,
    Revoked,
    Refused,
    Archived,
}

impl Outcome {
    pub const ALL: [Self; 4] = [Self::Ended, Self::Revoked, Self::Refused, Self::Archived];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Revoked => "revoked",
            Self::Refused => "refused",
            Self::Archived => "archived",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Ended => "Habilitation échue",
            Self::Revoked => "Habilitation révoquée",
            Self::Refused => "Demande refusée",
            Self::Archived => "Demande archivée",
        }
    }
}

/// Where a list stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    Proposed,
    /// The visa was given; files are being erased.
    Approved(Visa),
    Carried(Visa),
}

impl Phase {
    pub fn label(&self) -> &'static str {
        match self {
            Self::Proposed => "En attente du visa",
            Self::Approved(_) => "Effacement en cours",
            Self::Carried(_) => "Dossiers effacés",
        }
    }

    pub fn visa(&self) -> Option<&Visa> {
        match self {
            Self::Proposed => None,
            Self::Approved(visa) | Self::Carried(visa) => Some(visa),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visa {
    pub reference: String,
    /// The archive service that gave it.
    pub authority: String,
    pub on: Date,
}

/// The visa as typed in the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedVisa {
    pub reference: String,
    pub authority: String,
    pub on: String,
}

impl TypedVisa {
    /// # Errors
    /// A sentence for each field that is missing or cannot be true.
    pub fn read(&self, proposed_on: Date, today: Date) -> Result<Visa, Vec<(&'static str, String)>> {
        let line = |typed: &str, missing: &str| words::checked_line(typed, 200).map_err(|error| error.or_missing(missing));
        let reference = line(&self.reference, "Indiquez la référence du visa.");
        let authority = line(&self.authority, "Indiquez le service d’archives qui a donné le visa.");
        let on = match typed_date(&self.on) {
            None if is_blank(&self.on) => Err("Indiquez la date du visa.".to_owned()),
            None => Err(NOT_A_DATE.to_owned()),
            Some(day) if day > today => Err("Cette date est à venir\u{a0}: attendez d’avoir reçu le visa.".to_owned()),
            Some(day) if day < proposed_on => Err("Le visa ne peut pas précéder le bordereau.".to_owned()),
            Some(day) => Ok(day),
        };
        match (reference, authority, on) {
            (Ok(reference), Ok(authority), Ok(on)) => Ok(Visa { reference, authority, on }),
            (reference, authority, on) => {
                let errors = [("reference", reference.err()), ("service", authority.err()), ("date", on.err())];
                Err(errors.into_iter().filter_map(|(field, error)| Some((field, error?))).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_visa_has_a_reference_an_authority_and_a_day_between_the_list_and_today() {
        let typed = |reference: &str, authority: &str, on: &str| {
            let typed = TypedVisa { reference: reference.into(), authority: authority.into(), on: on.into() };
            typed.read(date(2032, 1, 10), date(2032, 2, 1)).map_err(|errors| errors.iter().map(|(field, _)| *field).collect::<Vec<_>>())
        };
        let on = date(2032, 1, 10);
        assert_eq!(typed(" V 12 ", "Archives", "2032-01-10"), Ok(Visa { reference: "V 12".into(), authority: "Archives".into(), on }));
        assert!(typed("V", "A", "1er février 2032").is_ok() && typed("a\nb", "A", "01/02/2032").is_ok());
        for (reference, authority, on, wrong) in [
            ("", "", "", vec!["reference", "service", "date"]),
            ("V", "A", "2032-01-09", vec!["date"]),
            ("V", "A", "2032-02-02", vec!["date"]),
            ("V", "A", "1er février", vec!["date"]),
            ("a\0b", "A", "2032-01-10", vec!["reference"]),
            ("V", "A", "10/01/32", vec!["date"]),
            ("V", &"é".repeat(201), "2032-01-10", vec!["service"]),
        ] {
            assert_eq!(typed(reference, authority, on), Err(wrong));
        }
    }

    #[test]
    fn outcomes_are_read_back() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
        }
    }
}
