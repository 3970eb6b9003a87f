//! The second factor: asked for after the password, required by some rights, each code once.

use std::time::Duration;

use domain::{
    actor::{Grant, Role},
    security::SecurityKind,
};
use store::security_event;

use crate::{
    browser::{Browser, Page},
    road::{ADMIN, FRANCECONNECT, LEGAL},
    site::{PASSWORD, TestSite},
    totp,
};

const SECURITY: &str = "/mon-compte/securite";
const CODE: &str = "/connexion/code";
const WRONG: &str = "Ce code est incorrect ou a déjà servi. Attendez le suivant et réessayez.";

/// A reviewer who has just signed in with a password, for the first time.
async fn newcomer(site: &TestSite) -> Browser {
    let account = site.add_account(LEGAL).await;
    site.app.habilitation.grant_review(account, FRANCECONNECT, "juridique").await.expect("granted");
    site.by_password(LEGAL).await
}

/// Enrols an application; returns its secret, and the page that follows the current code.
pub async fn enrol(site: &TestSite, browser: &Browser) -> (Vec<u8>, Page) {
    let page = browser.open(SECURITY).await;
    let secret = totp::decode(&page.attribute("#cle", "value").expect("a key"));
    let enrolled = browser.submit(page.form(SECURITY).set("code", &totp::code(&secret, site.app.cx.now()))).await;
    (secret, enrolled)
}

fn next_step(site: &TestSite) {
    site.clock.advance(Duration::from_secs(30));
}

async fn type_code(browser: &Browser, code: &str) -> Page {
    let page = browser.open(CODE).await;
    browser.submit(page.form(CODE).set("code", code)).await
}

#[tokio::test]
async fn rights_sleep_until_a_second_factor_is_in_force_and_lead_back() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    for path in ["/instruction", "/instruction/018f0000-0000-7000-8000-000000000000", "/administration/droits"] {
        let sent = browser.get(path).await;
        assert_eq!(sent.is(303).location(), format!("{SECURITY}?suite={}", path.replace('/', "%2F")), "{path}");
    }
    let sent = browser.post("/instruction/018f0000-0000-7000-8000-000000000000", &[("decision", "valider")]).await;
    assert!(sent.is(303).location().starts_with(SECURITY));
    let page = browser.open("/instruction").await;
    page.says("Vos droits la rendent obligatoire");
    assert!(page.attribute("img.hb-qr", "src").expect("a picture").starts_with("data:image/svg+xml;base64,"));
    let secret = totp::decode(&page.attribute("#cle", "value").expect("a key"));
    let enrolled = browser.submit(page.form(SECURITY).set("code", &totp::code(&secret, site.app.cx.now()))).await;
    enrolled.is(200).says("Notez vos codes de secours");
    assert_eq!(enrolled.all(".hb-codes code").len(), 10);
    assert_eq!(enrolled.attribute("main a.fr-btn", "href").as_deref(), Some("/instruction"));
    browser.open("/instruction").await.says("Demandes à instruire");
    assert_eq!(site.only_mail(LEGAL).await.subject, "La double authentification est activée");
}

#[tokio::test]
async fn a_code_sent_twice_signs_in_once_and_both_lead_to_the_same_page() {
    let site = TestSite::new().await;
    let (secret, _) = enrol(&site, &newcomer(&site).await).await;
    site.new_mails().await;
    for asked in ["", "?suite=%2Finstruction%3Fonglet%3Dtoutes"] {
        let there = if asked.is_empty() { "/instruction" } else { "/instruction?onglet=toutes" };
        next_step(&site);
        // At once, from one page; then once more, with the cookie of before and with the one of now.
        let browser = site.by_password(LEGAL).await;
        let before = browser.copy();
        let form = browser.open(&format!("{CODE}{asked}")).await.form(CODE).set("code", &totp::code(&secret, site.app.cx.now()));
        let (first, second) = tokio::join!(browser.submit(form.clone()), browser.submit(form.clone()));
        let (third, fourth) = (before.submit(form.clone()).await, browser.submit(form).await);
        for answer in [first, second, third, fourth] {
            assert_eq!(answer.is(303).location(), there);
        }
        browser.open(there).await.says("Demandes à instruire");
        let leave = browser.open(there).await.form("/deconnexion");
        let before = browser.copy();
        assert_eq!(browser.submit(leave.clone()).await.is(303).location(), "/");
        assert_eq!(before.submit(leave).await.is(303).location(), "/");
    }
    let failed = security_event::Filter { kind: Some(SecurityKind::CodeFailed), ..security_event::Filter::default() };
    let failed = security_event::list(&site.app.cx.db, &failed, store::Paging::of(1)).await.expect("read");
    assert_eq!(failed.total, 0, "no try was wrong");
}

