//! The people named in a request confirm or decline, without an account or with one.

use crate::{
    road::{self, APPLICANT, FRANCECONNECT, LEGAL, TECHNICAL},
    site::{TestSite, link_in},
};

const DPO: &str = "dpo@clamart.example";

/// The link this person was sent, among all those sent since.
async fn role_link(site: &TestSite, address: &str) -> String {
    let mails = site.role_mails().await;
    link_in(mails.iter().find(|mail| mail.recipient == address).expect("told"), site)
}

#[tokio::test]
async fn each_person_named_is_told_and_answers_behind_a_link() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let mails = site.role_mails().await;
    site.new_mails().await;
    assert!(mails.iter().all(|mail| mail.subject == "Confirmez votre rôle dans la demande D1"), "{mails:?}");
    let named: Vec<&str> = mails.iter().map(|mail| mail.recipient.as_str()).collect();
    assert!(named.contains(&DPO) && named.contains(&TECHNICAL), "{named:?}");
    let link = link_in(mails.iter().find(|mail| mail.recipient == DPO).expect("told"), &site);

    let visitor = site.visitor();
    let page = visitor.open(&link).await;
    for expected in ["Vous êtes désigné : Délégué à la protection des données", "Portail famille", "COMMUNE DE CLAMART", "Claire Fontaine"] {
        page.says(expected);
    }
    for hidden in ["Historique", "Demande transmise", "dgs@clamart.example", "01 46 62 35 35"] {
        page.does_not_say(hidden);
    }
    let refused = visitor.submit(page.form_with(&link, "reponse", Some("decliner"))).await;
    assert_eq!(refused.is(422).errors(), ["Dites pourquoi vous déclinez ce rôle : le demandeur lira ce texte."]);
    visitor.submit(page.form_with(&link, "reponse", Some("confirmer"))).await.is(303);
    visitor.open(&link).await.says("Confirmé");
    assert!(site.new_mails().await.is_empty(), "a confirmation disturbs nobody");
    for (reader, path) in [(&applicant, format!("/demandes/{id}")), (&legal, format!("/instruction/{id}"))] {
        let page = reader.open(&path).await;
        page.says("Paul Marchand Confirmé");
        page.says("Louis Garnier Sans réponse");
    }

    // One may change one's mind, with a reason the applicant reads.
    let page = visitor.open(&link).await;
    let declined = visitor.submit(page.form_with(&link, "reponse", Some("decliner")).set("motif", "J’ai changé de poste.")).await;
    visitor.open(&declined.is(303).location()).await.says("Votre réponse est enregistrée");
    let told = site.only_mail(APPLICANT).await;
    assert_eq!(told.subject, "Demande D1 : un rôle est décliné");
    assert!(told.body.contains("J’ai changé de poste."));
    applicant.open(&format!("/demandes/{id}")).await.says("Décliné le 23 novembre 2026 Motif : J’ai changé de poste.");
}

#[tokio::test]
async fn a_link_expires_and_an_unknown_one_opens_nothing() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let link = role_link(&site, DPO).await;
    let visitor = site.visitor();
    let page = visitor.open(&link).await;
    site.pass(60 * 24 + 1);
    visitor.get(&link).await.is(410);
    visitor.submit(page.form_with(&link, "reponse", Some("confirmer"))).await.is(410);
    visitor.get(&format!("/roles/{}", "0".repeat(64))).await.is(410);
}

#[tokio::test]
async fn a_signed_in_contact_reads_a_summary_and_nothing_else() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let contact = site.account(DPO).await;
    let draft = road::complete(&applicant, FRANCECONNECT, "Médiathèque", None).await;
    contact.get(&format!("/demandes/{draft}")).await.is(404);
    road::submit(&applicant, &draft).await;
    let page = contact.open(&format!("/demandes/{draft}")).await;
    page.says("Vous êtes désigné : Délégué à la protection des données");
    for hidden in ["Historique", "Demande transmise", "dgs@clamart.example", "Partager"] {
        page.does_not_say(hidden);
    }
    for path in ["projet", "synthese"] {
        assert_eq!(contact.get(&format!("/demandes/{draft}/{path}")).await.is(303).location(), format!("/demandes/{draft}"));
        contact.post(&format!("/demandes/{draft}/{path}"), &[("conditions", "oui")]).await.is(404);
    }
    contact.get(&format!("/demandes/{draft}/partage")).await.is(404);
    let action = format!("/roles/demande/{draft}");
    let answered = contact.submit(page.form_with(&action, "reponse", Some("confirmer"))).await;
    contact.open(&answered.is(303).location()).await.says("Votre réponse est enregistrée");
    contact.post(&action, &[("role", "responsable_technique"), ("reponse", "confirmer")]).await.is(404);
    site.account("une.inconnue@a.fr").await.post(&action, &[("role", "x"), ("reponse", "confirmer")]).await.is(404);
}

#[tokio::test]
async fn correcting_a_request_tells_only_who_is_newly_named() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let old = role_link(&site, DPO).await;
    road::decide(&legal, &id, "modifier", "Le délégué a changé.").await.is(303);
    site.new_mails().await;
    let block = format!("/demandes/{id}/contacts");
    let page = applicant.open(&block).await;
    applicant.submit(page.form(&block).set("delegue_protection_donnees_email", "nouveau@clamart.example").press("suivant")).await.is(303);
    road::submit(&applicant, &id).await;
    let told: Vec<String> = site.role_mails().await.into_iter().map(|mail| mail.recipient).collect();
    assert_eq!(told, ["nouveau@clamart.example"]);
    site.visitor().get(&old).await.is(410);
}

