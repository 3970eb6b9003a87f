use std::collections::BTreeSet;

use domain::{
    catalogue::{Kind, Provision},
    form::{Answers, check_block},
};

use super::*;

#[test]
fn the_shipped_files_load() {
    let catalogue = shipped().map_err(|error| error.to_string()).unwrap();
    let slugs: Vec<&str> = catalogue.services().iter().map(|service| service.slug.as_str()).collect();
    assert_eq!(slugs, ["franceconnect", "api-particulier"]);
    let franceconnect = catalogue.service("franceconnect").unwrap();
    assert_eq!(franceconnect.provision, Provision::BrokerClient);
    assert_eq!(franceconnect.scopes().count(), 9);
    assert_eq!(franceconnect.scopes().filter(|scope| scope.included).map(|scope| scope.id.as_str()).collect::<Vec<_>>(), ["openid"]);
    assert_eq!(franceconnect.stages.iter().map(|stage| stage.working_days).collect::<Vec<_>>(), [5, 7]);
    let particulier = catalogue.service("api-particulier").unwrap();
    assert_eq!((particulier.relies_on.as_deref(), particulier.provision), (Some("franceconnect"), Provision::DataScopes));
    assert!(particulier.all_fields().iter().any(|field| field.kind == Kind::Reliance && field.id == "franceconnect"));
    assert_eq!(catalogue.scope_label("cnaf_quotient_familial"), Some(("Quotient familial", "CNAF & MSA")));
}

#[test]
fn every_service_has_the_blocks_the_review_expects() {
    let catalogue = shipped().unwrap();
    let blocks = |slug: &str| catalogue.service(slug).unwrap().blocks.iter().map(|block| block.slug.clone()).collect::<Vec<_>>();
    assert_eq!(blocks("franceconnect"), ["projet", "donnees", "cadre-juridique", "contacts"]);
    assert_eq!(blocks("api-particulier"), ["projet", "franceconnect", "donnees", "cadre-juridique", "contacts"]);
    for service in catalogue.services() {
        let contacts: BTreeSet<&str> = service.contacts().map(|contact| contact.id.as_str()).collect();
        assert!(contacts.contains("responsable_technique") && contacts.contains("delegue_protection_donnees"), "{}", service.slug);
    }
    assert!(catalogue.service("franceconnect").unwrap().contacts().any(|contact| contact.id == "responsable_technique" && contact.mobile));
}

#[test]
fn a_retention_above_36_months_is_justified() {
    let catalogue = shipped().unwrap();
    for service in catalogue.services() {
        let block = service.block("donnees").unwrap();
        for (months, asked) in [("36", false), ("37", true)] {
            let mut answers = Answers::default();
            answers.set("retention_months", months);
            let problems = check_block(service, block, &answers);
            assert_eq!(problems.iter().any(|problem| problem.field == "retention_reason"), asked, "{} {months}", service.slug);
        }
    }
}

#[test]
fn french_typography_holds_in_every_text() {
    for source in SERVICES.iter().chain(ENDPOINTS).chain([&VENDORS]) {
        for (index, line) in source.text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.contains("://")) {
            for wrong in [" :", " ;", " ?", " !", "« ", " »", "l'", "d'", "..."] {
                assert!(!line.contains(wrong), "{}:{}: « {wrong} » in {line}", source.file, index + 1);
            }
        }
    }
}

fn all() -> impl Iterator<Item = &'static Source<'static>> {
    SERVICES.iter().chain(ENDPOINTS).chain([&VENDORS])
}

fn refused(file: &str, from: &str, to: &str) -> String {
    assert!(all().any(|s| s.file == file && s.text.contains(from)), "{from} is not in {file}");
    let altered: Vec<(&str, String)> =
        all().map(|s| (s.file, if s.file == file { s.text.replacen(from, to, 1) } else { s.text.to_owned() })).collect();
    let of = |source: &Source<'static>| altered.iter().find(|(file, _)| *file == source.file).map(|(file, text)| Source { file, text }).unwrap();
    let files = Files { services: SERVICES.iter().map(of).collect(), vendors: of(&VENDORS), endpoints: ENDPOINTS.iter().map(of).collect() };
    load(&files).map(|_| ()).unwrap_err().to_string()
}

/// The line on which `needle` stands in a shipped file.
fn line(file: &str, needle: &str) -> usize {
    let source = all().find(|source| source.file == file).unwrap();
    error::line_at(source.text, source.text.find(needle).unwrap())
}

#[test]
fn a_wrong_file_is_refused_with_its_name_line_and_reason() {
    const FC: &str = "services/franceconnect.toml";
    const AP: &str = "services/api-particulier.toml";
    const QF: &str = "endpoints/quotient-familial.toml";
    for (file, from, to, at, reason) in [
        (FC, "provider = ", "proviner = ", "provider = ", "unknown field `proviner`"),
        (FC, "version = 1", "version = \"un\"", "version = 1", "invalid type"),
        (FC, "kind = \"long_text\"", "kind = \"roman\"", "kind = \"long_text\"", "unknown variant `roman`"),
        (FC, "version = 1", "version = ", "version = 1", "expected"),
        (FC, "id = \"email\"", "id = \"gender\"", "id = \"email\"", "scope gender is defined twice"),
        (
            FC,
            "[\"retention_months\", 36]",
            "[\"retention_years\", 36]",
            "when_over",
            "field retention_reason names the unknown field retention_years",
        ),
        (AP, "relies_on = \"franceconnect\"", "relies_on = \"fc\"", "relies_on", "relies on the unknown service fc"),
        (AP, "slug = \"api-particulier\"", "slug = \"franceconnect\"", "slug = \"api-particulier\"", "service franceconnect: defined twice"),
        (QF, "cnaf_enfants = ", "cnaf_enfans = ", "cnaf_enfants = ", "the scope cnaf_enfans is offered by no service"),
    ] {
        let told = refused(file, from, to);
        assert!(told.starts_with(&format!("{file}:{}: ", line(file, at))) && told.contains(reason), "{told}");
    }
}

#[test]
fn every_scope_of_an_endpoint_is_offered_and_every_sandbox_folder_has_a_default() {
    let folders: BTreeSet<&str> = sandbox().iter().map(|file| file.folder).collect();
    for folder in folders {
        assert!(sandbox().iter().any(|file| file.folder == folder && file.name == "404.yaml"), "{folder}");
    }
    for endpoint in shipped().unwrap().endpoints() {
        for modality in &endpoint.modalities {
            let folder = format!("api_particulier_v{}_{}_with_{}", endpoint.version, endpoint.id, modality.folder_suffix());
            assert!(sandbox().iter().any(|file| file.folder == folder), "{folder}");
        }
    }
}
