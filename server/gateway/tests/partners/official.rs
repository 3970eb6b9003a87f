//! The official payload files of the quotient familial by FranceConnect, answered word for word.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use domain::pivot::{Gender, PartialDate, PivotIdentity};
use gateway::Sandbox;
use serde::Deserialize;
use serde_json::Value;

use crate::common::{Bench, angela, owned, to_us};

const SCOPES: &[&str] = &["openid", "cnaf_quotient_familial", "cnaf_allocataires", "cnaf_enfants", "cnaf_adresse"];

#[derive(Deserialize)]
struct File {
    params: BTreeMap<String, Value>,
    status: u16,
    payload: String,
}

fn official() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sandbox-payloads")
}

fn read(path: &Path) -> File {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_saphyr::from_str(&text).unwrap()
}

/// The person FranceConnect would name for these parameters; letters in upper case, as some providers send them.
fn person(params: &BTreeMap<String, Value>) -> PivotIdentity {
    let text = |name: &str| params.get(name).and_then(Value::as_str).unwrap_or_default().to_uppercase();
    let part = |name: &str| params.get(name).and_then(Value::as_u64).and_then(|part| u8::try_from(part).ok());
    PivotIdentity {
        given_names: params["prenoms"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_uppercase()).collect(),
        family_name: text("nomNaissance"),
        gender: if text("sexeEtatCivil") == "M" { Gender::Male } else { Gender::Female },
        birthdate: PartialDate {
            year: u16::try_from(params["anneeDateNaissance"].as_u64().unwrap()).unwrap(),
            month: part("moisDateNaissance"),
            day: part("jourDateNaissance"),
        },
        birthplace: text("codeCogInseeCommuneNaissance"),
        birthcountry: text("codeCogInseePaysNaissance"),
        preferred_username: None,
        email: String::new(),
    }
}

#[tokio::test]
#[ignore = "reads files that are not part of this repository: cargo xtask test --only official"]
async fn official_files_are_answered_word_for_word() {
    let official = official();
    let bench = Bench::new(Sandbox::load([], Some(&official)).unwrap()).await;
    bench.grant(SCOPES).await;
    let folder = official.join("api_particulier_v3_cnav_quotient_familial_with_france_connect");
    let mut answered = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml") || path.ends_with("404.yaml") {
            continue;
        }
        let file = read(&path);
        let answer = bench.qf(&bench.token(SCOPES, person(&file.params)), &to_us("&annee=2024&mois=2")).await;
        assert_eq!((answer.status, answer.body), (file.status, serde_json::from_str(&file.payload).unwrap()), "{}", path.display());
        answered += 1;
    }
    assert_eq!(answered, 6);

    let default = read(&folder.join("404.yaml"));
    let mut stranger = angela();
    stranger.given_names = owned(&["Personne"]);
    let answer = bench.qf(&bench.token(SCOPES, stranger), &to_us("")).await;
    assert_eq!((answer.status, answer.body), (404, serde_json::from_str(&default.payload).unwrap()));
}

/// The ready-made token of the official sandbox names the person of one of the files.
#[tokio::test]
#[ignore = "reads files that are not part of this repository: cargo xtask test --only official"]
async fn the_official_test_token_reaches_its_quotient() {
    let official = official();
    let token: Value = serde_json::from_str(&read(&official.join("france_connect/all_fc.yml")).payload).unwrap();
    let claims = &token["token_introspection"];
    let text = |name: &str| claims[name].as_str().unwrap().to_owned();
    let identity = PivotIdentity {
        given_names: claims["given_name_array"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
        family_name: text("family_name"),
        gender: Gender::parse(&text("gender")).unwrap(),
        birthdate: PartialDate::parse(&text("birthdate")).unwrap(),
        birthplace: text("birthplace"),
        birthcountry: text("birthcountry"),
        preferred_username: None,
        email: String::new(),
    };
    let bench = Bench::new(Sandbox::load([], Some(&official)).unwrap()).await;
    bench.grant(SCOPES).await;
    let scope = text("scope");
    let scopes: Vec<&str> = scope.split(' ').collect();
    let answer = bench.qf(&bench.token(&scopes, identity), &to_us("")).await;
    assert_eq!((answer.status, &answer.body["data"]["quotient_familial"]["valeur"]), (200, &Value::from(2550)));
}
