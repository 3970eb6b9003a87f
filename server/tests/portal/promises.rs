//! The day of the answer, all teams included, is the same wherever it is told.

use crate::{
    road::{self, APPLICANT, FRANCECONNECT, LEGAL, cast},
    site::TestSite,
    together,
};

#[tokio::test]
async fn the_answer_is_promised_for_the_same_day_everywhere() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let visitor = site.visitor();
    // The legal team has five working days, the FranceConnect team seven, the data team five.
    let model = "/eligibilite?profil=administration&services=un&franceconnect=non&editeur=oui";
    let teams = "Équipe juridique, 5 jours ouvrés ; Équipe FranceConnect, 7 jours ouvrés ; Équipe API Particulier, 5 jours ouvrés.";
    visitor.open(model).await.says(&format!("Réponse sous 17 jours ouvrés. Les équipes examinent la demande l’une après l’autre : {teams}"));
    let two = visitor.open("/eligibilite?profil=administration&services=un&franceconnect=non&editeur=interne").await;
    for expected in ["Réponse sous 12 jours ouvrés.", "Réponse sous 5 jours ouvrés."] {
        two.says(expected);
    }
    let services = visitor.open("/services").await;
    services.says("Soit 12 jours ouvrés en tout.");
    services.says("Avec le modèle d’un éditeur qui demande FranceConnect et API Particulier ensemble : 17 jours ouvrés.");
    cast.applicant.open("/demandes/nouvelle/franceconnect?forme=libre").await.says("Réponse sous 12 jours ouvrés.");
    cast.applicant.open("/demandes/nouvelle/api-particulier?forme=publik-famille").await.says("Réponse sous 17 jours ouvrés.");

    // Submitted on Monday 23 November 2026: 30 November, 9 December, 16 December.
    let joint = together::complete(&site, &cast.applicant, "Portail famille").await;
    let plain = road::complete(&cast.applicant, FRANCECONNECT, "Guichet", None).await;
    for (id, answer) in [(&joint, "16 décembre 2026"), (&plain, "9 décembre 2026")] {
        site.new_mails().await;
        road::submit(&cast.applicant, id).await.says(&format!("Réponse attendue au plus tard le {answer}"));
        let mails = site.new_mails().await;
        let body = |to: &str| mails.iter().find(|mail| mail.recipient == to).expect("told").body.clone();
        assert!(body(APPLICANT).contains(&format!("Réponse attendue au plus tard le {answer}.")), "{}", body(APPLICANT));
        assert!(body(LEGAL).contains("Réponse promise pour le 30 novembre 2026."), "its own promise: {}", body(LEGAL));
        let page = cast.legal.open(&format!("/instruction/{id}")).await;
        page.says("réponse promise pour le 30 novembre 2026.");
        page.says(&format!("le demandeur attend sa réponse pour le {answer}."));
    }
    let board = cast.applicant.open("/demandes").await;
    for answer in ["16 décembre 2026", "9 décembre 2026"] {
        board.says(&format!("Réponse au plus tard le {answer}"));
    }

    // A stage passed early brings it nearer, and the message says the new day.
    road::approve(&cast.legal, &joint).await;
    cast.applicant.open(&format!("/demandes/{joint}")).await.says("Réponse attendue au plus tard le 9 décembre 2026");
    let mail = site.mails_to(APPLICANT).await.remove(0);
    assert!(mail.body.contains("Réponse attendue au plus tard le 9 décembre 2026."), "{}", mail.body);
    // Sent back, no day is promised, but the days there will be.
    road::decide(&cast.team, &joint, "modifier", "Précisez.").await.is(303);
    let page = cast.applicant.open(&format!("/demandes/{joint}")).await;
    page.says("Une fois la demande transmise à nouveau, réponse sous 12 jours ouvrés.");
    page.does_not_say("Réponse attendue au plus tard");
}
