//! Who sees a request: members of the organisation once their membership is verified, and nobody else.

use domain::actor::{Grant, Role};

use crate::{
    browser::Browser,
    road::{self, APPLICANT, FRANCECONNECT, LEGAL},
    site::{SIRET, TestSite},
};

const COLLEAGUE: &str = "marc.lefevre@clamart.example";

async fn colleague(site: &TestSite) -> Browser {
    let browser = site.applicant(COLLEAGUE).await;
    site.verify(COLLEAGUE).await;
    browser
}

#[tokio::test]
async fn a_verified_member_reads_what_a_colleague_submitted() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let unverified = site.applicant("autre.personne@clamart.example").await;
    let verified = colleague(&site).await;
    let draft = road::start(&applicant, FRANCECONNECT).await;
    let submitted = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;

    for browser in [&unverified, &verified] {
        browser.get(&format!("/demandes/{draft}")).await.is(404);
        browser.get(&format!("/demandes/{draft}/projet")).await.is(404);
    }
    unverified.get(&format!("/demandes/{submitted}")).await.is(404);
    let page = verified.open(&format!("/demandes/{submitted}")).await;
    page.says("Cette demande a été déposée par jeanne roux, de votre organisation.");
    page.says("Demande transmise");
    for forbidden in ["Partager la demande", "Modifier"] {
        page.does_not_say(forbidden);
    }
}

#[tokio::test]
async fn a_colleague_reads_and_changes_nothing() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let verified = colleague(&site).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    road::decide(&legal, &id, "modifier", "Précisez les destinataires.").await.is(303);

    let page = verified.open(&format!("/demandes/{id}")).await;
    page.says("Précisez les destinataires.");
    page.does_not_say("Modifier ma demande");
    for path in ["projet", "synthese"] {
        let led = verified.get(&format!("/demandes/{id}/{path}")).await;
        assert_eq!(led.is(303).location(), format!("/demandes/{id}"));
    }
    for (path, status) in [("projet", 403), ("projet/enregistrement", 403), ("synthese", 403), ("partage", 404)] {
        verified.post(&format!("/demandes/{id}/{path}"), &[("name", "À moi"), ("conditions", "oui"), ("version", "1")]).await.is(status);
    }
    applicant.open(&format!("/demandes/{id}/projet")).await.does_not_say("À moi");
}

#[tokio::test]
async fn membership_of_another_body_opens_nothing() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let verified = colleague(&site).await;
    verified.get(&format!("/demandes/{id}")).await.is(200);
    // Working for another body today takes nothing away; leaving does.
    verified.join("21750001600019").await.is(303);
    verified.get(&format!("/demandes/{id}")).await.is(200);
    let clamart = store::organisation::by_siret(&site.app.cx.db, &SIRET.parse().expect("valid")).await.expect("read").expect("there");
    verified.post("/organisation", &[("quitter", &clamart.id.to_string())]).await.is(303);
    verified.get(&format!("/demandes/{id}")).await.is(404);
    verified.post("/organisation", &[("quitter", &clamart.id.to_string())]).await.is(404);
    verified.post("/organisation", &[("choisir", &clamart.id.to_string())]).await.is(404);
    // Coming back, one is to be verified again.
    verified.join(SIRET).await.is(303);
    verified.get(&format!("/demandes/{id}")).await.is(404);
}

#[tokio::test]
async fn leaving_the_body_one_works_for_leads_to_another_or_to_none() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    browser.join("21750001600019").await.is(303);
    for expected in ["COMMUNE DE CLAMART", "Quelle est votre organisation"] {
        let page = browser.open("/organisation").await;
        let leave = page.attribute("input[name=quitter]", "value").expect("a way out");
        browser.post("/organisation", &[("quitter", &leave)]).await.is(303);
        browser.open("/organisation").await.says(expected);
    }
    browser.open("/demandes/nouvelle/franceconnect").await.says("Indiquez d’abord votre organisation");
}

#[tokio::test]
async fn a_colleague_of_the_same_domain_vouches() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    applicant.open("/organisation").await.says("Rattachement à vérifier");
    applicant.get("/organisation/membres").await.is(404);
    site.applicant("une.cousine@ailleurs.example").await;
    let verified = colleague(&site).await;
    let page = verified.open("/organisation/membres").await;
    let rows = page.all("#membres tbody tr");
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert_eq!(page.form_count("/organisation/membres"), 1, "one address is elsewhere, the other one's own");
    let vouched = verified.submit(page.form("/organisation/membres")).await;
    verified.open(&vouched.is(303).location()).await.says("Rattachement confirmé");
    site.only_mail(APPLICANT).await;
    applicant.open("/organisation").await.says("Rattachement vérifié");
    let elsewhere = site.add_account("une.cousine@ailleurs.example").await.to_string();
    verified.post("/organisation/membres", &[("membre", &elsewhere)]).await.is(403);
    verified.post("/organisation/membres", &[("membre", "x")]).await.is(404);
    let outside = site.add_account("personne.dailleurs@clamart.example").await.to_string();
    verified.post("/organisation/membres", &[("membre", &outside)]).await.is(404);
}

