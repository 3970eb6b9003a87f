//! Who is notified of what, and where the link of a mail leads.

use domain::actor::{Grant, Role};

use crate::{
    clamd::{Clamd, EICAR},
    every_form,
    road::{self, ADMIN, APPLICANT, FRANCECONNECT, LEGAL, TEAM},
    site::{PASSWORD, TestSite, headers_of, link_in},
};

const PLUS: &str = "franceconnect-plus";
const GUEST: &str = "ines.nguyen@prestataire.example";
const COLLEAGUE: &str = "karim.haddad@habilis.example";

#[tokio::test]
async fn a_suspended_reviewer_is_neither_told_nor_handed_anything() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    site.reviewer(COLLEAGUE, FRANCECONNECT, "juridique").await;
    let admin = site.administrator(ADMIN).await;
    let person = site.add_account(COLLEAGUE).await;
    let suspension = [("action", "suspendre"), ("motif", "Départ")];
    admin.post(&format!("/administration/droits/{person}/suspension"), &suspension).await.is(303);
    site.new_mails().await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail", None).await;
    let mails = site.new_mails().await;
    let told: Vec<&str> = headers_of(&mails).into_iter().map(|(to, _)| to).collect();
    assert!(told.contains(&LEGAL) && !told.contains(&COLLEAGUE), "{told:?}");
    let page = legal.open(&format!("/instruction/{id}")).await;
    page.does_not_say("karim haddad");
    let version = page.form(&format!("/instruction/{id}")).values("version")[0].to_owned();
    let handed = [("equipe", "franceconnect:juridique"), ("action", "confier"), ("personne", &person.to_string()), ("version", &version)];
    assert_ne!(legal.post(&format!("/instruction/{id}/attribution"), &handed).await.status.as_u16(), 303);
    assert!(site.new_mails().await.is_empty());
}

#[tokio::test]
async fn a_co_editor_whose_file_is_infected_is_led_to_the_request_they_fill() {
    let clamd = Clamd::up().await;
    let site = TestSite::with(&[("CLAMAV_URL", &clamd.url()), ("CLAMAV_TIMEOUT", "1")]).await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::start(&applicant, FRANCECONNECT).await;
    let share = format!("/demandes/{id}/partage");
    let page = applicant.open(&share).await;
    applicant.submit(page.form_with(&share, "action", Some("inviter")).set("email", GUEST)).await.is(303);
    let link = link_in(&site.only_mail(GUEST).await, &site);
    let guest = site.visitor();
    let form = guest.open(&link).await.form(&link).fill(&[("given_name", "Inès"), ("family_name", "Nguyen"), ("password", PASSWORD)]);
    guest.submit(form).await.is(303);
    let block = format!("/demandes/{id}/cadre-juridique");
    let bytes = format!("%PDF-1.7\n{}\n%%EOF", EICAR.concat()).into_bytes();
    let form = guest.open(&block).await.form(&block).attach("legal_document", "acte.pdf", &bytes);
    guest.submit(form.press("enregistrer")).await.is(303);
    let link = link_in(&site.only_mail(GUEST).await, &site);
    assert_eq!(link, format!("/demandes/{id}"));
    guest.get(&link).await.is(200);
}

/// A request under review by two teams at once.
async fn side_by_side(site: &TestSite) -> String {
    let applicant = site.applicant(APPLICANT).await;
    let service = site.app.habilitation.form(PLUS, None).expect("a shipped service");
    let id = every_form::file(&applicant, service, None, "").await;
    site.new_mails().await;
    id
}

#[tokio::test]
async fn the_message_of_a_team_that_approves_before_the_other_reaches_the_applicant() {
    let site = TestSite::new().await;
    let legal = site.reviewer(LEGAL, PLUS, "juridique").await;
    let team = site.reviewer(TEAM, PLUS, "franceconnect").await;
    let id = side_by_side(&site).await;
    let path = format!("/instruction/{id}");
    let form = legal.open(&path).await.form_holding(&path, "motif").set("motif", "Votre délibération est complète,\r\nmerci.");
    let preview = legal.submit(form.clone().press("courriel")).await;
    preview.is(200).says("Votre délibération est complète, merci.");
    legal.submit(form).await.is(303);
    let mail = site.only_mail(APPLICANT).await;
    assert_eq!(mail.subject, "Demande D1 : une étape est franchie");
    for sentence in ["Elle attend encore\u{a0}: Équipe FranceConnect.", "Votre délibération est complète,\nmerci."] {
        assert!(mail.body.contains(sentence), "{}", mail.body);
    }
    // Without a message there is nothing to say before the last team.
    road::approve(&team, &id).await;
    assert!(headers_of(&site.new_mails().await).iter().any(|(to, subject)| *to == APPLICANT && subject.contains("délivrée")));
}

#[tokio::test]
async fn somebody_in_two_teams_says_for_which_one_they_decide() {
    let site = TestSite::new().await;
    let both = [Grant::new(PLUS, Some("juridique"), Role::Reviewer), Grant::new(PLUS, Some("franceconnect"), Role::Reviewer)];
    let reviewer = site.holder(LEGAL, &both).await;
    let team = site.reviewer(TEAM, PLUS, "juridique").await;
    let id = side_by_side(&site).await;
    let path = format!("/instruction/{id}");
    let page = reviewer.open(&path).await;
    page.says("Au nom de quelle équipe");
    let form = page.form_with(&path, "decision", Some("valider"));
    assert_eq!(form.values("equipe"), ["franceconnect-plus:juridique"]);
    reviewer.submit(form.set("equipe", "franceconnect-plus:franceconnect")).await.is(303);
    reviewer.open(&path).await.says("Étape validée");
    // The first team is still to decide, and somebody else does.
    road::approve(&team, &id).await;
    reviewer.open(&path).await.says("Habilitation délivrée");
}
