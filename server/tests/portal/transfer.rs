//! A request changes hands inside its organisation.

use crate::{
    road::{self, APPLICANT, FRANCECONNECT},
    site::{TestSite, headers_of},
};

const COLLEAGUE: &str = "marc.lefevre@clamart.example";

#[tokio::test]
async fn a_submitted_request_is_handed_to_a_colleague_and_both_are_told() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let colleague = site.applicant(COLLEAGUE).await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    site.new_mails().await;
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
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let colleague = site.applicant(COLLEAGUE).await;
    let id = road::file(&applicant, FRANCECONNECT, "Portail famille", None).await;
    site.new_mails().await;
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
