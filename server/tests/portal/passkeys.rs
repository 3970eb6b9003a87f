//! Passkeys: added, used after the password, refused when anything in the answer is not as it should be.

use std::time::Duration;

use serde_json::Value;

use crate::{
    authenticator::{Authenticator, decode},
    browser::{Browser, Page, URLENCODED},
    road::{ADMIN, APPLICANT, FRANCECONNECT, LEGAL},
    site::TestSite,
    totp,
};

const BASE: &str = "https://habilis.example";
const SECURITY: &str = "/mon-compte/securite";
const CODE: &str = "/connexion/code";
const ENTER: &str = "/connexion/cle";
const REQUEST: &str = "/connexion/cle/defi";
const KEYS: &str = "/mon-compte/securite/cles";
const CREATION: &str = "/mon-compte/securite/cles/defi";
const CONFIRM: &str = "/mon-compte/securite/confirmation";
const REFUSED: &str = "Cette clé d’accès n’a pas été acceptée. Recommencez, ou utilisez un autre moyen.";
const EXPIRED: &str = "Cette demande a expiré ou a déjà servi. Recommencez.";

async fn site() -> TestSite {
    TestSite::with(&[("BASE_URL", BASE)]).await
}

/// A reviewer who has just signed in with a password, for the first time.
async fn newcomer(site: &TestSite) -> Browser {
    let account = site.add_account(LEGAL).await;
    site.app.habilitation.grant_review(account, FRANCECONNECT, "juridique").await.expect("granted");
    site.by_password(LEGAL).await
}

/// An applicant: nothing asks them for a second factor.
async fn applicant(site: &TestSite) -> Browser {
    site.add_account(APPLICANT).await;
    site.by_password(APPLICANT).await
}

fn device() -> Authenticator {
    Authenticator::new(BASE)
}

async fn creation(browser: &Browser, name: &str) -> Value {
    let page = browser.post(CREATION, &[("nom", name)]).await;
    serde_json::from_str(&page.is(200).body).expect("options in JSON")
}

async fn request(browser: &Browser) -> Value {
    let page = browser.post(REQUEST, &[]).await;
    serde_json::from_str(&page.is(200).body).expect("options in JSON")
}

async fn add(browser: &Browser, device: &mut Authenticator, name: &str) -> Page {
    let answer = device.create(&creation(browser, name).await).expect("a new key");
    browser.submit(browser.open(SECURITY).await.form(KEYS).set("nom", name).set("reponse", &answer)).await
}

async fn show(browser: &Browser, answer: &str) -> Page {
    browser.submit(browser.open(CODE).await.form(ENTER).set("reponse", answer)).await
}

/// Gives the second factor with a passkey of this device.
async fn enter(browser: &Browser, device: &mut Authenticator) -> Page {
    let answer = device.get(&request(browser).await).expect("a key the site asks for");
    show(browser, &answer).await
}

/// The page of the only key.
async fn only_key(browser: &Browser) -> String {
    browser.open(SECURITY).await.attribute("#mes-cles a", "href").expect("a key")
}

