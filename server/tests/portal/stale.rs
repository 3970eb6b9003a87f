//! Two people, or two tabs, write the same request: nobody's words are lost.

use std::time::Duration;

use store::request;

use crate::{
    road::{self, APPLICANT, FRANCECONNECT},
    site::TestSite,
};

#[tokio::test]
async fn a_stale_form_shows_both_versions_and_mine_can_be_kept() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/projet");
    let (one, other) = (browser.open(&path).await, browser.open(&path).await);
    let text = "Deux lignes,\navec « <guillemets> »";
    browser.submit(one.form(&path).set("name", "Premier onglet").press("enregistrer")).await.is(303);
    let conflict =
        browser.submit(other.form(&path).set("name", "Second onglet").set("description", text).set("alternative", "oui").press("suivant")).await;
    conflict.is(409).says("Cette page a été modifiée entre-temps");
    let rows = conflict.all("#versions tbody tr");
    assert!(rows.iter().any(|row| row.contains("Second onglet") && row.contains("Premier onglet")), "{rows:?}");
    assert!(rows.iter().any(|row| row.contains("avec « <guillemets> »")), "{rows:?}");
    assert_eq!(browser.open(&path).await.value("name"), "Premier onglet", "nothing was written");

    let kept = browser.submit(conflict.form(&path).press("enregistrer")).await;
    kept.is(303);
    let page = browser.open(&kept.location()).await;
    assert_eq!((page.value("name"), page.value("description")), ("Second onglet".to_owned(), text.to_owned()));
    assert_eq!(page.form(&path).values("alternative"), ["oui"]);
}

#[tokio::test]
async fn the_same_answers_twice_are_no_conflict() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/projet");
    let page = browser.open(&path).await;
    let form = page.form(&path).set("name", "Portail").press("enregistrer");
    browser.submit(form.clone()).await.is(303);
    browser.submit(form).await.is(303);
}

#[tokio::test]
async fn unticked_boxes_are_part_of_what_is_kept() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/donnees");
    let page = browser.open(&path).await;
    browser.submit(page.form(&path).pick("scopes", &["openid", "email"]).press("enregistrer")).await.is(303);
    let conflict = browser.submit(page.form(&path).pick("scopes", &["openid", "gender"]).press("enregistrer")).await;
    conflict.is(409);
    browser.submit(conflict.form(&path).press("enregistrer")).await.is(303);
    let mut kept: Vec<String> = browser.open(&path).await.form(&path).values("scopes").into_iter().map(str::to_owned).collect();
    kept.sort();
    assert_eq!(kept, ["gender", "openid"]);
}

#[tokio::test]
async fn what_changed_after_the_summary_was_read_is_not_sent() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail famille", None).await;
    let (path, block) = (format!("/demandes/{id}/synthese"), format!("/demandes/{id}/projet"));
    let read = browser.open(&path).await;
    let page = browser.open(&block).await;
    browser.submit(page.form(&block).set("name", "Autre nom").press("enregistrer")).await.is(303);
    browser.submit(read.form(&path).fill(&road::BOXES)).await.is(409).says("modifiée entre-temps");
    road::submit(&browser, &id).await.says("Autre nom");
}

#[tokio::test]
async fn an_edit_that_comes_in_just_before_is_not_taken_for_a_submission() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail famille", None).await;
    let path = format!("/demandes/{id}/synthese");
    let form = browser.open(&path).await.form(&path).fill(&road::BOXES);
    // Somebody's edit is written and not yet seen when the request is sent.
    let cx = &site.app.cx;
    let tx = cx.begin().await.expect("a transaction");
    let mut edited = request::by_id(&tx, id.parse().expect("an id")).await.expect("read").expect("a draft");
    edited.title = "Autre nom".to_owned();
    edited.answers.set("name", "Autre nom");
    request::save(&tx, &edited, cx.now()).await.expect("written");
    let sender = browser.clone();
    let sending = tokio::spawn(async move { sender.submit(form).await });
    tokio::time::sleep(Duration::from_millis(400)).await;
    tx.commit().await.expect("committed");

    let refused = sending.await.expect("no panic");
    refused.is(409).says("Cette demande a été modifiée entre-temps");
    refused.does_not_say("elle a été transmise");
    road::submit(&browser, &id).await.says("Autre nom");
}

