//! Telephone numbers, however people write them: stored in E.164 (ITU-T), shown in the French format. Which numbers exist, and which are mobile,
//! is read from the metadata of Google's libphonenumber, in the crate `phonenumber`.

use phonenumber::{Mode, Type, metadata::DATABASE};

use crate::text;

/// The country code to dial from abroad for ten-digit numbers that begin so. Source: national numbering plan (ARCEP).
const OVERSEAS: [(&str, &str); 15] = [
    ("0262", "262"),
    ("0263", "262"),
    ("0269", "262"),
    ("0639", "262"),
    ("0692", "262"),
    ("0693", "262"),
    ("0508", "508"),
    ("0590", "590"),
    ("0690", "590"),
    ("0691", "590"),
    ("0594", "594"),
    ("0694", "594"),
    ("0596", "596"),
    ("0696", "596"),
    ("0697", "596"),
];

/// The country codes of France and of its overseas territories.
const FRENCH: [u16; 9] = [33, 262, 508, 590, 594, 596, 681, 687, 689];

/// Words found before a number copied from a signature.
const LABELS: [&str; 7] = ["telephone", "portable", "mobile", "fixe", "gsm", "tel", "t"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// E.164: `+33612345678`.
    pub number: String,
    /// « 06 12 34 56 78 », « +262 692 12 34 56 ».
    pub shown: String,
    /// A mobile number of France or of its overseas territories.
    pub takes_sms: bool,
}

impl Phone {
    /// A number that exists: French as people dial it, or of any country with its code. `None` for anything else.
    pub fn parse(typed: &str) -> Option<Self> {
        let number = phonenumber::parse(None, international(typed)?).ok().filter(phonenumber::PhoneNumber::is_valid)?;
        let code = number.code().value();
        let mode = if code == 33 { Mode::National } else { Mode::International };
        Some(Self {
            number: number.format().mode(Mode::E164).to_string(),
            shown: number.format().mode(mode).to_string(),
            takes_sms: FRENCH.contains(&code) && matches!(number.number_type(&DATABASE), Type::Mobile | Type::FixedLineOrMobile),
        })
    }
}

/// The number in its readable format; a text that is no number is returned as it is.
pub fn shown(kept: &str) -> String {
    Phone::parse(kept).map_or_else(|| kept.to_owned(), |phone| phone.shown)
}

