//! The names of people: letters, and the signs that join them. Names are shown in mails and pages, so they may hold no address, telephone number
//! or drawing.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::text::is_invisible;

pub const NOT_A_NAME: &str = "Un nom s’écrit avec des lettres, des espaces, des traits d’union et des apostrophes. Après un point, mettez une espace\u{a0}: «\u{a0}J. Martin\u{a0}».";

/// Letters of any script with their marks, spaces, hyphens, apostrophes; a full stop after an initial: « J. Martin », « J.-P. ».
pub fn is_name(name: &str) -> bool {
    let read = as_read(name);
    let letters: Vec<char> = read.chars().collect();
    let allowed = letters.iter().enumerate().all(|(place, c)| match c {
        '.' => place > 0 && letters[place - 1].is_alphabetic() && matches!(letters.get(place + 1), None | Some(' ' | '-')),
        // Catalan: « Gal·la ».
        '·' => place > 0 && [letters.get(place - 1), letters.get(place + 1)].into_iter().all(|side| matches!(side, Some('l' | 'L'))),
        ' ' => true,
        c => c.is_alphabetic() || is_combining_mark(*c) || is_hyphen(*c) || is_apostrophe(*c),
    });
    allowed && letters.iter().any(|c| c.is_alphabetic())
}

/// The name with wide and stylised letters, digits and blanks made plain, and without invisible characters.
fn as_read(name: &str) -> String {
    name.trim().nfkc().filter(|c| !is_invisible(*c)).collect()
}

/// Includes the Hebrew hyphen (maqaf).
fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{5be}')
}

/// The typewriter and typographic ones, and the Hebrew one (geresh); those of Hawaiian and Breton are letters.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{5f3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_number_or_drawing_is_a_name() {
        for name in [
            "URGENT https://evil.example",
            "URGENT http://evil",
            "HTTPS:evil.example",
            "Voir www.evil.example",
            "WWW.EVIL",
            "evil.example",
            "Jeanne evil.fr/x",
            "bit.ly/3x",
            "t.co",
            "//evil",
            "jeanne@evil.example",
            "jeanne＠evil",
            "jeanne (at) evil point example",
            "evil．example",
            "evil。example",
            "evil․example",
            "ｅｖｉｌ.ｅｘａｍｐｌｅ",
            "evil\u{200b}.\u{ad}example",
            "evil\u{e0041}.\u{fe0f}exa\u{3164}mple",
            "192.0.2.1",
            "1.2.3.4",
            "xn--vil-9oa.example",
            "évil.été",
            "Roux.Cliquez-ici.fr",
            "evil·example",
            "J.P. Martin",
            "0612345678",
            "Appelez le 06 12 34 56 78",
            "Appelez le ٠٦١٢",
            "Zoé 2",
            "Jeanne²",
            "Tél: Jeanne",
            "Jeanne/Marc",
            "Jeanne, Marc",
            "Jeanne & Marc",
            "Jeanne_Roux",
            "Jeanne <b>",
            "Jeanne (ép. Martin)",
            "Jeanne !",
            "★ Jeanne",
            "Jeanne 😀",
            "Jeanne ❤\u{fe0f}",
            "100 %",
            "50 €",
            "Jeanne\tRoux",
            ". Jeanne",
            "De La Tour ...",
            "-",
            "’",
            "",
        ] {
            assert!(!is_name(name), "{name:?}");
        }
    }

    #[test]
    fn names_are_names() {
        for name in [
            "Jeanne",
            " Jeanne ",
            "Jean-Pierre",
            "Jean‑François",
            "J.-P.",
            "J. Dupont",
            "J. P. Martin",
            "St. Pierre",
            "Martin Jr.",
            "d’Ormesson",
            "D’Aboville",
            "O'Neil",
            "O’Brien",
            "N’Guyễn",
            "Nguyễn Thị",
            "Nguye\u{302}\u{303}n",
            "de La Tour",
            "Le Goff-Kervella",
            "Bihan-C\u{2bc}hoad",
            "ʻOkina",
            "Kaʻahumanu",
            "Ñandú",
            "Müller-Lüdenscheidt",
            "Łukasz Żółć",
            "Þórður Guðmundsdóttir",
            "Çağlar Işık",
            "Šćepanović",
            "Gal·la Puig",
            "Μαρία Παπαδοπούλου",
            "Шевченко-Д\u{2bc}яченко",
            "محمد بن عبد الله",
            "مُحَمَّد",
            "فاطمه\u{200c}زهرا",
            "דוד בן־גוריון",
            "ג׳ורג׳",
            "王小明",
            "山田　太郎",
            "김민준",
            "सुनीता शर्मा",
            "สมชาย ใจดี",
            "தமிழ்செல்வி",
            "Անի Պետրոսյան",
            "გიორგი",
            "Louis XIV",
        ] {
            assert!(is_name(name), "{name:?}");
        }
    }
}
