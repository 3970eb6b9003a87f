//! What people type to find a request: words in any order, their beginnings, numbers of requests and habilitations,
//! a SIRET with or without its spaces. Whatever is typed means something or nothing, never an error.

use std::collections::BTreeSet;

use crate::text::fold;

/// The most characters read of what was typed.
pub const MAX_TYPED: usize = 500;
const MAX_TERMS: usize = 12;
/// Words are cut to this length, which is enough to find them by their beginning.
const MAX_WORD: usize = 60;
/// The longest run of letters or digits, in bytes, that is also indexed as one word with its neighbour: a SIRET or a long word never is.
const MAX_BESIDE: usize = 8;

/// One condition: a word of the request is this one, or its number is. A request must fulfil all the conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Letters and digits only.
    pub word: String,
    /// Whether the whole word must be the same; otherwise a word that begins so is enough.
    pub whole: bool,
    pub number: Option<Number>,
}

/// What a number may stand for, beside a word of the title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// « D123 », « 123 ».
    Request(i64),
    /// « H45 ».
    Habilitation(i64),
}

/// The conditions in what was typed; none for blanks and punctuation.
pub fn parse(typed: &str) -> Vec<Term> {
    let typed: String = typed.chars().take(MAX_TYPED).collect();
    let folded = fold(&typed);
    let words = join(&folded.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>());
    words.into_iter().take(MAX_TERMS).map(term).collect()
}

