//! What people type to find a request: words in any order, their beginnings, numbers of requests and habilitations,
//! a SIRET with or without its spaces. Whatever is typed means something or nothing, never an error.

use crate::text::fold;

/// Characters read of what was typed.
pub const MAX_TYPED: usize = 500;
const MAX_TERMS: usize = 12;
/// Longer beginnings find nothing that a shorter one does not.
const MAX_WORD: usize = 60;

/// One condition; a request must fulfil all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A word of the request begins so. Letters and digits only.
    Word(String),
    /// « D123 ».
    Request(i64),
    /// « H45 ».
    Habilitation(i64),
    /// Digits alone: the number of a request, or the beginning of a word.
    Digits(i64, String),
}

/// The conditions in what was typed; none for blanks and punctuation.
pub fn parse(typed: &str) -> Vec<Term> {
    let typed: String = typed.chars().take(MAX_TYPED).collect();
    let folded = fold(&typed);
    let words = join_siret(&folded.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>());
    words.into_iter().take(MAX_TERMS).map(term).collect()
}

fn term(word: String) -> Term {
    let numbered = |prefix: char| word.strip_prefix(prefix).filter(|rest| is_short_number(rest)).and_then(|rest| rest.parse().ok());
    if let Some(number) = numbered('d') {
        return Term::Request(number);
    }
    if let Some(number) = numbered('h') {
        return Term::Habilitation(number);
    }
    match word.parse() {
        // One or two digits begin too many things: they are a number.
        Ok(number) if word.len() < 3 => Term::Request(number),
        Ok(number) if is_short_number(&word) => Term::Digits(number, word),
        _ => Term::Word(word.chars().take(MAX_WORD).collect()),
    }
}

fn is_short_number(text: &str) -> bool {
    (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// « 219 200 235 00014 » and « 219200235 » are one word each.
fn join_siret(words: &[&str]) -> Vec<String> {
    let is_digits = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let mut joined: Vec<String> = Vec::new();
    let mut rest = words;
    while let Some(first) = rest.first() {
        let run = rest.iter().take_while(|word| is_digits(word)).count();
        let whole: String = rest[..run].concat();
        if run > 1 && matches!(whole.len(), 9 | 14) {
            joined.push(whole);
            rest = &rest[run..];
        } else {
            joined.push((*first).to_owned());
            rest = &rest[1..];
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word(text: &str) -> Term {
        Term::Word(text.to_owned())
    }

    #[test]
    fn what_people_type() {
        for (typed, terms) in [
            ("", vec![]),
            ("  « ' \" ( ) * : ^ - AND", vec![word("and")]),
            ("Élémentaire d’été", vec![word("elementaire"), word("d"), word("ete")]),
            ("D123", vec![Term::Request(123)]),
            ("h45 clamart", vec![Term::Habilitation(45), word("clamart")]),
            ("123", vec![Term::Digits(123, "123".to_owned())]),
            ("219 200 235 00014", vec![word("21920023500014")]),
            ("mairie 219 200 235", vec![word("mairie"), Term::Digits(219_200_235, "219200235".to_owned())]),
            ("12 345", vec![Term::Request(12), Term::Digits(345, "345".to_owned())]),
            ("d99999999999999999999", vec![word("d99999999999999999999")]),
            ("jeanne.roux@clamart.example", vec![word("jeanne"), word("roux"), word("clamart"), word("example")]),
        ] {
            assert_eq!(parse(typed), terms, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn terms_hold_letters_and_digits_only(typed in ".{0,600}") {
            let terms = parse(&typed);
            prop_assert!(terms.len() <= MAX_TERMS);
            for term in terms {
                if let Term::Word(text) | Term::Digits(_, text) = term {
                    prop_assert!(!text.is_empty() && text.chars().all(char::is_alphanumeric), "{text}");
                }
            }
        }
    }
}
