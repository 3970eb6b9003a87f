use std::collections::BTreeMap;

use domain::pivot::{FRANCE, Gender, PartialDate};
use serde_json::json;

use super::{matching::fold, *};

fn identity(family: &str, given: &[&str], gender: Gender, birthdate: &str, birthplace: &str) -> PivotIdentity {
    PivotIdentity {
        given_names: given.iter().map(|name| (*name).to_owned()).collect(),
        family_name: family.to_owned(),
        gender,
        birthdate: PartialDate::parse(birthdate).unwrap(),
        birthplace: birthplace.to_owned(),
        birthcountry: FRANCE.to_owned(),
        preferred_username: None,
        email: "personne@example.fr".to_owned(),
    }
}

fn shipped() -> Sandbox {
    Sandbox::load(catalogue::sandbox().iter().map(|file| (file.folder, file.name, file.text)), None).map_err(|error| error.to_string()).unwrap()
}

fn value(sandbox: &Sandbox, person: &PivotIdentity, annee: i64, mois: i64) -> (u16, Value) {
    let endpoint = catalogue::shipped().unwrap().endpoints()[0].clone();
    let business = BTreeMap::from([("annee".to_owned(), annee), ("mois".to_owned(), mois)]);
    let case = sandbox.answer(&endpoint, Modality::FranceConnect, person, &business).unwrap();
    let read = |pointer: &str| case.payload.pointer(pointer).cloned();
    (case.status, read("/data/quotient_familial/valeur").or_else(|| read("/errors/0/code")).unwrap())
}

#[test]
fn the_test_people_get_their_answers() {
    let sandbox = shipped();
    let mut algeria = identity("MARTIN", &["Vincent", "Guillaume"], Gender::Male, "1963-12-05", "");
    algeria.birthcountry = "99352".to_owned();
    for (person, expected) in [
        (identity("DUBOIS", &["Angela", "Claire", "Louise"], Gender::Female, "1962-08-24", "75107"), (200, json!(650))),
        (identity("MERCIER", &["Pierre"], Gender::Male, "1969-03-17", "95277"), (200, json!(1180))),
        (identity("TROIS-DUPRE", &["Melissandre", "Juliette"], Gender::Female, "1981-07-27", "13012"), (200, json!(431))),
        (identity("DUBINÔRE", &["Joëlle", "Françoise"], Gender::Female, "1992-08-15", "75117"), (200, json!(845))),
        (identity("DUBINORE", &["JOELLE FRANCOISE"], Gender::Female, "1992-08-15", "75117"), (200, json!(845))),
        (identity("DUBIGNOT", &["Jean", "Philippe", "Arnaud"], Gender::Male, "1943-06-15", "75109"), (200, json!(2050))),
        (algeria, (200, json!(388))),
        (identity("CHAMPION", &["Alice", "Juliette"], Gender::Female, "2010-11-02", "44109"), (404, json!("35003"))),
        (identity("HUCHE", &["Anne-Laure"], Gender::Female, "1945-09-30", "31555"), (502, json!("35999"))),
        (identity("Brosse", &["Mario"], Gender::Male, "1981-02-03", "2A004"), (503, json!("35020"))),
        (identity("Brosse", &["Luigi"], Gender::Male, "1981-02-03", "2B050"), (504, json!("35002"))),
        // Everybody else, and near misses.
        (identity("LAFORGE", &["Camille"], Gender::Unspecified, "1954-08-07", "75119"), (404, json!("35003"))),
        (identity("MERCIER", &["Pierre"], Gender::Female, "1969-03-17", "95277"), (404, json!("35003"))),
        (identity("MERCIER", &["Pierre"], Gender::Male, "1969-03-18", "95277"), (404, json!("35003"))),
        (identity("MERCIER", &["Pierre"], Gender::Male, "1969-03", "95277"), (404, json!("35003"))),
        (identity("MERCIER", &["Pierre", "Paul"], Gender::Male, "1969-03-17", "95277"), (404, json!("35003"))),
    ] {
        assert_eq!(value(&sandbox, &person, 2026, 11), expected, "{person:?}");
    }
}

#[test]
fn a_month_named_by_a_file_is_answered_for_that_month_only() {
    let (sandbox, angela) = (shipped(), identity("DUBOIS", &["Angela", "Claire", "Louise"], Gender::Female, "1962-08-24", "75107"));
    for (annee, mois, expected) in [(2026, 9, 712), (2026, 8, 650), (2025, 9, 650)] {
        assert_eq!(value(&sandbox, &angela, annee, mois), (200, json!(expected)), "{mois}/{annee}");
    }
}

#[test]
fn every_shipped_file_of_data_can_be_masked_by_every_scope() {
    let endpoint = catalogue::shipped().unwrap().endpoints()[0].clone();
    let keys: Vec<&String> = endpoint.fields.values().flatten().collect();
    for case in shipped().0.values().flat_map(|folder| folder.cases.values()).filter(|case| case.status == 200) {
        let data = case.payload["data"].as_object().unwrap();
        assert!(keys.iter().all(|key| data.contains_key(*key)) && data.len() == keys.len(), "{case:?}");
    }
}

#[test]
fn names_are_folded() {
    for (left, right) in
        [("Joëlle Françoise", "JOELLE  FRANCOISE"), ("D’ARTAGNAN", "d'artagnan"), ("LŒVE", "loeve"), ("ÆTHER", "aether"), ("e\u{301}", "É")]
    {
        assert_eq!(fold(left), fold(right));
    }
    assert_ne!(fold("TROIS-DUPRE"), fold("TROISDUPRE"));
}