#[tokio::test]
async fn a_reviewer_enrols_with_a_passkey_and_signs_in_with_it() {
    let site = site().await;
    let browser = newcomer(&site).await;
    let page = browser.open("/instruction").await;
    page.says("Vos droits la rendent obligatoire");
    page.says("Avec une clé d’accès");
    page.says("Ou avec une application d’authentification");
    let mut device = device();
    let answer = device.create(&creation(&browser, "Téléphone").await).expect("a key");
    let added = browser.submit(page.form(KEYS).set("nom", "Téléphone").set("reponse", &answer)).await;
    added.is(200).says("Notez vos codes de secours");
    assert_eq!(added.all(".hb-codes code").len(), 10);
    assert_eq!(added.attribute("main a.fr-btn", "href").as_deref(), Some("/instruction"));
    browser.open("/instruction").await.says("Demandes à instruire");
    let mail = site.only_mail(LEGAL).await;
    assert_eq!(mail.subject, "Une clé d’accès s’ajoute à votre compte");
    assert!(mail.body.contains("Téléphone"), "{}", mail.body);
    let list = browser.open(SECURITY).await;
    assert_eq!(list.one("#mes-cles tbody th"), "Téléphone");
    list.says("Jamais");

    let other = site.by_password(LEGAL).await;
    assert!(other.get("/instruction").await.is(303).location().starts_with("/connexion"));
    let page = other.open(&format!("{CODE}?suite=%2Finstruction%3Fpage%3D1")).await;
    page.says("Utiliser ma clé d’accès");
    assert!(page.header("content-security-policy").contains("script-src 'self' 'wasm-unsafe-eval';"));
    let before = other.session();
    let answer = device.get(&request(&other).await).expect("a key the site asks for");
    let entered = other.submit(page.form(ENTER).set("reponse", &answer)).await;
    assert_eq!(entered.is(303).location(), "/instruction?page=1");
    assert_ne!(other.session(), before, "the token changes with what it opens");
    other.open("/instruction").await.says("Demandes à instruire");
    other.open(SECURITY).await.does_not_say("Jamais");
}

#[tokio::test]
async fn an_answer_from_elsewhere_or_altered_adds_nothing() {
    let site = site().await;
    let browser = applicant(&site).await;
    for breach in ["origin", "verification", "kind", "words"] {
        let mut device = device();
        match breach {
            "origin" => device.origin = "https://habilis.example.attaque.fr".to_owned(),
            "verification" => device.verifies = false,
            _ => {}
        }
        let mut answer = device.create(&creation(&browser, "Téléphone").await).expect("a key");
        if breach == "kind" {
            // The signature over another ceremony.
            answer = answer.replace("attestationObject", "signature");
        }
        if breach == "words" {
            answer = "{}".to_owned();
        }
        let page = browser.open(SECURITY).await;
        let refused = browser.submit(page.form(KEYS).set("nom", "Téléphone").set("reponse", &answer)).await;
        assert_eq!(refused.is(422).errors(), [REFUSED], "{breach}");
        assert_eq!(refused.value("nom"), "Téléphone", "what was typed stays");
    }
    assert!(!browser.open(SECURITY).await.has("#mes-cles"));
    assert!(site.new_mails().await.is_empty());
}

#[tokio::test]
async fn an_answer_from_elsewhere_or_altered_opens_nothing() {
    let site = site().await;
    let browser = applicant(&site).await;
    let mut own = device();
    add(&browser, &mut own, "Téléphone").await.is(200);
    let other = site.by_password(APPLICANT).await;

    own.origin = "http://habilis.example".to_owned();
    assert_eq!(enter(&other, &mut own).await.is(422).errors(), [REFUSED]);
    own.origin = BASE.to_owned();
    own.verifies = false;
    assert_eq!(enter(&other, &mut own).await.is(422).errors(), [REFUSED]);
    own.verifies = true;

    let answer = own.get(&request(&other).await).expect("an answer");
    let mut altered: Value = serde_json::from_str(&answer).expect("JSON");
    let data = altered["response"]["authenticatorData"].as_str().expect("text").to_owned();
    // Another counter under the same signature.
    altered["response"]["authenticatorData"] = Value::String(format!("{}B", &data[..data.len() - 1]).replace("AAB", "ABB"));
    assert_eq!(show(&other, &altered.to_string()).await.is(422).errors(), [REFUSED]);
    for words in ["{}", "[]", "null", "\u{1f511}", "{\"id\":1}"] {
        assert_eq!(show(&other, words).await.is(422).errors(), [REFUSED], "{words}");
    }
    let missing = show(&other, "").await;
    assert!(missing.is(422).errors()[0].starts_with("La clé d’accès n’a pas répondu."));
    other.get("/demandes").await.is(303);
    enter(&other, &mut own).await.is(303);
    site.new_mails().await;
}

