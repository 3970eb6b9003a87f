//! Documents and the antivirus: nobody opens what it has not cleared, and nothing is lost when it is away.

use store::{ConnectionTrait, Statement};

use crate::{
    browser::Browser,
    clamd::{Clamd, EICAR, Mood},
    road::{self, APPLICANT, FRANCECONNECT, LEGAL, TEAM},
    site::{TestSite, headers_of},
};

const PDF: &[u8] = b"%PDF-1.7\nsain\n%%EOF";

fn virus() -> Vec<u8> {
    format!("%PDF-1.7\n{}\n%%EOF", EICAR.concat()).into_bytes()
}

async fn site(clamd: &Clamd) -> TestSite {
    TestSite::with(&[("CLAMAV_URL", &clamd.url()), ("CLAMAV_TIMEOUT", "1")]).await
}

fn legal_block(id: &str) -> String {
    format!("/demandes/{id}/cadre-juridique")
}

/// The address of the only document: not on the page while it may not be opened.
async fn address(browser: &Browser, id: &str) -> String {
    let page = browser.open(&legal_block(id)).await;
    let removal = page.attribute("button[value^='retirer:']", "value").expect("a document");
    format!("/demandes/{id}/documents/{}", removal.strip_prefix("retirer:").expect("its id"))
}

#[tokio::test]
async fn a_document_waits_for_the_antivirus_and_opens_once_clean() {
    let clamd = Clamd::up().await;
    let site = site(&clamd).await;
    let browser = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail", None).await;
    road::attach(&browser, &id, "acte.pdf", PDF).await;
    let document = address(&browser, &id).await;
    let page = browser.open(&legal_block(&id)).await;
    page.says("acte.pdf (PDF, 1 Ko) Analyse antivirus en cours");
    assert!(!page.has("a[href*='/documents/']"), "a document that waits is no link");
    browser.get(&document).await.is(409).says("Ce document pourra être ouvert dès que l’antivirus l’aura analysé.");

    // It may be submitted, but nobody approves what nobody could read.
    road::submit(&browser, &id).await;
    legal.open(&format!("/instruction/{id}")).await.says("Analyse antivirus en cours");
    legal.get(&document).await.is(409);
    let refused = road::decide(&legal, &id, "valider", "").await;
    assert_eq!(refused.is(422).errors(), ["Un document est encore en cours d’analyse par l’antivirus : attendez son résultat pour valider."]);
    site.settle().await;
    legal.open(&format!("/instruction/{id}")).await.says("Aucun virus détecté");
    assert_eq!(legal.get(&document).await.is(200).bytes, PDF);
    road::decide(&legal, &id, "valider", "").await.is(303);
}

#[tokio::test]
async fn an_infected_document_is_gone_for_everybody_and_told() {
    let clamd = Clamd::up().await;
    let site = site(&clamd).await;
    let browser = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail", None).await;
    site.new_mails().await;
    road::attach(&browser, &id, "facture.pdf", &virus()).await;
    let document = address(&browser, &id).await;
    let mail = site.only_mail(APPLICANT).await;
    assert_eq!(mail.subject, "Demande D1 : un document a été supprimé par l’antivirus");
    assert!(mail.body.contains("facture.pdf"), "{}", mail.body);
    browser.get(&document).await.is(410).says("L’antivirus a trouvé un virus dans ce document : il a été supprimé.");
    assert_eq!(std::fs::read_dir(site.app.config.data_dir.join("documents")).expect("the directory").count(), 0, "the bytes are still there");
    let page = browser.open(&legal_block(&id)).await;
    page.says("facture.pdf (PDF, 1 Ko) Virus détecté : document supprimé");
    browser.open(&format!("/demandes/{id}")).await.says("Document supprimé par l’antivirus");

    // Not submitted with it, and told where and why.
    let summary = format!("/demandes/{id}/synthese");
    let refused = browser.submit(browser.open(&summary).await.form(&summary).fill(&road::BOXES)).await;
    refused.is(422).says("Un document contient un virus : retirez-le et déposez-en un autre.");
    let corrected = browser.open(&format!("{}?verifier=1", legal_block(&id))).await;
    assert_eq!(corrected.errors(), ["Document : Un document contient un virus : retirez-le et déposez-en un autre."]);
    let value = format!("retirer:{}", document.rsplit('/').next().expect("an id"));
    browser.submit(corrected.form(&legal_block(&id)).press(&value)).await.is(303);
    browser.get(&document).await.is(404);
    road::submit(&browser, &id).await;
    let answers = legal.open(&format!("/instruction/{id}")).await.all(".hb-block").join(" ");
    assert!(!answers.contains("facture.pdf"), "{answers}");
}

