//! What a service receives of a person: the pairwise subject, and the claims its scopes open.

use domain::{
    pivot::{FRANCE, PartialDate, PivotIdentity},
    realm::Realm,
};
use oidc::Scope;
use serde_json::{Map, Value, json};
use store::{Cx, person::Person};

/// 64 hexadecimal digits and `v1`: the same for a person in all services of a sector, and in no other. Computed with a secret key, so that nobody
/// can find the person by trying identities.
pub(crate) fn sub(cx: &Cx, sector: &str, identity: &PivotIdentity) -> String {
    let birthplace = if identity.birthcountry == FRANCE { identity.birthplace.as_str() } else { "" };
    let person = json!([
        sector,
        identity.given_name(),
        identity.family_name,
        identity.birthdate.padded(),
        identity.gender.as_str(),
        birthplace,
        identity.birthcountry,
    ]);
    format!("{}v1", cx.keys.sub("broker.sub", &person.to_string()))
}

pub(crate) fn of(realm: &Realm, scopes: &[Scope], person: &Person) -> Map<String, Value> {
    let names = realm.claims_of(scopes.iter().map(Scope::as_str));
    names.into_iter().filter_map(|name| Some((name.to_owned(), value(name, person)?))).collect()
}

fn value(claim: &str, person: &Person) -> Option<Value> {
    let identity = &person.identity;
    Some(match claim {
        "given_name" => identity.given_name().into(),
        "given_name_array" => identity.given_names.clone().into(),
        "family_name" => identity.family_name.clone().into(),
        "preferred_username" => identity.preferred_username.clone()?.into(),
        "birthdate" => identity.birthdate.padded().into(),
        "idp_birthdate" => unpadded(identity.birthdate).into(),
        "gender" => identity.gender.as_str().into(),
        "birthplace" => identity.birthplace.clone().into(),
        "birthcountry" => identity.birthcountry.clone().into(),
        "email" => identity.email.clone().into(),
        "idp_id" => person.idp.clone().into(),
        // `sub` is per client, `amr` belongs to the id_token.
        _ => return None,
    })
}

/// The date as identity providers write it: `00` for an unknown month or day.
fn unpadded(date: PartialDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month.unwrap_or(0), date.day.unwrap_or(0))
}