#[tokio::test]
async fn readers_list_search_export_and_open_nothing_without_a_second_factor() {
    let site = TestSite::new().await;
    let applicant = site.applicant("jeanne@a.fr").await;
    let id = crate::road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let account = site.add_account(LEGAL).await;
    site.app.habilitation.grant_role(account, &Grant::new(FRANCECONNECT, None, Role::Reader)).await.expect("granted");
    let reader = site.by_password(LEGAL).await;
    for path in ["/instruction", "/instruction?q=famille", "/instruction/liste.csv", "/instruction/modeles", &format!("/instruction/{id}")] {
        let to = reader.get(path).await.is(303).location();
        assert!(to.starts_with(&format!("{SECURITY}?suite=%2Finstruction")), "{path} leads to {to}");
    }
    reader.post("/instruction/exports", &[]).await.is(303);
    assert_eq!(reader.post("/instruction/recherches", &[("nom", "x")]).await.is(303).location().split('?').next(), Some(SECURITY));
    enrol(&site, &reader).await;
    for path in ["/instruction", "/instruction/liste.csv", &format!("/instruction/{id}")] {
        reader.get(path).await.is(200);
    }
    site.new_mails().await;
    site.role_mails().await;
}

#[tokio::test]
async fn applicants_are_not_asked_for_a_second_factor() {
    let site = TestSite::new().await;
    site.add_account("jeanne@a.fr").await;
    site.by_password("jeanne@a.fr").await.get("/demandes").await.is(200);
}

#[tokio::test]
async fn with_a_second_factor_a_password_opens_nothing() {
    let site = TestSite::new().await;
    let first = newcomer(&site).await;
    let (secret, _) = enrol(&site, &first).await;
    site.new_mails().await;

    let browser = site.hesitant_visitor();
    let entered = browser.sign_in(LEGAL, PASSWORD).await;
    assert_eq!(entered.location(), CODE);
    for path in ["/demandes", "/mon-compte", "/instruction", SECURITY] {
        let sent = browser.get(path).await.is(303).location();
        assert_eq!(sent, format!("/connexion?suite={}", path.replace('/', "%2F")));
        assert_eq!(browser.get(&sent).await.location(), format!("{CODE}?suite={}", path.replace('/', "%2F")));
    }
    let home = browser.open("/").await;
    assert!(!home.body.contains("nadia"), "nobody is signed in yet");

    let refused = type_code(&browser, "000000").await;
    assert_eq!(refused.is(422).errors(), [WRONG]);
    assert_eq!(refused.value("code"), "", "secrets are never echoed");
    next_step(&site);
    let before = browser.session();
    let page = browser.open(&format!("{CODE}?suite=%2Finstruction%3Fpage%3D1")).await;
    let code = totp::code(&secret, site.app.cx.now());
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let entered = browser.submit(page.form(CODE).set("code", &spaced)).await;
    assert_eq!(entered.is(303).location(), "/instruction?page=1");
    assert_ne!(browser.session(), before, "the token changes with what it opens");
    browser.open("/instruction").await.says("Demandes à instruire");
    assert_eq!(browser.get(CODE).await.is(303).location(), "/instruction");
}

