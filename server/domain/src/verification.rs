//! The code printed on an attestation, by which anybody checks that it is still valid. Crockford's base32 (no letter that looks like a digit): 75
//! random bits and a check symbol, so that a mistyped code is told from an unknown one.

use std::fmt;

use crate::{Entropy, text};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Without the check symbol.
const DIGITS: usize = 15;
/// The modulus of Crockford's check symbol. Five of its 37 symbols are not in the alphabet: codes that would end in one are drawn again.
const MODULUS: u32 = 37;

/// Sixteen symbols, capital letters and figures, without hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VerificationCode(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("a code of another shape than 16 letters and digits")]
    Shape,
    #[error("a code with a wrong check symbol")]
    Mistyped,
}

impl CodeError {
    /// What the person reads.
    pub fn sentence(self) -> String {
        match self {
            Self::Shape => "Le code compte 16\u{a0}lettres et chiffres. Exemple\u{a0}: 7Q4K-29XM-3RTV-8W5C".to_owned(),
            Self::Mistyped => "Ce code contient une faute de frappe\u{a0}: comparez-le à celui de l’attestation.".to_owned(),
        }
    }
}

impl VerificationCode {
    pub fn mint(entropy: &dyn Entropy) -> Self {
        loop {
            let mut bytes = [0u8; DIGITS];
            entropy.fill(&mut bytes);
            let digits: Vec<u32> = bytes.iter().map(|byte| u32::from(byte & 31)).collect();
            if let Some(code) = Self::with_check(&digits) {
                return code;
            }
        }
    }

    fn with_check(digits: &[u32]) -> Option<Self> {
        let check = check_of(digits);
        digits.iter().chain([&check]).map(|digit| symbol(*digit)).collect::<Option<String>>().map(Self)
    }

    /// As people type it: any case, « Code : » before it, blanks, dashes and dots of any kind between its groups, O for 0, I and L for 1.
    ///
    /// # Errors
    /// It is not of the shape of a code, or its check symbol says that one symbol at least is wrong.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let joined = text::joined(text);
        let label = joined.get(..4).filter(|label| label.eq_ignore_ascii_case("code") && joined.len() > DIGITS + 1);
        let kept = label.and_then(|_| joined.get(4..)).unwrap_or(&joined);
        let digits: Vec<u32> = kept.chars().map(digit).collect::<Option<_>>().ok_or(CodeError::Shape)?;
        if digits.len() != DIGITS + 1 {
            return Err(CodeError::Shape);
        }
        let (given, expected) = (digits[DIGITS], check_of(&digits[..DIGITS]));
        if given != expected {
            return Err(CodeError::Mistyped);
        }
        digits.iter().map(|digit| symbol(*digit)).collect::<Option<String>>().map(Self).ok_or(CodeError::Shape)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// In groups of four.
impl fmt::Display for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, symbol) in self.0.chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{symbol}")?;
        }
        Ok(())
    }
}

fn check_of(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |rest, digit| (rest * 32 + digit) % MODULUS)
}

fn symbol(digit: u32) -> Option<char> {
    ALPHABET.get(usize::try_from(digit).ok()?).map(|byte| char::from(*byte))
}

fn digit(c: char) -> Option<u32> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|byte| char::from(*byte) == c).and_then(|at| u32::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(digits: [u8; DIGITS]) -> Option<VerificationCode> {
        let digits: Vec<u32> = digits.iter().map(|digit| u32::from(*digit)).collect();
        VerificationCode::with_check(&digits)
    }

    #[test]
    fn typed_by_hand() {
        let known = code([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
        let known = known.or_else(|| code([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15])).expect("one of the two has an ordinary check symbol");
        let shown = known.to_string();
        assert_eq!(shown.len(), 19);
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), shown.replace('-', ""), shown.replace('0', "o").replace('1', "l")]
        {
            assert_eq!(VerificationCode::parse(&typed), Ok(known.clone()), "{typed}");
        }
        for between in [" ", ".", "/", "_", "\u{2011}", "–", "—", "\u{2212}", "\u{a0}", "\u{2009}", " - ", "\u{200b}"] {
            for (before, after) in [("", ""), ("«\u{a0}", "\u{a0}»"), ("Code\u{a0}: ", "."), ("CODE ", "\n")] {
                let typed = format!("{before}{}{after}", shown.replace('-', between));
                assert_eq!(VerificationCode::parse(&typed), Ok(known.clone()), "{typed:?}");
            }
        }
        for wrong in ["", "H12", "7Q4K-29XM-3RTV", "7Q4K-29XM-3RTV-8W5U", "7Q4K-29XM-3RTV-8W5C-1", "é"] {
            assert_eq!(VerificationCode::parse(wrong), Err(CodeError::Shape), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_symbol_or_two_swapped_are_seen(digits in prop::array::uniform15(0u8..32), at in 0usize..14, other in 0u8..32) {
            let Some(known) = code(digits) else { return Ok(()) };
            prop_assert_eq!(VerificationCode::parse(known.as_str()), Ok(known.clone()));
            let mut symbols: Vec<char> = known.as_str().chars().collect();
            if u32::from(other) != u32::from(digits[at]) {
                symbols[at] = symbol(other.into()).expect("below 32");
                prop_assert_eq!(VerificationCode::parse(&symbols.iter().collect::<String>()), Err(CodeError::Mistyped));
            }
            let mut symbols: Vec<char> = known.as_str().chars().collect();
            if symbols[at] != symbols[at + 1] {
                symbols.swap(at, at + 1);
                prop_assert_eq!(VerificationCode::parse(&symbols.iter().collect::<String>()), Err(CodeError::Mistyped));
            }
        }
    }
}
