//! Whether a sandbox case is about the person that the token names.

use std::collections::BTreeMap;

use domain::pivot::{Gender, PivotIdentity};
use serde_json::Value;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Only the parameters given by the file are compared. A usage name is not: FranceConnect does not identify people by it.
pub fn matches(params: &BTreeMap<String, Value>, identity: &PivotIdentity, business: &BTreeMap<String, i64>) -> bool {
    params.iter().all(|(name, expected)| matches_one(name, expected, identity, business))
}

fn matches_one(name: &str, expected: &Value, identity: &PivotIdentity, business: &BTreeMap<String, i64>) -> bool {
    let PivotIdentity { given_names: _, family_name, gender, birthdate, birthplace, birthcountry, preferred_username: _, email: _ } = identity;
    match name {
        "nomUsage" => true,
        "nomNaissance" => fold(&text(expected)) == fold(family_name),
        // Joined: « Jean Philippe » may come as one given name or as two.
        "prenoms" => fold(&text(expected)) == fold(&identity.given_name()),
        "anneeDateNaissance" => number(expected) == Some(i64::from(birthdate.year)),
        "moisDateNaissance" => number(expected) == birthdate.month.map(i64::from),
        "jourDateNaissance" => number(expected) == birthdate.day.map(i64::from),
        "sexeEtatCivil" => letter(*gender).is_some_and(|letter| text(expected).eq_ignore_ascii_case(letter)),
        "codeCogInseeCommuneNaissance" => code(expected).eq_ignore_ascii_case(birthplace),
        "codeCogInseePaysNaissance" => code(expected).eq_ignore_ascii_case(birthcountry),
        other => number(expected).is_some_and(|number| business.get(other) == Some(&number)),
    }
}

/// The first parameter that no person could match, with what is expected: such a case would never be found.
pub fn impossible(params: &BTreeMap<String, Value>) -> Option<String> {
    let within = |value: &Value, least, most| number(value).is_some_and(|number| (least..=most).contains(&number));
    params.iter().find_map(|(name, value)| {
        let (possible, expected) = match name.as_str() {
            "anneeDateNaissance" => (within(value, 1000, 9999), "a year of four figures"),
            "moisDateNaissance" => (within(value, 1, 12), "a month from 1 to 12"),
            "jourDateNaissance" => (within(value, 1, 31), "a day from 1 to 31"),
            "sexeEtatCivil" => (["M", "F"].iter().any(|letter| text(value).eq_ignore_ascii_case(letter)), "M or F"),
            "codeCogInseeCommuneNaissance" | "codeCogInseePaysNaissance" => (code(value).len() == 5, "a code of five characters"),
            _ => return None,
        };
        (!possible).then(|| format!("params.{name} should be {expected}"))
    })
}

fn letter(gender: Gender) -> Option<&'static str> {
    match gender {
        Gender::Male => Some("M"),
        Gender::Female => Some("F"),
        Gender::Unspecified => None,
    }
}

/// A list is read as its items separated by spaces.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(" "),
        Value::Null | Value::Bool(_) | Value::Object(_) => String::new(),
    }
}

/// INSEE geographic codes have five characters: one written as a number has lost its leading zero.
fn code(value: &Value) -> String {
    if value.is_number() { format!("{:0>5}", text(value)) } else { text(value).trim().to_owned() }
}

/// `5`, `"5"` and `"05"` are one month.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Case, accents, ligatures, the kind of apostrophe and doubled spaces are ignored: they do not tell people apart.
pub(super) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for character in name.nfd().filter(|character| !is_combining_mark(*character)) {
        match character {
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            '’' | 'ʼ' => folded.push('\''),
            other => folded.extend(other.to_lowercase()),
        }
    }
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}
