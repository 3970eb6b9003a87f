//! « Mes demandes »: mine, my colleagues', those naming me; searched, filtered, and always with the true totals.

use crate::{
    browser::Page,
    road::{self, APPLICANT, FRANCECONNECT, cast},
    site::{PASSWORD, SIRET, TestSite, link_in},
};

const OTHER_SIRET: &str = "21060088800015";

fn projects(page: &Page) -> Vec<String> {
    page.all("#demandes tbody th > a")
}

#[tokio::test]
async fn each_group_tells_what_is_expected_of_whom() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let browser = &cast.applicant;
    browser.open("/demandes").await.says("Vous n’avez pas encore de demande");
    road::complete(browser, FRANCECONNECT, "Brouillon", None).await;
    let sent_back = road::file(browser, FRANCECONNECT, "À corriger", None).await;
    road::decide(&cast.legal, &sent_back, "modifier", "Précisez.").await.is(303);
    road::file(browser, FRANCECONNECT, "Déposée", None).await;
    let approved = road::file(browser, FRANCECONNECT, "Validée", None).await;
    cast.approve_franceconnect(&approved).await;
    let refused = road::file(browser, FRANCECONNECT, "Refusée", None).await;
    road::decide(&cast.legal, &refused, "refuser", "Hors du champ.").await.is(303);

    let page = browser.open("/demandes").await;
    page.says("5 demandes");
    for expected in ["Toutes (5)", "À faire (2)", "En cours d’instruction (1)", "Validées (1)", "Terminées (1)"] {
        page.says(expected);
    }
    for (group, names, next) in [
        ("a-faire", vec!["Brouillon", "À corriger"], "Vos modifications sont attendues"),
        ("en-cours", vec!["Déposée"], "Réponse au plus tard le 9 décembre 2026"),
        ("validees", vec!["Validée"], "Valable jusqu’au 23 novembre 2029"),
        ("terminees", vec!["Refusée"], "Terminée"),
    ] {
        let page = browser.open(&format!("/demandes?etat={group}")).await;
        let mut found = projects(&page);
        found.sort();
        let mut names = names;
        names.sort_unstable();
        assert_eq!(found, names, "{group}");
        page.says(next);
        assert!(page.has(&format!("a[href='/demandes?etat={group}'][aria-current]")));
    }
    browser.open("/demandes?etat=archivees").await.says("Aucune demande ne correspond");
    assert_eq!(projects(&browser.open("/demandes?etat=inconnu&service=inconnu&qui=inconnu").await).len(), 5);
}

#[tokio::test]
async fn a_search_finds_words_without_accents_and_numbers_of_both_kinds() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let browser = &cast.applicant;
    let first = road::file(browser, FRANCECONNECT, "Médiathèque de l’Étoile", None).await;
    cast.approve_franceconnect(&first).await;
    road::complete(browser, FRANCECONNECT, "Crèche du Cœur", None).await;
    for (typed, expected) in [
        ("mediatheque", vec!["Médiathèque de l’Étoile"]),
        ("ETOILE média", vec!["Médiathèque de l’Étoile"]),
        ("coeur", vec!["Crèche du Cœur"]),
        ("D2", vec!["Crèche du Cœur"]),
        ("d 1", vec!["Médiathèque de l’Étoile"]),
        ("H1", vec!["Médiathèque de l’Étoile"]),
        ("H99", vec![]),
        ("D99999999999999999999", vec![]),
        ("2", vec!["Crèche du Cœur"]),
        ("100%", vec![]),
        ("piscine", vec![]),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let page = browser.open(&format!("/demandes?q={query}")).await;
        let found: Vec<String> = projects(&page);
        // Numbers may also stand in the words of a request; the wanted one is there.
        if typed == "2" {
            assert!(found.contains(&"Crèche du Cœur".to_owned()), "{found:?}");
        } else {
            assert_eq!(found, expected, "{typed}");
        }
        assert_eq!(page.value("q"), typed);
    }
    browser.open("/demandes?q=piscine").await.says("Aucune demande ne correspond");
    browser.open("/demandes?page=99").await.says("Cette page n’existe pas");
    assert_eq!(projects(&browser.open("/demandes?service=api-particulier").await).len(), 0);
    assert_eq!(projects(&browser.open("/demandes?service=franceconnect&etat=a-faire&q=creche").await), ["Crèche du Cœur"]);
}

