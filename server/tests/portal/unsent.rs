//! What people write after the last submission is private: reviewers see what was submitted, everywhere.

use crate::{
    browser::Browser,
    road::{self, API_PARTICULIER, Cast, FRANCECONNECT, LEGAL, TECHNICAL, cast},
    site::{TestSite, link_in},
};

const PDF: &[u8] = b"%PDF-1.7\nnouveau\n%%EOF";

/// A new name, a new description and a new document, saved and not transmitted; the document's address.
async fn write_on(browser: &Browser, id: &str) -> String {
    let path = format!("/demandes/{id}/projet");
    let form = browser.open(&path).await.form(&path).set("name", "Patinoire").set("description", "À moitié écrit");
    browser.submit(form.press("enregistrer")).await.is(303);
    let path = format!("/demandes/{id}/cadre-juridique");
    let form = browser.open(&path).await.form(&path).attach("legal_document", "nouveau.pdf", PDF);
    browser.submit(form.press("enregistrer")).await.is(303);
    let removal = browser.open(&path).await.attribute("button[value^='retirer:']", "value").expect("a document");
    format!("/demandes/{id}/documents/{}", removal.strip_prefix("retirer:").expect("its id"))
}

async fn nothing_shows(reviewer: &Browser, id: &str, document: &str) {
    for path in [
        format!("/instruction/{id}"),
        format!("/instruction/{id}/messages"),
        "/instruction?onglet=toutes".to_owned(),
        "/instruction/liste.csv?onglet=toutes".to_owned(),
    ] {
        let page = reviewer.open(&path).await;
        assert!(path.ends_with("messages") || page.body.contains("Piscine"), "{path}");
        for unsent in ["Patinoire", "À moitié écrit", "nouveau.pdf"] {
            assert!(!page.body.contains(unsent), "{path} says {unsent}");
        }
    }
    reviewer.get(document).await.is(404);
}

#[tokio::test]
async fn after_changes_were_asked_for_reviewers_read_the_last_submission() {
    let site = TestSite::new().await;
    let Cast { applicant, legal, .. } = cast(&site).await;
    let id = road::file(&applicant, FRANCECONNECT, "Piscine", None).await;
    road::decide(&legal, &id, "modifier", "Précisez.").await.is(303);
    let document = write_on(&applicant, &id).await;
    applicant.get(&document).await.is(200);
    nothing_shows(&legal, &id, &document).await;
    // Nor do mails to them say it.
    site.new_mails().await;
    let path = format!("/demandes/{id}/messages");
    let page = applicant.open(&path).await;
    applicant.submit(page.form(&path).set("message", "Une question.")).await.is(303);
    let mails = site.mails_to(LEGAL).await;
    assert!(!mails.is_empty() && mails.iter().all(|mail| mail.body.contains("Piscine") && !mail.body.contains("Patinoire")), "{mails:?}");

    road::submit(&applicant, &id).await;
    let page = legal.open(&format!("/instruction/{id}")).await;
    for sent in ["Patinoire", "À moitié écrit", "nouveau.pdf"] {
        page.says(sent);
    }
    legal.get(&document).await.is(200);
    legal.open("/instruction?onglet=toutes").await.says("Patinoire");
}

#[tokio::test]
async fn while_what_was_granted_is_changed_reviewers_read_what_was_granted() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Piscine", None).await;
    cast.approve_franceconnect(&id).await;
    road::reopen(&cast.applicant, &id).await;
    let document = write_on(&cast.applicant, &id).await;
    nothing_shows(&cast.legal, &id, &document).await;
    // What the applicant typed is still there.
    let path = format!("/demandes/{id}/projet");
    assert_eq!(cast.applicant.open(&path).await.value("name"), "Patinoire");
}

#[tokio::test]
async fn whoever_relies_on_a_request_reads_its_name_as_it_was_sent_or_granted() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Piscine", None).await;
    let data = road::complete(&cast.applicant, API_PARTICULIER, "Cantine", Some(&id)).await;
    let readers = async |state: &str| {
        for path in [format!("/demandes/{data}/franceconnect"), format!("/demandes/{data}/synthese")] {
            let page = cast.applicant.open(&path).await;
            page.says(&format!("Piscine ({state})"));
            page.does_not_say("Patinoire");
        }
    };
    road::decide(&cast.legal, &id, "modifier", "Précisez.").await.is(303);
    write_on(&cast.applicant, &id).await;
    readers("à modifier").await;
    let path = format!("/demandes/{id}/projet");
    let form = cast.applicant.open(&path).await.form(&path).set("name", "Piscine").press("enregistrer");
    cast.applicant.submit(form).await.is(303);
    road::submit(&cast.applicant, &id).await;
    cast.approve_franceconnect(&id).await;
    let technical = invitation(&site).await;
    road::reopen(&cast.applicant, &id).await;
    write_on(&cast.applicant, &id).await;
    readers("validée").await;
    let invited = site.visitor().open(&technical).await;
    assert!(!invited.body.contains("Patinoire"), "{}", invited.text());
    road::submit(&cast.applicant, &data).await;
    let page = cast.data_team.open(&format!("/instruction/{data}")).await;
    page.says("Piscine (validée)");
    page.does_not_say("Patinoire");
}

/// The link the technical contact was sent.
async fn invitation(site: &TestSite) -> String {
    let mails = site.new_mails().await;
    link_in(mails.iter().find(|mail| mail.recipient == TECHNICAL).expect("an invitation"), site)
}