#[tokio::test]
async fn a_challenge_is_answered_once_within_five_minutes_in_its_own_session() {
    let site = site().await;
    let browser = applicant(&site).await;
    let mut device = device();
    // Adding.
    let late = device.create(&creation(&browser, "Téléphone").await).expect("a key");
    site.clock.advance(Duration::from_secs(300));
    let page = browser.open(SECURITY).await;
    assert_eq!(browser.submit(page.form(KEYS).set("nom", "Téléphone").set("reponse", &late)).await.is(422).errors(), [EXPIRED]);
    add(&browser, &mut device, "Téléphone").await.is(200);

    // Entering: late, twice, elsewhere.
    let other = site.by_password(APPLICANT).await;
    let late = device.get(&request(&other).await).expect("an answer");
    site.clock.advance(Duration::from_secs(300));
    assert_eq!(show(&other, &late).await.is(422).errors(), [EXPIRED]);
    let answer = device.get(&request(&other).await).expect("an answer");
    let third = site.by_password(APPLICANT).await;
    assert_eq!(show(&third, &answer).await.is(422).errors(), [EXPIRED]);
    request(&third).await;
    assert_eq!(show(&third, &answer).await.is(422).errors(), [REFUSED], "an answer to somebody else's challenge");
    show(&other, &answer).await.is(303);
    let replayed = other.post("/mon-compte/securite/confirmation/cle", &[("reponse", &answer)]).await;
    assert_eq!(replayed.is(422).errors(), [EXPIRED]);
    // A refused answer uses the challenge up.
    let answer = device.get(&request(&third).await).expect("an answer");
    show(&third, "{\"id\":\"AAAA\",\"rawId\":\"AAAA\",\"type\":\"public-key\",\"response\":{\"authenticatorData\":\"AAAA\",\"clientDataJSON\":\"AAAA\",\"signature\":\"AAAA\"}}")
        .await
        .is(422);
    assert_eq!(show(&third, &answer).await.is(422).errors(), [EXPIRED]);
    // A challenge to add is none to enter.
    let fourth = site.by_password(APPLICANT).await;
    fourth.post(CREATION, &[("nom", "Clé")]).await.is(303);
    site.new_mails().await;
}

#[tokio::test]
async fn two_who_send_the_same_answer_at_once_do_not_both_enter() {
    let site = site().await;
    let browser = applicant(&site).await;
    let mut device = device();
    add(&browser, &mut device, "Téléphone").await.is(200);
    let one = site.by_password(APPLICANT).await;
    let answer = device.get(&request(&one).await).expect("an answer");
    let form = one.open(CODE).await.form(ENTER).set("reponse", &answer);
    let other = one.copy();
    let (a, b) = tokio::join!(one.submit(form.clone()), other.submit(form));
    let entered = [&a, &b].iter().filter(|page| page.status == 303 && page.location() == "/organisation").count();
    assert_eq!(entered, 1, "{} {}", a.status, b.status);
    site.new_mails().await;
}

#[tokio::test]
async fn a_credential_belongs_to_one_account() {
    let site = site().await;
    let browser = applicant(&site).await;
    let mut own = device();
    let answer = own.create(&creation(&browser, "Téléphone").await).expect("a key");
    browser.submit(browser.open(SECURITY).await.form(KEYS).set("nom", "Téléphone").set("reponse", &answer)).await.is(200);

    site.add_account("autre.personne@a.fr").await;
    let stranger = site.by_password("autre.personne@a.fr").await;
    let mut theirs = device();
    add(&stranger, &mut theirs, "Ordinateur").await.is(200);
    // Shown in the place of the owner's.
    let other = site.by_password(APPLICANT).await;
    let forged = theirs.get_anyway(&request(&other).await);
    assert_eq!(show(&other, &forged).await.is(422).errors(), [REFUSED]);
    // Enrolled a second time by somebody else: same identifier, same key.
    let again = own.create_again(&creation(&stranger, "Volée").await);
    let page = stranger.open(SECURITY).await;
    let refused = stranger.submit(page.form(KEYS).set("nom", "Volée").set("reponse", &again)).await;
    assert_eq!(refused.is(422).errors(), ["Cette clé est déjà enregistrée."]);
    // Nor does one open, rename or remove the key of another.
    let key = only_key(&browser).await;
    stranger.get(&key).await.is(404);
    stranger.post(&key, &[("nom", "À moi")]).await.is(404);
    stranger.post(&format!("{key}/retrait"), &[]).await.is(404);
    site.new_mails().await;
}

