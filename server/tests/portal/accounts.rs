//! Opening an account, signing in and out, and what is said to people who must not learn whether an account exists.

use reqwest::Method;

use crate::{
    browser::{Browser, Page, URLENCODED},
    site::{PASSWORD, TestSite, link_in},
};

const SESSION: &str = "habilis_session";
const EMAIL: &str = "jeanne@clamart.example";

async fn sign_up(browser: &Browser, email: &str) -> Page {
    let page = browser.open("/inscription").await;
    let form = page.form("/inscription").set("given_name", "Jeanne").set("family_name", "Roux");
    browser.submit(form.set("email", email)).await
}

/// Follows the link of the only new mail and chooses the password.
async fn confirm(site: &TestSite, browser: &Browser, email: &str) -> Page {
    let link = link_in(&site.only_mail(email).await, site);
    let path = link.split('?').next().expect("a path").to_owned();
    browser.submit(browser.open(&link).await.form(&path).set("password", PASSWORD)).await
}

/// Whether the browser may open a page that only signed-in people may.
async fn is_signed_in(browser: &Browser) -> bool {
    browser.get("/demandes").await.status == 200
}

#[tokio::test]
async fn a_known_address_sees_the_page_an_unknown_one_sees() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    let mut pages = Vec::new();
    for subject in ["Confirmez votre adresse électronique", "Vous avez déjà un compte Habilis"] {
        let answer = sign_up(&visitor, EMAIL).await;
        answer.is(303);
        let page = visitor.open(&answer.location()).await;
        page.says("Un courriel part vers l’adresse indiquée.");
        pages.push((answer.location(), answer.body, page.body));
        assert_eq!(site.only_mail(EMAIL).await.subject, subject);
        site.add_account(EMAIL).await;
    }
    assert_eq!(pages[0], pages[1]);

    let forgotten = visitor.open("/mot-de-passe-oublie").await;
    let mut pages = Vec::new();
    for email in [EMAIL, "inconnue@clamart.example"] {
        let answer = visitor.submit(forgotten.form("/mot-de-passe-oublie").set("email", email)).await;
        answer.is(303);
        pages.push((answer.location(), visitor.open(&answer.location()).await.body));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(site.only_mail(EMAIL).await.subject, "Choisissez un nouveau mot de passe");
}

#[tokio::test]
async fn a_confirmation_link_works_once_and_looking_does_not_use_it() {
    let site = TestSite::new().await;
    let (visitor, scanner) = (site.visitor(), site.visitor());
    sign_up(&visitor, EMAIL).await.is(303);
    let link = link_in(&site.only_mail(EMAIL).await, &site);
    let seen = scanner.open(&link).await;
    seen.says("Confirmez votre adresse");
    let shown = visitor.open(&link).await;
    assert!(visitor.cookie(SESSION).is_none());
    let entered = visitor.submit(shown.form(&link).set("password", PASSWORD)).await;
    entered.is(303);
    assert_eq!(entered.location(), "/organisation?fait=compte-ouvert");
    visitor.open(&entered.location()).await.says("Votre compte est ouvert");
    // The address alone says nothing to whoever did not enter.
    scanner.open("/services?fait=compte-ouvert").await.does_not_say("Votre compte est ouvert");
    assert!(is_signed_in(&visitor).await);
    let again = scanner.submit(seen.form(&link).set("password", PASSWORD)).await;
    again.is(410).says("Ce lien ne fonctionne plus");
    assert!(scanner.cookie(SESSION).is_none());
    scanner.get(&link).await.is(410);
    site.settle().await;
}

#[tokio::test]
async fn a_confirmation_link_lasts_a_day() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    sign_up(&visitor, EMAIL).await.is(303);
    let link = link_in(&site.only_mail(EMAIL).await, &site);
    let shown = visitor.open(&link).await;
    site.pass(25);
    visitor.get(&link).await.is(410);
    visitor.submit(shown.form(&link).set("password", PASSWORD)).await.is(410);
}

