//! What a person wrote is text wherever it lands, whatever it looks like.

use crate::{
    road::{self, APPLICANT, FRANCECONNECT},
    site::TestSite,
};

mod everywhere;
mod forms;
mod hostile;
mod intruders;
mod people;
mod sources;
mod trial;
mod typed;
mod unseen;
mod walk;

/// Ends the element that shows the answer, then would add a hidden field, an island and a redirection.
const BREAKS_OUT: &str = "</textarea><input type=hidden name=action value=administration>\
    <leptos-island data-component=\"Autosave\" data-props='{\"url\":\"/administration/droits/1\"}'></leptos-island>\
    <meta http-equiv=refresh content=\"0;url=/administration\">";

fn nothing_broke_out(page: &crate::browser::Page) {
    for intruder in ["input[name=action][value=administration]", "leptos-island[data-props*=administration]", "meta[http-equiv=refresh]"] {
        assert!(!page.has(intruder), "{intruder} in {}", page.path);
    }
}

#[tokio::test]
async fn an_answer_never_ends_the_field_that_shows_it() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    let address = format!("/demandes/{id}/projet");
    let page = browser.open(&address).await;
    browser.submit(page.form("projet").set("description", BREAKS_OUT).press("enregistrer")).await.is(303);
    let page = browser.open(&address).await;
    nothing_broke_out(&page);
    assert_eq!(page.value("description"), BREAKS_OUT);
}

#[tokio::test]
async fn nor_does_what_a_link_proposes() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let written = url::form_urlencoded::byte_serialize(BREAKS_OUT.as_bytes()).collect::<String>();
    let address = format!("/demandes/nouvelle/{FRANCECONNECT}?forme=libre&description={written}");
    let page = browser.open(&address).await;
    nothing_broke_out(&page);
    let there = browser.submit(page.form(FRANCECONNECT)).await.is(303).location();
    let page = browser.open(&there).await;
    nothing_broke_out(&page);
    assert_eq!(page.value("description"), BREAKS_OUT);
}
