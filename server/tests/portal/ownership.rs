//! An account belongs to whoever reads its mailbox: nobody else chooses its password, learns that it exists, or keeps access to
//! it.

use std::collections::BTreeMap;

use domain::{Hours, contact::Email, ids::AccountId};
use store::{
    ConnectionTrait, Statement, account,
    link::{self, Link, Purpose},
};

use crate::{
    browser::{Browser, Page},
    site::{PASSWORD, TestSite, link_in},
};

const EMAIL: &str = "jeanne.roux@clamart.example";
const THEIRS: &str = "Le chat du voleur 7";
const OWN: &str = "Trois grues dans le jardin";

async fn sign_up(browser: &Browser, email: &str, given: &str) -> Page {
    let form = browser.open("/inscription").await.form("/inscription").set("given_name", given).set("family_name", "Voleur");
    browser.submit(form.set("email", email).forge("password", THEIRS)).await
}

async fn enter(site: &TestSite, password: &str) -> u16 {
    site.visitor().try_to_sign_in("/connexion", EMAIL, password).await.status.as_u16()
}

async fn links_to(site: &TestSite, email: &str) -> Vec<String> {
    site.mails_to(email).await.iter().map(|mail| link_in(mail, site)).collect()
}

#[tokio::test]
async fn whoever_signs_up_with_somebodys_address_chooses_neither_password_nor_name() {
    let site = TestSite::new().await;
    sign_up(&site.visitor(), EMAIL, "Mallory").await.is(303);
    let link = link_in(&site.only_mail(EMAIL).await, &site);
    assert_eq!(enter(&site, THEIRS).await, 422);
    let owner = site.visitor();
    let page = owner.open(&link).await;
    assert_eq!((page.value("given_name"), page.value("family_name"), page.value("password")), ("Mallory".into(), "Voleur".into(), String::new()));
    assert_eq!(page.attribute("main [type=email]", "value").as_deref(), Some(EMAIL));
    let refused = owner.submit(page.form(&link).set("given_name", "").set("password", "court")).await;
    assert_eq!(
        refused.is(422).errors(),
        ["Indiquez votre prénom, en 100 caractères au plus.", "Le mot de passe doit compter au moins 12 caractères."]
    );
    assert_eq!((refused.value("given_name"), refused.value("family_name")), (String::new(), "Voleur".to_owned()));
    let form = refused.form(&link).set("given_name", "Jeanne").set("family_name", "Roux").set("password", OWN);
    owner.submit(form.forge("email", "autre@a.fr")).await.is(303);
    let account = owner.open("/mon-compte").await;
    assert_eq!((account.value("given_name"), account.value("family_name")), ("Jeanne".to_owned(), "Roux".to_owned()));
    assert_eq!([enter(&site, THEIRS).await, enter(&site, OWN).await], [422, 303]);
}

#[tokio::test]
async fn a_second_sign_up_before_confirmation_gives_nothing_to_the_first() {
    let site = TestSite::new().await;
    sign_up(&site.visitor(), EMAIL, "Mallory").await.is(303);
    let first = link_in(&site.only_mail(EMAIL).await, &site);
    let early = site.visitor().open(&first).await;
    sign_up(&site.visitor(), EMAIL, "Jeanne").await.is(303);
    let second = link_in(&site.only_mail(EMAIL).await, &site);
    let owner = site.visitor();
    let page = owner.open(&second).await;
    assert_eq!(page.value("given_name"), "Jeanne");
    owner.submit(page.form(&second).set("password", OWN)).await.is(303);
    let thief = site.visitor();
    thief.get(&first).await.is(410);
    thief.post(&first, &[("given_name", "Mallory"), ("family_name", "V"), ("password", THEIRS)]).await.is(410);
    assert_eq!(early.value("given_name"), "Mallory");
    assert_eq!([enter(&site, THEIRS).await, enter(&site, OWN).await], [422, 303]);
}

async fn account_of(site: &TestSite, email: &str) -> account::Account {
    let email = Email::parse(email).expect("valid");
    account::by_email(&site.app.cx.db, &email).await.expect("read").expect("an account")
}

async fn run(site: &TestSite, sql: &str) {
    let tx = site.app.cx.begin().await.expect("a transaction");
    tx.execute_unprepared(sql).await.expect("written");
    tx.commit().await.expect("committed");
}

async fn confirmation_link(site: &TestSite, account: AccountId) -> String {
    let (cx, token) = (&site.app.cx, site.app.cx.new_token());
    let link = Link { purpose: Purpose::ConfirmEmail(account), email: EMAIL.to_owned() };
    link::create(&cx.db, &token, &link, Hours(24).after(cx.now())).await.expect("written");
    format!("/inscription/{token}")
}

