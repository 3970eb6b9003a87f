//! The answers of the demonstration’s requests.

use domain::{form::Answers, ids::RequestId};

fn answers(pairs: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::default();
    for (field, value) in pairs {
        answers.set(field, *value);
    }
    answers
}

fn person(answers: &mut Answers, id: &str, given: &str, family: &str, job: &str, email: &str, phone: &str) {
    for (suffix, value) in [("given_name", given), ("family_name", family), ("job_title", job), ("email", email), ("phone", phone)] {
        answers.set(&format!("{id}_{suffix}"), value);
    }
}

fn scopes(answers: &mut Answers, ids: &[&str]) {
    answers.0.insert("scopes".into(), ids.iter().map(|id| (*id).to_owned()).collect());
}

pub(super) fn franceconnect() -> Answers {
    named("Portail famille de Clamart")
}

/// A complete FranceConnect request under this name.
pub(crate) fn named(name: &str) -> Answers {
    let mut filled = answers(&[
        ("name", name),
        (
            "description",
            "Les familles se connectent au portail avec FranceConnect\u{a0}: elles ne créent plus de compte et n’envoient plus de copie de leur pièce d’identité.",
        ),
        ("go_live_date", "2027-03-01"),
        ("volume", "4 000 familles par an"),
        ("alternative", "oui"),
        ("recipients", "Les agents du service enfance de la mairie"),
        ("retention_months", "36"),
        ("legal_nature", "Arrêté du 8 novembre 2018 relatif au téléservice FranceConnect"),
        ("legal_url", "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000037611479"),
    ]);
    scopes(&mut filled, &["family_name", "given_name", "birthdate", "birthplace", "birthcountry", "gender", "email", "openid"]);
    person(&mut filled, "responsable_traitement", "Claire", "Fontaine", "Directrice générale des services", "dgs@clamart.example", "01 46 62 35 35");
    person(
        &mut filled,
        "delegue_protection_donnees",
        "Paul",
        "Marchand",
        "Délégué à la protection des données",
        "dpo@clamart.example",
        "01 46 62 35 36",
    );
    person(&mut filled, "responsable_technique", "Louis", "Garnier", "Chef de projet numérique", "technique@clamart.example", "06 12 34 56 78");
    filled
}

pub(super) fn api_particulier(provider: RequestId) -> Answers {
    let mut filled = named("Portail famille de Clamart\u{a0}: tarif de la cantine");
    filled.set("description", "Le quotient familial calcule le tarif de la cantine et de l’accueil de loisirs, sans justificatif à envoyer.");
    filled.0.insert("modalities".to_owned(), vec!["france_connect".to_owned(), "params".to_owned()]);
    filled.set("technical_team", "interne");
    filled.set("franceconnect", provider.to_string());
    filled.set("legal_nature", "Délibération du conseil municipal fixant les tarifs selon le quotient familial");
    filled.set("legal_url", "https://www.clamart.example/deliberations/tarifs");
    scopes(&mut filled, &["cnaf_quotient_familial", "cnaf_enfants"]);
    person(&mut filled, "contact_metier", "Sophie", "Lambert", "Responsable du service enfance", "enfance@clamart.example", "01 46 62 35 37");
    filled
}

/// The answers of the first block of a draft.
pub(super) fn sample(number: u32) -> Answers {
    answers(&[("name", &format!("Projet de démarche en ligne n° {}", number + 1)), ("description", "Un brouillon à compléter.")])
}