#[tokio::test]
async fn a_code_is_accepted_once_and_never_an_older_one() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    let (secret, _) = enrol(&site, &browser).await;
    site.new_mails().await;
    let used = totp::code(&secret, site.app.cx.now());
    // Replayed by somebody who saw it typed.
    let other = site.by_password(LEGAL).await;
    assert_eq!(type_code(&other, &used).await.is(422).errors(), [WRONG]);
    // One step late is accepted, and closes the steps before.
    let late = totp::code(&secret, site.app.cx.now() + Duration::from_secs(30));
    type_code(&other, &late).await.is(303);
    let third = site.by_password(LEGAL).await;
    assert_eq!(type_code(&third, &used).await.is(422).errors(), [WRONG]);
    assert_eq!(type_code(&third, &late).await.is(422).errors(), [WRONG]);
    next_step(&site);
    assert_eq!(type_code(&third, &late).await.is(422).errors(), [WRONG]);
    next_step(&site);
    type_code(&third, &totp::code(&secret, site.app.cx.now())).await.is(303);
}

#[tokio::test]
async fn two_who_type_the_same_code_at_once_do_not_both_enter() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    let (secret, _) = enrol(&site, &browser).await;
    site.new_mails().await;
    next_step(&site);
    let code = totp::code(&secret, site.app.cx.now());
    let (one, other) = (site.by_password(LEGAL).await, site.by_password(LEGAL).await);
    let (a, b) = tokio::join!(type_code(&one, &code), type_code(&other, &code));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
}

#[tokio::test]
async fn a_recovery_code_works_once_however_it_is_copied() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    let (_, enrolled) = enrol(&site, &browser).await;
    site.new_mails().await;
    let codes = enrolled.all(".hb-codes code");
    let other = site.by_password(LEGAL).await;
    type_code(&other, &codes[3].to_lowercase().replace('-', " ")).await.is(303);
    let mail = site.only_mail(LEGAL).await;
    assert_eq!(mail.subject, "Un de vos codes de secours a servi");
    assert!(mail.body.contains("Il vous en reste 9."), "{}", mail.body);
    other.open(SECURITY).await.says("Il vous reste 9 codes de secours.");
    let third = site.by_password(LEGAL).await;
    assert_eq!(type_code(&third, &codes[3]).await.is(422).errors(), [WRONG]);
    type_code(&third, &codes[4]).await.is(303);
    site.new_mails().await;
}

#[tokio::test]
async fn new_recovery_codes_put_the_old_ones_out_of_use() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    let (secret, enrolled) = enrol(&site, &browser).await;
    let old = enrolled.all(".hb-codes code");
    let page = browser.open(SECURITY).await;
    let renew = format!("{SECURITY}/codes");
    let refused = browser.submit(page.form(&renew).set("code", "123")).await;
    assert_eq!(refused.is(422).errors(), [WRONG]);
    next_step(&site);
    let renewed = browser.submit(refused.form(&renew).set("code", &totp::code(&secret, site.app.cx.now()))).await;
    let new = renewed.is(200).all(".hb-codes code");
    assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)));
    let other = site.by_password(LEGAL).await;
    type_code(&other, &old[0]).await.is(422);
    type_code(&other, &new[0]).await.is(303);
    site.new_mails().await;
}

#[tokio::test]
async fn only_the_factor_takes_itself_away_and_a_password_is_enough_again() {
    let site = TestSite::new().await;
    site.add_account("jeanne@a.fr").await;
    let browser = site.by_password("jeanne@a.fr").await;
    let (secret, enrolled) = enrol(&site, &browser).await;
    let codes = enrolled.all(".hb-codes code");
    let remove = format!("{SECURITY}/retrait");
    let page = browser.open(SECURITY).await;
    assert_eq!(browser.submit(page.form(&remove).set("code", "")).await.is(422).errors(), [WRONG]);
    next_step(&site);
    browser.submit(page.form(&remove).set("code", &totp::code(&secret, site.app.cx.now()))).await.is(303);
    let subjects: Vec<String> = site.new_mails().await.into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects, ["La double authentification est activée", "La double authentification est désactivée"]);
    let again = site.by_password("jeanne@a.fr").await;
    again.get("/mon-compte").await.is(200).says("Elle n’est pas activée");
    // With it went its codes.
    enrol(&site, &again).await.1.is(200);
    let other = site.by_password("jeanne@a.fr").await;
    type_code(&other, &codes[0]).await.is(422);
    site.new_mails().await;
}

