//! Filling a request block by block, without JavaScript, until it is sent.

use reqwest::Method;

use crate::{
    browser::{Browser, Page, URLENCODED},
    road::{self, API_PARTICULIER, APPLICANT, FRANCECONNECT},
    site::TestSite,
};

async fn open(browser: &Browser, id: &str, block: &str) -> (Page, String) {
    let path = format!("/demandes/{id}/{block}");
    (browser.open(&path).await, path)
}

#[tokio::test]
async fn saving_accepts_what_is_incomplete_and_going_on_does_not() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let (page, path) = open(&browser, &id, "projet").await;
    page.says("Votre projet");
    let saved = browser.submit(page.form(&path).set("name", "Portail famille").set("go_live_date", "bientôt").press("enregistrer")).await;
    assert_eq!(saved.is(303).location(), format!("{path}?enregistre=1"));
    let page = browser.open(&saved.location()).await;
    page.says("Brouillon enregistré");
    assert_eq!((page.value("name"), page.value("go_live_date")), ("Portail famille".to_owned(), "bientôt".to_owned()));

    let refused = browser.submit(page.form(&path).set("volume", "4 000 <familles>").press("suivant")).await;
    refused.is(422);
    assert_eq!(
        refused.errors(),
        [
            "Description détaillée : Ce champ est à compléter.",
            "Date de mise en service prévue : Cette date n’est pas valide. Exemple : 31/01/2027",
            "Mon service reste accessible autrement que par FranceConnect, pour les mêmes démarches et dans des conditions comparables : Cette case est à cocher pour continuer.",
        ]
    );
    assert!(refused.one("title").starts_with("Erreur :"), "{}", refused.one("title"));
    assert_eq!((refused.value("name"), refused.value("volume")), ("Portail famille".to_owned(), "4 000 <familles>".to_owned()));
    for field in ["description", "go_live_date", "alternative"] {
        assert_eq!(refused.attribute(&format!("[name={field}]"), "aria-invalid").as_deref(), Some("true"), "{field}");
    }
    assert!(refused.attribute("[name=name]", "aria-invalid").is_none());
    // What « Suivant » refuses is saved all the same.
    assert_eq!(browser.open(&path).await.value("volume"), "4 000 <familles>");

    let form = refused.form(&path).set("description", "Se connecter.").set("go_live_date", "2027-03-01").set("alternative", "oui");
    let next = browser.submit(form.press("suivant")).await;
    assert_eq!(next.is(303).location(), format!("/demandes/{id}/donnees"));
}

#[tokio::test]
async fn a_text_too_long_is_given_back_with_the_limit_and_the_rest_is_kept() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let (page, path) = open(&browser, &id, "projet").await;
    let (long, nul) = ("é".repeat(101), "a\0b");
    let refused = browser.submit(page.form(&path).set("name", &long).set("volume", nul).set("description", "Gardée").press("enregistrer")).await;
    refused.is(422);
    let errors = refused.errors();
    assert!(errors.contains(&"Nom public du service : Ce texte dépasse 100 caractères : raccourcissez-le.".to_owned()), "{errors:?}");
    assert!(
        errors
            .contains(&"Nombre de connexions attendues : Ce texte contient un caractère interdit (caractère nul, U+0000) : supprimez-le.".to_owned()),
        "{errors:?}"
    );
    assert_eq!((refused.value("name"), refused.value("description")), (long, "Gardée".to_owned()));
    let kept = browser.open(&path).await;
    assert_eq!((kept.value("name"), kept.value("volume"), kept.value("description")), (String::new(), String::new(), "Gardée".to_owned()));
    let text = "à\r\n".repeat(1000);
    let saved = browser.submit(refused.form(&path).set("name", "").set("volume", "").set("description", &text).press("enregistrer")).await;
    saved.is(303);
}

#[tokio::test]
async fn unknown_fields_are_ignored_and_included_data_cannot_be_removed() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let (page, path) = open(&browser, &id, "donnees").await;
    let form = page.form(&path);
    assert_eq!(form.values("scopes"), ["openid"]);
    let forged = form.pick("scopes", &["email"]).forge("state", "approved").forge("name", "Autre bloc").forge("inconnu", "x");
    browser.submit(forged.press("enregistrer")).await.is(303);
    let page = browser.open(&path).await;
    assert_eq!(page.form(&path).values("scopes"), ["email", "openid"]);
    assert_eq!(browser.open(&format!("/demandes/{id}/projet")).await.value("name"), "", "a field of another block");
    let unknown = browser.submit(page.form(&path).pick("scopes", &["cnaf_quotient_familial"]).press("suivant")).await;
    assert!(unknown.is(422).errors().contains(&"Données demandées : Cette réponse n’est pas proposée.".to_owned()), "{:?}", unknown.errors());
}