#[tokio::test]
async fn colleagues_requests_are_for_verified_members_and_drafts_stay_private() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let colleague = site.applicant("marc.lefevre@clamart.example").await;
    road::complete(&applicant, FRANCECONNECT, "Brouillon", None).await;
    road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let page = colleague.open("/demandes").await;
    page.does_not_say("Celles de mes collègues");
    colleague.get("/demandes?qui=organisation").await.is(404);
    site.verify("marc.lefevre@clamart.example").await;
    colleague.open("/demandes").await.says("Celles de mes collègues (1)");
    let page = colleague.open("/demandes?qui=organisation").await;
    assert_eq!(projects(&page), ["Portail famille"]);
    page.says("Déposée par jeanne roux");
    page.says("Une demande.");
    site.verify(APPLICANT).await;
    applicant.open("/demandes?qui=organisation").await.says("Vos collègues n’ont encore rien transmis");
}

#[tokio::test]
async fn the_list_follows_the_organisation_one_works_for_and_shows_all_on_demand() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    road::complete(&browser, FRANCECONNECT, "Portail famille", None).await;
    let page = browser.open("/demandes").await;
    page.does_not_say("Toutes mes organisations");
    assert!(!page.all("#demandes th").contains(&"Organisation".to_owned()), "one body needs no column");

    browser.join(OTHER_SIRET).await;
    let page = browser.open("/demandes").await;
    page.says("Aucune demande pour COMMUNE DE NICE");
    assert_eq!(page.attribute(".hb-empty .fr-btn", "href").as_deref(), Some("/services"), "« Nouvelle demande » comes first");
    assert!(projects(&page).is_empty());
    road::complete(&browser, FRANCECONNECT, "Transports", None).await;
    // The latest touched first.
    site.pass_seconds(1);
    road::complete(&browser, FRANCECONNECT, "Bibliothèques", None).await;
    let page = browser.open("/demandes").await;
    assert_eq!(projects(&page), ["Bibliothèques", "Transports"]);
    page.says("2 demandes");
    page.says("Toutes (2)");
    page.says("Toutes mes organisations (3)");
    // A search stays within, too.
    assert!(projects(&browser.open("/demandes?q=portail").await).is_empty());

    let all = browser.open("/demandes?organisation=toutes").await;
    assert_eq!(projects(&all).len(), 3);
    all.says("3 demandes");
    all.says("Toutes (3)");
    all.says("À faire (3)");
    assert!(all.all("#demandes th").contains(&"Organisation".to_owned()), "{:?}", all.all("#demandes th"));
    let rows = all.all("#demandes tbody tr");
    assert!(rows.iter().any(|row| row.contains("Portail famille") && row.contains("COMMUNE DE CLAMART")), "{rows:?}");
    assert_eq!(projects(&browser.open("/demandes?organisation=toutes&q=portail").await), ["Portail famille"]);
    assert!(all.attributes("nav a.fr-tag", "href").iter().any(|href| href == "/demandes?organisation=toutes&etat=a-faire"));

    // Back to the first body.
    browser.join(SIRET).await;
    let page = browser.open("/demandes").await;
    assert_eq!(projects(&page), ["Portail famille"]);
    page.says("Toutes (1)");
}

#[tokio::test]
async fn requests_naming_me_and_those_shared_with_me_are_listed() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let dpo = site.account("dpo@clamart.example").await;
    road::complete(&applicant, FRANCECONNECT, "Brouillon", None).await;
    dpo.open("/demandes").await.does_not_say("Celles qui me désignent");
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    dpo.open("/demandes").await.says("Celles qui me désignent (1)");
    let page = dpo.open("/demandes?qui=designe").await;
    assert_eq!(projects(&page), ["Portail famille"]);
    page.says("COMMUNE DE CLAMART");

    let path = format!("/demandes/{id}/partage");
    let form = applicant.open(&path).await.form_with(&path, "action", Some("inviter"));
    site.new_mails().await;
    applicant.submit(form.set("email", "ines.nguyen@a.example")).await.is(303);
    let link = link_in(&site.only_mail("ines.nguyen@a.example").await, &site);
    let guest = site.visitor();
    let page = guest.open(&link).await;
    guest.submit(page.form(&link).set("given_name", "Inès").set("family_name", "Nguyen").set("password", PASSWORD)).await.is(303);
    let page = guest.open("/demandes").await;
    assert_eq!(projects(&page), ["Portail famille"]);
    page.says("Déposée par jeanne roux");
}
