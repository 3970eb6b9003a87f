//! The same form sent twice, as by a double click or an impatient reload: at once, and one after the other. It is carried out
//! once, and each sending leads where the first one led.

use crate::{
    browser::{Browser, Form},
    road::{self, API_PARTICULIER, APPLICANT, DATA_TEAM, FRANCECONNECT, cast},
    site::{PASSWORD, SIRET, TestSite, link_in},
};

const COLLEAGUE: &str = "marc.lefevre@clamart.example";
const GUEST: &str = "ines.nguyen@prestataire.example";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n";

/// Sends the form twice at once, then once more: every answer leads to the same address, which is returned.
async fn thrice(browser: &Browser, form: Form) -> String {
    let (first, second) = tokio::join!(browser.submit(form.clone()), browser.submit(form.clone()));
    let third = browser.submit(form).await;
    let there = first.is(303).location();
    assert_eq!((second.is(303).location(), third.is(303).location()), (there.clone(), there.clone()));
    there
}

/// How many lines of its journal are of this kind.
async fn lines(site: &TestSite, id: &str, kind: &str) -> usize {
    let lines = store::journal::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    lines.iter().filter(|line| line.kind.as_str() == kind).count()
}

#[tokio::test]
async fn what_its_people_do_to_a_request() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = road::complete(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    let (request, path) = (format!("/demandes/{id}"), format!("/demandes/{id}/synthese"));
    let form = cast.applicant.open(&path).await.form(&path).fill(&road::BOXES);
    assert_eq!(thrice(&cast.applicant, form).await, format!("{request}?transmise=1"));
    assert_eq!(site.mails_to(APPLICANT).await.len(), 1, "one receipt");
    cast.approve_franceconnect(&id).await;
    let form = cast.applicant.open(&request).await.form("reouverture");
    assert_eq!(thrice(&cast.applicant, form).await, format!("{request}?reouverte=1"));
    let form = cast.applicant.open(&request).await.form("abandon");
    assert_eq!(thrice(&cast.applicant, form).await, format!("{request}?abandonnee=1"));
    let draft = road::start(&cast.applicant, FRANCECONNECT).await;
    let path = format!("/demandes/{draft}");
    let form = cast.applicant.open(&path).await.form("retrait");
    assert_eq!(thrice(&cast.applicant, form).await, path);
    for (id, kind) in [(&id, "submitted"), (&id, "reopened"), (&id, "reopening_cancelled"), (&draft, "archived")] {
        assert_eq!(lines(&site, id, kind).await, 1, "{kind}");
    }
}

#[tokio::test]
async fn what_somebody_else_did_stays_a_conflict() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::complete(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let share = format!("/demandes/{id}/partage");
    let form = applicant.open(&share).await.form_with(&share, "action", Some("inviter")).set("email", GUEST).set("transmettre", "oui");
    applicant.submit(form).await.is(303);
    let link = link_in(&site.only_mail(GUEST).await, &site);
    let guest = site.visitor();
    let form = guest.open(&link).await.form(&link).set("given_name", "Inès").set("family_name", "Nguyen").set("password", PASSWORD);
    guest.submit(form).await.is(303);
    let path = format!("/demandes/{id}/synthese");
    let (mine, theirs) = (applicant.open(&path).await.form(&path), guest.open(&path).await.form(&path));
    applicant.submit(mine.fill(&road::BOXES)).await.is(303);
    guest.submit(theirs.fill(&road::BOXES)).await.is(409);
    assert_eq!(lines(&site, &id, "submitted").await, 1);
}

#[tokio::test]
async fn what_teams_do_to_a_request() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    let page = format!("/instruction/{id}");
    let form = cast.legal.open(&page).await.form_with("/attribution", "action", Some("prendre"));
    assert_eq!(thrice(&cast.legal, form).await, page);
    site.new_mails().await;
    let decision = async |team: &Browser, decision: &str| team.open(&page).await.form_with(&id, "decision", Some(decision));
    let changes = decision(&cast.legal, "modifier").await.set("motif", "Précisez.\r\nMerci.");
    thrice(&cast.legal, changes.clone()).await;
    assert_eq!(site.mails_to(APPLICANT).await.len(), 1);
    // Not in the same words: another decision, which comes too late.
    cast.legal.submit(changes.clone().set("motif", "Précisez tout.")).await.is(409).says("Précisez tout.");
    thrice(&cast.legal, decision(&cast.legal, "retirer").await).await;
    cast.legal.submit(changes).await.is(409);
    thrice(&cast.legal, decision(&cast.legal, "valider").await).await;
    thrice(&cast.team, decision(&cast.team, "valider").await).await;
    cast.legal.post(&page, &[("decision", "valider"), ("version", "1")]).await.is(409);
    let revocation = cast.team.open(&page).await.form("revocation").set("motif", "Le service a fermé.");
    assert_eq!(thrice(&cast.team, revocation).await, format!("{page}?fait=revocation"));
    let late = cast.legal.post(&format!("{page}/revocation"), &[("motif", "Le service a fermé."), ("version", "1")]).await;
    assert_eq!(late.is(409).value("garde"), "Le service a fermé.", "to be copied");
    for kind in ["assigned", "changes_requested", "changes_withdrawn", "stage_approved", "approved", "revoked"] {
        assert_eq!(lines(&site, &id, kind).await, 1, "{kind}");
    }
    let other = road::file(&cast.applicant, FRANCECONNECT, "Cantine", None).await;
    let form = cast.legal.open(&format!("/instruction/{other}")).await.form_with(&other, "decision", Some("refuser")).set("motif", "Hors du champ.");
    thrice(&cast.legal, form).await;
    assert_eq!(lines(&site, &other, "refused").await, 1);
    site.settle().await;
}

