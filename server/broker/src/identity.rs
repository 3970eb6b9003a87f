//! What an identity provider says of a person, checked before anything else sees it. Rules of the realm
//! `franceconnect` for identities it accepts.

use domain::{
    contact::Email,
    pivot::{FRANCE, Gender, PartialDate, PivotIdentity, is_cog},
};
use serde_json::{Map, Value};

const MAX_NAME: usize = 256;

/// The claim that is missing or wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidClaim(pub &'static str);

pub(crate) fn read(claims: &Map<String, Value>) -> Result<PivotIdentity, InvalidClaim> {
    let text = |claim: &'static str| claims.get(claim).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let name = |claim: &'static str| match text(claim) {
        Some(name) if name.chars().count() <= MAX_NAME && !name.chars().any(char::is_control) => Ok(name),
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