#[tokio::test]
async fn found_after_the_submission_it_stops_the_approval() {
    let clamd = Clamd::down().await;
    let site = site(&clamd).await;
    let browser = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    site.reviewer(TEAM, FRANCECONNECT, "franceconnect").await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail", None).await;
    road::attach(&browser, &id, "facture.pdf", &virus()).await;
    road::submit(&browser, &id).await;
    clamd.start().await;
    site.pass(1);
    site.settle().await;
    let refused = road::decide(&legal, &id, "valider", "").await;
    let sentence = "Un document a été refusé par l’antivirus : demandez au demandeur de le remplacer avant de valider.";
    assert_eq!(refused.is(422).errors(), [sentence]);
    road::decide(&legal, &id, "modifier", "Un document contient un virus : remplacez-le.").await.is(303);
    road::attach(&browser, &id, "saine.pdf", PDF).await;
    let page = browser.open(&legal_block(&id)).await;
    let infected = page.attribute("button[value^='retirer:']", "value").expect("the oldest first");
    browser.submit(page.form(&legal_block(&id)).press(&infected)).await.is(303);
    road::submit(&browser, &id).await;
    site.settle().await;
    road::decide(&legal, &id, "valider", "").await.is(303);
}

#[tokio::test]
async fn an_antivirus_that_is_away_or_silent_is_asked_again() {
    let clamd = Clamd::down().await;
    let site = site(&clamd).await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    road::attach(&browser, &id, "acte.pdf", PDF).await;
    let document = address(&browser, &id).await;
    site.try_effects().await;
    assert_eq!(attempts(&site).await, (1, "the antivirus cannot be reached".to_owned()));
    browser.get(&document).await.is(409);
    // Not before its time.
    site.try_effects().await;
    assert_eq!(attempts(&site).await.0, 1);
    clamd.is(Mood::Hangs);
    clamd.start().await;
    site.pass(1);
    site.try_effects().await;
    assert_eq!(attempts(&site).await, (2, "the antivirus did not answer in time".to_owned()));
    browser.get(&document).await.is(409);
    clamd.is(Mood::Works);
    site.pass(1);
    site.settle().await;
    browser.get(&document).await.is(200);
}

/// Attempts and last error of the only effect that waits for the antivirus.
async fn attempts(site: &TestSite) -> (i32, String) {
    let db = &site.app.cx.db;
    let sql = "SELECT attempts, last_error FROM outbox WHERE consumer = 'antivirus' AND done_at IS NULL";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("read").expect("one row");
    (row.try_get("", "attempts").expect("a number"), row.try_get::<Option<String>>("", "last_error").expect("a text").unwrap_or_default())
}

#[tokio::test]
async fn what_the_antivirus_cannot_read_stays_closed() {
    let clamd = Clamd::up().await;
    clamd.is(Mood::Chokes);
    let site = site(&clamd).await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail", None).await;
    road::attach(&browser, &id, "acte.pdf", PDF).await;
    let document = address(&browser, &id).await;
    site.settle().await;
    browser.get(&document).await.is(409).says("L’antivirus n’a pas pu analyser ce document");
    let summary = format!("/demandes/{id}/synthese");
    let refused = browser.submit(browser.open(&summary).await.form(&summary).fill(&road::BOXES)).await;
    refused.is(422).says("Un document n’a pas pu être analysé par l’antivirus : retirez-le et déposez-le de nouveau.");
}