#[tokio::test]
async fn nobody_enters_before_confirming() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    sign_up(&visitor, EMAIL).await.is(303);
    site.only_mail(EMAIL).await;
    for password in ["", PASSWORD] {
        assert_eq!(visitor.try_to_sign_in("/connexion", EMAIL, password).await.is(422).errors(), ["L’adresse ou le mot de passe est incorrect."]);
    }
    assert!(visitor.cookie(SESSION).is_none() && site.new_mails().await.is_empty());
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same() {
    let site = TestSite::new().await;
    site.add_account("aline@a.fr").await;
    let mut bodies = Vec::new();
    for email in ["aline@a.fr", "basil@a.fr"] {
        let visitor = site.visitor();
        let refused = visitor.try_to_sign_in("/connexion", email, "Ce n’est pas lui 1").await;
        refused.is(422);
        assert_eq!(refused.errors(), ["L’adresse ou le mot de passe est incorrect."]);
        assert_eq!((refused.value("email"), refused.value("password")), (email.to_owned(), String::new()));
        bodies.push(refused.without_token().replace(email, ""));
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn the_session_is_new_at_each_entry_and_its_cookie_is_closed() {
    let site = TestSite::new().await;
    site.add_account(EMAIL).await;
    let visitor = site.visitor();
    let planted = "a".repeat(64);
    visitor.set_cookie(SESSION, &planted);
    let entered = visitor.sign_in(EMAIL, PASSWORD).await;
    let first = visitor.cookie(SESSION).expect("a session");
    assert_ne!(first, planted);
    let cookie = entered.header("set-cookie");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax") && cookie.contains("; Path=/;") && !cookie.contains("Secure"), "{cookie}");

    let elsewhere = site.signed_in(EMAIL).await;
    assert_ne!(elsewhere.cookie(SESSION), Some(first));
}

#[tokio::test]
async fn cookies_over_https_are_bound_to_the_host() {
    let site = TestSite::with(&[("BASE_URL", "https://habilis.example")]).await;
    site.add_account(EMAIL).await;
    let visitor = site.visitor();
    let entered = visitor.sign_in(EMAIL, PASSWORD).await;
    let cookie = entered.header("set-cookie");
    assert!(cookie.starts_with("__Host-habilis_session=") && cookie.contains("; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(is_signed_in(&visitor).await);
}

#[tokio::test]
async fn leaving_is_a_post_and_ends_the_session_for_good() {
    let site = TestSite::new().await;
    let visitor = site.account(EMAIL).await;
    visitor.get("/deconnexion").await.is(405).says("Page introuvable");
    assert!(is_signed_in(&visitor).await);
    let kept = visitor.copy();
    let page = visitor.open("/demandes").await;
    let left = visitor.submit(page.form("/deconnexion")).await;
    assert_eq!((left.status.as_u16(), left.location().as_str()), (303, "/"));
    assert!(visitor.cookie(SESSION).is_none());
    assert!(!is_signed_in(&kept).await, "the old cookie opens nothing");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let site = TestSite::new().await;
    let (stolen, visitor) = (site.account(EMAIL).await, site.visitor());
    let page = visitor.open("/mot-de-passe-oublie").await;
    visitor.submit(page.form("/mot-de-passe-oublie").set("email", "JEANNE@clamart.example")).await.is(303);
    let link = link_in(&site.only_mail(EMAIL).await, &site);
    let shown = visitor.open(&link).await;
    let weak = visitor.submit(shown.form(&link).set("password", "court")).await;
    assert_eq!(weak.is(422).errors(), ["Le mot de passe doit compter au moins 12 caractères."]);
    assert!(is_signed_in(&stolen).await);
    let entered = visitor.submit(weak.form(&link).set("password", "Un tout autre 2026")).await;
    entered.is(303);
    assert!(is_signed_in(&visitor).await);
    assert!(!is_signed_in(&stolen).await);
    assert_eq!(site.only_mail(EMAIL).await.subject, "Votre mot de passe a été modifié");
    visitor.get(&link).await.is(410);
    let fresh = site.visitor();
    fresh.try_to_sign_in("/connexion", EMAIL, PASSWORD).await.is(422);
    fresh.try_to_sign_in("/connexion", EMAIL, "Un tout autre 2026").await.is(303);
}

#[tokio::test]
async fn a_reset_link_lasts_an_hour() {
    let site = TestSite::new().await;
    site.add_account(EMAIL).await;
    let visitor = site.visitor();
    let page = visitor.open("/mot-de-passe-oublie").await;
    visitor.submit(page.form("/mot-de-passe-oublie").set("email", EMAIL)).await.is(303);
    let link = link_in(&site.only_mail(EMAIL).await, &site);
    site.pass(2);
    visitor.get(&link).await.is(410);
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let site = TestSite::new().await;
    site.add_account(EMAIL).await;
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example", "/%09/evil.example", "javascript:alert(1)"] {
        let visitor = site.visitor();
        let page = visitor.open(&format!("/connexion?suite={}", urlencoded(elsewhere))).await;
        let form = page.form("/connexion").set("email", EMAIL).set("password", PASSWORD);
        let entered = visitor.submit(form.forge("suite", elsewhere)).await;
        let to = entered.location();
        assert!(to == "/organisation" || to == "/%09/evil.example", "{elsewhere}: {to}");
    }
}

fn urlencoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_and_one_comes_back_to_the_page() {
    let site = TestSite::new().await;
    let visitor = site.account(EMAIL).await;
    site.pass(11);
    assert!(is_signed_in(&visitor).await);
    site.clock.advance(std::time::Duration::from_secs(3601));
    let sent = visitor.get("/demandes?page=1").await;
    assert_eq!((sent.status.as_u16(), sent.location().as_str()), (303, "/connexion?suite=%2Fdemandes%3Fpage%3D1"));
    let page = visitor.open(&sent.location()).await;
    page.says("Votre session a expiré Reconnectez-vous : vous reviendrez à la page demandée.");
    let entered = visitor.submit(page.form("/connexion").set("email", EMAIL).set("password", PASSWORD)).await;
    assert_eq!(entered.location(), "/demandes?page=1");
    visitor.open(&entered.location()).await.says("Mes demandes");
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_leads_back_to_its_page() {
    let site = TestSite::new().await;
    let visitor = site.account(EMAIL).await;
    let token = visitor.open("/organisation").await.attribute("input[name=csrf]", "value").expect("a form");
    site.pass(13);
    let page = format!("{}/organisation?suite=%2F", site.app.config.base_url);
    let send = async |mode: &str| {
        let headers = [("content-type", URLENCODED), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", mode), ("referer", &page)];
        visitor.send(Method::POST, "/organisation", &headers, format!("csrf={token}&siret=1")).await
    };
    let sent = send("navigate").await;
    let there = sent.is(303).location();
    assert!(there.starts_with("/connexion?suite=%2Freprise%2F"), "{there}");
    visitor.open(&sent.location()).await.says("Votre session a expiré");
    // A script which saves in the background must not take the sign-in page for an answer.
    send("cors").await.is(403);
    // Somebody who leaves, or who was never there, is told nothing.
    let other = site.account("autre.personne@a.fr").await;
    other.post("/deconnexion", &[]).await.is(303);
    for visitor in [other, site.visitor()] {
        visitor.open("/connexion").await.does_not_say("Votre session a expiré");
    }
}

#[tokio::test]
async fn too_many_attempts_are_told_to_wait() {
    let site = TestSite::with(&[("RATE_LIMITS", "true")]).await;
    let visitor = site.visitor();
    let page = visitor.open("/connexion").await;
    let form = page.form("/connexion").set("email", EMAIL).set("password", "Ce n’est pas lui 1");
    for _ in 0..10 {
        visitor.submit(form.clone()).await.is(422);
    }
    let stopped = visitor.submit(form).await;
    stopped.is(429).says("Trop de tentatives : réessayez dans une minute");
    stopped.says("Vous pouvez toujours choisir un nouveau mot de passe");
    assert!(stopped.one("title").starts_with("Trop de tentatives") && stopped.has("[role=alert] a[href='/mot-de-passe-oublie']"));
    assert_eq!((stopped.header("retry-after"), stopped.value("email").as_str()), ("60", EMAIL));
}

#[tokio::test]
async fn a_wrong_form_comes_back_with_what_was_typed() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    let page = visitor.open("/inscription").await;
    let form = page.form("/inscription").set("given_name", &"é".repeat(101)).set("family_name", "Ro\0ux").set("email", "pas une adresse");
    let refused = visitor.submit(form).await;
    refused.is(422);
    assert_eq!(
        refused.errors(),
        [
            "Indiquez votre prénom, en 100 caractères au plus.",
            "Ce texte contient un caractère interdit (caractère nul, U+0000) : supprimez-le.",
            "Cette adresse électronique n’est pas valide. Exemple : prenom.nom@mairie.fr",
        ]
    );
    assert!(refused.one("title").starts_with("Erreur :"), "{}", refused.one("title"));
    assert_eq!((refused.value("given_name"), refused.value("email")), ("é".repeat(101), "pas une adresse".to_owned()));
    assert!(site.new_mails().await.is_empty());
}

#[tokio::test]
async fn a_name_of_blanks_is_no_name() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    let form = visitor.open("/inscription").await.form("/inscription").fill(&[("given_name", " "), ("family_name", "\u{a0} ")]);
    let refused = visitor.submit(form.set("email", EMAIL)).await;
    assert_eq!(refused.is(422).errors(), ["Indiquez votre prénom, en 100 caractères au plus.", "Indiquez votre nom, en 100 caractères au plus."]);
}

#[tokio::test]
async fn forms_from_elsewhere_are_refused() {
    let site = TestSite::new().await;
    site.add_account(EMAIL).await;
    let visitor = site.visitor();
    let token = visitor.token().await;
    let body = |csrf: &str| format!("csrf={csrf}&email=jeanne%40clamart.example&password=Portail+famille+92");
    let root = site.root.clone();
    for (headers, csrf, status, sentence) in [
        (vec![("sec-fetch-site", "cross-site")], token.as_str(), 403, "Ce formulaire n’a pas été envoyé depuis Habilis."),
        (vec![("sec-fetch-site", "same-site")], token.as_str(), 403, "Ce formulaire n’a pas été envoyé depuis Habilis."),
        (vec![("origin", "https://evil.example")], token.as_str(), 403, "Ce formulaire n’a pas été envoyé depuis Habilis."),
        (vec![("origin", "null")], token.as_str(), 403, "Ce formulaire n’a pas été envoyé depuis Habilis."),
        (vec![("sec-fetch-site", "same-origin")], "", 403, "Ce formulaire a expiré"),
        (vec![("sec-fetch-site", "same-origin")], "0000000000000000000000000000000000000000000000000000000000000000", 403, "Ce formulaire a expiré"),
        (vec![("origin", root.as_str())], token.as_str(), 303, ""),
    ] {
        let mut headers = headers;
        headers.push(("content-type", URLENCODED));
        let answer = visitor.copy().send(Method::POST, "/connexion", &headers, body(csrf)).await;
        answer.is(status).says(sentence);
    }
    // A token of somebody else's is no better than none.
    let other = site.visitor();
    let stolen = other.token().await;
    visitor.send(Method::POST, "/connexion", &[("content-type", URLENCODED)], body(&stolen)).await.is(403);
    let unreadable = format!("{}&given_name=%ff%fe", body(&token));
    visitor.send(Method::POST, "/inscription", &[("content-type", URLENCODED)], unreadable).await.is(400).says("il doit être en UTF-8");
}

#[tokio::test]
async fn two_sign_ups_at_once_open_one_account() {
    let site = TestSite::new().await;
    let (one, other) = (site.visitor(), site.visitor());
    let (a, b) = tokio::join!(sign_up(&one, EMAIL), sign_up(&other, EMAIL));
    assert_eq!((a.is(303).location(), b.is(303).location()), ("/inscription?envoi=oui".to_owned(), "/inscription?envoi=oui".to_owned()));
    let mails = site.new_mails().await;
    let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["Confirmez votre adresse électronique", "Confirmez votre adresse électronique"]);
    let found = store::account::by_email(&site.app.cx.db, &domain::contact::Email::parse(EMAIL).expect("valid")).await.expect("read");
    assert!(found.expect("one account").password_hash.is_none());
}

#[tokio::test]
async fn signing_up_on_the_way_leads_back_to_the_way() {
    let site = TestSite::new().await;
    let visitor = site.visitor();
    let wanted = "/demandes/nouvelle/franceconnect";
    let sent = visitor.get(wanted).await;
    let sign_in = visitor.open(&sent.is(303).location()).await;
    let link = sign_in.attribute("main a[href^='/inscription']", "href").expect("a way to sign up");
    let page = visitor.open(&link).await;
    let form = page.form("/inscription").set("given_name", "Jeanne").set("family_name", "Roux");
    visitor.submit(form.set("email", EMAIL)).await.is(303);
    assert_eq!(confirm(&site, &visitor, EMAIL).await.is(303).location(), format!("{wanted}?fait=compte-ouvert"));
    site.settle().await;
}
