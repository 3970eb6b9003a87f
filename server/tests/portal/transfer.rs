//! A request changes hands inside its organisation.

use crate::{
    browser::Browser,
    road::{self, APPLICANT, FRANCECONNECT},
    site::{TestSite, headers_of},
};

const COLLEAGUE: &str = "marc.lefevre@clamart.example";

/// A request sent by one of two members of the same organisation.
async fn filed() -> (TestSite, Browser, Browser, String) {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let colleague = site.applicant(COLLEAGUE).await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    site.new_mails().await;
    (site, applicant, colleague, id)
}

#[tokio::test]
async fn a_submitted_request_is_handed_to_a_colleague_and_both_are_told() {
    let (site, applicant, colleague, id) = filed().await;
    let path = format!("/demandes/{id}/transfert");
    let page = applicant.open(&path).await;
    let handed = applicant.submit(page.form(&path).set("email", COLLEAGUE)).await;
    applicant.open(&handed.is(303).location()).await.says("La demande D1 a changé de demandeur");
    let mails = site.new_mails().await;
    let told: Vec<&str> = headers_of(&mails).into_iter().map(|(to, _)| to).collect();
    assert_eq!(told, [APPLICANT, COLLEAGUE]);
    applicant.get(&format!("/demandes/{id}")).await.is(404);
    colleague.open(&format!("/demandes/{id}")).await.says("Portail famille");
    colleague.open(&path).await.says("Confier la demande");
}

#[tokio::test]
async fn an_approved_request_is_handed_over_with_what_it_was_granted() {
    let site = TestSite::new().await;
    let cast = road::cast(&site).await;
    let colleague = site.applicant(COLLEAGUE).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    cast.approve_franceconnect(&id).await;
    site.new_mails().await;
    let path = format!("/demandes/{id}/transfert");
    let page = cast.applicant.open(&path).await;
    cast.applicant.submit(page.form(&path).set("email", COLLEAGUE)).await.is(303);
    let mails = site.new_mails().await;
    assert_eq!(headers_of(&mails).into_iter().map(|(to, _)| to).collect::<Vec<_>>(), [APPLICANT, COLLEAGUE]);
    let page = colleague.open(&format!("/demandes/{id}")).await;
    page.says("Habilitation H1 active");
    page.says("Demande transférée");
    colleague.submit(page.form(&format!("{id}/reouverture"))).await.is(303);
    cast.applicant.get(&format!("/demandes/{id}")).await.is(404);
}

#[tokio::test]
async fn nobody_from_elsewhere_receives_a_request() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    let elsewhere = site.account("autre.personne@paris.example").await;
    elsewhere.join("21750001600019").await.is(303);
    let path = format!("/demandes/{id}/transfert");
    let unknown =
        "Aucun compte de votre organisation n’utilise cette adresse. Votre collègue doit d’abord créer son compte et rejoindre l’organisation.";
    for (typed, sentence) in [
        ("autre.personne@paris.example", unknown),
        ("personne.inconnue@clamart.example", unknown),
        ("marc@", "Cette adresse électronique n’est pas valide. Exemple : prenom.nom@mairie.fr"),
        (APPLICANT, "Cette demande est déjà la vôtre."),
    ] {
        let page = applicant.open(&path).await;
        let refused = applicant.submit(page.form(&path).set("email", typed)).await;
        assert_eq!(refused.is(422).errors(), [sentence], "{typed}");
        assert_eq!(refused.value("email"), typed);
    }
    applicant.get(&format!("/demandes/{id}")).await.is(200);
}

#[tokio::test]
async fn a_verified_colleague_takes_a_request_over() {
    let (site, applicant, colleague, id) = filed().await;
    let path = format!("/demandes/{id}/transfert");
    colleague.get(&path).await.is(404);
    colleague.post(&path, &[("action", "reprendre")]).await.is(404);
    site.verify(COLLEAGUE).await;
    let page = colleague.open(&path).await;
    let taken = colleague.submit(page.form(&path)).await;
    colleague.open(&taken.is(303).location()).await.says("Confier à un collègue");
    assert_eq!(site.new_mails().await.len(), 2);
    applicant.get(&format!("/demandes/{id}")).await.is(404);
}