#[tokio::test]
async fn an_old_link_lets_nobody_in_with_a_password_somebody_else_chose() {
    let site = TestSite::new().await;
    let account = site.add_account(EMAIL).await;
    // As accounts were before: the password came with the sign-up.
    run(&site, "UPDATE account SET email_confirmed_at = NULL").await;
    assert_eq!(enter(&site, PASSWORD).await, 422);
    let link = confirmation_link(&site, account).await;
    let owner = site.visitor();
    let page = owner.open(&link).await;
    owner.submit(page.form(&link)).await.is(422);
    assert_eq!(enter(&site, PASSWORD).await, 422);
    owner.submit(page.form(&link).set("password", OWN)).await.is(303);
    assert_eq!([enter(&site, PASSWORD).await, enter(&site, OWN).await], [422, 303]);
    // Nor does one give an account in use to whoever finds it.
    let late = confirmation_link(&site, account).await;
    site.visitor().get(&late).await.is(410);
    site.visitor().post(&late, &[("given_name", "M"), ("family_name", "V"), ("password", THEIRS)]).await.is(410);
}

#[tokio::test]
async fn of_two_reset_links_one_used_ends_the_other() {
    let site = TestSite::new().await;
    site.add_account(EMAIL).await;
    for _ in 0..3 {
        site.visitor().forget_password(EMAIL).await.is(303);
    }
    let links = links_to(&site, EMAIL).await;
    assert_eq!(links.len(), 3);
    let other = site.visitor();
    let open = other.open(&links[1]).await;
    let owner = site.visitor();
    owner.submit(owner.open(&links[0]).await.form(&links[0]).set("password", OWN)).await.is(303);
    for link in &links {
        other.get(link).await.is(410);
        other.submit(open.form(&links[1]).set("password", THEIRS)).await.is(410);
    }
    assert_eq!([enter(&site, THEIRS).await, enter(&site, OWN).await], [422, 303]);
    site.new_mails().await;
}

#[tokio::test]
async fn two_reset_links_used_at_once_set_one_password() {
    let site = TestSite::new().await;
    site.add_account(EMAIL).await;
    for _ in 0..2 {
        site.visitor().forget_password(EMAIL).await.is(303);
    }
    let links = links_to(&site, EMAIL).await;
    let (one, other) = (site.visitor(), site.visitor());
    let forms = (one.open(&links[0]).await.form(&links[0]).set("password", OWN), other.open(&links[1]).await.form(&links[1]).set("password", THEIRS));
    let (a, b) = tokio::join!(one.submit(forms.0), other.submit(forms.1));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
    site.new_mails().await;
}

#[tokio::test]
async fn a_password_set_anywhere_ends_every_link_of_the_account() {
    let site = TestSite::new().await;
    let owner = site.account(EMAIL).await;
    site.visitor().forget_password(EMAIL).await.is(303);
    let [link]: [String; 1] = links_to(&site, EMAIL).await.try_into().expect("one link");
    let form = owner.open("/mon-compte").await.form("/mon-compte/mot-de-passe");
    owner.submit(form.set("current_password", PASSWORD).set("password", OWN)).await.is(303);
    site.visitor().get(&link).await.is(410);

    site.new_mails().await;
    site.visitor().forget_password(EMAIL).await.is(303);
    let [link]: [String; 1] = links_to(&site, EMAIL).await.try_into().expect("one link");
    site.add_account(EMAIL).await;
    site.visitor().get(&link).await.is(410);
}

#[tokio::test]
async fn whoever_forgot_before_confirming_opens_the_account_by_its_own_page() {
    let site = TestSite::new().await;
    sign_up(&site.visitor(), EMAIL, "Mallory").await.is(303);
    site.new_mails().await;
    site.visitor().forget_password(EMAIL).await.is(303);
    let mail = site.only_mail(EMAIL).await;
    assert_eq!(mail.subject, "Confirmez votre adresse électronique");
    assert_eq!(site.visitor().open(&link_in(&mail, &site)).await.value("given_name"), "Mallory");
}

/// How many rows each table holds.
async fn rows(site: &TestSite) -> BTreeMap<&'static str, i64> {
    let db = &site.app.cx.db;
    let mut counts = BTreeMap::new();
    for table in ["account", "one_time_link", "outbox", "mailbox", "session", "security_event", "rate_limit", "known_device", "admin_event"] {
        let question = Statement::from_string(db.get_database_backend(), format!("SELECT CAST(COUNT(*) AS bigint) FROM {table}"));
        let row = db.query_one_raw(question).await.expect("counted").expect("a row");
        counts.insert(table, row.try_get_by_index(0).expect("a number"));
    }
    counts
}

