//! Finding one's organisation by its number, whatever the directory does.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    directory::Directory,
    road::{self, FRANCECONNECT},
    site::{CLOSED_SIRET, SIRET, TestSite, UNKNOWN_SIRET},
};

const EMAIL: &str = "jeanne.roux@clamart.example";

#[tokio::test]
async fn each_wrong_number_has_its_own_sentence() {
    let site = TestSite::new().await;
    let browser = site.account(EMAIL).await;
    for (typed, sentence) in [
        ("2192002350001", "Le numéro SIRET comporte 14 chiffres."),
        ("", "Le numéro SIRET comporte 14 chiffres."),
        ("2192002350001O", "Le numéro SIRET comporte 14 chiffres."),
        ("219200235\u{0}0014", "Le numéro SIRET comporte 14 chiffres."),
        ("21920023500015", "Ce numéro SIRET n’est pas valide : vérifiez les chiffres saisis."),
        (UNKNOWN_SIRET, "L’annuaire ne connaît pas ce numéro SIRET. Vérifiez-le, ou indiquez celui du siège."),
    ] {
        let refused = browser.join(typed).await;
        assert_eq!(refused.is(422).errors(), [sentence], "{typed}");
        assert_eq!(refused.value("siret"), typed.replace('\0', "\u{fffd}"));
    }
}

#[tokio::test]
async fn an_organisation_is_found_with_its_name_and_address() {
    let site = TestSite::new().await;
    let browser = site.account(EMAIL).await;
    let joined = browser.join("219 200 235 00014").await;
    assert_eq!(joined.is(303).location(), "/demandes");
    let page = browser.open("/organisation").await;
    for expected in ["COMMUNE DE CLAMART", "219 200 235 00014", "Siège", "Ouvert", "84.11Z", "Vérifiée le 23 novembre 2026"] {
        page.says(expected);
    }
}

#[tokio::test]
async fn one_comes_back_to_the_request_one_was_starting() {
    let site = TestSite::new().await;
    let browser = site.account(EMAIL).await;
    let start = browser.open("/demandes/nouvelle/franceconnect").await;
    start.says("Indiquez d’abord votre organisation");
    assert!(start.form_count("/demandes/nouvelle/franceconnect") == 0);
    let page = browser.open("/organisation?suite=/demandes/nouvelle/franceconnect").await;
    let joined = browser.submit(page.form("/organisation").set("siret", SIRET)).await;
    assert_eq!(joined.location(), "/demandes/nouvelle/franceconnect");
    let astray = browser.open("/organisation?suite=//evil.example").await;
    assert!(!astray.body.contains("evil.example"));
}

#[tokio::test]
async fn a_closed_establishment_cannot_start_a_request() {
    let site = TestSite::new().await;
    let browser = site.account(EMAIL).await;
    let joined = browser.join(CLOSED_SIRET).await;
    assert_eq!(joined.is(303).location(), "/organisation");
    browser.open("/organisation").await.says("Cet établissement est fermé");
    let start = browser.open("/demandes/nouvelle/franceconnect").await;
    start.says("Un établissement fermé ne peut pas déposer de demande.");
    let forced = browser.post("/demandes/nouvelle/franceconnect", &[]).await;
    forced.is(422).says("Cet établissement est fermé");
    browser.open("/demandes").await.says("Vous n’avez pas encore de demande");

    let page = browser.open("/organisation").await;
    browser.submit(page.form("/organisation").set("siret", SIRET)).await.is(303);
    road::start(&browser, FRANCECONNECT).await;
}

#[tokio::test]
async fn nobody_works_for_an_organisation_that_is_not_theirs() {
    let site = TestSite::new().await;
    site.applicant(EMAIL).await;
    let organisation =
        store::organisation::by_siret(&site.app.cx.db, &SIRET.parse().expect("valid")).await.expect("read").expect("joined by somebody");
    let stranger = site.account("autre.personne@a.fr").await;
    stranger.post("/organisation", &[("choisir", &organisation.id.to_string())]).await.is(404);
    stranger.post("/organisation", &[("choisir", "x")]).await.is(404);
}

#[tokio::test]
async fn an_answer_of_the_directory_is_kept_a_day() {
    let directory = Directory::start().await;
    let site = TestSite::with(&[("DIRECTORY_URL", &directory.url)]).await;
    let first = site.applicant(EMAIL).await;
    first.open("/organisation").await.says("COMMUNE DE CLAMART (ANNUAIRE)");
    site.applicant("autre.personne@clamart.example").await;
    first.open("/demandes").await;
    assert_eq!(directory.calls(), 1, "the cached answer is used");
    assert_eq!(first.join(UNKNOWN_SIRET).await.is(422).errors().len(), 1);
    first.join(UNKNOWN_SIRET).await.is(422);
    assert_eq!(directory.calls(), 2, "so is the absence of one");

    site.pass(25);
    let later = site.account("encore.une@clamart.example").await;
    directory.fail(usize::MAX);
    assert_eq!(later.join(SIRET).await.location(), "/demandes", "yesterday's answer is better than none");
    assert_eq!(directory.calls(), 5, "asked three times");
}