#[tokio::test]
async fn a_counter_that_goes_back_is_a_copy_and_a_recovery_code_still_enters() {
    let site = site().await;
    let browser = applicant(&site).await;
    let mut device = device();
    device.counter = 7;
    let codes = add(&browser, &mut device, "Clé de bureau").await.all(".hb-codes code");
    enter(&site.by_password(APPLICANT).await, &mut device).await.is(303);
    assert_eq!(device.counter, 8);
    for shown in [8, 3] {
        device.counter = shown - 1;
        let refused = enter(&site.by_password(APPLICANT).await, &mut device).await;
        assert!(refused.is(422).errors()[0].starts_with("Cette clé d’accès semble avoir été copiée"), "{shown}");
    }
    let other = site.by_password(APPLICANT).await;
    let page = other.open(CODE).await;
    page.says("Avec un code de secours");
    assert!(page.one("noscript").contains("Utilisez un code de secours à la place."));
    other.submit(page.form(CODE).set("code", &codes[0])).await.is(303);
    other.open(SECURITY).await.says("Il vous reste 9 codes de secours.");
    site.new_mails().await;
}

#[tokio::test]
async fn the_authenticator_learns_nothing_about_the_person() {
    let site = site().await;
    let browser = applicant(&site).await;
    let account = site.add_account(APPLICANT).await;
    let mut own = device();
    let first = creation(&browser, "Téléphone").await;
    let handle = decode(&first["publicKey"]["user"]["id"]);
    assert_eq!(handle.len(), 16);
    let text = String::from_utf8_lossy(&handle).into_owned();
    assert!(handle != account.0.as_bytes() && !APPLICANT.contains(&text));
    assert_eq!(first["publicKey"]["rp"]["id"], "habilis.example");
    assert_eq!(first["publicKey"]["authenticatorSelection"]["userVerification"], "required");
    add(&browser, &mut own, "Téléphone").await.is(200);
    let second = creation(&browser, "Clé").await;
    assert_eq!(decode(&second["publicKey"]["user"]["id"]), handle, "one account, one handle");
    assert_ne!(second["publicKey"]["challenge"], first["publicKey"]["challenge"]);
    assert!(own.create(&second).is_none(), "the device says that it is enrolled already");
    site.add_account("autre.personne@a.fr").await;
    let stranger = site.by_password("autre.personne@a.fr").await;
    assert_ne!(decode(&creation(&stranger, "Clé").await["publicKey"]["user"]["id"]), handle);
    site.new_mails().await;
}

