//! Accounts suspended by an administrator.

use crate::{
    browser::{Browser, Page},
    road::{ADMIN, LEGAL},
    site::{PASSWORD, TestSite, link_in},
};

const EMAIL: &str = "jeanne.roux@clamart.example";
const REASON: &str = "Demandes au nom d’un organisme qui n’est pas le sien";

async fn act(site: &TestSite, admin: &Browser, email: &str, action: &str, reason: &str) -> Page {
    let person = site.id_of(email).await;
    admin.post(&format!("/administration/droits/{person}/suspension"), &[("action", action), ("motif", reason)]).await
}

#[tokio::test]
async fn sessions_end_and_signing_in_is_refused_with_a_sentence_until_access_is_restored() {
    let site = TestSite::new().await;
    let person = site.account(EMAIL).await;
    let admin = site.administrator(ADMIN).await;
    // Before they are kept out.
    let fresh = site.visitor();
    fresh.forget_password(EMAIL).await.is(303);
    let link = link_in(&site.only_mail(EMAIL).await, &site);
    let page = fresh.open(&link).await;
    act(&site, &admin, EMAIL, "suspendre", "").await.is(422);
    person.get("/demandes").await.is(200);
    act(&site, &admin, EMAIL, "suspendre", REASON).await.is(303);
    let mail = site.only_mail(EMAIL).await;
    assert!(mail.subject == "Votre accès à Habilis est suspendu" && mail.body.contains(REASON), "{mail:?}");
    person.get("/demandes").await.is(303);
    fresh.try_to_sign_in("/connexion", EMAIL, PASSWORD).await.is(422).says("Votre accès à Habilis est suspendu.");
    // Whoever does not know the password learns nothing.
    fresh.try_to_sign_in("/connexion", EMAIL, "Ce n’est pas lui 1").await.is(422).does_not_say("suspendu");
    // Nor is the mailbox a way in.
    fresh.submit(page.form(&link).set("password", "Un tout autre 2026")).await.is(403).says("Accès suspendu");
    fresh.forget_password(EMAIL).await.is(303);
    assert!(site.new_mails().await.is_empty(), "a link that opens nothing is not sent");
    let events = admin.open("/administration/securite?personne=roux").await;
    let told = events.all("#evenements tbody tr");
    assert_eq!(told.iter().filter(|line| line.contains("Connexion refusée") && line.contains("Compte suspendu")).count(), 1, "{told:?}");
    assert_eq!(told.iter().filter(|line| line.contains("Connexion refusée")).count(), 2, "{told:?}");
    assert_eq!(told.iter().filter(|line| line.contains("Nouveau mot de passe demandé")).count(), 2, "{told:?}");

    act(&site, &admin, EMAIL, "retablir", "Erreur de notre part").await.is(303);
    assert_eq!(site.only_mail(EMAIL).await.subject, "Votre accès à Habilis est rétabli");
    fresh.try_to_sign_in("/connexion", EMAIL, PASSWORD).await.is(303);
    let journal = admin.open("/administration/journal").await;
    journal.says(REASON);
    journal.says("Accès rétabli");
}

#[tokio::test]
async fn neither_an_administrator_nor_oneself_is_kept_out() {
    let site = TestSite::new().await;
    let admin = site.administrator(ADMIN).await;
    site.administrator(LEGAL).await;
    for email in [ADMIN, LEGAL] {
        act(&site, &admin, email, "suspendre", REASON).await.is(409);
    }
    assert!(site.new_mails().await.is_empty());
}

#[tokio::test]
async fn a_reason_may_have_several_lines_as_browsers_send_them() {
    let site = TestSite::new().await;
    site.account(EMAIL).await;
    let admin = site.administrator(ADMIN).await;
    let person = site.add_account(EMAIL).await;
    let reason = "Demandes au nom d’un autre.\r\nTicket 42.";
    for (path, action) in [("suspension", "suspendre"), ("suspension", "retablir"), ("double-authentification", ""), ("prise-en-main", "")] {
        let sent = admin.post(&format!("/administration/droits/{person}/{path}"), &[("action", action), ("motif", reason)]).await;
        assert_eq!(sent.status.as_u16(), 303, "{path} {action}: {:?}", sent.errors());
    }
    let mails = site.new_mails().await;
    let told = mails.iter().find(|mail| mail.subject.contains("suspendu")).expect("told");
    assert!(told.body.contains("Demandes au nom d’un autre.\nTicket 42."), "{}", told.body);
}

#[tokio::test]
async fn a_reason_nobody_can_read_or_too_long_is_refused_with_its_sentence() {
    let site = TestSite::new().await;
    site.add_account(EMAIL).await;
    let admin = site.administrator(ADMIN).await;
    for (reason, sentence) in [
        (" \r\n ".to_owned(), "Indiquez le motif : il est consigné dans le journal."),
        ("a\u{1b}[31m".to_owned(), "Ce texte contient un caractère interdit (échappement, U+001B) : supprimez-le."),
        ("é".repeat(1001), "Ce texte dépasse 1000 caractères : raccourcissez-le."),
    ] {
        let refused = act(&site, &admin, EMAIL, "suspendre", &reason).await;
        assert_eq!(refused.is(422).errors(), [sentence]);
    }
}
