//! What an identity provider says of a citizen, checked before anything else sees it.

use domain::{
    contact::Email,
    pivot::{FRANCE, Gender, PartialDate, PivotIdentity, is_cog},
    text::unreadable,
};
use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization;

const MAX_NAME: usize = 256;

/// One spelling of each letter (Unicode NFC), so that a person has one `sub` however their provider writes accents.
fn composed(value: &Value) -> Value {
    value.as_str().map_or_else(|| value.clone(), |text| text.nfc().collect::<String>().into())
}

/// One line, without markup nor a mark that nobody sees.
fn is_plain(name: &str) -> bool {
    unreadable(name).is_none() && !name.contains(|c: char| c.is_control() || matches!(c, '<' | '>'))
}

/// The claim that is missing or wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidClaim(pub &'static str);

pub(crate) fn read(claims: &Map<String, Value>) -> Result<PivotIdentity, InvalidClaim> {
    let claims: Map<String, Value> = claims.iter().map(|(claim, value)| (claim.clone(), composed(value))).collect();
    let text = |claim: &'static str| claims.get(claim).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let name = |claim: &'static str| match text(claim) {
        Some(name) if name.chars().count() <= MAX_NAME && is_plain(name) => Ok(name),
        _ => Err(InvalidClaim(claim)),
    };
    let birthcountry = text("birthcountry").filter(|code| is_cog(code)).ok_or(InvalidClaim("birthcountry"))?;
    let birthplace = match (birthcountry, text("birthplace")) {
        (FRANCE, Some(code)) if is_cog(code) => code,
        (FRANCE, _) => return Err(InvalidClaim("birthplace")),
        // Towns abroad have no code: whatever was given is dropped.
        (_, _) => "",
    };
    let email = text("email").filter(|email| Email::exact(email).is_some()).ok_or(InvalidClaim("email"))?;
    let preferred_username = match text("preferred_username") {
        Some(_) => Some(name("preferred_username")?.to_owned()),
        None => None,
    };
    Ok(PivotIdentity {
        given_names: name("given_name")?.split_whitespace().map(str::to_owned).collect(),
        family_name: name("family_name")?.to_owned(),
        gender: text("gender").and_then(Gender::parse).ok_or(InvalidClaim("gender"))?,
        birthdate: text("birthdate").and_then(PartialDate::parse).ok_or(InvalidClaim("birthdate"))?,
        birthplace: birthplace.to_owned(),
        birthcountry: birthcountry.to_owned(),
        preferred_username,
        email: email.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(claim: &str, value: &str) -> Result<PivotIdentity, InvalidClaim> {
        let mut claims = json!({
            "given_name": "Angela", "family_name": "DUBOIS", "gender": "female", "birthdate": "1962-08-24", "birthplace": "75107",
            "birthcountry": "99100", "email": "test@courriel.example",
        });
        claims[claim] = value.into();
        read(claims.as_object().expect("an object"))
    }

    #[test]
    fn accents_written_in_two_characters_are_one_letter() {
        let (one, two) = (with("family_name", "DUBIN\u{d4}RE"), with("family_name", "DUBINO\u{302}RE"));
        assert_eq!(one, two);
        assert_eq!(one.expect("accepted").family_name, "DUBIN\u{d4}RE");
    }

    #[test]
    fn a_name_holds_neither_markup_nor_marks_nobody_sees() {
        for name in ["<b>DUBOIS</b>", "DUBOIS>", "DU\u{202e}BOIS", "DU\u{200b}BOIS", "DU\u{0}BOIS", "DU\nBOIS", "DU\tBOIS"] {
            for claim in ["given_name", "family_name", "preferred_username"] {
                assert_eq!(with(claim, name), Err(InvalidClaim(claim)), "{name:?}");
            }
        }
    }
}
