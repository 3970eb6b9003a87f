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