#[tokio::test]
async fn the_last_one_stays_with_a_reviewer() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    let (secret, _) = enrol(&site, &browser).await;
    site.new_mails().await;
    let remove = format!("{SECURITY}/retrait");
    let page = browser.open(SECURITY).await;
    page.says("vous pouvez la remplacer, pas la retirer");
    assert_eq!(page.form_count(&remove), 0);
    next_step(&site);
    let code = totp::code(&secret, site.app.cx.now());
    browser.post(&remove, &[("code", &code)]).await.is(409).says("vos droits en exigent un");
    browser.get("/instruction").await.is(200);
    // Somebody whose rights sleep keeps it as well.
    let elsewhere = site.by_password(LEGAL).await;
    type_code(&elsewhere, &code).await.is(303);
    assert!(site.new_mails().await.is_empty());
}

#[tokio::test]
async fn a_new_phone_takes_the_place_of_the_old_one_in_one_step() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    let (old, enrolled) = enrol(&site, &browser).await;
    site.new_mails().await;
    let there = browser.open(SECURITY).await.link("Changer de téléphone");
    let (page, second) = (browser.open(&there).await, browser.open(&there).await);
    page.says("Jusque-là, rien ne change.");
    let key = page.attribute("#cle", "value").expect("a key");
    let refused = browser.submit(page.form(SECURITY).set("code", "000000")).await;
    assert_eq!(refused.is(422).errors(), [WRONG]);
    assert_eq!(refused.attribute("#cle", "value"), Some(key.clone()), "the new phone holds this key already");
    next_step(&site);
    let new = totp::decode(&key);
    let done = browser.submit(refused.form(SECURITY).set("code", &totp::code(&new, site.app.cx.now()))).await;
    browser.open(&done.is(303).location()).await.says("Votre nouveau téléphone a remplacé l’ancien");
    assert_eq!(site.only_mail(LEGAL).await.subject, "Votre application d’authentification est remplacée");
    browser.get("/instruction").await.is(200);
    // The page left open in another tab was to replace the old one, which is gone.
    let late = totp::decode(&second.attribute("#cle", "value").expect("a key"));
    let (sealed, code) = (second.form(SECURITY).values("scelle")[0].to_owned(), totp::code(&late, site.app.cx.now()));
    browser.post(SECURITY, &[("scelle", &sealed), ("code", &code)]).await.is(409);
    next_step(&site);
    let other = site.by_password(LEGAL).await;
    type_code(&other, &totp::code(&old, site.app.cx.now())).await.is(422);
    type_code(&other, &totp::code(&new, site.app.cx.now())).await.is(303);
    // The codes noted with the old one still replace it, once each.
    type_code(&site.by_password(LEGAL).await, &enrolled.all(".hb-codes code")[0]).await.is(303);
    site.new_mails().await;
    // Whoever finds the session open later has to show the phone first.
    site.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(browser.get(&there).await.is(303).location(), format!("{SECURITY}/confirmation?suite={}", there.replace('/', "%2F")));
}

