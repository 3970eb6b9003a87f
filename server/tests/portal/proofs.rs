//! Giving rights, seeing secrets and impersonating require the proof of the sign-in again, and what was typed is kept.

use domain::{
    actor::{Grant, Role},
    routes as paths,
};

use crate::{
    browser::{Browser, Page},
    road::{ADMIN, APPLICANT, FRANCECONNECT, TECHNICAL},
    site::{PASSWORD, TestSite},
    totp,
    world::World,
};

const CONFIRM: &str = "/mon-compte/securite/confirmation";
const ASKED: &str = "Confirmez que c’est bien vous";

/// Somebody who has an application, and the key it holds.
async fn enrolled(site: &TestSite, email: &str) -> (Browser, Vec<u8>) {
    let browser = site.by_password(email).await;
    let page = browser.open(paths::SECURITY).await;
    let secret = totp::decode(&page.attribute("#cle", "value").expect("a key"));
    browser.submit(page.form(paths::SECURITY).set("code", &totp::code(&secret, site.app.cx.now()))).await.is(200);
    (browser, secret)
}

async fn administrator(site: &TestSite) -> (Browser, Vec<u8>) {
    let account = site.add_account(ADMIN).await;
    site.app.habilitation.set_admin(account, true).await.expect("given");
    enrolled(site, ADMIN).await
}

/// The page that asks again, and keeps the form that was sent to this address.
fn asks(page: &Page, action: &str) {
    page.is(403).says(ASKED);
    assert_eq!(page.value("reprise"), action);
}

async fn roles(site: &TestSite, email: &str) -> usize {
    let account = site.add_account(email).await;
    store::role::of_account(&site.app.cx.db, account).await.expect("read").len()
}

#[tokio::test]
async fn rights_ask_for_a_factor_of_less_than_fifteen_minutes_and_keep_what_was_typed() {
    let site = TestSite::new().await;
    let (admin, secret) = administrator(&site).await;
    let person = site.add_account(APPLICANT).await;
    let path = paths::rights_of(person);
    site.pass_seconds(14 * 60 + 59);
    let form = admin.open(&path).await.form_holding(&path, "perimetre").set("perimetre", FRANCECONNECT).set("role", "reader");
    admin.submit(form.clone()).await.is(303);
    assert_eq!(roles(&site, APPLICANT).await, 1);
    site.pass_seconds(1);
    let form = form.set("perimetre", "api-particulier");
    let asked = admin.submit(form).await;
    asks(&asked, &path);
    assert_eq!(roles(&site, APPLICANT).await, 1);
    // A wrong code keeps the form as well.
    let wrong = admin.submit(asked.form(CONFIRM).set("code", "000000")).await;
    assert_eq!(wrong.is(422).errors().len(), 1);
    let code = totp::code(&secret, site.app.cx.now());
    let confirmed = admin.submit(wrong.form(CONFIRM).set("code", &code)).await;
    confirmed.is(200).says("C’est confirmé");
    for page in [&asked, &wrong, &confirmed] {
        page.says("Ce que vous allez faire Donner un rôle Personne jeanne roux (jeanne.roux@clamart.example) Périmètre API Particulier Rôle");
        assert!(page.has(&format!("main a[href='{path}']")), "« Annuler » leads back to the page of the form");
    }
    assert_eq!(roles(&site, APPLICANT).await, 1, "nothing is sent before one more press");
    let again = confirmed.form(&path);
    assert_eq!((again.values("perimetre"), again.values("role"), again.values("action")), (vec!["api-particulier"], vec!["reader"], vec!["donner"]));
    admin.submit(again).await.is(303);
    assert_eq!(roles(&site, APPLICANT).await, 2);
}

