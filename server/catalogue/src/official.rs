//! Compares the catalogue with the reference list of scopes.

use domain::catalogue::Form;

use super::*;

#[test]
#[ignore = "reads files that are not part of this repository: cargo xtask test --only official"]
fn every_scope_of_the_reference_is_offered() {
    let reference = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/scopes.json");
    let text = std::fs::read_to_string(&reference).unwrap_or_else(|error| panic!("{}: {error}", reference.display()));
    let reference: serde_json::Value = serde_json::from_str(&text).unwrap();
    let catalogue = shipped().unwrap();
    for (key, slug) in [
        ("france_connect", "franceconnect"),
        ("france_connect", "franceconnect-plus"),
        ("api_particulier", "api-particulier"),
        ("api_impot_particulier", "api-impot-particulier-bac-a-sable"),
        ("api_impot_particulier", "api-impot-particulier"),
        ("pro_connect_service_provider", "proconnect-fournisseur-de-service"),
        ("pro_connect_identity_provider", "proconnect-fournisseur-d-identite"),
    ] {
        let (service, plain) = (catalogue.service(slug).unwrap(), catalogue.form_now(slug, None).unwrap());
        // The identity scopes of API Particulier are those of its forms with FranceConnect.
        let forms = service.variants.iter().filter_map(|variant| catalogue.form_now(slug, Some(&variant.slug))).chain(catalogue.form_now(slug, None));
        let offered: Vec<_> = forms.flat_map(Form::scopes).collect();
        for group in reference[key].as_array().unwrap() {
            for scope in group["scopes"].as_array().unwrap() {
                let (id, deprecated) = (scope["id"].as_str().unwrap(), scope["label"].as_str().unwrap().contains('†'));
                let ours = offered.iter().find(|ours| ours.id == id).unwrap_or_else(|| panic!("{slug} does not offer {id}"));
                assert_eq!(ours.deprecated, deprecated, "{slug} {id}");
                if group["group"] != "FranceConnect" {
                    let included = scope["included"].as_bool().unwrap_or(false);
                    assert_eq!(plain.scope(id).map(|scope| scope.included), Some(included), "{slug} {id}");
                }
            }
        }
    }
}