const CASE: &str = "params:\n  nomNaissance: 'X'\nstatus: 200\npayload: |-\n  {\"data\":{}}\n";

#[test]
fn a_wrong_file_is_refused_by_name() {
    for (text, reason) in [
        ("status: 200\npayload: '{'", "payload is not JSON"),
        ("status: 218\npayload: '{}'", "status 218"),
        ("payload: '{}'", "status"),
        ("params:\n  moisDateNaissance: 13\nstatus: 200\npayload: '{}'", "params.moisDateNaissance should be a month from 1 to 12"),
        ("params:\n  moisDateNaissance: avril\nstatus: 200\npayload: '{}'", "a month from 1 to 12"),
        ("params:\n  jourDateNaissance: 0\nstatus: 200\npayload: '{}'", "a day from 1 to 31"),
        ("params:\n  anneeDateNaissance: 80\nstatus: 200\npayload: '{}'", "a year of four figures"),
        ("params:\n  sexeEtatCivil: femme\nstatus: 200\npayload: '{}'", "M or F"),
        ("params:\n  codeCogInseeCommuneNaissance: Clamart\nstatus: 200\npayload: '{}'", "a code of five characters"),
        ("status: [", ""),
        ("", ""),
    ] {
        let told = Sandbox::load([("dossier", "cas.yaml", text)], None).map(|_| ()).unwrap_err().to_string();
        assert!(told.starts_with("dossier/cas.yaml: ") && told.contains(reason), "{told}");
    }
    assert!(Sandbox::load([("dossier", "cas.yaml", CASE)], None).is_ok());
}

#[test]
fn files_of_the_directory_prevail_over_the_embedded_ones() {
    let directory = tempfile::tempdir().unwrap();
    let folder = "api_particulier_v3_cnav_quotient_familial_with_france_connect";
    let ours = directory.path().join(folder);
    std::fs::create_dir(&ours).unwrap();
    std::fs::write(ours.join("README.md"), "pas un cas").unwrap();
    std::fs::write(ours.join("Paul.YAML"), CASE).unwrap();
    std::fs::write(ours.join("zoe.yml"), CASE).unwrap();
    std::fs::write(ours.join("404.yml"), CASE.replace("200", "404")).unwrap();
    let sandbox = Sandbox::load([(folder, "404.yaml", CASE), (folder, "zoe.yml", &CASE.replace("200", "502"))], Some(directory.path())).unwrap();
    assert_eq!(sandbox.len(), 3);
    let folder = &sandbox.0[folder];
    assert_eq!((folder.cases["zoe.yml"].status, folder.default.as_ref().unwrap().status), (200, 404));
    let missing = Sandbox::load([], Some(&directory.path().join("absent"))).unwrap_err().to_string();
    assert!(missing.contains("absent"), "{missing}");
}

const QUOTIENT: &str = "api_particulier_v3_cnav_quotient_familial_with_france_connect";

fn case(params: &str, value: i64) -> String {
    format!("params:\n{params}\nstatus: 200\npayload: '{{\"data\":{{\"quotient_familial\":{{\"valeur\":{value}}}}}}}'\n")
}

#[test]
fn numbers_of_a_file_are_read_however_they_are_written() {
    let person = identity("ABBE", &["Zoé"], Gender::Female, "1980-04-08", "01004");
    for params in [
        "  moisDateNaissance: 04\n  jourDateNaissance: 08",
        "  moisDateNaissance: '04'\n  jourDateNaissance: \"8\"",
        "  moisDateNaissance: 4\n  anneeDateNaissance: '1980'",
        "  codeCogInseeCommuneNaissance: 01004",
        "  codeCogInseeCommuneNaissance: '01004'",
        "  codeCogInseeCommuneNaissance: 1004",
        "  codeCogInseePaysNaissance: 99100",
        "  annee: 2026\n  mois: 09",
    ] {
        let sandbox = Sandbox::load([(QUOTIENT, "cas.yaml", case(params, 7).as_str()), (QUOTIENT, "404.yaml", case("  x: 1", 0).as_str())], None);
        let sandbox = sandbox.map_err(|error| error.to_string()).unwrap();
        assert_eq!(value(&sandbox, &person, 2026, 9), (200, json!(7)), "{params}");
        let other = identity("ABBE", &["Zoé"], Gender::Female, "1981-05-09", "04004");
        let found = value(&sandbox, &other, 2025, 8);
        assert!(params.contains("Pays") || found == (200, json!(0)), "{params}");
    }
}

/// However little it says of the person, and whatever the name of its file.
#[test]
fn a_case_of_the_partner_prevails_over_the_embedded_ones() {
    let directory = tempfile::tempdir().unwrap();
    let ours = directory.path().join(QUOTIENT);
    std::fs::create_dir(&ours).unwrap();
    std::fs::write(ours.join("zz.yaml"), case("  nomNaissance: DUBOIS", 42)).unwrap();
    let embedded = catalogue::sandbox().iter().map(|file| (file.folder, file.name, file.text));
    let sandbox = Sandbox::load(embedded, Some(directory.path())).map_err(|error| error.to_string()).unwrap();
    let angela = identity("DUBOIS", &["Angela", "Claire", "Louise"], Gender::Female, "1962-08-24", "75107");
    assert_eq!(value(&sandbox, &angela, 2026, 9), (200, json!(42)));
    let pierre = identity("MERCIER", &["Pierre"], Gender::Male, "1969-03-17", "95277");
    assert_eq!(value(&sandbox, &pierre, 2026, 9), (200, json!(1180)));
}