/// `+`, a country code and the digits that follow.
fn international(typed: &str) -> Option<String> {
    let joined = text::joined(typed);
    let start = joined.find(|c: char| c == '+' || c.is_ascii_digit())?;
    let (label, number) = joined.split_at(start);
    if !label.is_empty() && !LABELS.contains(&text::fold(label).as_str()) {
        return None;
    }
    let abroad = number.strip_prefix('+').or_else(|| number.strip_prefix("00"));
    let digits = abroad.unwrap_or(number);
    // The longest number of E.164 has fifteen digits; « (0) » may stand among them.
    if !(6..=17).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // « +33 (0)6… », « +33 6… », « 33 6… » and « 06… » are one number.
    let french = match (abroad, digits.strip_prefix("33")) {
        (Some(_), Some(rest)) => Some(rest.strip_prefix('0').unwrap_or(rest)),
        (Some(_), None) => None,
        (None, Some(rest)) if digits.len() == 11 => Some(rest),
        (None, _) => Some(digits.strip_prefix('0')?),
    };
    Some(match french {
        None => format!("+{digits}"),
        Some(rest) => {
            let national = format!("0{rest}");
            let overseas = OVERSEAS.iter().find(|(beginning, _)| national.len() == 10 && national.starts_with(beginning));
            let (code, rest) = match overseas {
                // Numbers of Saint-Pierre-et-Miquelon have six digits after this beginning, and no other beginning.
                Some((beginning @ "0508", code)) => (*code, national.trim_start_matches(beginning).to_owned()),
                Some((_, code)) => (*code, rest.to_owned()),
                None => ("33", rest.to_owned()),
            };
            format!("+{code}{rest}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_however_it_is_written() {
        for typed in [
            "06 12 34 56 78",
            "0612345678",
            "06.12.34.56.78.",
            "06/12/34/56/78",
            "06-12-34-56-78",
            "06_12_34_56_78",
            "06,12,34,56,78",
            "06\u{2009}12\u{202f}34\u{a0}56\u{2003}78",
            "06\u{2011}12–34—56\u{2212}78",
            "06\t12 34 56 78\n",
            "\u{200b}06 12 34 56 78\u{202c}",
            "０６ １２ ３４ ５６ ７８",
            "(06) 12 34 56 78",
            "+33 6 12 34 56 78",
            "+33 (0)6 12 34 56 78",
            "+33(0)612345678",
            "+330612345678",
            "＋33 6 12 34 56 78",
            "+33.6.12.34.56.78",
            "0033612345678",
            "00 33 6 12 34 56 78",
            "0033 (0)6 12 34 56 78",
            "33612345678",
            "tel:+33612345678",
            "TEL:+33-6-12-34-56-78",
            "Tél.\u{a0}: 06 12 34 56 78",
            "Portable : 06 12 34 56 78",
        ] {
            let phone = Phone::parse(typed);
            let expected = Phone { number: "+33612345678".into(), shown: "06 12 34 56 78".into(), takes_sms: true };
            assert_eq!(phone, Some(expected), "{typed:?}");
        }
    }

    #[test]
    fn numbers_of_every_kind() {
        for (typed, number, seen, takes_sms) in [
            ("+33 7 56 78 90 12", "+33756789012", "07 56 78 90 12", true),
            ("01.40.00.00.00", "+33140000000", "01 40 00 00 00", false),
            ("09 72 12 34 56", "+33972123456", "09 72 12 34 56", false),
            ("0800 12 34 56", "+33800123456", "0 800 12 34 56", false),
            ("0692 12 34 56", "+262692123456", "+262 692 12 34 56", true),
            ("06 92 12 34 56", "+262692123456", "+262 692 12 34 56", true),
            ("+262 692 12 34 56", "+262692123456", "+262 692 12 34 56", true),
            ("+262 (0)692 12 34 56", "+262692123456", "+262 692 12 34 56", true),
            ("00262 692 12 34 56", "+262692123456", "+262 692 12 34 56", true),
            ("+33 692 12 34 56", "+262692123456", "+262 692 12 34 56", true),
            ("+262 262 12 34 56", "+262262123456", "+262 262 12 34 56", false),
            ("0262 12 34 56", "+262262123456", "+262 262 12 34 56", false),
            ("0639 01 23 45", "+262639012345", "+262 639 01 23 45", true),
            ("0269 60 12 34", "+262269601234", "+262 269 60 12 34", false),
            ("+590 590 12 34 56", "+590590123456", "+590 590 12 34 56", false),
            ("0690 12 34 56", "+590690123456", "+590 690 12 34 56", true),
            ("0594 29 12 34", "+594594291234", "+594 594 29 12 34", false),
            ("0694 12 34 56", "+594694123456", "+594 694 12 34 56", true),
            ("0596 60 12 34", "+596596601234", "+596 596 60 12 34", false),
            ("0696 12 34 56", "+596696123456", "+596 696 12 34 56", true),
            ("+508 41 12 34", "+508411234", "+508 41 12 34", false),
            ("0508 41 12 34", "+508411234", "+508 41 12 34", false),
            ("+508 55 12 34", "+508551234", "+508 55 12 34", true),
            ("+681 82 12 34", "+681821234", "+681 82 12 34", true),
            ("+687 25 12 34", "+687251234", "+687 25.12.34", false),
            ("+687 75 12 34", "+687751234", "+687 75.12.34", true),
            ("+689 40 41 23 45", "+68940412345", "+689 40 41 23 45", false),
            ("+689 87 12 34 56", "+68987123456", "+689 87 12 34 56", true),
            // A vendor across the border may be called; an SMS is not sent there.
            ("+32 2 212 34 56", "+3222123456", "+32 2 212 34 56", false),
            ("+41 79 123 45 67", "+41791234567", "+41 79 123 45 67", false),
        ] {
            let expected = Phone { number: number.into(), shown: seen.into(), takes_sms };
            assert_eq!(Phone::parse(typed), Some(expected), "{typed}");
            assert_eq!((shown(number), Phone::parse(seen).map(|phone| phone.number)), (seen.to_owned(), Some(number.to_owned())), "{typed}");
        }
    }

    #[test]
    fn what_is_no_number() {
        for typed in [
            "",
            "téléphone",
            "0612",
            "06 12 34 56",
            "06 12 34 56 78 90",
            "06 12 34 56 78 / 01 40 00 00 00",
            "06 12 34 56 7x",
            "12 34 56 78 90",
            "00 00 00 00 00",
            "+33 6 12",
            "+999 12 34 56 78",
            "++33612345678",
            "612345678",
            "٠٦١٢٣٤٥٦٧٨",
            "appelez 06 12 34 56 78",
            "+33 0",
        ] {
            assert_eq!(Phone::parse(typed), None, "{typed:?}");
        }
        assert_eq!(shown("12 rue X"), "12 rue X");
    }
}