#[tokio::test]
async fn every_act_that_hands_out_power_asks_and_does_nothing_before() {
    let site = TestSite::new().await;
    let (admin, _) = administrator(&site).await;
    let person = site.add_account(APPLICANT).await;
    let manager_account = site.add_account("marie.sand@habilis.example").await;
    site.app.habilitation.grant_role(manager_account, &Grant::new(FRANCECONNECT, None, Role::Manager)).await.expect("granted");
    let (manager, _) = enrolled(&site, "marie.sand@habilis.example").await;
    site.pass_seconds(20 * 60);
    let before = site.new_mails().await.len();
    for (browser, path) in [
        (&admin, paths::rights_of(person)),
        (&admin, paths::suspension(person)),
        (&admin, paths::factor_reset(person)),
        (&admin, paths::impersonate(person)),
        (&admin, paths::CATALOGUE_NEW.to_owned()),
        (&admin, paths::catalogue_text(FRANCECONNECT)),
        (&manager, paths::rights_of(person)),
        (&manager, paths::catalogue_text(FRANCECONNECT)),
        (&admin, paths::MEMBERSHIPS.to_owned()),
        (&manager, format!("/instruction/{person}/rattachement")),
    ] {
        let fields = [("motif", "Demande du directeur"), ("action", "publier"), ("texte", "[service]"), ("identifiant", "nouveau")];
        asks(&browser.post(&path, &fields).await, &path);
    }
    assert!(before > 0 && site.new_mails().await.is_empty(), "nobody was told of anything done");
    admin.open("/").await.does_not_say("Vous agissez à la place");
    // Reading asks for nothing, and whoever may not do it learns nothing.
    admin.open(&paths::rights_of(person)).await;
    let stranger = site.account("une.inconnue@a.fr").await;
    site.pass_seconds(20 * 60);
    for path in [paths::rights_of(person), paths::MEMBERSHIPS.to_owned(), format!("/instruction/{person}/rattachement")] {
        stranger.post(&path, &[]).await.is(404);
    }
}

#[tokio::test]
async fn a_contact_without_a_factor_shows_the_password_before_a_secret_or_an_address() {
    let world = World::new().await;
    let site = &world.site;
    let contact = site.by_password(TECHNICAL).await;
    let (page, secret, redirects) =
        (world.address(paths::PARTNER_SERVICE), world.address(paths::PARTNER_SECRET), world.address(paths::PARTNER_REDIRECTS));
    site.pass_seconds(15 * 60);
    let form = contact.open(&page).await.form(&redirects).set("redirect_uris", "https://service.clamart.example/retour");
    let asked = contact.submit(form).await;
    asks(&asked, &redirects);
    contact.open(&page).await.does_not_say("service.clamart.example");
    let shown = contact.submit(contact.open(&page).await.form(&secret)).await;
    asks(&shown, &secret);
    let new = world.address(paths::PARTNER_NEW_SECRET);
    asks(&contact.post(&new, &[]).await, &new);
    let wrong = contact.submit(asked.form(CONFIRM).set("password", "Un autre mot de passe")).await;
    assert_eq!(wrong.is(422).errors(), ["Ce mot de passe est incorrect."]);
    assert!(!wrong.body.contains("Un autre mot de passe"));
    let confirmed = contact.submit(wrong.form(CONFIRM).set("password", PASSWORD)).await;
    let again = confirmed.is(200).form(&redirects);
    assert_eq!(again.values("redirect_uris"), ["https://service.clamart.example/retour"]);
    contact.submit(again).await.is(303);
    // Fifteen minutes are open now.
    contact.submit(contact.open(&page).await.form(&secret)).await.is(200);
}

#[tokio::test]
async fn a_first_factor_asks_for_the_password_of_a_session_left_open() {
    let site = TestSite::new().await;
    site.add_account(APPLICANT).await;
    let browser = site.by_password(APPLICANT).await;
    let page = browser.open(paths::SECURITY).await;
    let secret = totp::decode(&page.attribute("#cle", "value").expect("a key"));
    site.pass_seconds(16 * 60);
    let form = page.form(paths::SECURITY).set("code", &totp::code(&secret, site.app.cx.now()));
    assert!(browser.submit(form).await.is(303).location().starts_with(CONFIRM));
    let asked = browser.open(paths::SECURITY).await;
    asked.says(ASKED);
    let back = browser.submit(asked.form(CONFIRM).set("password", PASSWORD)).await;
    assert_eq!(back.is(303).location(), paths::SECURITY);
    assert!(browser.open(paths::SECURITY).await.has("#cle"));
}

#[tokio::test]
async fn a_password_replaces_no_factor() {
    let site = TestSite::new().await;
    let (admin, _) = administrator(&site).await;
    let person = site.add_account(APPLICANT).await;
    site.pass_seconds(20 * 60);
    let asked = admin.post(&paths::suspension(person), &[("motif", "Départ")]).await;
    assert!(!asked.has("main input[name=password]"), "whoever has a factor is asked for it");
    let refused = admin.submit(asked.form(CONFIRM).forge("password", PASSWORD)).await;
    refused.is(409);
    asks(&admin.post(&paths::suspension(person), &[("motif", "Départ")]).await, &paths::suspension(person));
}