/// Which rows an answer wrote before it was given.
async fn written(site: &TestSite, answer: impl AsyncFnOnce() -> Page) -> (u16, Vec<(&'static str, i64)>) {
    let before = rows(site).await;
    let page = answer().await;
    let after = rows(site).await;
    (page.status.as_u16(), after.into_iter().map(|(table, count)| (table, count - before[table])).filter(|(_, more)| *more != 0).collect())
}

#[tokio::test]
async fn the_same_is_written_whether_an_address_has_an_account_or_not() {
    let site = TestSite::with(&[("RATE_LIMITS", "true")]).await;
    site.add_account(EMAIL).await;
    site.add_account("suspendu.somme@a.fr").await;
    run(&site, "UPDATE account SET suspended_at = 1 WHERE email LIKE 'suspendu%'").await;
    sign_up(&site.visitor(), "commence@clamart.example", "Mallory").await.is(303);
    site.new_mails().await;
    run(&site, "DELETE FROM rate_limit").await;
    // The network is counted once for all; each address then leaves the same rows.
    let everybody = [EMAIL, "commence@clamart.example", "suspendu.somme@a.fr", "personne@clamart.example"];
    let mut told: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for email in ["premiere@clamart.example"].into_iter().chain(everybody) {
        let visitor = site.visitor();
        let wrong = written(&site, async || {
            let page = visitor.open("/connexion").await;
            visitor.submit(page.form("/connexion").set("email", email).set("password", THEIRS)).await
        })
        .await;
        let reset = written(&site, async || visitor.forget_password(email).await).await;
        // What was asked for first is looked up first.
        site.settle().await;
        let opening = written(&site, async || sign_up(&visitor, email, "Mallory").await).await;
        told.entry((wrong, reset, opening)).or_default().push(email);
    }
    let mut kinds: Vec<Vec<&str>> = told.values().cloned().collect();
    kinds.sort_by_key(Vec::len);
    assert_eq!(kinds, [vec!["premiere@clamart.example"], everybody.to_vec()], "{told:?}");
    let subjects: Vec<(String, String)> = site.new_mails().await.into_iter().map(|mail| (mail.recipient, mail.subject)).collect();
    assert_eq!(subjects.iter().filter(|(to, _)| to == "personne@clamart.example").count(), 1, "{subjects:?}");
}

#[tokio::test]
async fn obvious_passwords_are_refused_at_every_door() {
    let site = TestSite::new().await;
    let owner = site.applicant(EMAIL).await;
    sign_up(&site.visitor(), "paul.marchand@clamart.example", "Paul").await.is(303);
    let opening = link_in(&site.only_mail("paul.marchand@clamart.example").await, &site);
    site.visitor().forget_password(EMAIL).await.is(303);
    let reset = link_in(&site.only_mail(EMAIL).await, &site);
    let sentence = "Ce mot de passe est trop facile à deviner : choisissez plutôt plusieurs mots sans lien entre eux, ni avec vous.";
    let visitor = site.visitor();
    for password in ["123456789012", "azertyuiop123", "motdepasse123", "Clamart2026!!", "mot de passe 1", "qwertyuiop12", "Bienvenue2026!"] {
        let page = visitor.open(&opening).await;
        assert_eq!(visitor.submit(page.form(&opening).set("password", password)).await.is(422).errors(), [sentence], "{password}");
        let page = visitor.open(&reset).await;
        assert_eq!(visitor.submit(page.form(&reset).set("password", password)).await.is(422).errors(), [sentence], "{password}");
        let form = owner.open("/mon-compte").await.form("/mon-compte/mot-de-passe").set("current_password", PASSWORD);
        assert_eq!(owner.submit(form.set("password", password)).await.is(422).errors(), [sentence], "{password}");
        let form = habilitation::accounts::SignUp {
            given_name: "Paul".into(),
            family_name: "Marchand".into(),
            email: "paul@clamart.example".into(),
            password: password.into(),
        };
        assert!(site.app.habilitation.add_account(&form).await.is_err(), "{password}");
    }
}

#[tokio::test]
async fn a_password_chosen_on_one_keyboard_is_right_on_another() {
    let site = TestSite::new().await;
    sign_up(&site.visitor(), EMAIL, "Jeanne").await.is(303);
    let link = link_in(&site.only_mail(EMAIL).await, &site);
    let owner = site.visitor();
    owner.submit(owner.open(&link).await.form(&link).set("password", "Été\u{a0}à Hyères, 3 glaces")).await.is(303);
    for typed in ["Été à Hyères, 3 glaces", "E\u{301}te\u{301} a\u{300} Hye\u{300}res, 3 glaces", "Été\u{202f}à Hyères, 3 glaces"] {
        assert_eq!(enter(&site, typed).await, 303, "{typed:?}");
    }
    assert_eq!(enter(&site, "Ete a Hyeres, 3 glaces").await, 422);
    assert!(account_of(&site, EMAIL).await.email_confirmed_at.is_some());
}
