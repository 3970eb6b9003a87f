//! The answers to a form.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{Block, Field, FieldProblem, Kind};
use crate::{
    address, calendar,
    contact::Email,
    phone::{self, Phone},
    text,
};

/// The most values of a field that takes several; no form has as many boxes.
pub const MAX_VALUES: usize = 500;

/// Values by field name; a field that takes one answer holds one value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, Vec<String>>);

impl Answers {
    pub fn text(&self, field: &str) -> &str {
        self.0.get(field).and_then(|values| values.first()).map_or("", String::as_str)
    }

    pub fn all(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        self.0.insert(field.to_owned(), vec![value.into()]);
    }

    pub fn is_empty(&self, field: &str) -> bool {
        self.all(field).iter().all(|value| text::is_blank(value) && text::forbidden(value).is_none())
    }

    /// One pair for each value, as in a form or a query string.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.0.iter().flat_map(|(name, values)| values.iter().map(move |value| (name.clone(), value.clone()))).collect()
    }

    /// Takes from `sent` the answers to the fields of `block` and leaves all else alone. A field that was not sent is emptied: browsers do not
    /// send unticked boxes. Documents are uploaded separately and stay.
    pub fn merge_block(&mut self, block: &Block, sent: &Answers) {
        for field in block.sent_fields() {
            let values: Vec<String> = sent.all(&field.id).iter().map(|value| normalise(&field, value)).collect();
            let kept: Vec<String> = if field.is_multiple() { distinct(values) } else { values.into_iter().take(1).collect() };
            // An empty answer is stored only to replace an earlier one.
            if !kept.is_empty() || self.0.contains_key(&field.id) {
                self.0.insert(field.id.clone(), kept);
            }
        }
    }

    /// Restores the answer `before` of each field whose new value is refused even in a draft; the other fields keep what was typed.
    pub fn leave_refused(&mut self, before: &Answers, problems: &[FieldProblem]) {
        for problem in problems.iter().filter(|one| one.problem.refuses_draft()) {
            match before.0.get(&problem.field) {
                Some(values) => self.0.insert(problem.field.clone(), values.clone()),
                None => self.0.remove(&problem.field),
            };
        }
    }
}

/// Non-empty values, each once, `MAX_VALUES` at most: no form has more boxes.
fn distinct(values: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    values.into_iter().filter(|value| !value.is_empty() && seen.insert(value.clone())).take(MAX_VALUES).collect()
}

/// The value to store: normalised when it can be read as its kind, otherwise as typed, so that the page can show it again.
pub fn normalise(field: &Field, typed: &str) -> String {
    // Browsers send CRLF in text areas; a limit announced in characters counts one per line end.
    if field.kind == Kind::LongText {
        return typed.replace("\r\n", "\n").trim().to_owned();
    }
    let line = text::one_line(typed);
    match field.kind {
        Kind::Email => Email::parse(&line).map_or_else(|| line.to_lowercase(), |email| email.to_string()),
        Kind::Phone | Kind::Mobile => Phone::parse(&line).map_or(line, |phone| phone.number),
        Kind::Url => address::typed_web(&line),
        Kind::Date => calendar::typed_date(&line).map_or(line, |day| day.to_string()),
        Kind::Number => typed_number(&line, &field.label).map_or(line, |number| number.to_string()),
        _ => line,
    }
}

/// A stored value, as a field of the form shows it.
pub fn shown_again(field: &Field, kept: &str) -> String {
    match field.kind {
        Kind::Phone | Kind::Mobile => phone::shown(kept),
        Kind::Date => calendar::kept_date(kept).map_or_else(|| kept.to_owned(), calendar::numeric_date),
        _ => kept.to_owned(),
    }
}

/// Reads a stored number: digits only, no sign, no leading zero.
pub(crate) fn number(text: &str) -> Option<i64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

