//! Rate limits: attempts that others make with an address do not lock its owner out.

use std::sync::Arc;

use domain::clock::SystemEntropy;
use habilis::serve::{self, Senses};
use habilitation::accounts::AccountError;
use store::{ConnectionTrait, Statement};

use crate::{
    browser::{Browser, Page},
    road::{FRANCECONNECT, LEGAL},
    site::{PASSWORD, TestSite, link_in},
    totp,
};

const EMAIL: &str = "jeanne.roux@clamart.example";
const WRONG: &str = "Ce n’est pas lui 1";

async fn site() -> TestSite {
    TestSite::with(&[("RATE_LIMITS", "true"), ("TRUSTED_PROXIES", "1")]).await
}

async fn attempt(browser: &Browser, password: &str) -> Page {
    browser.try_to_sign_in("/connexion", EMAIL, password).await
}

/// One wrong password from each of so many networks; the statuses of the answers.
async fn from_everywhere(site: &TestSite, networks: u8) -> Vec<u16> {
    let mut statuses = Vec::new();
    let form = site.visitor().open("/connexion").await.form("/connexion").set("email", EMAIL).set("password", WRONG);
    let token = site.visitor();
    let csrf = token.token().await;
    for number in 0..networks {
        let thief = token.copy().from(&format!("203.0.113.{number}"));
        statuses.push(thief.submit(form.clone().forge("csrf", &csrf)).await.status.as_u16());
    }
    statuses
}

#[tokio::test]
async fn ten_wrong_passwords_elsewhere_leave_the_owner_in() {
    let site = site().await;
    site.add_account(EMAIL).await;
    assert_eq!(from_everywhere(&site, 10).await, [422; 10]);
    let owner = site.visitor().from("198.51.100.7");
    owner.forget_password(EMAIL).await.is(303);
    assert_eq!(site.only_mail(EMAIL).await.subject, "Choisissez un nouveau mot de passe");
    attempt(&owner, PASSWORD).await.is(303);
}

#[tokio::test]
async fn guesses_from_everywhere_slow_strangers_down_but_neither_a_known_browser_nor_a_new_password() {
    let site = site().await;
    site.add_account(EMAIL).await;
    let owner = site.visitor().from("198.51.100.7");
    attempt(&owner, PASSWORD).await.is(303);
    owner.post("/deconnexion", &[]).await.is(303);
    let statuses = from_everywhere(&site, 110).await;
    // One was the owner's.
    assert_eq!((statuses[98], statuses[99]), (422, 429), "{statuses:?}");
    let stranger = site.visitor().from("198.51.100.8");
    let stopped = attempt(&stranger, PASSWORD).await;
    stopped.is(429).says("réessayez dans une minute");
    stopped.says("Vous pouvez toujours choisir un nouveau mot de passe : « Mot de passe oublié ? »");
    assert!(stopped.has("main a[href='/mot-de-passe-oublie']"));
    // Wherever the browser is now.
    let abroad = owner.copy().from("198.51.100.9");
    attempt(&abroad, PASSWORD).await.is(303);
    stranger.forget_password(EMAIL).await.is(303);
    let link = link_in(&site.only_mail(EMAIL).await, &site);
    stranger.submit(stranger.open(&link).await.form(&link).set("password", "Trois grues dans le jardin")).await.is(303);
    stranger.post("/deconnexion", &[]).await.is(303);
    // The browser is known from now on.
    attempt(&stranger, "Trois grues dans le jardin").await.is(303);
    site.new_mails().await;
}

#[tokio::test]
async fn a_known_browser_has_a_limit_of_its_own() {
    let site = site().await;
    site.add_account(EMAIL).await;
    let owner = site.visitor().from("198.51.100.7");
    attempt(&owner, PASSWORD).await.is(303);
    owner.post("/deconnexion", &[]).await.is(303);
    let mut statuses = Vec::new();
    for number in 0..11 {
        statuses.push(attempt(&owner.copy().from(&format!("192.0.2.{number}")), WRONG).await.status.as_u16());
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 429]);
    // It says nothing of another account.
    let page = owner.open("/connexion").await;
    owner.submit(page.form("/connexion").set("email", "autre@clamart.example").set("password", WRONG)).await.is(422);
}

#[tokio::test]
async fn a_browser_is_known_for_half_a_year_after_the_last_sign_in() {
    let site = site().await;
    site.add_account(EMAIL).await;
    let owner = site.visitor().from("198.51.100.7");
    attempt(&owner, PASSWORD).await.is(303);
    for (days, kept) in [(179, 1), (179, 1), (181, 0)] {
        site.pass(24 * days);
        site.app.habilitation.purge().await.expect("purged");
        assert_eq!(counted(&site, "SELECT CAST(COUNT(*) AS bigint) FROM known_device").await, kept, "{days}");
        // Each sign-in begins the time again.
        attempt(&owner, PASSWORD).await.is(303);
    }
}

