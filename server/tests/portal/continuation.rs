//! Sandbox, then production: the second request continues the first, starts with its answers, and each page mentions the other.

use crate::{
    browser::{Browser, Page},
    every_form,
    road::{self, APPLICANT, FRANCECONNECT, approve},
    site::TestSite,
};

const SANDBOX: &str = "api-impot-particulier-bac-a-sable";
const PRODUCTION: &str = "api-impot-particulier";
const NEXT: &str = "/demandes/nouvelle/api-impot-particulier";
const PDF: &[u8] = b"%PDF-1.7\n%%EOF";

struct Sandbox {
    applicant: Browser,
    reviewer: Browser,
    id: String,
}

/// A request for the sandbox, under review by its team.
async fn sandbox(site: &TestSite) -> Sandbox {
    let applicant = site.applicant(APPLICANT).await;
    let reviewer = site.reviewer("lea.moreau@habilis.example", SANDBOX, "dgfip").await;
    let provider = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let form = site.app.habilitation.form(SANDBOX, None).expect("shipped");
    let id = every_form::file(&applicant, form, None, &provider).await;
    Sandbox { applicant, reviewer, id }
}

async fn ask_for_production(applicant: &Browser, sandbox: &str) -> Page {
    let page = applicant.open(&format!("/demandes/{sandbox}")).await;
    applicant.submit(page.form(NEXT)).await
}

#[tokio::test]
async fn an_approved_sandbox_leads_to_the_production_with_its_answers() {
    let site = TestSite::new().await;
    let Sandbox { applicant, reviewer, id } = sandbox(&site).await;
    let page = applicant.open(NEXT).await;
    page.says("Une étape vient avant celle-ci");
    page.says("Cette demande prend la suite d’une habilitation « API Impôt particulier (bac à sable) »");
    assert_eq!(page.form_count(NEXT), 0);
    assert_eq!(applicant.open(&format!("/demandes/{id}")).await.form_count(NEXT), 0, "nothing is granted yet");

    approve(&reviewer, &id).await;
    let page = applicant.open(NEXT).await;
    page.says("seront reprises : il ne restera que les nouvelles questions");
    let detail = applicant.open(&format!("/demandes/{id}")).await;
    detail.says("Passer en production");
    let there = ask_for_production(&applicant, &id).await.is(303).location();
    let next = there.split('/').nth(2).expect("an id").to_owned();
    let first = applicant.open(&there).await;
    first.says("Réponses reprises");
    assert_eq!(first.value("name"), "Les agents du service enfance");
    let contacts = applicant.open(&format!("/demandes/{next}/contacts")).await;
    assert_eq!(contacts.value("delegue_protection_donnees_email"), "personne@clamart.example");
    let data = applicant.open(&format!("/demandes/{next}/donnees")).await;
    assert!(!data.form("donnees").values("scopes").is_empty(), "the data asked for is taken along");

    // Each says where the other is; nobody is offered to ask twice.
    let page = applicant.open(&format!("/demandes/{next}")).await;
    page.says("Étape précédente API Impôt particulier (bac à sable), D2 Validée Habilitation H1 en vigueur.");
    assert!(page.has(&format!("a[href='/demandes/{id}']")));
    let page = applicant.open(&format!("/demandes/{id}")).await;
    page.says("Étape suivante API Impôt particulier (production), D3 Brouillon");
    assert_eq!(page.form_count(NEXT), 0);
    reviewer.open(&format!("/instruction/{id}")).await.does_not_say("D3");
}