#[tokio::test]
async fn more_than_three_years_are_to_be_justified() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let (page, path) = open(&browser, &id, "donnees").await;
    let form = page.form(&path).set("recipients", "Le service enfance").press("suivant");
    for (months, reason, expected) in [
        ("36", "", None),
        ("37", "", Some("Pourquoi plus de 36 mois ? : Ce champ est à compléter.")),
        ("0", "", Some("Durée de conservation, en mois : Indiquez un nombre compris entre 1 et 1200.")),
        ("trois ans", "", Some("Durée de conservation, en mois : Indiquez un nombre entier.")),
        ("99999999999999999999", "", Some("Durée de conservation, en mois : Indiquez un nombre entier.")),
        ("60", "Le code du patrimoine l’impose.", None),
    ] {
        let version = browser.open(&path).await.value("version");
        let sent = browser.submit(form.clone().set("retention_months", months).set("retention_reason", reason).forge("version", &version)).await;
        match expected {
            None => assert_eq!(sent.is(303).location(), format!("/demandes/{id}/cadre-juridique"), "{months}"),
            Some(sentence) => assert_eq!(sent.is(422).errors(), [sentence]),
        }
    }
}

#[tokio::test]
async fn contacts_are_checked_and_the_applicant_may_be_one() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let (page, path) = open(&browser, &id, "contacts").await;
    let me = browser.submit(page.form(&path).press("moi:responsable_technique")).await;
    assert_eq!(me.is(303).location(), path);
    let page = browser.open(&path).await;
    assert_eq!(
        (page.value("responsable_technique_given_name"), page.value("responsable_technique_email")),
        ("jeanne".to_owned(), APPLICANT.to_owned())
    );
    let refused = browser
        .submit(
            page.form(&path)
                .fill(&road::ANSWERS)
                .set("responsable_technique_phone", "01 46 62 35 35")
                .set("delegue_protection_donnees_email", "dpo@")
                .press("suivant"),
        )
        .await;
    assert_eq!(
        refused.is(422).errors(),
        [
            "Délégué à la protection des données, adresse électronique : Cette adresse électronique n’est pas valide. Exemple : prenom.nom@mairie.fr",
            "Responsable technique, téléphone mobile : Indiquez un numéro de mobile : il recevra un SMS. Exemple : 06 12 34 56 78",
        ]
    );
}

#[tokio::test]
async fn nothing_is_sent_before_it_is_complete_and_the_terms_are_accepted() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let draft = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{draft}/synthese");
    let page = browser.open(&path).await;
    let refused = browser.submit(page.form(&path).fill(&road::BOXES)).await;
    refused.is(422).says("Votre demande n’est pas complète");
    assert!(!refused.has("#erreurs li a[href^='#']"), "the summary leads to the blocks");
}

#[tokio::test]
async fn a_complete_request_is_sent_once_and_for_all() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail famille", None).await;
    let path = format!("/demandes/{id}/synthese");
    let summary = browser.open(&path).await;
    for expected in ["Portail famille", "COMMUNE DE CLAMART", "Délibération du 12 mai 2026", "Claire Fontaine", "1er mars 2027"] {
        summary.says(expected);
    }
    let refused = browser.submit(summary.form(&path)).await;
    assert_eq!(
        refused.is(422).errors(),
        ["Acceptez les conditions d’utilisation pour transmettre la demande.", "Cochez cette case pour transmettre la demande."]
    );
    assert!(site.new_mails().await.is_empty());

    let block = browser.open(&format!("/demandes/{id}/projet")).await;
    let sent = road::submit(&browser, &id).await;
    for expected in ["Votre demande a été transmise", "D1", "En cours d’instruction : Équipe juridique", "9 décembre 2026"] {
        sent.says(expected);
    }
    assert_eq!(browser.get(&format!("/demandes/{id}/projet")).await.is(303).location(), format!("/demandes/{id}"));
    assert_eq!(browser.get(&path).await.is(303).location(), format!("/demandes/{id}"));
    let late = browser.submit(block.form("projet").set("name", "Trop tard").press("enregistrer")).await;
    late.is(409).says("Cette demande n’est plus modifiable");
    let again = browser.submit(summary.form(&path).fill(&road::BOXES)).await;
    assert_eq!(again.is(303).location(), format!("/demandes/{id}?transmise=1"), "it was sent by the same person");
    browser.open(&format!("/demandes/{id}")).await.does_not_say("Trop tard");
    assert_eq!(site.new_mails().await.len(), 1, "one receipt");
}

#[tokio::test]
async fn the_summary_names_the_blocks_to_correct() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, API_PARTICULIER).await;
    let path = format!("/demandes/{id}/synthese");
    let page = browser.open(&path).await;
    let refused = browser.submit(page.form(&path).fill(&road::BOXES)).await;
    refused.is(422);
    let links = refused.all("#erreurs li");
    for block in ["Votre projet", "Le raccordement à FranceConnect", "Les données", "Le cadre juridique", "Les contacts"] {
        assert!(links.iter().any(|line| line.starts_with(block)), "{block}: {links:?}");
    }
    let href = refused.attribute("#erreurs li a", "href").expect("a link");
    let block = browser.open(&href).await;
    assert!(!block.errors().is_empty(), "the block opens with its errors");
}