#[tokio::test]
async fn a_directory_that_fails_twice_is_asked_again() {
    let directory = Directory::start().await;
    let site = TestSite::with(&[("DIRECTORY_URL", &directory.url)]).await;
    directory.fail(2);
    let browser = site.account(EMAIL).await;
    assert_eq!(browser.join(SIRET).await.is(303).location(), "/demandes");
    assert_eq!(directory.calls(), 3);
}

#[tokio::test]
async fn an_odd_answer_is_no_outage_and_silences_nobody() {
    let directory = Directory::start().await;
    let site = TestSite::with(&[("DIRECTORY_URL", &directory.url)]).await;
    let browser = site.account(EMAIL).await;
    directory.say(Some(json!({ "results": "x" })));
    assert_eq!(browser.join(SIRET).await.is(303).location(), "/organisation", "what cannot be read is asked once");
    assert_eq!(directory.calls(), 1);
    // The next number is asked at once.
    let site_of = json!({ "siret": SIRET, "adresse": "[ND]", "est_siege": null, "etat_administratif": null, "code_postal": 92140 });
    let others = json!({ "nom_complet": null, "matching_etablissements": [{ "siret": null }, null] });
    let unit = json!({ "nom_complet": "[NON-DIFFUSIBLE]", "nature_juridique": null, "matching_etablissements": [null, site_of] });
    directory.say(Some(json!({ "results": [others, unit] })));
    let other = site.account("autre.personne@clamart.example").await;
    other.join("SIRET\u{a0}: 219.200.235.00014").await.is(303);
    assert_eq!(directory.calls(), 2);
    let page = other.open("/organisation").await;
    page.says("Nom non diffusé");
    page.says("Adresse non diffusée");
    assert!(!page.body.contains("[ND]") && !page.body.contains("NON-DIFFUSIBLE"));
}

#[tokio::test]
async fn a_silent_directory_blocks_nobody_and_the_name_comes_later() {
    let directory = Directory::start().await;
    let site = TestSite::with(&[("DIRECTORY_URL", &directory.url)]).await;
    directory.fail(usize::MAX);
    let browser = site.account(EMAIL).await;
    assert_eq!(browser.join(SIRET).await.is(303).location(), "/organisation");
    let page = browser.open("/organisation").await;
    page.says("L’annuaire ne répond pas");
    page.says("SIRET 219 200 235 00014");
    let id = road::complete(&browser, FRANCECONNECT, "Portail famille", None).await;
    let asked = directory.calls();
    assert!(asked <= 6, "a directory known to be silent is left alone for a while: asked {asked} times");

    directory.fail(0);
    site.clock.advance(Duration::from_secs(120));
    browser.open(&format!("/demandes/{id}")).await.says("COMMUNE DE CLAMART (ANNUAIRE)");
}

#[tokio::test]
async fn a_directory_that_is_down_or_slow_does_not_slow_the_pages() {
    let gone = TcpListener::bind("127.0.0.1:0").await.and_then(|listener| listener.local_addr()).expect("a free port");
    let down = TestSite::with(&[("DIRECTORY_URL", &format!("http://{gone}"))]).await;
    let directory = Directory::start().await;
    let slow = TestSite::with(&[("DIRECTORY_URL", &directory.url)]).await;
    directory.take(Duration::from_secs(20));
    for site in [down, slow] {
        let browser = site.account(EMAIL).await;
        browser.join(SIRET).await.is(303);
        // The first page may ask once more.
        browser.open("/organisation").await.says("L’annuaire ne répond pas");
        let before = Instant::now();
        road::start(&browser, FRANCECONNECT).await;
        assert!(before.elapsed() < Duration::from_secs(2), "{:?}", before.elapsed());
    }
}

#[tokio::test]
async fn two_people_may_find_the_same_organisation_at_once() {
    let site = TestSite::new().await;
    let (one, other) = (site.account(EMAIL).await, site.account("autre.personne@clamart.example").await);
    let (a, b, c) = tokio::join!(one.join(SIRET), other.join(SIRET), one.join(SIRET));
    for joined in [a, b, c] {
        assert_eq!(joined.is(303).location(), "/demandes");
    }
    other.open("/organisation").await.says("COMMUNE DE CLAMART");
}