#[tokio::test]
async fn documents_of_both_forms_are_taken_along_and_each_request_keeps_its_own() {
    let site = TestSite::new().await;
    let Sandbox { applicant, reviewer, id } = sandbox(&site).await;
    road::decide(&reviewer, &id, "modifier", "Joignez le texte.").await.is(303);
    let legal = format!("/demandes/{id}/cadre-juridique");
    let form = applicant.open(&legal).await.form(&legal).attach("legal_document", "acte.pdf", PDF).press("enregistrer");
    applicant.submit(form).await.is(303);
    road::submit(&applicant, &id).await;
    approve(&reviewer, &id).await;
    let next = ask_for_production(&applicant, &id).await.is(303).location().split('/').nth(2).expect("an id").to_owned();
    let page = applicant.open(&format!("/demandes/{next}/cadre-juridique")).await;
    page.says("acte.pdf");
    let copy = page.attribute("a[href*='/documents/']", "href").expect("a document");
    assert!(copy.contains(&next), "{copy}");
    assert_eq!(applicant.get(&copy).await.is(200).bytes, PDF);
    let removal = page.attribute("button[value^='retirer:']", "value").expect("a button");
    applicant.submit(page.form("cadre-juridique").press(&removal)).await.is(303);
    applicant.get(&copy).await.is(404);
    let kept = applicant.open(&format!("/demandes/{id}")).await.attribute("a[href*='/documents/']", "href").expect("a document");
    applicant.get(&kept).await.is(200);
}

#[tokio::test]
async fn production_is_refused_without_a_valid_sandbox_of_the_same_organisation() {
    let site = TestSite::new().await;
    let Sandbox { applicant, reviewer, id } = sandbox(&site).await;
    approve(&reviewer, &id).await;
    let sentence = "Cette demande prend la suite d’une habilitation « API Impôt particulier (bac à sable) »";
    // Somebody of the same body whom nobody vouched for, and somebody of another.
    let colleague = site.applicant("marc.lefevre@clamart.example").await;
    let elsewhere = site.account("commercial@entrouvert.example").await;
    elsewhere.join("44317013900036").await;
    for browser in [&colleague, &elsewhere] {
        browser.open(NEXT).await.says(sentence);
        browser.post(NEXT, &[("forme", "libre"), ("precedente", &id)]).await.is(422).says(sentence);
    }
    site.verify("marc.lefevre@clamart.example").await;
    colleague.open(NEXT).await.says("seront reprises");
    // Not without naming it, nor from a request for something else.
    applicant.post(NEXT, &[("forme", "libre")]).await.is(422).says(sentence);
    let provider = road::file(&applicant, FRANCECONNECT, "Médiathèque", None).await;
    applicant.post(NEXT, &[("precedente", &provider)]).await.is(422).says(sentence);
    applicant.post(NEXT, &[("precedente", "inconnu")]).await.is(404);

    let next = ask_for_production(&applicant, &id).await.is(303).location().split('/').nth(2).expect("an id").to_owned();
    road::revoke(&reviewer, &id, "Le service a fermé.").await;
    applicant.post(&format!("/demandes/{next}/synthese"), &[("conditions", "oui")]).await.is(409).says("doit être en cours de validité");
    applicant.open(NEXT).await.says(sentence);
    assert_eq!(applicant.open(&format!("/demandes/{id}")).await.form_count(NEXT), 0);
}

#[tokio::test]
async fn the_reviewers_of_the_production_see_what_it_goes_on_from() {
    let site = TestSite::new().await;
    let Sandbox { applicant, reviewer, id } = sandbox(&site).await;
    approve(&reviewer, &id).await;
    let next = ask_for_production(&applicant, &id).await.is(303).location().split('/').nth(2).expect("an id").to_owned();
    let form = site.app.habilitation.form(PRODUCTION, None).expect("shipped");
    every_form::fill_and_send(&applicant, form, &next, &format!("/demandes/{next}/projet"), "").await;
    let security = site.reviewer("karim.faure@habilis.example", PRODUCTION, "securite").await;
    let page = security.open(&format!("/instruction/{next}")).await;
    page.says("Étape précédente API Impôt particulier (bac à sable), D2 Validée Habilitation H1 en vigueur.");
    assert!(!page.has(&format!("a[href='/instruction/{id}']")), "not one of their services");
    reviewer.open(&format!("/instruction/{id}")).await.says("Étape suivante API Impôt particulier (production), D3");
}