fn term(word: String) -> Term {
    let after = |letter: char| word.strip_prefix(letter).filter(|rest| is_short_number(rest)).and_then(|rest| rest.parse().ok());
    let number = match (after('d'), after('h')) {
        (Some(number), _) => Some(Number::Request(number)),
        (_, Some(number)) => Some(Number::Habilitation(number)),
        _ => word.parse().ok().filter(|_| is_short_number(&word)).map(Number::Request),
    };
    // One or two digits, or a letter with digits, are the beginning of too many words.
    let whole = number.is_some() && (word.len() < 3 || !is_digits(&word));
    Term { word: word.chars().take(MAX_WORD).collect(), whole, number }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_short_number(text: &str) -> bool {
    text.len() <= 12 && is_digits(text)
}

/// The words under which a request is indexed: those of its texts and, where letters stand beside a number, both spellings:
/// « MDPH 13 » and « mdph13 », « Covid-19 » and « covid19 », « L. 111-2 » and « L111 ».
pub fn words(text: &str) -> String {
    let folded = fold(text);
    let mut all: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let parts: Vec<&str> = all.iter().flat_map(|word| parts(word)).collect();
    let known: BTreeSet<&str> = all.iter().copied().collect();
    let near = |two: &&[&str]| is_digits(two[0]) != is_digits(two[1]) && two.iter().all(|part| part.len() <= MAX_BESIDE);
    let joined: BTreeSet<String> = parts.windows(2).filter(near).map(<[&str]>::concat).filter(|word| !known.contains(word.as_str())).collect();
    let apart: BTreeSet<&str> = parts.iter().copied().filter(|part| !known.contains(part)).collect();
    all.extend(apart);
    all.extend(joined.iter().map(String::as_str));
    all.join(" ")
}

/// Splits a word into runs of digits and runs of anything else.
fn parts(word: &str) -> Vec<&str> {
    word.char_indices()
        .map(|(at, c)| (at, c.is_ascii_digit()))
        .collect::<Vec<_>>()
        .chunk_by(|(_, left), (_, right)| left == right)
        .map(|run| {
            let (start, end) = (run[0].0, run[run.len() - 1].0);
            let end = word[end..].chars().next().map_or(end, |last| end + last.len_utf8());
            &word[start..end]
        })
        .collect()
}

/// Joins the groups of a SIRET or SIREN (« 219 200 235 00014 ») into one word, and likewise « D 123 » and « H 45 ».
fn join(words: &[&str]) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut rest = words;
    while let Some(first) = rest.first() {
        let run = rest.iter().take_while(|word| is_digits(word)).count();
        let whole: String = rest[..run].concat();
        if let ["d" | "h", number, ..] = rest
            && is_digits(number)
        {
            joined.push(format!("{first}{number}"));
            rest = &rest[2..];
        } else if run > 1 && matches!(whole.len(), 9 | 14) {
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
        Term { word: text.to_owned(), whole: false, number: None }
    }

    /// A number that is a whole word all the same.
    fn whole(text: &str, number: Number) -> Term {
        Term { word: text.to_owned(), whole: true, number: Some(number) }
    }

    fn digits(text: &str, number: i64) -> Term {
        Term { word: text.to_owned(), whole: false, number: Some(Number::Request(number)) }
    }

    #[test]
    fn what_people_type() {
        use Number::{Habilitation, Request};
        for (typed, terms) in [
            ("", vec![]),
            ("  « ' \" ( ) * : ^ - AND", vec![word("and")]),
            ("Élémentaire d’été", vec![word("elementaire"), word("d"), word("ete")]),
            ("D123", vec![whole("d123", Request(123))]),
            ("d 123", vec![whole("d123", Request(123))]),
            ("h45 clamart", vec![whole("h45", Habilitation(45)), word("clamart")]),
            ("H 45", vec![whole("h45", Habilitation(45))]),
            ("D3 quartier", vec![whole("d3", Request(3)), word("quartier")]),
            ("123", vec![digits("123", 123)]),
            ("MDPH 13", vec![word("mdph"), whole("13", Request(13))]),
            ("n°73", vec![word("n"), whole("73", Request(73))]),
            ("nº73", vec![word("n"), whole("73", Request(73))]),
            ("№73", vec![word("n"), whole("73", Request(73))]),
            ("covid-19", vec![word("covid"), whole("19", Request(19))]),
            ("covid19", vec![word("covid19")]),
            ("219 200 235 00014", vec![word("21920023500014")]),
            ("mairie 219 200 235", vec![word("mairie"), digits("219200235", 219_200_235)]),
            ("12 345", vec![whole("12", Request(12)), digits("345", 345)]),
            ("d99999999999999999999", vec![word("d99999999999999999999")]),
            ("jeanne.roux@clamart.example", vec![word("jeanne"), word("roux"), word("clamart"), word("example")]),
        ] {
            assert_eq!(parse(typed), terms, "{typed}");
        }
    }

    #[test]
    fn letters_beside_a_number_are_found_in_both_spellings() {
        for (text, kept) in [
            ("Cantine de l’école", "cantine de l ecole"),
            ("MDPH 13", "mdph 13 mdph13"),
            ("mdph13", "mdph13 13 mdph"),
            ("Covid-19", "covid 19 covid19"),
            ("Salle n° 5", "salle n 5 n5"),
            ("L. 111-2", "l 111 2 l111"),
            ("12bis", "12bis 12 bis"),
            ("Clamart 21920023500014 Jeanne", "clamart 21920023500014 jeanne"),
            ("H2 énergie", "h2 energie 2 h 2energie"),
        ] {
            assert_eq!(words(text), kept, "{text}");
        }
    }

    /// As the database looks for terms among the words of a request.
    fn finds(typed: &str, text: &str) -> bool {
        let words = words(text);
        let holds = |term: &Term| words.split(' ').any(|word| if term.whole { word == term.word } else { word.starts_with(&term.word) });
        parse(typed).iter().all(holds)
    }

    #[test]
    fn a_word_like_a_number_is_also_a_word() {
        for (title, typed) in [
            ("Maison du handicap MDPH 13", &["MDPH 13", "mdph13", "MDPH-13", "mdph"][..]),
            ("MDPH13", &["MDPH 13", "mdph13"]),
            ("CAF 75", &["CAF 75", "caf75", "75"]),
            ("H2 énergie", &["H2 énergie", "H2", "h 2"]),
            ("Quartier D3", &["D3 quartier", "D3", "d 3"]),
            ("Salle n°73", &["n°73", "n° 73", "nº73", "№73", "N 73", "73", "salle 73"]),
            ("Salle №73", &["n°73", "№ 73", "73"]),
            ("Plan covid 19", &["covid19", "covid-19", "covid 19"]),
            ("Plan Covid19", &["covid19", "covid-19", "covid 19"]),
            ("Article L. 111-2", &["L111-2", "L. 111-2", "111-2"]),
            ("1 000 arbres", &["1 000 arbres"]),
            ("Accueil 24/24 et 7-9", &["24/24", "7-9"]),
            ("12bis rue X", &["12 bis", "12bis"]),
            ("H45 stade", &["h45", "H45 stade"]),
            ("API 3.0", &["3.0"]),
        ] {
            for typed in typed {
                assert!(finds(typed, title), "{typed} in {title}");
            }
        }
        for (title, typed) in [("MDPH 139", "MDPH 13"), ("Salle 735", "n°73"), ("Quartier D30", "D3"), ("Clamart", "13")] {
            assert!(!finds(typed, title), "{typed} in {title}");
        }
    }

    proptest! {
        #[test]
        fn terms_hold_letters_and_digits_only(typed in ".{0,600}") {
            let terms = parse(&typed);
            prop_assert!(terms.len() <= MAX_TERMS);
            for Term { word, .. } in terms {
                prop_assert!(!word.is_empty() && word.chars().all(char::is_alphanumeric), "{word}");
            }
        }

        #[test]
        fn what_a_title_says_finds_it(title in "[a-zA-Z0-9éÉ°º№ ./-]{0,40}") {
            prop_assume!(parse(&title).len() < MAX_TERMS);
            prop_assert!(finds(&title, &title), "{title}");
        }
    }
}
