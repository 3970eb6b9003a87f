//! Two people fill one request: invited by mail, with or without an account.

use crate::{
    browser::Browser,
    road::{self, APPLICANT, FRANCECONNECT, LEGAL},
    site::{PASSWORD, TestSite, link_in},
};

const GUEST: &str = "ines.nguyen@prestataire.example";

async fn invite(browser: &Browser, id: &str, email: &str, may_submit: bool) -> String {
    let path = format!("/demandes/{id}/partage");
    let form = browser.open(&path).await.form_with(&path, "action", Some("inviter")).set("email", email);
    let form = if may_submit { form.set("transmettre", "oui") } else { form };
    let sent = browser.submit(form).await;
    sent.is(303);
    browser.open(&sent.location()).await.says("L’invitation est partie");
    path
}

/// Follows the invitation in the only new message.
async fn accept(site: &TestSite, email: &str) -> Browser {
    let link = link_in(&site.only_mail(email).await, site);
    let guest = site.visitor();
    let page = guest.open(&link).await;
    let form = page.form(&link).fill(&[("given_name", "Inès"), ("family_name", "Nguyen")]).set("password", PASSWORD);
    guest.submit(form).await.is(303);
    guest
}

#[tokio::test]
async fn somebody_without_an_account_is_invited_edits_and_does_not_submit() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::complete(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let path = invite(&applicant, &id, GUEST, false).await;
    applicant.open(&path).await.says("jusqu’au 7 décembre 2026");
    let message = site.only_mail(GUEST).await;
    assert_eq!(message.subject, "Vous êtes invité à compléter la demande D1");
    let link = link_in(&message, &site);
    let guest = site.visitor();
    let page = guest.open(&link).await;
    page.says("jeanne roux vous invite à compléter la demande « Portail famille ».");
    let form = page.form(&link).set("given_name", "Inès").set("family_name", "Nguyen").set("password", PASSWORD);
    let entered = guest.submit(form.clone()).await;
    assert_eq!(entered.is(303).location(), format!("/demandes/{id}"));
    site.visitor().get(&link).await.is(410);

    let page = guest.open(&format!("/demandes/{id}")).await;
    page.says("c’est jeanne roux qui la transmet");
    let block = format!("/demandes/{id}/projet");
    let page = guest.open(&block).await;
    guest.submit(page.form(&block).set("name", "Portail des familles").press("enregistrer")).await.is(303);
    assert_eq!(applicant.open(&block).await.value("name"), "Portail des familles");
    let summary = format!("/demandes/{id}/synthese");
    let page = guest.open(&summary).await;
    page.says("Vous ne transmettez pas cette demande");
    assert_eq!(page.form_count(&summary), 0);
    guest.post(&summary, &[("conditions", "oui"), ("version", "99")]).await.is(403);
    guest.get(&path).await.is(404);
}

#[tokio::test]
async fn a_co_editor_who_may_submits_and_the_applicant_gets_the_receipt() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::complete(&applicant, FRANCECONNECT, "Portail famille", None).await;
    site.add_account(GUEST).await;
    invite(&applicant, &id, GUEST, true).await;
    let guest = accept(&site, GUEST).await;
    road::submit(&guest, &id).await.says("En cours d’instruction");
    let receipts = site.mails_to(APPLICANT).await;
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    road::decide(&legal, &id, "modifier", "Précisez.").await.is(303);
    // The right can be taken back, and given again.
    let path = format!("/demandes/{id}/partage");
    let page = applicant.open(&path).await;
    applicant.submit(page.form_with(&path, "action", Some("interdire"))).await.is(303);
    guest.post(&format!("/demandes/{id}/synthese"), &[("conditions", "oui")]).await.is(403);
}

#[tokio::test]
async fn two_people_writing_at_once_lose_nothing() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::start(&applicant, FRANCECONNECT).await;
    invite(&applicant, &id, GUEST, false).await;
    let guest = accept(&site, GUEST).await;
    let block = format!("/demandes/{id}/projet");
    let (mine, theirs) = (applicant.open(&block).await, guest.open(&block).await);
    applicant.submit(mine.form(&block).set("name", "Le mien").press("enregistrer")).await.is(303);
    let conflict = guest.submit(theirs.form(&block).set("name", "Le sien").press("enregistrer")).await;
    let rows = conflict.is(409).all("#versions tbody tr");
    assert!(rows.iter().any(|row| row.contains("Le mien") && row.contains("Le sien")), "{rows:?}");
}