#[tokio::test]
async fn who_follows_a_request_and_who_shares_it() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    site.applicant(COLLEAGUE).await;
    site.verify(COLLEAGUE).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    site.new_mails().await;
    let share = format!("/demandes/{id}/partage");
    let form = cast.applicant.open(&share).await.form_with(&share, "action", Some("inviter")).set("email", GUEST);
    thrice(&cast.applicant, form).await;
    site.only_mail(GUEST).await;
    let form = cast.applicant.open(&share).await.form_with(&share, "action", Some("retirer"));
    thrice(&cast.applicant, form).await;
    assert_eq!((lines(&site, &id, "co_editor_invited").await, lines(&site, &id, "co_editor_removed").await), (1, 1));
    // The first one may see the request no longer: their list says what was done.
    let path = format!("/demandes/{id}/transfert");
    let form = cast.applicant.open(&path).await.form(&path).set("email", COLLEAGUE);
    assert_eq!(thrice(&cast.applicant, form).await, "/demandes?confiee=D1");
    site.verify(APPLICANT).await;
    let action = format!("/instruction/{id}/transfert");
    let form = cast.legal.open(&format!("/instruction/{id}")).await.form(&action).set("email", APPLICANT).set("motif", "Un départ.");
    thrice(&cast.legal, form).await;
    assert_eq!(lines(&site, &id, "transferred").await, 2);
    site.new_mails().await;
}

#[tokio::test]
async fn a_prepared_request_is_offered_taken_and_given_up() {
    let site = TestSite::new().await;
    let team = site.reviewer(DATA_TEAM, API_PARTICULIER, "api-particulier").await;
    let list = "/instruction/brouillons";
    let prepared = async || {
        let form = team.open(list).await.form(list).set("service", API_PARTICULIER);
        team.submit(form).await.is(303).location()
    };
    let one = prepared().await;
    let form = team.open(&one).await.form_holding(&one, "name").set("name", "Cantine");
    thrice(&team, form).await;
    let mut form = team.open(&one).await.form_holding(&one, "name").set("name", "Cantine à 1 €").set("courriel", APPLICANT).set("siret", SIRET);
    form.action = format!("{one}/invitation");
    assert_eq!(thrice(&team, form).await, format!("{one}?fait=invite"));
    let link = link_in(&site.only_mail(APPLICANT).await, &site);
    let invited = site.account(APPLICANT).await;
    let form = invited.open(&link).await.form(&link);
    let first = thrice(&invited, form).await;
    assert_eq!(invited.open(&first).await.value("name"), "Cantine à 1 €");
    assert_eq!(invited.open("/demandes").await.all("main a[href^='/demandes/']").iter().filter(|text| text.contains("Cantine")).count(), 1);
    let other = prepared().await;
    let form = team.open(&other).await.form(&format!("{other}/retrait"));
    thrice(&team, form).await;
}

#[tokio::test]
async fn a_block_its_people_and_its_documents() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail", None).await;
    let block = |slug: &str| format!("/demandes/{id}/{slug}");
    let path = block("projet");
    let form = browser.open(&path).await.form(&path).set("name", "Autre nom").press("suivant");
    thrice(&browser, form).await;
    let path = block("contacts");
    let page = browser.open(&path).await;
    let more = page.attribute("button[value^='ajouter:']", "value").expect("a person may be added");
    thrice(&browser, page.form(&path).press(&more)).await;
    assert_eq!(browser.open(&path).await.all("button[value^='oter:']").len(), 1);
    // The same document twice is one; under another name, or with other bytes, it is another.
    let path = block("cadre-juridique");
    let form = browser.open(&path).await.form(&path).attach("legal_document", "acte.pdf", PDF).press("enregistrer");
    thrice(&browser, form).await;
    let documents = async || browser.open(&path).await.all(".hb-documents li").len();
    assert_eq!(documents().await, 1);
    for (name, bytes) in [("autre.pdf", PDF), ("acte.pdf", b"%PDF-1.7 autre")] {
        let form = browser.open(&path).await.form(&path).attach("legal_document", name, bytes).press("enregistrer");
        browser.submit(form).await.is(303);
    }
    assert_eq!(documents().await, 3);
    let page = browser.open(&path).await;
    let removal = page.attribute("button[value^='retirer:']", "value").expect("a document");
    thrice(&browser, page.form(&path).press(&removal)).await;
    assert_eq!(documents().await, 2);
    assert_eq!(lines(&site, &id, "document_removed").await, 1);
}

#[tokio::test]
async fn two_documents_sent_at_once_from_two_tabs_are_both_kept() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail", None).await;
    let path = format!("/demandes/{id}/cadre-juridique");
    let page = browser.open(&path).await;
    let sent = |name: &str| page.form(&path).attach("legal_document", name, PDF).press("enregistrer");
    let (one, other) = tokio::join!(browser.submit(sent("un.pdf")), browser.submit(sent("deux.pdf")));
    one.is(303);
    other.is(303);
    assert_eq!(browser.open(&path).await.all(".hb-documents li").len(), 2);
}
