//! Addresses no server takes: refused at the form when that can be seen, given up and told when a server says so.

use habilitation::accounts::{AccountError, SignUp};
use testkit::SmtpServer;

use crate::{
    browser::{Browser, Page},
    road::{self, API_PARTICULIER, APPLICANT, FRANCECONNECT, TECHNICAL},
    site::{PASSWORD, TestSite, headers_of},
};

const MAILS: &str = "/administration/courriels";
const GUEST: &str = "ines.nguyen@prestataire.example";

async fn try_to_invite(browser: &Browser, id: &str, email: &str) -> Page {
    let path = format!("/demandes/{id}/partage");
    let form = browser.open(&path).await.form_with(&path, "action", Some("inviter"));
    browser.submit(form.set("email", email)).await
}

async fn given_up(site: &TestSite) -> usize {
    let consumer = domain::events::Consumer::Delivery;
    store::outbox::given_up(&site.app.cx, consumer, None, 25).await.expect("read").len()
}

/// The mails that the server received for this address, decoded.
fn bodies_to(server: &SmtpServer, address: &str) -> Vec<String> {
    let received = server.received();
    let mails = received.iter().filter(|(recipient, _)| recipient == address);
    mails.map(|(_, raw)| quoted_printable(raw)).collect()
}

fn quoted_printable(raw: &str) -> String {
    let joined = raw.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        match after.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(b'=');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).expect("UTF-8").replace('\u{a0}', " ")
}

#[tokio::test]
async fn an_address_refused_for_good_is_given_up_and_its_writer_told() {
    let server = SmtpServer::start().await;
    let site = TestSite::with(&[("SMTP_URL", server.url())]).await;
    let admin = site.administrator("denis.leroy@habilis.example").await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::complete(&applicant, FRANCECONNECT, "Portail famille", None).await;
    // The mail about the administrator's second factor, which this test does not count.
    site.settle().await;
    server.forget();
    server.refuse_for(GUEST, "550 5.1.1 <{}> no such user");
    try_to_invite(&applicant, &id, GUEST).await.is(303);
    site.settle().await;
    assert!(bodies_to(&server, GUEST).is_empty());
    let [told] = bodies_to(&server, APPLICANT).try_into().expect("one message to whoever wrote the address");
    for expected in [GUEST, "Vérifiez l’adresse"] {
        assert!(told.contains(expected), "{expected} in {told}");
    }
    assert!(!told.contains("no such user"), "what servers say is for those who run the site: {told}");
    // Never again by itself.
    site.pass(11);
    site.settle().await;
    assert_eq!(server.received().len(), 1);
    server.refuse(None);

    let page = admin.open(MAILS).await;
    page.says("Aucun courriel en attente");
    page.says("Courriels refusés");
    page.says("550 5.1.1 … no such user");
    page.says("Le serveur du destinataire refuse l’adresse. La personne qui l’a indiquée en est prévenue.");
    assert_eq!(page.all("#refuses thead th").last().map(String::as_str), Some("Action"));
    assert!(page.all("#refuses tbody td").iter().any(|cell| cell.contains("la demande D1")), "the subject: {:?}", page.all("#refuses tbody td"));
    page.does_not_say("ines.nguyen");
    let again = admin.submit(page.form_holding(MAILS, "courriel")).await;
    admin.open(&again.is(303).location()).await.says("Un courriel est relancé");
    site.settle().await;
    assert_eq!(bodies_to(&server, GUEST).len(), 1);
    admin.open(MAILS).await.does_not_say("Courriels refusés");
    admin.post(MAILS, &[("courriel", "inconnu")]).await.is(404);
}

#[tokio::test]
async fn the_page_of_a_request_tells_which_contact_cannot_be_reached() {
    let server = SmtpServer::start().await;
    let site = TestSite::with(&[("SMTP_URL", server.url())]).await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::complete(&applicant, FRANCECONNECT, "Portail famille", None).await;
    server.refuse(Some("554 5.7.1 refused"));
    road::submit(&applicant, &id).await;
    site.try_effects().await;
    let page = applicant.open(&format!("/demandes/{id}")).await;
    page.says("Adresse à vérifier");
    page.says(&format!("Cette personne ne reçoit pas nos courriels : vérifiez l’adresse {TECHNICAL}."));
    page.says("Des personnes désignées ne reçoivent pas nos courriels");
    page.does_not_say("5.7.1");
}