#[tokio::test]
async fn what_others_do_elsewhere_in_the_request_is_no_conflict() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail famille", None).await;
    let path = |slug: &str| format!("/demandes/{id}/{slug}");
    let open = async |slug: &str| browser.open(&path(slug)).await.form(&path(slug));
    let (legal, data, other) = (open("cadre-juridique").await, open("donnees").await, open("cadre-juridique").await);
    // Another block, saved by a button or in the background, and a document of the same block.
    let project = open("projet").await;
    let seen = project.values("version")[0].to_owned();
    browser.post(&format!("{}/enregistrement", path("projet")), &[("name", "Autre"), ("version", &seen)]).await.is(200);
    browser.submit(open("projet").await.set("name", "Autre nom").press("enregistrer")).await.is(303);
    browser.submit(other.attach("legal_document", "acte.pdf", b"%PDF-1.7").press("enregistrer")).await.is(303);
    browser.submit(data.set("retention_months", "12").press("enregistrer")).await.is(303);
    let saved = browser.submit(legal.set("legal_nature", "Délibération du 3 juin 2026").press("enregistrer")).await;
    saved.is(303);
    for (slug, field, value) in
        [("projet", "name", "Autre nom"), ("donnees", "retention_months", "12"), ("cadre-juridique", "legal_nature", "Délibération du 3 juin 2026")]
    {
        assert_eq!(browser.open(&path(slug)).await.value(field), value);
    }
    assert_eq!(browser.open(&path("cadre-juridique")).await.all(".hb-documents li").len(), 1);
}

#[tokio::test]
async fn two_blocks_saved_at_once_are_both_kept() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail famille", None).await;
    let path = |slug: &str| format!("/demandes/{id}/{slug}");
    let form = async |slug: &str, field: &str, value: &str| browser.open(&path(slug)).await.form(&path(slug)).set(field, value).press("enregistrer");
    let (one, other) = (form("projet", "name", "Autre nom").await, form("donnees", "retention_months", "12").await);
    let (one, other) = tokio::join!(browser.submit(one), browser.submit(other));
    one.is(303);
    other.is(303);
    assert_eq!(browser.open(&path("projet")).await.value("name"), "Autre nom");
    assert_eq!(browser.open(&path("donnees")).await.value("retention_months"), "12");
}

#[tokio::test]
async fn one_answer_that_cannot_be_kept_loses_neither_the_others_nor_a_document() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::complete(&browser, FRANCECONNECT, "Portail famille", None).await;
    let path = format!("/demandes/{id}/cadre-juridique");
    let page = browser.open(&path).await;
    let (before, long) = (page.value("legal_url"), format!("https://www.clamart.example/{}", "x".repeat(3000)));
    for action in ["enregistrer", "suivant"] {
        let nature = format!("Délibération, puis {action}");
        let form = browser.open(&path).await.form(&path).set("legal_nature", &nature).set("legal_url", &long);
        let refused = browser.submit(form.attach("legal_document", "acte.pdf", b"%PDF-1.7").press(action)).await;
        assert_eq!(refused.is(422).errors().len(), 1, "{:?}", refused.errors());
        assert_eq!((refused.value("legal_url"), refused.value("legal_nature")), (long.clone(), nature.clone()));
        assert_eq!(refused.all(".hb-documents li").len(), 1);
        let kept = browser.open(&path).await;
        assert_eq!((kept.value("legal_url"), kept.value("legal_nature")), (before.clone(), nature));
        // Corrected on the page that came back, it is saved.
        browser.submit(refused.form(&path).set("legal_url", &before).press("suivant")).await.is(303);
    }
    // Two tabs in the same block: the comparison comes, and the document is there already.
    let late = browser.open(&path).await.form(&path).set("legal_nature", "Le mien").attach("legal_document", "autre.pdf", b"%PDF-1.7");
    browser.submit(browser.open(&path).await.form(&path).set("legal_nature", "Le sien").press("enregistrer")).await.is(303);
    browser.submit(late.press("enregistrer")).await.is(409).says("Le mien");
    assert_eq!(browser.open(&path).await.all(".hb-documents li").len(), 2);
}
