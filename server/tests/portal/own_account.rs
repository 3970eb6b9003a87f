//! One's own account: what one changes, the sessions one ends.

use crate::{
    browser::Browser,
    site::{PASSWORD, TestSite},
};

const EMAIL: &str = "jeanne.roux@clamart.example";
const ACCOUNT: &str = "/mon-compte";
const NEW: &str = "Un tout autre 2026";

async fn is_in(browser: &Browser) -> bool {
    browser.get(ACCOUNT).await.status == 200
}

#[tokio::test]
async fn name_and_telephone_are_ones_own_to_change() {
    let site = TestSite::new().await;
    let browser = site.account(EMAIL).await;
    let page = browser.open(ACCOUNT).await;
    page.says(EMAIL);
    let form = page.form(ACCOUNT).set("given_name", "Jeanne").set("family_name", "Roux-Morel").set("phone", "01 46 62 35 35");
    let saved = browser.submit(form).await;
    let page = browser.open(&saved.is(303).location()).await;
    page.says("Coordonnées enregistrées");
    assert_eq!((page.value("family_name"), page.value("phone")), ("Roux-Morel".to_owned(), "01 46 62 35 35".to_owned()));
    assert!(page.one("header").contains("Jeanne Roux-Morel"));
    for (typed, shown) in [("+33 (0)6.12.34.56.78", "06 12 34 56 78"), ("0262/12 34 56", "+262 262 12 34 56"), ("\u{200b} ", "")] {
        let saved = browser.submit(page.form(ACCOUNT).set("phone", typed)).await;
        assert_eq!(browser.open(&saved.is(303).location()).await.value("phone"), shown, "{typed}");
    }

    let form = page.form(ACCOUNT).set("given_name", " ").set("family_name", &"é".repeat(101)).set("phone", "12");
    let refused = browser.submit(form).await;
    assert_eq!(refused.is(422).errors().len(), 3);
    assert_eq!((refused.value("phone"), refused.value("family_name")), ("12".to_owned(), "é".repeat(101)));
    let cleared = browser.submit(page.form(ACCOUNT).set("phone", "")).await;
    cleared.is(303);
}

#[tokio::test]
async fn a_new_password_takes_the_old_one_and_ends_the_other_sessions() {
    let site = TestSite::new().await;
    let browser = site.account(EMAIL).await;
    let elsewhere = site.signed_in(EMAIL).await;
    let path = format!("{ACCOUNT}/mot-de-passe");
    let page = browser.open(ACCOUNT).await;
    let refused = browser.submit(page.form(&path).set("current_password", "Ce n’est pas lui 1").set("password", "court")).await;
    assert_eq!(refused.is(422).errors(), ["Le mot de passe actuel est incorrect.", "Le mot de passe doit compter au moins 12 caractères."]);
    assert!(is_in(&elsewhere).await);
    let form = refused.form(&path).set("current_password", PASSWORD).set("password", NEW);
    let changed = browser.submit(form).await;
    browser.open(&changed.is(303).location()).await.says("Mot de passe modifié, autres sessions fermées");
    assert_eq!(site.only_mail(EMAIL).await.subject, "Votre mot de passe a été modifié");
    assert!(is_in(&browser).await && !is_in(&elsewhere).await);
    let fresh = site.visitor();
    let form = fresh.open("/connexion").await.form("/connexion").set("email", EMAIL);
    fresh.submit(form.clone().set("password", PASSWORD)).await.is(422);
    fresh.submit(form.set("password", NEW)).await.is(303);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all_the_others() {
    let site = TestSite::new().await;
    let browser = site.account(EMAIL).await;
    let (second, third) = (site.visitor(), site.visitor());
    second.sign_in(EMAIL, PASSWORD).await;
    third.sign_in(EMAIL, PASSWORD).await;
    let path = format!("{ACCOUNT}/sessions");
    let page = second.open(ACCOUNT).await;
    assert_eq!(page.all("#mes-sessions tbody tr").len(), 3);
    assert_eq!(page.all("#mes-sessions .fr-badge"), ["Cette session"]);

    // Ending « this one » of somebody else's list: theirs, not mine.
    let other = site.account("louis@a.fr").await;
    let id = page.attribute("#mes-sessions input[name=session]", "value").expect("a session");
    other.post(&path, &[("session", &id)]).await.is(404);
    assert!(is_in(&browser).await && is_in(&third).await);

    second.submit(page.form_with(&path, "session", Some(&id))).await.is(303);
    assert_eq!([is_in(&browser).await, is_in(&third).await].iter().filter(|is_in| **is_in).count(), 1);
    second.post(&path, &[("session", &id)]).await.is(404);
    second.post(&path, &[("session", "autres")]).await.is(303);
    assert!(is_in(&second).await && !is_in(&browser).await && !is_in(&third).await);
}

#[tokio::test]
async fn a_session_says_which_browser_and_when_it_was_last_used() {
    let site = TestSite::new().await;
    site.add_account(EMAIL).await;
    let browser = site.visitor();
    let page = browser.open("/connexion").await;
    let token = page.attribute("input[name=csrf]", "value").expect("a form");
    let body = format!("csrf={token}&email={}&password={}", EMAIL.replace('@', "%40"), PASSWORD.replace(' ', "+"));
    let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";
    let headers = [("content-type", crate::browser::URLENCODED), ("user-agent", firefox)];
    browser.send(reqwest::Method::POST, "/connexion", &headers, body).await.is(303);
    let read = async || {
        let account = site.add_account(EMAIL).await;
        let sessions = store::session::of_account(&site.app.cx.db, account, site.app.cx.now()).await.expect("read");
        (sessions[0].browser.clone(), sessions[0].last_used_at)
    };
    let (said, opened) = read().await;
    assert_eq!(said, "Firefox sur Windows");
    site.clock.advance(std::time::Duration::from_secs(60));
    browser.open(ACCOUNT).await.says("Firefox sur Windows");
    assert_eq!(read().await.1, opened, "a minute is not worth a note");
    site.pass(1);
    browser.open(ACCOUNT).await;
    assert_eq!(read().await.1, site.app.cx.now());
}