#[tokio::test]
async fn keys_are_renamed_and_removed_and_the_last_one_stays_with_a_reviewer() {
    let site = site().await;
    let browser = newcomer(&site).await;
    let mut phone = device();
    add(&browser, &mut phone, "Téléphone").await.is(200);
    let key = only_key(&browser).await;
    let page = browser.open(&key).await;
    page.says("Ajoutez-en un autre avant de retirer celui-ci.");
    let refused = browser.submit(page.form(&key).set("nom", " ")).await;
    assert!(refused.is(422).errors()[0].starts_with("Donnez à cette clé un nom"));
    browser.submit(page.form(&key).set("nom", "Téléphone <b>personnel</b>")).await.is(303);
    assert_eq!(browser.open(SECURITY).await.one("#mes-cles tbody th"), "Téléphone <b>personnel</b>");
    browser.post(&format!("{key}/retrait"), &[]).await.is(409);

    // No new codes: those of the first one stand.
    let mut office = device();
    assert_eq!(add(&browser, &mut office, "Clé de bureau").await.is(303).location(), SECURITY);
    site.new_mails().await;
    let page = browser.open(&key).await;
    browser.submit(page.form(&format!("{key}/retrait"))).await.is(303);
    let mail = site.only_mail(LEGAL).await;
    assert_eq!(mail.subject, "Une clé d’accès est retirée de votre compte");
    assert!(mail.body.contains("Téléphone <b>personnel</b>"), "{}", mail.body);
    browser.get(&key).await.is(404);
    browser.get("/instruction").await.is(200);
    let other = site.by_password(LEGAL).await;
    assert!(phone.get(&request(&other).await).is_none(), "the key taken away is not asked for");
    enter(&other, &mut office).await.is(303);
    let journal = site.administrator("admin@habilis.example").await.open(&format!("/administration/journal?personne={LEGAL}")).await;
    let rows = journal.all("#journal tbody tr");
    let [removed, added, first] = rows.as_slice() else { panic!("three lines, not {rows:?}") };
    assert!(removed.contains("Moyen de double authentification retiré") && removed.contains("Clé d’accès"), "{removed}");
    assert!([added, first].iter().all(|row| row.contains("Moyen de double authentification ajouté") && row.contains("Clé d’accès")), "{rows:?}");
    journal.does_not_say("personnel");
}

#[tokio::test]
async fn an_applicant_may_remove_the_last_one_and_a_password_is_enough_again() {
    let site = site().await;
    let browser = applicant(&site).await;
    let mut device = device();
    let codes = add(&browser, &mut device, "Téléphone").await.all(".hb-codes code");
    let key = only_key(&browser).await;
    let page = browser.open(&key).await;
    page.says("La double authentification sera désactivée");
    browser.submit(page.form(&format!("{key}/retrait"))).await.is(303);
    let mails = site.new_mails().await;
    assert!(mails.iter().any(|mail| mail.body.contains("la double authentification est désactivée")), "{mails:?}");
    let other = site.by_password(APPLICANT).await;
    other.get("/mon-compte").await.is(200).says("Elle n’est pas activée");
    // The codes went with it.
    add(&other, &mut device, "Téléphone").await.is(200);
    let third = site.by_password(APPLICANT).await;
    third.submit(third.open(CODE).await.form(CODE).set("code", &codes[0])).await.is(422);
    site.new_mails().await;
}

#[tokio::test]
async fn an_application_and_a_passkey_live_side_by_side() {
    let site = site().await;
    let browser = newcomer(&site).await;
    let mut device = device();
    add(&browser, &mut device, "Téléphone").await.is(200);
    let page = browser.open(&browser.open(SECURITY).await.link("Ajouter une application")).await;
    let secret = totp::decode(&page.attribute("#cle", "value").expect("a key"));
    let added = browser.submit(page.form(SECURITY).set("code", &totp::code(&secret, site.app.cx.now()))).await;
    assert_eq!(added.is(303).location(), SECURITY);
    site.clock.advance(Duration::from_secs(30));
    let other = site.by_password(LEGAL).await;
    let page = other.open(CODE).await;
    page.says("Avec un code");
    assert!(page.one("noscript").contains("Utilisez un code à la place."));
    other.submit(page.form(CODE).set("code", &totp::code(&secret, site.app.cx.now()))).await.is(303);
    // Either may go now, and the other one keeps the rights awake.
    site.clock.advance(Duration::from_secs(30));
    let remove = format!("{SECURITY}/retrait");
    let page = other.open(SECURITY).await;
    other.submit(page.form(&remove).set("code", &totp::code(&secret, site.app.cx.now()))).await.is(303);
    other.get("/instruction").await.is(200);
    enter(&site.by_password(LEGAL).await, &mut device).await.is(303);
    let subjects: Vec<String> = site.new_mails().await.into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.contains(&"Une application d’authentification s’ajoute à votre compte".to_owned()), "{subjects:?}");
    assert!(subjects.contains(&"Une application d’authentification est retirée de votre compte".to_owned()), "{subjects:?}");
}