#[tokio::test]
async fn a_plain_draft_stays_with_its_author() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let colleague = site.applicant(COLLEAGUE).await;
    site.verify(COLLEAGUE).await;
    let id = road::start(&applicant, FRANCECONNECT).await;
    let path = format!("/demandes/{id}/transfert");
    let page = applicant.open(&path).await;
    page.says("Un brouillon reste à son auteur");
    assert_eq!(page.form_count(&path), 0);
    applicant.post(&path, &[("email", COLLEAGUE)]).await.is(409);
    colleague.post(&path, &[("action", "reprendre")]).await.is(404);
}

#[tokio::test]
async fn a_reviewer_hands_the_request_of_somebody_who_left_to_a_verified_member() {
    let site = TestSite::new().await;
    let cast = road::cast(&site).await;
    let colleague = site.applicant(COLLEAGUE).await;
    let elsewhere = site.account("autre.personne@paris.example").await;
    elsewhere.join("21750001600019").await.is(303);
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    site.new_mails().await;
    let (path, action) = (format!("/instruction/{id}"), format!("/instruction/{id}/transfert"));
    let send = async |email: &str, reason: &str| {
        let page = cast.legal.open(&path).await;
        cast.legal.submit(page.form(&action).set("email", email).set("motif", reason)).await
    };
    let unknown = "Aucun membre vérifié de cette organisation n’utilise cette adresse.";
    for (email, reason, sentence) in [
        ("marc@", "Départ", "Cette adresse électronique n’est pas valide. Exemple : prenom.nom@mairie.fr"),
        ("autre.personne@paris.example", "Départ", unknown),
        // Joined by themselves: nobody vouched for them yet.
        (COLLEAGUE, "Départ", unknown),
        (APPLICANT, "Départ", "Cette personne suit déjà la demande."),
        (COLLEAGUE, " ", "Expliquez votre décision : le demandeur lira ce texte."),
    ] {
        let refused = send(email, reason).await;
        assert_eq!(refused.is(422).errors(), [sentence], "{email}");
        refused.says("Changer de demandeur");
    }
    site.verify(COLLEAGUE).await;
    cast.legal.open(&format!("{path}?fait=transfert")).await.does_not_say("Demande confiée à");
    let stale = cast.legal.open(&path).await.form(&action).set("email", COLLEAGUE).set("motif", "Départ");
    let done = cast.legal.open(&send(COLLEAGUE, "Départ de la commune.").await.is(303).location()).await;
    done.says("Demande confiée à marc lefevre");
    done.says("L’ancien et le nouveau demandeur sont prévenus par courriel.");
    let late = cast.legal.submit(stale).await;
    late.is(409).says("Cette demande a changé depuis que vous l’avez ouverte.");
    let form = late.form(&action);
    assert_eq!((form.values("email"), form.values("motif")), (vec![COLLEAGUE], vec!["Départ"]), "what was typed comes back");
    let mails = site.new_mails().await;
    assert_eq!(headers_of(&mails), [(APPLICANT, "Demande D1 : confiée à une autre personne"), (COLLEAGUE, "Demande D1 : vous la suivez désormais")]);
    assert!(mails.iter().all(|mail| mail.body.contains("Départ de la commune.")), "{mails:?}");
    colleague.open(&format!("/demandes/{id}")).await.says("Départ de la commune.");
    cast.applicant.get(&format!("/demandes/{id}")).await.is(404);
    cast.legal.open(&path).await.says("Demande transférée");
    // Not by somebody who only reads, nor by another service's team.
    cast.data_team.post(&action, &[("email", APPLICANT), ("motif", "x")]).await.is(404);
    let reader = site.holder("lea.morel@habilis.example", &[domain::actor::Grant::new(FRANCECONNECT, None, domain::actor::Role::Reader)]).await;
    reader.open(&path).await.does_not_say("Changer de demandeur");
    reader.post(&action, &[("email", APPLICANT), ("motif", "x")]).await.is(409);
}