#[tokio::test]
async fn naming_oneself_is_confirming() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::complete(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let block = format!("/demandes/{id}/contacts");
    let page = applicant.open(&block).await;
    applicant.submit(page.form(&block).set("responsable_technique_email", APPLICANT).press("suivant")).await.is(303);
    road::submit(&applicant, &id).await.says("Louis Garnier Confirmé");
    assert_eq!(site.mails_to(APPLICANT).await.len(), 1, "the receipt alone");
}

#[tokio::test]
async fn a_contact_reads_what_was_sent_and_not_what_is_being_changed() {
    let site = TestSite::new().await;
    let cast = road::cast(&site).await;
    let contact = site.account(DPO).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    let link = role_link(&site, DPO).await;
    let visitor = site.visitor();
    let (own, path) = (format!("/demandes/{id}"), format!("/demandes/{id}/projet"));
    let rename = async |name: &str| {
        let form = cast.applicant.open(&path).await.form(&path).set("name", name).press("enregistrer");
        cast.applicant.submit(form).await.is(303);
    };
    let read = async |expected: &str, hidden: &str| {
        for page in [contact.open(&own).await, visitor.open(&link).await] {
            page.says(expected);
            page.does_not_say(hidden);
        }
    };
    road::decide(&cast.legal, &id, "modifier", "Précisez le nom.").await.is(303);
    rename("Espace citoyen").await;
    read("Portail famille", "Espace citoyen").await;
    road::submit(&cast.applicant, &id).await;
    read("Espace citoyen", "Portail famille").await;

    // While what is in force is changed, they read what is in force.
    cast.approve_franceconnect(&id).await;
    let page = cast.applicant.open(&own).await;
    cast.applicant.submit(page.form("reouverture")).await.is(303);
    rename("Guichet numérique").await;
    read("Espace citoyen", "Guichet numérique").await;
    cast.applicant.open(&own).await.says("Guichet numérique");
}

#[tokio::test]
async fn everybody_the_form_names_is_asked_even_where_two_services_are_asked_for_together() {
    let site = TestSite::new().await;
    let cast = road::cast(&site).await;
    let joint = crate::together::complete(&site, &cast.applicant, "Portail famille").await;
    let plain = road::complete(&cast.applicant, FRANCECONNECT, "Guichet", None).await;
    for (id, expected) in
        [(&joint, vec!["dgs@clamart.example", DPO, "enfance@clamart.example", TECHNICAL]), (&plain, vec!["dgs@clamart.example", DPO, TECHNICAL])]
    {
        road::submit(&cast.applicant, id).await;
        let asked: Vec<String> = site.role_mails().await.into_iter().map(|mail| mail.recipient).collect();
        assert_eq!(asked, expected, "each one of the contacts of the form, once");
        let reviewed = cast.legal.open(&format!("/instruction/{id}")).await;
        for page in [reviewed, cast.applicant.open(&format!("/demandes/{id}")).await] {
            page.says("Claire Fontaine Sans réponse");
        }
    }
    // A correction that asks nobody anew forgets nobody either.
    road::decide(&cast.legal, &joint, "modifier", "Conservez moins longtemps.").await.is(303);
    road::submit(&cast.applicant, &joint).await;
    assert!(site.role_mails().await.is_empty());
    cast.applicant.open(&format!("/demandes/{joint}")).await.says("Claire Fontaine Sans réponse");
    // Whoever answers the data's contact and the identity's is told at the approval as well.
    for team in [&cast.legal, &cast.team, &cast.data_team] {
        road::approve(team, &joint).await;
    }
    let mails = site.new_mails().await;
    for address in ["dgs@clamart.example", DPO, "enfance@clamart.example"] {
        let told: Vec<&str> = mails.iter().filter(|mail| mail.recipient == address).map(|mail| mail.subject.as_str()).collect();
        assert_eq!(told, ["Vous êtes désigné dans la demande D1, validée"], "{address}");
    }
}

#[tokio::test]
async fn the_same_answer_twice_is_one_answer_and_minds_change_three_times_a_day() {
    let site = TestSite::with(&[("RATE_LIMITS", "true")]).await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let link = role_link(&site, DPO).await;
    site.new_mails().await;
    let visitor = site.visitor();
    let page = visitor.open(&link).await;
    let (yes, no) = (page.form_with(&link, "reponse", Some("confirmer")), page.form_with(&link, "reponse", Some("decliner")));
    // Pressed twice, then again with other words.
    let (first, second) = tokio::join!(visitor.submit(no.clone().set("motif", "Pas moi.")), visitor.submit(no.clone().set("motif", "Pas moi.")));
    for answer in [first, second, visitor.submit(no.clone().set("motif", "Vraiment pas.")).await] {
        visitor.open(&answer.is(303).location()).await.says("Votre réponse est enregistrée");
    }
    assert_eq!(site.only_mail(APPLICANT).await.subject, "Demande D1 : un rôle est décliné");
    applicant.open(&format!("/demandes/{id}")).await.says("Motif : Pas moi.");
    visitor.submit(yes.clone()).await.is(303);
    visitor.submit(no.clone().set("motif", "Finalement non.")).await.is(303);
    site.new_mails().await;
    for _ in 0..3 {
        visitor.submit(yes.clone()).await.is(429);
    }
    assert!(site.new_mails().await.is_empty());
    site.pass(24);
    visitor.submit(yes).await.is(303);
}