#[tokio::test]
async fn a_factor_shown_long_ago_is_asked_for_again_before_any_changes() {
    let site = site().await;
    let browser = newcomer(&site).await;
    let mut device = device();
    let codes = add(&browser, &mut device, "Téléphone").await.all(".hb-codes code");
    let key = only_key(&browser).await;
    site.clock.advance(Duration::from_secs(15 * 60));
    let page = browser.open(SECURITY).await;
    assert_eq!(page.form_count(KEYS), 0);
    for (path, fields) in [
        (KEYS.to_owned(), vec![("nom", "Autre"), ("reponse", "{}")]),
        (CREATION.to_owned(), vec![("nom", "Autre")]),
        (key.clone(), vec![("nom", "Autre")]),
        (format!("{key}/retrait"), vec![]),
        (format!("{SECURITY}/codes"), vec![]),
    ] {
        assert_eq!(browser.post(&path, &fields).await.is(303).location(), format!("{CONFIRM}?suite=%2Fmon-compte%2Fsecurite"), "{path}");
    }
    let sent = browser.get(&key).await.is(303).location();
    let page = browser.open(&sent).await;
    page.says("Confirmez que c’est bien vous");
    let answer = device.get(&request(&browser).await).expect("an answer");
    let confirmed = browser.submit(page.form(&format!("{CONFIRM}/cle")).set("reponse", &answer)).await;
    assert_eq!(confirmed.is(303).location(), key);
    browser.open(&key).await.says("Renommer");
    assert_eq!(browser.get(CONFIRM).await.is(303).location(), SECURITY);
    // A passkey shown lately is worth new codes.
    let renewed = browser.submit(browser.open(SECURITY).await.form(&format!("{SECURITY}/codes"))).await;
    let new = renewed.is(200).all(".hb-codes code");
    // And so is a code.
    site.clock.advance(Duration::from_secs(15 * 60));
    let page = browser.open(&browser.get(&key).await.location()).await;
    assert_eq!(browser.submit(page.form(CONFIRM).set("code", &codes[0])).await.is(422).errors().len(), 1, "an old code");
    browser.submit(page.form(CONFIRM).set("code", &new[0])).await.is(303);
    browser.get(&key).await.is(200);
    site.new_mails().await;
}

#[tokio::test]
async fn without_its_token_a_form_does_nothing() {
    let site = site().await;
    let browser = applicant(&site).await;
    let mut device = device();
    let answer = device.create(&creation(&browser, "Clé").await).expect("a key");
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("nom", "Clé").append_pair("reponse", &answer).finish();
    for path in [KEYS, CREATION, REQUEST, ENTER, &format!("{CONFIRM}/cle"), CONFIRM] {
        let sent = browser.send(reqwest::Method::POST, path, &[("content-type", URLENCODED), ("sec-fetch-site", "same-origin")], body.clone()).await;
        sent.is(403).says("Ce formulaire a expiré");
    }
    assert!(!browser.open(SECURITY).await.has("#mes-cles"));
    let elsewhere = browser.send(reqwest::Method::POST, KEYS, &[("content-type", URLENCODED), ("sec-fetch-site", "cross-site")], body).await;
    elsewhere.is(403);
    site.settle().await;
}