#[tokio::test]
async fn a_refusal_of_our_sender_is_told_to_those_who_run_the_site_and_its_mails_leave_once_it_is_mended() {
    let server = SmtpServer::start().await;
    let site = TestSite::with(&[("SMTP_URL", server.url())]).await;
    let admin = site.administrator("denis.leroy@habilis.example").await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::complete(&applicant, FRANCECONNECT, "Portail famille", None).await;
    server.refuse_at("MAIL", "550 5.7.1 sender not allowed");
    road::submit(&applicant, &id).await;
    site.try_effects().await;
    assert_eq!(given_up(&site).await, 0);
    admin.open(MAILS).await.says("Le serveur de messagerie refuse notre adresse d’expédition (code 550)");
    applicant.open(&format!("/demandes/{id}")).await.does_not_say("Adresse à vérifier");
    site.pass(5 * 24);
    site.try_effects().await;
    let all = given_up(&site).await;
    assert!(all > 0);
    applicant.open(&format!("/demandes/{id}")).await.does_not_say("Adresse à vérifier");
    // Their sessions are over by now.
    let admin = site.administrator("denis.leroy@habilis.example").await;
    let page = admin.open(MAILS).await;
    page.says("Le serveur de messagerie refuse notre adresse d’expédition.");
    page.does_not_say("en est prévenue");
    page.does_not_say("Le serveur du destinataire");
    server.refuse(None);
    let again = admin.submit(page.form_without(MAILS, &["courriel"])).await;
    admin.open(&again.is(303).location()).await.says(&format!("{all} courriels sont relancés"));
    site.settle().await;
    assert_eq!((given_up(&site).await, server.received().len()), (0, all));
    assert!(server.received().iter().all(|(_, raw)| !quoted_printable(raw).contains("Vérifiez l’adresse")), "nobody’s address is wrong");
}

#[tokio::test]
async fn a_message_refused_is_given_up_and_says_nothing_of_the_address_nor_does_a_refusal_nobody_wrote() {
    let server = SmtpServer::start().await;
    let site = TestSite::with(&[("SMTP_URL", server.url())]).await;
    let admin = site.administrator("denis.leroy@habilis.example").await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::complete(&applicant, FRANCECONNECT, "Portail famille", None).await;
    // The mail about the administrator's second factor, which this test does not count.
    site.settle().await;
    server.forget();
    server.refuse_at(".", "554 5.7.1 looks like spam");
    try_to_invite(&applicant, &id, GUEST).await.is(303);
    site.try_effects().await;
    assert_eq!(given_up(&site).await, 1);
    server.refuse(None);
    site.settle().await;
    assert!(server.received().is_empty(), "whoever wrote the address is not told it is wrong");
    let page = admin.open(MAILS).await;
    page.says("Le serveur de messagerie refuse ce message.");
    page.does_not_say("en est prévenue");
    // Nobody but the recipient gave this one.
    server.refuse(Some("550 5.1.1 unknown"));
    let visitor = site.visitor();
    let form = visitor.open("/inscription").await.form("/inscription").set("given_name", "Zoé").set("family_name", "Roux");
    visitor.submit(form.set("email", "zoe@mairie.fr")).await.is(303);
    site.try_effects().await;
    let page = admin.open(MAILS).await;
    page.says("Le serveur du destinataire refuse l’adresse.");
    page.does_not_say("en est prévenue");
    assert_eq!(given_up(&site).await, 2);
}

#[tokio::test]
async fn a_server_that_refuses_for_now_is_asked_for_five_days() {
    let server = SmtpServer::start().await;
    let site = TestSite::with(&[("SMTP_URL", server.url())]).await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::complete(&applicant, FRANCECONNECT, "Portail famille", None).await;
    server.refuse(Some("450 4.2.1 busy"));
    try_to_invite(&applicant, &id, GUEST).await.is(303);
    for hours in [0, 1, 118] {
        site.pass(hours);
        site.try_effects().await;
        assert_eq!(given_up(&site).await, 0, "{hours}");
    }
    site.pass(2);
    site.try_effects().await;
    assert_eq!(given_up(&site).await, 1);
    site.administrator("denis.leroy@habilis.example").await.open(MAILS).await.says("450 4.2.1 busy");
    // Kept a month for those who run the site, then forgotten with the address.
    site.pass(31 * 24);
    site.app.habilitation.purge().await.expect("purged");
    assert_eq!(given_up(&site).await, 0);
}

