//! Nothing typed is lost: a session that ended, another tab, a refused form read again.

use reqwest::Method;

use crate::{
    browser::{Browser, Form, Page},
    road::{self, APPLICANT, FRANCECONNECT},
    site::{PASSWORD, TestSite},
};

const TEXT: &str = "Deux lignes,\navec « <guillemets> »";

async fn send(browser: &Browser, form: Form) -> Page {
    browser.submit(form).await
}

/// Ends the session in one of these ways, while the browser still shows a page of it.
async fn ended(way: &str, browser: &Browser) {
    match way {
        "deleted" => browser.set_cookie("habilis_session", ""),
        "signed out in another tab" => {
            let page = browser.open("/demandes").await;
            browser.submit(page.form("/deconnexion")).await.is(303);
        }
        _ => {
            let page = browser.open("/demandes").await;
            browser.submit(page.form("/deconnexion")).await.is(303);
            browser.sign_in(APPLICANT, PASSWORD).await;
        }
    }
}

#[tokio::test]
async fn what_was_typed_is_found_again_after_signing_in() {
    let site = TestSite::new().await;
    for (way, again) in [("deleted", false), ("signed out in another tab", false), ("signed in again in another tab", true)] {
        let browser = site.applicant(APPLICANT).await;
        let id = road::start(&browser, FRANCECONNECT).await;
        let path = format!("/demandes/{id}/projet");
        let form = browser.open(&path).await.form(&path).set("name", "Portail des familles").set("description", TEXT).press("enregistrer");
        ended(way, &browser).await;
        let answer = send(&browser, form).await;
        let resumed = if again {
            answer
        } else {
            let sign_in = browser.open(&answer.is(303).location()).await;
            let entered = browser.submit(sign_in.form("/connexion").set("email", APPLICANT).set("password", PASSWORD)).await;
            browser.open(&entered.is(303).location()).await
        };
        resumed.says("Votre saisie est gardée");
        resumed.says("Portail des familles");
        let saved = browser.submit(resumed.form(&path)).await;
        let page = browser.open(&saved.is(303).location()).await;
        assert_eq!((page.value("name"), page.value("description")), ("Portail des familles".to_owned(), TEXT.to_owned()), "{way}");
    }
}

#[tokio::test]
async fn nobody_else_finds_it() {
    let site = TestSite::new().await;
    let (browser, other) = (site.applicant(APPLICANT).await, site.account("autre@habilis.example").await);
    let id = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/projet");
    let form = browser.open(&path).await.form(&path).set("description", TEXT).press("enregistrer");
    ended("deleted", &browser).await;
    let answer = send(&browser, form.clone()).await;
    let kept = url::Url::parse(&format!("https://a.example{}", answer.location())).expect("an address");
    let (_, there) = kept.query_pairs().find(|(name, _)| name == "suite").expect("a way back");
    assert!(there.starts_with("/reprise/"), "{there}");
    other.get(&there).await.is(410);
    // A form of one account sent by another keeps nothing and does nothing.
    let refused = other.submit(form).await;
    refused.is(403);
    refused.does_not_say("guillemets");
    // A token nobody was given keeps nothing.
    let answer = browser.send(Method::POST, &path, &[("content-type", "application/x-www-form-urlencoded")], "csrf=a.b.c~d&name=x").await;
    assert!(!answer.header("location").contains("reprise"), "{:?}", answer.header("location"));
    // Sealed where it lies, and gone after a day.
    site.pass(25);
    let late = site.applicant(APPLICANT).await;
    late.get(&there).await.is(410);
}

#[tokio::test]
async fn a_page_to_correct_has_an_address_of_its_own() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let token = browser.token().await;
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("csrf", &token).append_pair("siret", "12 <b>").finish();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")];
    let there = browser.send(Method::POST, "/organisation", &headers, body.clone()).await.is(303).location();
    let again = browser.send(Method::POST, "/organisation", &headers, body).await.is(303).location();
    assert_ne!(there, again, "sent again, it is examined again");
    for _ in 0..2 {
        let page = browser.get(&there).await;
        page.is(422);
        assert_eq!(page.value("siret"), "12 <b>");
        assert_eq!(page.header("cache-control"), "no-store");
    }
    // For this browser alone; others find the page as it is.
    let other = site.applicant("autre@habilis.example").await;
    assert_eq!(other.get(&there).await.is(200).value("siret"), "");
}