#[tokio::test]
async fn whoever_has_the_password_alone_has_no_browser_of_their_own_to_guess_codes_with() {
    let site = site().await;
    let account = site.add_account(LEGAL).await;
    site.app.habilitation.grant_review(account, FRANCECONNECT, "juridique").await.expect("granted");
    let owner = site.hesitant_visitor().from("198.51.100.7");
    owner.sign_in(LEGAL, PASSWORD).await;
    let page = owner.open("/mon-compte/securite").await;
    let secret = totp::decode(&page.attribute("#cle", "value").expect("a key"));
    owner.submit(page.form("/mon-compte/securite").set("code", &totp::code(&secret, site.app.cx.now()))).await.is(200);
    assert!(owner.cookie("habilis_appareil").is_some());
    let mut statuses = Vec::new();
    for number in 0..3 {
        let thief = site.hesitant_visitor().from(&format!("203.0.113.{number}"));
        thief.sign_in(LEGAL, PASSWORD).await;
        assert!(thief.cookie("habilis_appareil").is_none());
        for _ in 0..8 {
            let page = thief.open("/connexion/code").await;
            statuses.push(thief.submit(page.form("/connexion/code").set("code", "000000")).await.status.as_u16());
        }
    }
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 20, "{statuses:?}");
    site.pass_seconds(30);
    owner.post("/deconnexion", &[]).await.is(303);
    owner.sign_in(LEGAL, PASSWORD).await;
    let page = owner.open("/connexion/code").await;
    owner.submit(page.form("/connexion/code").set("code", &totp::code(&secret, site.app.cx.now()))).await.is(303);
    site.new_mails().await;
}

#[tokio::test]
async fn a_network_is_what_one_subscriber_has() {
    for (network, same, other) in [
        ("2001:db8:1:2::1", vec!["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "[2001:db8:1:2::9]:443"], "2001:db8:1:3::1"),
        ("192.0.2.1", vec!["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1:567", "203.0.113.9, 192.0.2.1"], "192.0.2.2"),
    ] {
        let site = site().await;
        site.add_account(EMAIL).await;
        for _ in 0..10 {
            attempt(&site.visitor().from(network), WRONG).await.is(422);
        }
        for spelled in same {
            assert_eq!(attempt(&site.visitor().from(spelled), PASSWORD).await.status.as_u16(), 429, "{spelled}");
        }
        attempt(&site.visitor().from(other), PASSWORD).await.is(303);
    }
}

#[tokio::test]
async fn what_a_caller_writes_of_its_address_is_not_believed() {
    let site = site().await;
    site.add_account(EMAIL).await;
    for number in 0..10 {
        attempt(&site.visitor().from(&format!("198.51.100.{number}, unknown")), WRONG).await.is(422);
    }
    // All came from whoever holds the connection.
    attempt(&site.visitor().from("198.51.100.77, unknown"), PASSWORD).await.is(429);
}

#[tokio::test]
async fn limits_are_shared_by_processes_and_outlive_them() {
    let site = site().await;
    site.add_account(EMAIL).await;
    for _ in 0..10 {
        attempt(&site.visitor().from("192.0.2.1"), WRONG).await.is(422);
    }
    let senses = Senses { clock: site.clock.clone(), entropy: Arc::new(SystemEntropy) };
    let other = serve::build(site.app.config.clone(), senses).await.expect("a second process");
    let from = std::net::IpAddr::from([192, 0, 2, 1]).into();
    let refused = other.habilitation.sign_in(EMAIL, PASSWORD, &from).await;
    assert!(matches!(refused, Err(AccountError::TooMany(_))), "{refused:?}");
    let kept = counted(&site, "SELECT CAST(COUNT(*) AS bigint) FROM rate_limit WHERE LENGTH(key_hash) <> 64").await;
    assert_eq!(kept, 0, "what is counted is not to be read");
}

async fn counted(site: &TestSite, sql: &str) -> i64 {
    let db = &site.app.cx.db;
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql.to_owned())).await.expect("read").expect("a row");
    row.try_get_by_index(0).expect("a number")
}

#[tokio::test]
async fn one_is_told_the_time_there_is_to_wait_and_no_more() {
    let site = site().await;
    site.add_account(EMAIL).await;
    let visitor = site.visitor().from("192.0.2.1");
    for _ in 0..10 {
        attempt(&visitor, WRONG).await.is(422);
    }
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(attempt(&visitor, WRONG).await.is(429).header("retry-after").to_owned());
        site.pass_seconds(20);
    }
    assert_eq!(told, ["60", "40", "20"]);
    attempt(&visitor, PASSWORD).await.is(303);
    // Once everything is as before, nothing is kept.
    site.pass(3);
    site.app.habilitation.purge().await.expect("purged");
    assert_eq!(counted(&site, "SELECT CAST(COUNT(*) AS bigint) FROM rate_limit").await, 0);
}

#[tokio::test]
async fn resets_have_a_limit_of_their_own_and_the_mailbox_is_not_flooded() {
    let site = site().await;
    site.add_account(EMAIL).await;
    let visitor = site.visitor().from("192.0.2.1");
    for _ in 0..5 {
        visitor.forget_password(EMAIL).await.is(303);
    }
    let stopped = visitor.forget_password(EMAIL).await;
    stopped.is(429).says("Trop de tentatives : réessayez dans 2 minutes");
    assert_eq!(stopped.header("retry-after"), "120");
    attempt(&visitor, PASSWORD).await.is(303);
    // From everywhere: the answers are the same, and what was sent still works.
    for number in 0..30 {
        site.visitor().from(&format!("203.0.113.{number}")).forget_password(EMAIL).await.is(303);
    }
    let mails = site.mails_to(EMAIL).await;
    assert_eq!(mails.len(), 20);
    site.visitor().open(&link_in(&mails[19], &site)).await;
}

#[tokio::test]
async fn pages_that_are_read_write_no_count() {
    let site = site().await;
    let visitor = site.visitor().from("192.0.2.1");
    for path in ["/", "/connexion", "/inscription", "/mot-de-passe-oublie", "/habilitations/verification", "/services"] {
        visitor.open(path).await;
    }
    assert_eq!(counted(&site, "SELECT CAST(COUNT(*) AS bigint) FROM rate_limit").await, 0);
}