#[tokio::test]
async fn administrators_read_who_changed_their_factors() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    let (secret, _) = enrol(&site, &browser).await;
    next_step(&site);
    let page = browser.open(SECURITY).await;
    browser.submit(page.form(&format!("{SECURITY}/codes")).set("code", &totp::code(&secret, site.app.cx.now()))).await.is(200);
    let page = browser.open(&format!("{SECURITY}/application")).await;
    let new = totp::decode(&page.attribute("#cle", "value").expect("a key"));
    browser.submit(page.form(SECURITY).set("code", &totp::code(&new, site.app.cx.now()))).await.is(303);
    site.add_account("jeanne@a.fr").await;
    let applicant = site.by_password("jeanne@a.fr").await;
    let (theirs, _) = enrol(&site, &applicant).await;
    next_step(&site);
    let page = applicant.open(SECURITY).await;
    applicant.submit(page.form(&format!("{SECURITY}/retrait")).set("code", &totp::code(&theirs, site.app.cx.now()))).await.is(303);
    site.new_mails().await;

    let admin = site.administrator(ADMIN).await;
    let acts = async |person: &str| {
        let page = admin.open(&format!("/administration/journal?personne={person}")).await;
        page.all("#journal tbody tr td:nth-of-type(1)")
    };
    assert_eq!(
        acts(LEGAL).await,
        ["Moyen de double authentification remplacé", "Codes de secours renouvelés", "Moyen de double authentification ajouté"]
    );
    assert_eq!(acts("jeanne@a.fr").await, ["Moyen de double authentification retiré", "Moyen de double authentification ajouté"]);
    let page = admin.open("/administration/journal?acte=factor_removed").await;
    let row = &page.all("#journal tbody tr")[0];
    assert!(row.contains("Application d’authentification"), "{row}");
}

#[tokio::test]
async fn a_secret_is_put_in_force_by_its_own_account_with_its_own_code() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    let page = browser.open(SECURITY).await;
    let key = page.attribute("#cle", "value").expect("a key");
    let refused = browser.submit(page.form(SECURITY).set("code", "000000")).await;
    assert_eq!(refused.is(422).errors(), [WRONG]);
    assert_eq!(refused.attribute("#cle", "value"), Some(key.clone()), "the application holds this key already");

    site.add_account("jeanne@a.fr").await;
    let other = site.by_password("jeanne@a.fr").await;
    let code = totp::code(&totp::decode(&key), site.app.cx.now());
    let sealed = page.form(SECURITY).values("scelle")[0].to_owned();
    other.post(SECURITY, &[("scelle", &sealed), ("code", &code)]).await.is(409);
    other.post(SECURITY, &[("scelle", "00ff"), ("code", &code)]).await.is(409);

    browser.submit(page.form(SECURITY).set("code", &code)).await.is(200);
    // A second tab, still open on the first page.
    browser.submit(browser.open("/").await.form("/deconnexion")).await.is(303);
    site.new_mails().await;
}

#[tokio::test]
async fn an_application_cannot_be_replaced_without_the_one_before() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    let forgotten = browser.open(SECURITY).await;
    enrol(&site, &browser).await;
    let key = totp::decode(&forgotten.attribute("#cle", "value").expect("a key"));
    let code = totp::code(&key, site.app.cx.now());
    let sealed = forgotten.form(SECURITY).values("scelle")[0].to_owned();
    browser.post(SECURITY, &[("scelle", &sealed), ("code", &code)]).await.is(409);
    site.new_mails().await;
}

#[tokio::test]
async fn too_many_codes_are_told_to_wait() {
    let site = TestSite::with(&[("RATE_LIMITS", "true")]).await;
    let browser = newcomer(&site).await;
    enrol(&site, &browser).await;
    let other = site.by_password(LEGAL).await;
    let page = other.open(CODE).await;
    let mut answers = Vec::new();
    for _ in 0..11 {
        answers.push(other.submit(page.form(CODE).set("code", "000000")).await.status.as_u16());
    }
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 1, "ten from a browser of its own: {answers:?}");
    site.settle().await;
}

#[tokio::test]
async fn a_new_password_by_mail_does_not_replace_the_code() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    enrol(&site, &browser).await;
    site.new_mails().await;
    let visitor = site.hesitant_visitor();
    let page = visitor.open("/mot-de-passe-oublie").await;
    visitor.submit(page.form("/mot-de-passe-oublie").set("email", LEGAL)).await.is(303);
    let link = crate::site::link_in(&site.only_mail(LEGAL).await, &site);
    let page = visitor.open(&link).await;
    let entered = visitor.submit(page.form(&link).set("password", "Un tout autre 2026")).await;
    assert_eq!(entered.is(303).location(), format!("{CODE}?fait=mot-de-passe-choisi"));
    visitor.open(&entered.location()).await.says("Votre nouveau mot de passe est enregistré");
    visitor.get("/demandes").await.is(303);
    site.new_mails().await;
}