#[tokio::test]
async fn nobody_standing_in_adds_or_shows_a_factor() {
    let site = site().await;
    let own = applicant(&site).await;
    let mut device = device();
    add(&own, &mut device, "Téléphone").await.is(200);
    let key = only_key(&own).await;
    let admin = site.administrator(ADMIN).await;
    let person = site.add_account(APPLICANT).await;
    admin.post(&format!("/administration/droits/{person}/prise-en-main"), &[("motif", "Ticket 42")]).await.is(303);
    site.new_mails().await;
    for path in [CREATION, KEYS, REQUEST, CONFIRM, &format!("{CONFIRM}/cle"), &key, &format!("{key}/retrait")] {
        let refused = admin.post(path, &[("nom", "À moi"), ("reponse", "{}"), ("code", "000000")]).await;
        refused.is(403).says("tout le reste se fait en personne");
    }
    admin.get(CONFIRM).await.is(403);
    enter(&site.by_password(APPLICANT).await, &mut device).await.is(303);
    site.settle().await;
}

#[tokio::test]
async fn ten_keys_at_most_each_with_a_name() {
    let site = site().await;
    let browser = applicant(&site).await;
    for number in 0..10 {
        let added = add(&browser, &mut device(), &format!("Clé {number}")).await;
        added.is(if number == 0 { 200 } else { 303 });
    }
    let full = browser.post(CREATION, &[("nom", "Onzième")]).await;
    assert_eq!(full.is(422).header("content-type"), "application/json");
    assert!(full.body.contains("Vous avez déjà dix clés d’accès."), "{}", full.body);
    for name in ["", "  ", &"é".repeat(51), "a\nb"] {
        assert!(browser.post(CREATION, &[("nom", name)]).await.is(422).body.contains("Donnez à cette clé un nom"), "{name:?}");
    }
    site.new_mails().await;
}

#[tokio::test]
async fn too_many_attempts_are_told_to_wait() {
    let site = TestSite::with(&[("BASE_URL", BASE), ("RATE_LIMITS", "true")]).await;
    let browser = applicant(&site).await;
    add(&browser, &mut device(), "Téléphone").await.is(200);
    let other = site.by_password(APPLICANT).await;
    let page = other.open(CODE).await;
    let mut answers = Vec::new();
    for _ in 0..11 {
        answers.push(other.submit(page.form(ENTER).set("reponse", "{}")).await.status.as_u16());
    }
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 1, "ten from a browser of its own: {answers:?}");
    other.submit(page.form(CODE).set("code", "000000")).await.is(429);
    site.settle().await;
}

#[tokio::test]
async fn who_lost_their_keys_is_freed_as_with_an_application() {
    let site = site().await;
    let browser = newcomer(&site).await;
    add(&browser, &mut device(), "Téléphone").await.is(200);
    site.new_mails().await;
    let admin = site.administrator(ADMIN).await;
    let person = site.add_account(LEGAL).await;
    let path = format!("/administration/droits/{person}");
    let page = admin.open(&path).await;
    admin.submit(page.form(&format!("{path}/double-authentification")).set("motif", "Téléphone volé")).await.is(303);
    assert_eq!(site.only_mail(LEGAL).await.subject, "Votre double authentification a été retirée");
    let again = site.by_password(LEGAL).await;
    assert!(again.get("/instruction").await.location().starts_with(SECURITY));
    assert!(!again.open(SECURITY).await.has("#mes-cles"));
    assert!(!site.app.habilitation.take_factor_away(LEGAL).await.expect("read"));
}

#[tokio::test]
async fn a_site_without_a_name_offers_none_and_says_nothing() {
    let site = TestSite::new().await;
    let browser = newcomer(&site).await;
    let page = browser.open(SECURITY).await;
    page.does_not_say("clé d’accès");
    assert_eq!(page.form_count(KEYS), 0);
    browser.post(CREATION, &[("nom", "Clé")]).await.is(404);
    browser.post(KEYS, &[("nom", "Clé"), ("reponse", "{}")]).await.is(404);
    browser.post(REQUEST, &[]).await.is(404);
}