#[tokio::test]
async fn a_draft_removed_before_its_scan_leaves_nothing_behind() {
    let clamd = Clamd::up().await;
    let site = site(&clamd).await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    road::attach(&browser, &id, "acte.pdf", &virus()).await;
    let page = browser.open(&legal_block(&id)).await;
    let removal = page.attribute("button[value^='retirer:']", "value").expect("a document");
    browser.submit(page.form(&legal_block(&id)).press(&removal)).await.is(303);
    let mails = site.new_mails().await;
    assert!(mails.is_empty(), "{:?}", headers_of(&mails));
    assert_eq!(std::fs::read_dir(site.app.config.data_dir.join("documents")).expect("the directory").count(), 0);
}

#[tokio::test]
async fn without_an_antivirus_documents_open_and_say_so() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    road::attach(&browser, &id, "acte.pdf", PDF).await;
    browser.open(&legal_block(&id)).await.says("acte.pdf (PDF, 1 Ko) Sans analyse antivirus");
    browser.get(&address(&browser, &id).await).await.is(200);
}

#[tokio::test]
async fn what_the_antivirus_could_not_read_is_scanned_again_on_request_and_not_for_ever() {
    let clamd = Clamd::up().await;
    clamd.is(Mood::Chokes);
    let site = site(&clamd).await;
    let browser = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail", None).await;
    // Sent before the antivirus had spoken.
    road::attach(&browser, &id, "acte.pdf", PDF).await;
    let document = address(&browser, &id).await;
    road::submit(&browser, &id).await;
    site.settle().await;
    let (detail, review, scan) = (format!("/demandes/{id}"), format!("/instruction/{id}"), format!("{document}/analyse"));
    browser.open(&detail).await.says("Un document n’a pas pu être analysé");

    // The reviewer asks again: still too large for its settings; then the applicant, and it works.
    let page = legal.open(&review).await;
    assert_eq!(legal.submit(page.form(&scan)).await.is(303).location(), review);
    browser.get(&document).await.is(409).says("dès que l’antivirus l’aura analysé");
    site.settle().await;
    legal.open(&review).await.says("Un document n’a pas pu être analysé");
    clamd.is(Mood::Works);
    let page = browser.open(&detail).await;
    assert_eq!(browser.submit(page.form(&scan)).await.is(303).location(), detail);
    site.settle().await;
    browser.open(&detail).await.does_not_say("n’a pas pu être analysé");
    assert_eq!(legal.get(&document).await.is(200).bytes, PDF);
    // Pressed once more, it changes nothing; the way back never leaves the site; strangers find nothing.
    let forged = browser.post(&scan, &[("retour", "https://ailleurs.example/")]).await;
    assert_eq!(forged.is(303).location(), detail);
    browser.get(&document).await.is(200);
    site.account("une.inconnue@a.fr").await.post(&scan, &[]).await.is(404);
}

#[tokio::test]
async fn a_document_is_scanned_again_three_times_at_most() {
    let clamd = Clamd::up().await;
    clamd.is(Mood::Chokes);
    let site = site(&clamd).await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    road::attach(&browser, &id, "acte.pdf", PDF).await;
    site.settle().await;
    let document = address(&browser, &id).await;
    for _ in 0..3 {
        let page = browser.open(&legal_block(&id)).await;
        let again = page.attribute("button[value^='analyser:']", "value").expect("a button");
        browser.submit(page.form(&legal_block(&id)).press(&again)).await.is(303);
        site.settle().await;
    }
    assert!(!browser.open(&legal_block(&id)).await.has("button[value^='analyser:']"));
    browser.open(&format!("/demandes/{id}")).await.says("Plusieurs essais ont échoué : il faut déposer ce document de nouveau.");
    browser.post(&format!("{document}/analyse"), &[]).await.is(409).says("après plusieurs essais");
}