#[tokio::test]
async fn an_administrator_frees_somebody_who_lost_everything() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    enrol(&site, &browser).await;
    site.new_mails().await;
    let admin = site.administrator(ADMIN).await;
    let person = site.add_account(LEGAL).await;
    let path = format!("/administration/droits/{person}");
    let page = admin.open(&path).await;
    let reset = format!("{path}/double-authentification");
    let refused = admin.submit(page.form(&reset)).await;
    assert_eq!(refused.is(422).errors(), ["Indiquez le motif : il est consigné dans le journal."]);
    admin.submit(refused.form(&reset).set("motif", "Téléphone volé, vue à l’accueil")).await.is(303);
    assert_eq!(site.only_mail(LEGAL).await.subject, "Votre double authentification a été retirée");
    browser.get("/demandes").await.is(303);
    let again = site.by_password(LEGAL).await;
    assert!(again.get("/instruction").await.location().starts_with(SECURITY));
    admin.open("/administration/journal").await.says("Téléphone volé, vue à l’accueil");
}

#[tokio::test]
async fn an_operator_frees_an_administrator() {
    let site = TestSite::new().await;
    let own = site.add_account(ADMIN).await;
    site.app.habilitation.set_admin(own, true).await.expect("given");
    let browser = site.by_password(ADMIN).await;
    assert_eq!(browser.get("/administration").await.is(303).location(), format!("{SECURITY}?suite=%2Fadministration"));
    enrol(&site, &browser).await;
    browser.get("/administration").await.is(200);
    let room = &site.app.habilitation;
    assert!(!room.take_factor_away("personne@a.fr").await.expect("read"));
    assert!(room.take_factor_away(ADMIN).await.expect("taken"));
    assert!(!room.take_factor_away(ADMIN).await.expect("read"));
    browser.get("/administration").await.is(303);
    let browser = site.by_password(ADMIN).await;
    enrol(&site, &browser).await;
    browser.open("/administration/journal").await.says("Ligne de commande");
    site.new_mails().await;
}

#[tokio::test]
async fn the_demonstration_gives_its_codes_away_and_nobody_else_accepts_them() {
    let site = TestSite::with(&[("DEMO", "true")]).await;
    let account = site.add_account(LEGAL).await;
    site.app.habilitation.grant_review(account, FRANCECONNECT, "juridique").await.expect("granted");
    site.app.habilitation.install_demonstration_factor(account).await.expect("installed");
    for _ in 0..2 {
        let browser = site.by_password(LEGAL).await;
        let page = browser.open(CODE).await;
        page.says("Compte de démonstration");
        let code = page.one("main strong");
        assert_eq!(browser.submit(page.form(CODE).set("code", &code)).await.is(303).location(), "/instruction");
    }
    // Somebody's own factor is never given away.
    let own = site.add_account(ADMIN).await;
    site.app.habilitation.set_admin(own, true).await.expect("given");
    let browser = site.by_password(ADMIN).await;
    enrol(&site, &browser).await;
    site.by_password(ADMIN).await.open(CODE).await.does_not_say("Compte de démonstration");
    site.new_mails().await;

    let elsewhere = TestSite::new().await;
    let account = elsewhere.add_account(LEGAL).await;
    elsewhere.app.habilitation.grant_review(account, FRANCECONNECT, "juridique").await.expect("granted");
    elsewhere.app.habilitation.install_demonstration_factor(account).await.expect("installed");
    let browser = elsewhere.by_password(LEGAL).await;
    assert!(browser.get("/instruction").await.location().starts_with(SECURITY), "a public secret counts for nothing");
}