#[tokio::test]
async fn an_address_that_cannot_exist_is_refused_where_it_is_typed() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::start(&applicant, FRANCECONNECT).await;
    let contacts = format!("/demandes/{id}/contacts");
    let label = "a".repeat(64);
    let visitor = site.visitor();
    let vendor = format!("/demandes/nouvelle/{API_PARTICULIER}/editeur");
    for (typed, said) in [
        ("jean..dupont@mairie.fr", "n’est pas valide"),
        (".jean@mairie.fr", "n’est pas valide"),
        (&format!("jean@{label}.fr"), "n’est pas valide"),
        ("jérôme@mairie.fr", "n’accepte pas les accents avant l’arobase"),
        ("Je\u{301}ro\u{302}me@mairie.fr", "n’accepte pas les accents avant l’arobase"),
        ("мария@mairie.fr", "n’accepte pas les accents avant l’arobase"),
    ] {
        for door in ["/inscription", "/mot-de-passe-oublie"] {
            let form = visitor.open(door).await.form(door).set("email", typed);
            let form = if door == "/inscription" { form.set("given_name", "Jérôme").set("family_name", "Roux") } else { form };
            visitor.submit(form).await.is(422).says(said);
        }
        let form = applicant.open(&format!("/demandes/nouvelle/{API_PARTICULIER}?editeur=autre")).await.form(&vendor);
        let form = form.set("nom", "Éditeur").set("donnees", "Quotient familial CAF et MSA").set("courriel", typed);
        applicant.submit(form).await.is(422).says(said);
        let names = ("Jérôme".to_owned(), "Roux".to_owned());
        let by_hand = SignUp { given_name: names.0, family_name: names.1, email: typed.into(), password: PASSWORD.into() };
        let refused = site.app.habilitation.operating().add_account(&by_hand, &[], false).await;
        assert!(matches!(refused, Err(AccountError::Fields(errors)) if errors[0].1.contains(said)), "{typed}");
        let refused = try_to_invite(&applicant, &id, typed).await;
        refused.is(422).says(said);
        assert_eq!(refused.value("email"), typed);
        let form = applicant.open(&contacts).await.form("contacts").set("delegue_protection_donnees_email", typed);
        let refused = applicant.submit(form.press("suivant")).await;
        let errors = refused.is(422).errors();
        let field = "Délégué à la protection des données, adresse électronique";
        assert!(errors.iter().any(|error| error.starts_with(field) && error.contains(said)), "{typed}: {errors:?}");
    }
}

#[tokio::test]
async fn a_host_with_accents_is_written_to_by_its_ascii_name() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::start(&applicant, FRANCECONNECT).await;
    try_to_invite(&applicant, &id, "Jean@Mairie-Évry.fr").await.is(303);
    let mails = site.new_mails().await;
    assert_eq!(headers_of(&mails)[0].0, "jean@xn--mairie-vry-h7a.fr");
    // The same mailbox in its other spelling.
    try_to_invite(&applicant, &id, "jean@xn--mairie-vry-h7a.fr").await.is(422).says("déjà invitée");
    let contacts = format!("/demandes/{id}/contacts");
    let form = applicant.open(&contacts).await.form("contacts").set("delegue_protection_donnees_email", "dpo@mairie-évry.fr");
    applicant.submit(form.press("enregistrer")).await.is(303);
    assert_eq!(applicant.open(&contacts).await.value("delegue_protection_donnees_email"), "dpo@xn--mairie-vry-h7a.fr");
}

#[tokio::test]
async fn accents_before_the_at_sign_are_taken_where_the_mail_server_takes_them() {
    let server = SmtpServer::start().await;
    let site = TestSite::with(&[("SMTP_URL", server.url()), ("SMTP_UTF8", "true")]).await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::start(&applicant, FRANCECONNECT).await;
    try_to_invite(&applicant, &id, "jérôme@mairie-évry.fr").await.is(303);
    site.settle().await;
    assert_eq!(server.received()[0].0, "jérôme@xn--mairie-vry-h7a.fr");
    let visitor = site.visitor();
    let form = visitor.open("/inscription").await.form("/inscription").set("given_name", "Zoé").set("family_name", "Roux");
    visitor.submit(form.set("email", "zoé@mairie.fr")).await.is(303);
    site.settle().await;
    assert_eq!(server.received()[1].0, "zoé@mairie.fr");
}