#[tokio::test]
async fn an_administrator_verifies_with_a_justification_and_undoes_it() {
    let site = TestSite::new().await;
    site.applicant(APPLICANT).await;
    let admin = site.administrator("admin@habilis.example").await;
    let path = "/administration/rattachements";
    let page = admin.open(path).await;
    page.says("Un rattachement à vérifier.");
    page.says("COMMUNE DE CLAMART (SIRET 219 200 235 00014)");
    let refused = admin.submit(page.form(path)).await;
    assert_eq!(refused.is(422).errors(), ["Justifiez votre décision."]);
    let refused = admin.submit(page.form(path).set("motif", &"é".repeat(501))).await;
    assert_eq!(refused.is(422).errors().len(), 1);
    assert!(site.new_mails().await.is_empty());

    let done = admin.submit(refused.form(path).set("motif", "Appel au standard de la mairie")).await;
    let page = admin.open(&done.is(303).location()).await;
    page.says("Aucun rattachement à vérifier.");
    assert!(site.only_mail(APPLICANT).await.subject.contains("est vérifié"));
    let page = admin.open(&format!("{path}?etat=verifies")).await;
    page.says("Appel au standard de la mairie");
    site.pass_seconds(60);
    let undone = admin.submit(page.form(path).set("motif", "A quitté la mairie")).await;
    undone.is(303);
    assert!(site.only_mail(APPLICANT).await.subject.contains("n’est plus vérifié"));
    admin.open(path).await.says("A quitté la mairie");
}

#[tokio::test]
async fn a_reviewer_told_to_verify_a_link_has_the_means_to() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let reader = site.holder("lecture@habilis.example", &[Grant::new(FRANCECONNECT, None, Role::Reader)]).await;
    let other = site.reviewer("awa.diallo@habilis.example", "api-particulier", "api-particulier").await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    site.new_mails().await;
    let (page, act) = (format!("/instruction/{id}"), format!("/instruction/{id}/rattachement"));
    // Whoever decides for the service, and nobody else.
    for (browser, status) in [(&reader, 403), (&other, 404), (&applicant, 404)] {
        browser.post(&act, &[("source", "Annuaire")]).await.is(status);
    }
    reader.open(&page).await.says("Rattachement non vérifié");
    assert!(!reader.open(&page).await.has(&format!("form[action='{act}']")));
    let refused = legal.submit(legal.open(&page).await.form(&act)).await;
    assert_eq!(refused.is(422).errors(), ["Dites comment vous l’avez vérifié."]);
    let refused = legal.submit(refused.form(&act).set("source", &"é".repeat(501))).await;
    assert_eq!(refused.is(422).errors().len(), 1);
    legal.open(&page).await.says("Rattachement non vérifié");
    assert!(site.new_mails().await.is_empty());

    let done = legal.submit(refused.form(&act).set("source", "Appel au standard de la mairie")).await;
    let told = legal.open(&done.is(303).location()).await;
    told.says("Rattachement confirmé");
    told.does_not_say("Rattachement non vérifié");
    assert!(!told.has(&format!("form[action='{act}']")), "once is enough");
    // Told to the person, kept with its source for the other reviewers, for the administrators and in the journal.
    assert!(site.only_mail(APPLICANT).await.subject.contains("est vérifié"));
    applicant.open("/organisation").await.says("Rattachement vérifié");
    for browser in [&legal, &reader] {
        let read = browser.open(&page).await;
        read.says("Rattachement du demandeur vérifié");
        read.says("Appel au standard de la mairie");
    }
    applicant.open(&format!("/demandes/{id}")).await.does_not_say("Appel au standard de la mairie");
    let admin = site.administrator("admin@habilis.example").await;
    admin.open("/administration/rattachements?etat=verifies").await.says("Appel au standard de la mairie");
    // A second one who had the page open changes nothing and sends nothing.
    legal.post(&act, &[("source", "Annuaire")]).await.is(303);
    assert!(site.new_mails().await.is_empty());
    legal.open(&page).await.does_not_say("Annuaire");
}

#[tokio::test]
async fn nobody_verifies_their_own_link_nor_one_that_is_over() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let account = site.add_account(APPLICANT).await;
    site.app.habilitation.grant_review(account, FRANCECONNECT, "juridique").await.expect("granted");
    site.second_factors.enrol(&applicant, APPLICANT).await;
    let act = format!("/instruction/{id}/rattachement");
    applicant.post(&act, &[("source", "C’est moi")]).await.is(403);
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let cx = &site.app.cx;
    let organisation = store::request::by_id(&cx.db, id.parse().expect("an id")).await.expect("read").expect("filed").organisation;
    store::organisation::members::leave(&cx.db, account, organisation).await.expect("left");
    let page = legal.open(&format!("/instruction/{id}")).await;
    page.says("Le demandeur a quitté cette organisation");
    assert!(!page.has(&format!("form[action='{act}']")));
    legal.post(&act, &[("source", "Annuaire")]).await.is(409);
    site.new_mails().await;
}

#[tokio::test]
async fn reviewers_are_told_of_an_unverified_applicant() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    legal.open(&format!("/instruction/{id}")).await.says("Rattachement non vérifié");
    site.verify(APPLICANT).await;
    legal.open(&format!("/instruction/{id}")).await.does_not_say("Rattachement non vérifié");
}