#[tokio::test]
async fn requests_of_others_do_not_exist() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let stranger = site.applicant("autre.personne@clamart.example").await;
    let id = road::start(&browser, FRANCECONNECT).await;
    for path in ["", "/projet", "/synthese"] {
        stranger.get(&format!("/demandes/{id}{path}")).await.is(404).says("Page introuvable");
    }
    for path in ["/projet", "/synthese", "/projet/enregistrement"] {
        stranger.post(&format!("/demandes/{id}{path}"), &[("name", "À moi")]).await.is(404);
    }
    stranger.open("/demandes").await.says("Vous n’avez pas encore de demande");
    for wrong in ["/demandes/x", "/demandes/00000000-0000-0000-0000-000000000000", "/demandes/nouvelle/inconnu"] {
        browser.get(wrong).await.is(404);
    }
    browser.get(&format!("/demandes/{id}/inconnu")).await.is(404);
    let anonymous = site.visitor().get(&format!("/demandes/{id}/projet")).await;
    assert_eq!(anonymous.is(303).location(), format!("/connexion?suite=%2Fdemandes%2F{id}%2Fprojet"));
}

#[tokio::test]
async fn autosave_answers_in_json() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/projet/enregistrement");
    let seen = open(&browser, &id, "projet").await.0.value("version");
    let saved = browser.post(&path, &[("name", "Portail"), ("version", &seen)]).await;
    assert_eq!(saved.is(200).header("content-type"), "application/json");
    let answer: serde_json::Value = serde_json::from_str(&saved.body).expect("JSON");
    let (page, _) = open(&browser, &id, "projet").await;
    let now = page.value("version");
    assert_eq!(answer, serde_json::json!({ "version": now, "at": "10:00" }));
    browser.post(&path, &[("name", "Portail"), ("version", &seen)]).await.is(200);
    browser.post(&path, &[("name", "Autre"), ("version", &seen)]).await.is(409);
    // What cannot be kept is said; the rest is saved, and the next save starts from there.
    let refused = browser.post(&path, &[("name", &"x".repeat(101)), ("description", "Gardée"), ("version", &now)]).await;
    let answer: serde_json::Value = serde_json::from_str(&refused.is(422).body).expect("JSON");
    let message = answer["message"].as_str().expect("a sentence");
    assert!(message.contains("Ce texte dépasse 100 caractères"), "{message}");
    let (page, _) = open(&browser, &id, "projet").await;
    assert_eq!((page.value("name"), page.value("description")), ("Portail".to_owned(), "Gardée".to_owned()));
    assert_eq!(answer["version"], page.value("version"));
    browser.send(Method::POST, &path, &[("content-type", URLENCODED)], "name=x").await.is(403);
}

#[tokio::test]
async fn a_data_request_relies_on_one_of_the_same_organisation() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let elsewhere = site.account("autre.personne@paris.example").await;
    elsewhere.join("21750001600019").await.is(303);
    let foreign = road::file(&elsewhere, FRANCECONNECT, "Portail de Paris", None).await;
    let id = road::start(&browser, API_PARTICULIER).await;
    let (page, path) = open(&browser, &id, "franceconnect").await;
    page.says("Votre organisation n’a pas encore de demande FranceConnect");
    let refused = browser.submit(page.form(&path).forge("franceconnect", &foreign).press("suivant")).await;
    refused.is(422);

    let own = road::file(&browser, FRANCECONNECT, "Portail famille", None).await;
    let (page, _) = open(&browser, &id, "franceconnect").await;
    page.says("Portail famille (en cours d’instruction)");
    page.does_not_say("Portail de Paris");
    let refused = browser.submit(page.form(&path).set("franceconnect", "").press("suivant")).await;
    assert_eq!(refused.is(422).errors().len(), 1);
    let next = browser.submit(refused.form(&path).set("franceconnect", &own).press("suivant")).await;
    assert_eq!(next.is(303).location(), format!("/demandes/{id}/donnees"));
}

#[tokio::test]
async fn the_list_has_pages_and_the_true_total() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    for _ in 0..30 {
        road::start(&browser, FRANCECONNECT).await;
        site.clock.advance(std::time::Duration::from_secs(60));
    }
    let first = browser.open("/demandes").await;
    first.says("30 demandes");
    assert_eq!(first.all("#demandes tbody tr").len(), 25);
    assert!(first.one("#demandes tbody tr").contains("D30"), "the latest first");
    assert!(first.has("nav.fr-pagination a[href='/demandes?page=2']"));
    let second = browser.open("/demandes?page=2").await;
    assert_eq!(second.all("#demandes tbody tr").len(), 5);
    assert!(second.all("#demandes tbody tr")[4].contains("D1 "));
    for odd in ["0", "-1", "x", "99999999999999999999", ""] {
        assert_eq!(browser.open(&format!("/demandes?page={odd}")).await.all("#demandes tbody tr").len(), 25, "{odd}");
    }
    browser.get("/demandes?page=3").await.is(200).says("30 demandes");
    browser.get("/demandes?page=1&page=2").await.is(400).says("Demande incomprise");
}
