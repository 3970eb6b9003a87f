//! Text as people see it, and words as a search compares them: « Élémentaire » is found by « elementaire ».

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Invisible characters: they reverse the direction of what follows (« \u{202e}fdp.exe » reads « exe.pdf »), take no width, or hide a message
/// inside another. Sources: Unicode Standard Annex 9, and the property `Default_Ignorable_Code_Point` of the Unicode Character Database. Every
/// rule about them uses this list. Without them, an emoji made of several (joined by U+200D, coloured by U+FE0F) falls into its parts, which stay
/// readable.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{13430}'..='\u{13440}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The text without invisible characters: they come with pasted text, and people could not find them to correct it. Every Unicode line end
/// (Standard Annex 14: those of word processors, of mainframes, of pages) becomes the ordinary one. Other control characters stay: each field
/// refuses them by name.
pub fn visible(typed: &str) -> Cow<'_, str> {
    let line_end = |c: char| matches!(c, '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if !typed.contains(|c: char| is_invisible(c) || line_end(c)) {
        return Cow::Borrowed(typed);
    }
    Cow::Owned(typed.chars().filter(|c| !is_invisible(*c)).map(|c| if line_end(c) { '\n' } else { c }).collect())
}

/// The text as a one-line field stores it: trimmed, with tabs (from spreadsheet cells) and line ends made spaces.
pub fn one_line(typed: &str) -> String {
    visible(typed).trim().replace("\r\n", " ").replace(['\n', '\t'], " ")
}

/// Whether there is nothing to read: only blanks, invisible characters, combining marks, and characters without a meaning of their own (object
/// replacement, private use, noncharacters, emoji modifiers).
pub fn is_blank(text: &str) -> bool {
    let means_nothing = |c: char| {
        matches!(c, '\u{1f3fb}'..='\u{1f3ff}' | '\u{fffc}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{f0000}'..='\u{10ffff}')
            || u32::from(c) & 0xfffe == 0xfffe
    };
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c) || is_combining_mark(c) || means_nothing(c))
}

/// The first character that is refused in any text because nobody can read it. Line ends and tabs are accepted.
pub fn forbidden(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t') || *c == char::REPLACEMENT_CHARACTER)
}

/// « Ce texte contient un caractère interdit (tabulation) : supprimez-le. »
pub fn forbidden_sentence(c: char) -> String {
    let name = match c {
        '\t' => "tabulation".to_owned(),
        '\n' | '\r' => "saut de ligne".to_owned(),
        '\0' => "caractère nul, U+0000".to_owned(),
        '\u{1b}' => "échappement, U+001B".to_owned(),
        char::REPLACEMENT_CHARACTER => "«\u{a0}\u{fffd}\u{a0}», à la place d’une lettre mal copiée".to_owned(),
        c => format!("U+{:04X}", u32::from(c)),
    };
    format!("Ce texte contient un caractère interdit ({name})\u{a0}: supprimez-le.")
}

/// The letters and digits of a number or a code, without what people put between its groups or around it: blanks, dashes, dots,
/// slashes, parentheses, quotation marks. Wide letters and digits become ordinary ones.
pub fn joined(typed: &str) -> String {
    let between = |c: char| {
        let dash = matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_');
        dash || c.is_whitespace() || c.is_control() || is_invisible(c) || ".,;:/\\·•|()[]<>«»“”\"'’".contains(c)
    };
    typed.nfkc().filter(|c| !between(*c)).collect()
}

/// The first invisible or control character of a text in a catalogue file, where it is refused rather than dropped: such files are written on
/// purpose. Line ends and tabs are accepted.
pub fn unreadable(text: &str) -> Option<char> {
    let read = |c: char| matches!(c, '\n' | '\t');
    text.chars().find(|c| is_invisible(*c) || matches!(c, '\u{2028}' | '\u{2029}') || c.is_control() && !read(*c))
}

/// Lower case, without accents, ligatures split, each run of anything but letters and digits made one space.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // « nº » and « № » are « n° »: the letter, then a mark.
    let plain = text.replace('º', "°").replace('№', "n°");
    for c in plain.nfkd().flat_map(char::to_lowercase).nfkd().filter(|c| !is_combining_mark(*c)) {
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

    use super::*;

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
            ("un\u{b}deux\u{85}trois\u{c}quatre", "un\ndeux\ntrois\nquatre"),
            ("👩\u{200d}👧 ⚠\u{fe0f}", "👩👧 ⚠"),
            // For the field to refuse, which says so.
            ("a\u{0}\u{1b}b\r\n\tc", "a\u{0}\u{1b}b\r\n\tc"),
        ] {
            assert_eq!(visible(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn lines_and_cells_pasted_in_one_line_are_words() {
        for (typed, kept) in [
            (" Mairie\tde Lyon\r\n", "Mairie de Lyon"),
            ("Mairie\r\nde\nLyon", "Mairie de Lyon"),
            ("Mairie\u{b}de\u{2028}Lyon\u{85}", "Mairie de Lyon"),
            ("a\u{7}b", "a\u{7}b"),
        ] {
            assert_eq!(one_line(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn what_nobody_reads_is_nothing() {
        for blank in [
            "",
            " \u{a0}\u{3000}\r\n",
            "\u{200b}",
            "\u{301}",
            "\u{301}\u{20e3} \u{fe0f}",
            "\u{1f3fb}",
            "\u{fffc}",
            "\u{e000}\u{f8ff}",
            "\u{fdd0}",
            "\u{1ffff}\u{10fffd}",
            "\u{7}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for text in ["a", ".", "e\u{301}", "1\u{20e3}", "👩", "👍\u{1f3fb}", "\u{fffd}", "\u{e000}a", "ー"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn the_character_refused_is_named() {
        for (text, name) in [
            ("Une ligne\n\tpuis une autre", None),
            ("a\u{7}b", Some("U+0007")),
            ("a\0b", Some("caractère nul, U+0000")),
            ("D\u{fffd}lib\u{fffd}ration", Some("«\u{a0}\u{fffd}\u{a0}», à la place d’une lettre mal copiée")),
            ("a\rb", Some("saut de ligne")),
        ] {
            let said = forbidden(text).map(forbidden_sentence);
            let expected = name.map(|name| format!("Ce texte contient un caractère interdit ({name})\u{a0}: supprimez-le."));
            assert_eq!(said, expected, "{text:?}");
        }
    }

    #[test]
    fn what_stands_between_the_groups_of_a_code_is_dropped() {
        for typed in [
            "AB-12",
            "ab\u{2011}12".to_uppercase().as_str(),
            "AB–12",
            "AB\u{2212}12.",
            "«\u{a0}AB_12\u{a0}»",
            "A.B/1 2",
            "ＡＢ１２",
            "AB\u{2009}12\u{200b}",
            " AB\t12\r\n",
        ] {
            assert_eq!(joined(typed), "AB12", "{typed:?}");
        }
        assert_eq!(joined("a+b@c"), "a+b@c");
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
            ("nº 12, №12, n°12", "n 12 n 12 n 12"),
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
