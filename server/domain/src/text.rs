//! Text as people see it, and words as a search compares them: « Élémentaire » is found by « elementaire ».

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Characters nobody sees: they turn the direction of what follows (« \u{202e}fdp.exe » reads « exe.pdf »), take no width, or
/// hide a message inside another. Sources: Unicode Standard Annex 9, and the property `Default_Ignorable_Code_Point`
/// of the Unicode Character Database. The one list of them: other rules ask it. An emoji made of several (joined by U+200D,
/// coloured by U+FE0F) falls into its parts, which are read all the same.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{13430}'..='\u{13440}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The text with what nobody sees left out: it comes with what people paste, who could not find it to correct it. The
/// two separators of Unicode become the line end they are, for the fields of one line to refuse. Control characters
/// stay, and each field refuses them with its sentence.
pub fn visible(typed: &str) -> Cow<'_, str> {
    let separator = |c: char| matches!(c, '\u{2028}' | '\u{2029}');
    if !typed.contains(|c: char| is_invisible(c) || separator(c)) {
        return Cow::Borrowed(typed);
    }
    Cow::Owned(typed.chars().filter(|c| !is_invisible(*c)).map(|c| if separator(c) { '\n' } else { c }).collect())
}

/// The first character of a text in a file that nobody reads there: written on purpose, it is not dropped but refused. Ends of lines and
/// tabs are read.
pub fn unreadable(text: &str) -> Option<char> {
    let read = |c: char| matches!(c, '\n' | '\t');
    text.chars().find(|c| is_invisible(*c) || matches!(c, '\u{2028}' | '\u{2029}') || c.is_control() && !read(*c))
}

/// Lower case, without accents, ligatures opened, everything else than letters and digits made one space.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase).nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            _ if c.is_alphanumeric() => folded.push(c),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The same letters without their accents.
pub fn unaccented(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{fold, unreadable, visible};

    #[test]
    fn what_nobody_sees_is_left_out() {
        for (typed, kept) in [
            ("Médiathèque d’Évry\u{a0}: 1\u{202f}000\u{a0}€", "Médiathèque d’Évry\u{a0}: 1\u{202f}000\u{a0}€"),
            ("facture\u{202e}fdp.exe", "facturefdp.exe"),
            ("\u{2066}a\u{2069}\u{200f}b\u{61c}c", "abc"),
            ("Jean\u{200b}ne\u{feff} R\u{2060}oux\u{ad}", "Jeanne Roux"),
            ("a\u{e0041}\u{fe01}b\u{3164}", "ab"),
            ("\u{200b}\u{200d}", ""),
            ("un\u{2028}deux\u{2029}trois", "un\ndeux\ntrois"),
            ("👩\u{200d}👧 ⚠\u{fe0f}", "👩👧 ⚠"),
            // For the field to refuse, which says so.
            ("a\u{0}\u{1b}b\r\n\tc", "a\u{0}\u{1b}b\r\n\tc"),
        ] {
            assert_eq!(visible(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn what_nobody_reads_in_a_file_is_found() {
        for (text, found) in [
            ("Une ligne\n\tpuis une autre\u{a0}: 1\u{202f}000\u{a0}€", None),
            ("a\u{202e}b", Some('\u{202e}')),
            ("a\u{2029}b", Some('\u{2029}')),
            ("a\rb", Some('\r')),
            ("a\u{9b}b", Some('\u{9b}')),
            ("\u{e0041}", Some('\u{e0041}')),
        ] {
            assert_eq!(unreadable(text), found, "{text:?}");
        }
    }

    #[test]
    fn accents_case_and_punctuation_are_one() {
        for (text, folded) in [
            ("Élémentaire", "elementaire"),
            ("  L’Œuvre,  d'ÉTÉ! ", "l oeuvre d ete"),
            ("Inscription à la médiathèque n° 12", "inscription a la mediatheque n 12"),
            ("jeanne.roux@clamart.example", "jeanne roux clamart example"),
            ("\u{a0}«\u{a0}?\u{a0}»", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in ".{0,80}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