#[tokio::test]
async fn an_invitation_is_resent_taken_back_and_expires() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::start(&applicant, FRANCECONNECT).await;
    let path = invite(&applicant, &id, GUEST, false).await;
    let first = link_in(&site.only_mail(GUEST).await, &site);
    let page = applicant.open(&path).await;
    let again = page.form_with(&path, "action", Some("renvoyer"));
    let refused = applicant.submit(again.clone()).await;
    assert_eq!(refused.is(422).errors(), ["Une invitation vient de partir : attendez 10 minutes avant de la renvoyer."]);
    site.pass(1);
    applicant.submit(again).await.is(303);
    let second = link_in(&site.only_mail(GUEST).await, &site);
    site.visitor().get(&first).await.is(410);
    site.visitor().get(&second).await.is(200);

    site.pass(14 * 24 + 1);
    site.visitor().get(&second).await.is(410);
    applicant.sign_in(APPLICANT, PASSWORD).await;
    let page = applicant.open(&path).await;
    page.says("Invitation expirée");
    applicant.submit(page.form_with(&path, "action", Some("renvoyer"))).await.is(303);
    let third = link_in(&site.only_mail(GUEST).await, &site);
    let page = applicant.open(&path).await;
    applicant.submit(page.form_with(&path, "action", Some("retirer"))).await.is(303);
    site.visitor().get(&third).await.is(410);
    applicant.open(&path).await.says("Vous êtes seul à remplir cette demande");
}

#[tokio::test]
async fn whoever_is_removed_sees_nothing_any_more() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::start(&applicant, FRANCECONNECT).await;
    let path = invite(&applicant, &id, GUEST, false).await;
    let guest = accept(&site, GUEST).await;
    guest.get(&format!("/demandes/{id}")).await.is(200);
    let page = applicant.open(&path).await;
    applicant.submit(page.form_with(&path, "action", Some("retirer"))).await.is(303);
    guest.get(&format!("/demandes/{id}")).await.is(404);
    guest.open("/demandes").await.says("Vous n’avez pas encore de demande");
    // The journal keeps a name, never an address: nobody can erase it.
    let lines = store::journal::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    let details: Vec<&str> = lines.iter().map(|line| line.detail.as_str()).collect();
    assert!(details.contains(&"Inès Nguyen") && details.iter().all(|detail| !detail.contains('@')), "{details:?}");
}

#[tokio::test]
async fn wrong_invitations_are_refused_with_their_sentence() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::start(&applicant, FRANCECONNECT).await;
    let path = invite(&applicant, &id, GUEST, false).await;
    for (typed, sentence) in [
        ("ines.nguyen@", "Cette adresse électronique n’est pas valide. Exemple : prenom.nom@mairie.fr"),
        ("", "Cette adresse électronique n’est pas valide. Exemple : prenom.nom@mairie.fr"),
        (APPLICANT, "Cette adresse est la vôtre : indiquez celle d’un collègue."),
        ("INES.NGUYEN@prestataire.example", "Cette personne est déjà invitée."),
    ] {
        let page = applicant.open(&path).await;
        let refused = applicant.submit(page.form_with(&path, "action", Some("inviter")).set("email", typed)).await;
        assert_eq!(refused.is(422).errors(), [sentence], "{typed}");
        assert_eq!(refused.value("email"), typed);
    }
    for number in 0..9 {
        invite(&applicant, &id, &format!("personne{number}@a.example"), false).await;
    }
    let page = applicant.open(&path).await;
    let refused = applicant.submit(page.form_with(&path, "action", Some("inviter")).set("email", "encore@a.example")).await;
    assert_eq!(refused.is(422).errors(), ["10 personnes au plus : retirez-en une avant d’en inviter une autre."]);
}

#[tokio::test]
async fn nobody_has_us_write_to_others_without_end() {
    let site = TestSite::with(&[("RATE_LIMITS", "true")]).await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::start(&applicant, FRANCECONNECT).await;
    let path = invite(&applicant, &id, GUEST, false).await;
    let remove = async || {
        let page = applicant.open(&path).await;
        applicant.submit(page.form_with(&path, "action", Some("retirer"))).await.is(303);
    };
    let attempt = async |email: &str| {
        let page = applicant.open(&path).await;
        applicant.submit(page.form_with(&path, "action", Some("inviter")).set("email", email)).await
    };
    remove().await;
    let sentence = "Une invitation vient de partir : attendez 10 minutes avant de la renvoyer.";
    assert_eq!(attempt(GUEST).await.is(422).errors(), [sentence]);
    for number in 1..20 {
        attempt(&format!("personne{number}@a.example")).await.is(303);
        remove().await;
    }
    let refused = attempt("encore@a.example").await;
    assert_eq!(refused.is(422).errors(), ["Beaucoup d’invitations sont parties de votre compte : attendez 3 minutes avant d’en envoyer d’autres."]);
}