/// A whole number as people write it: « 1 000 », « 1.000 », « 012 », « 12,0 », and « 12 mois » where the label of the question names the unit.
/// « 1,000 » is refused: it could be one or a thousand.
fn typed_number(typed: &str, label: &str) -> Option<i64> {
    let plain: String = typed.nfkc().collect();
    let start = plain.find(|c: char| !(c.is_ascii_digit() || c.is_whitespace() || ".,'’".contains(c))).unwrap_or(plain.len());
    let (written, unit) = plain.split_at(start);
    let singular = |word: &str| word.trim_end_matches('s').to_owned();
    let unit = singular(&text::fold(unit));
    let label = text::fold(label);
    if !unit.is_empty() && !label.split(' ').any(|word| singular(word) == unit) {
        return None;
    }
    let written = written.trim();
    let whole = written.split_once(',').filter(|(_, zeros)| matches!(*zeros, "0" | "00")).map_or(written, |(whole, _)| whole);
    let between = |c: char| c.is_whitespace() || matches!(c, '.' | '\'' | '’');
    let groups: Vec<&str> = whole.split(between).collect();
    let digits = groups.iter().all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    let threes = groups.iter().skip(1).all(|group| group.len() == 3) && (groups.len() == 1 || groups[0].len() <= 3);
    (digits && threes).then(|| groups.concat().parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_as_people_write_them() {
        for (typed, number) in [
            ("36", Some(36)),
            ("0", Some(0)),
            ("00", Some(0)),
            ("012", Some(12)),
            ("1 000", Some(1000)),
            ("1\u{a0}000", Some(1000)),
            ("1\u{202f}000", Some(1000)),
            ("1\u{2009}000", Some(1000)),
            ("1.000", Some(1000)),
            ("1.000.000", Some(1_000_000)),
            ("1’000", Some(1000)),
            ("12,0", Some(12)),
            ("12,00", Some(12)),
            ("12 mois", Some(12)),
            ("12\u{a0}Mois", Some(12)),
            ("12mois", Some(12)),
            ("12 mois.", Some(12)),
            ("１２", Some(12)),
            ("1 000 mois", Some(1000)),
            ("1 an", None),
            ("12 jours", None),
            ("1,000", None),
            ("12,5", None),
            ("12.5", None),
            ("36.0", None),
            ("3 6", None),
            ("1 0000", None),
            ("1234 567", None),
            ("+36", None),
            ("-36", None),
            ("12 à 24", None),
            ("douze", None),
            ("mois", None),
            ("99999999999999999999", None),
            ("", None),
        ] {
            assert_eq!(typed_number(typed, "Durée de conservation, en mois"), number, "{typed:?}");
        }
        assert_eq!(typed_number("500 connexions", "Nombre de connexions attendues par an"), Some(500));
    }

    #[test]
    fn answers_are_kept_in_one_spelling_and_shown_as_people_write() {
        for (kind, typed, kept, shown) in [
            (Kind::Text, " un\tdeux\r\n", "un deux", "un deux"),
            (Kind::LongText, " un\tdeux\r\ntrois ", "un\tdeux\ntrois", "un\tdeux\ntrois"),
            (Kind::Email, "Jeanne <Jeanne@Mairie.fr>;", "jeanne@mairie.fr", "jeanne@mairie.fr"),
            (Kind::Email, "Jeanne", "jeanne", "jeanne"),
            (Kind::Mobile, "+33 (0)6 12 34 56 78", "+33612345678", "06 12 34 56 78"),
            (Kind::Phone, "0692 12 34 56", "+262692123456", "+262 692 12 34 56"),
            (Kind::Phone, "06 12", "06 12", "06 12"),
            (Kind::Url, "www.lyon.fr/x.", "https://www.lyon.fr/x", "https://www.lyon.fr/x"),
            (Kind::Date, "1er février 2027", "2027-02-01", "01/02/2027"),
            (Kind::Date, "31/01/27", "31/01/27", "31/01/27"),
            (Kind::Number, "1 000", "1000", "1000"),
            (Kind::Number, "douze", "douze", "douze"),
        ] {
            let field = Field::new("champ", "Champ", kind);
            let once = normalise(&field, typed);
            assert_eq!((once.as_str(), shown_again(&field, &once).as_str()), (kept, shown), "{kind:?} {typed:?}");
            // What the page shows is read the same.
            assert_eq!(normalise(&field, shown), kept, "{kind:?} {typed:?}");
        }
    }
}
