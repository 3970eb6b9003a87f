//! Minimisation: of what a provider answers, only the data that was granted is passed on.

use std::collections::BTreeSet;

use domain::endpoint::Endpoint;
use serde_json::Value;

/// Keeps of `data` the keys that `opened` scopes open; the others are left out, not nulled, and a key the
/// catalogue does not know is never let out. Errors carry no data and pass.
pub fn mask(endpoint: &Endpoint, opened: &BTreeSet<&str>, mut body: Value) -> Value {
    let kept: BTreeSet<&str> =
        endpoint.fields.iter().filter(|(scope, _)| opened.contains(scope.as_str())).flat_map(|(_, keys)| keys).map(String::as_str).collect();
    match body.get_mut("data") {
        Some(Value::Object(data)) => data.retain(|key, _| kept.contains(key.as_str())),
        // Not an object: no scope can open it.
        Some(other) => *other = Value::Null,
        None => {}
    }
    body
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn endpoint() -> Endpoint {
        catalogue::shipped().unwrap().endpoints()[0].clone()
    }

    #[test]
    fn only_granted_keys_leave() {
        let body = || json!({ "data": { "quotient_familial": { "valeur": 650 }, "allocataires": [1], "enfants": [], "adresse": null, "dossier": "secret" }, "links": {}, "meta": {} });
        for (scopes, expected) in [
            (vec!["cnaf_quotient_familial"], json!({ "quotient_familial": { "valeur": 650 } })),
            (vec!["cnaf_enfants", "cnaf_adresse"], json!({ "enfants": [], "adresse": null })),
            (
                vec!["cnaf_allocataires", "cnaf_enfants", "cnaf_adresse", "cnaf_quotient_familial"],
                json!({ "quotient_familial": { "valeur": 650 }, "allocataires": [1], "enfants": [], "adresse": null }),
            ),
            (vec!["openid", "cnous_email"], json!({})),
            (vec![], json!({})),
        ] {
            let masked = mask(&endpoint(), &scopes.iter().copied().collect(), body());
            assert_eq!(masked, json!({ "data": expected, "links": {}, "meta": {} }), "{scopes:?}");
        }
    }

    #[test]
    fn errors_pass_and_data_of_another_shape_does_not() {
        let opened = BTreeSet::from(["cnaf_enfants"]);
        let errors = json!({ "errors": [{ "code": "35003" }] });
        assert_eq!(mask(&endpoint(), &opened, errors.clone()), errors);
        assert_eq!(mask(&endpoint(), &opened, json!({ "data": [{ "enfants": 1 }] })), json!({ "data": null }));
        assert_eq!(mask(&endpoint(), &opened, json!("texte")), json!("texte"));
    }
}
