//! Two teams side by side: FranceConnect+ is read by the legal team and by its own at the same time, in whatever order.

use crate::{
    browser::Browser,
    every_form,
    road::{self, APPLICANT, decide},
    site::{TestSite, headers_of},
};

const SERVICE: &str = "franceconnect-plus";
const LEGAL: &str = "nadia.benali@habilis.example";
const TEAM: &str = "hugo.petit@habilis.example";

struct Filed {
    applicant: Browser,
    legal: Browser,
    team: Browser,
    id: String,
}

async fn filed(site: &TestSite) -> Filed {
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, SERVICE, "juridique").await;
    let team = site.reviewer(TEAM, SERVICE, "franceconnect").await;
    let form = site.app.habilitation.form(SERVICE, None).expect("shipped");
    let id = every_form::file(&applicant, form, None, "").await;
    Filed { applicant, legal, team, id }
}

impl Filed {
    async fn standing(&self, reader: &Browser) -> Vec<String> {
        reader.open(&format!("/instruction/{}", self.id)).await.all("#parcours tbody tr td:nth-of-type(1)")
    }

    async fn may_decide(&self, reader: &Browser) -> bool {
        let path = format!("/instruction/{}", self.id);
        reader.open(&path).await.form_count(&path) > 0
    }

    async fn change(&self) {
        road::change(&self.applicant, &self.id, "projet", "name", "Autre nom").await.is(303);
    }
}

#[tokio::test]
async fn both_teams_are_told_at_once_and_decide_in_any_order() {
    let site = TestSite::new().await;
    let filed = filed(&site).await;
    let mails = site.new_mails().await;
    for team in [LEGAL, TEAM] {
        assert!(headers_of(&mails).contains(&(team, "Demande D1 à instruire")), "{:?}", headers_of(&mails));
    }
    filed.applicant.open(&format!("/demandes/{}", filed.id)).await.says("En cours d’instruction : Équipe juridique et Équipe FranceConnect");
    assert!(filed.may_decide(&filed.legal).await && filed.may_decide(&filed.team).await);
    // The second of the list first.
    road::approve(&filed.team, &filed.id).await;
    assert_eq!(filed.standing(&filed.legal).await, ["En cours", "Validée"]);
    assert!(filed.may_decide(&filed.legal).await && !filed.may_decide(&filed.team).await);
    filed.applicant.open(&format!("/demandes/{}", filed.id)).await.says("En cours d’instruction : Équipe juridique");
    road::approve(&filed.legal, &filed.id).await;
    filed.applicant.open(&format!("/demandes/{}", filed.id)).await.says("Habilitation H1 active");
}

#[tokio::test]
async fn changes_asked_by_one_stop_the_clock_of_the_other_and_both_read_the_answer() {
    let site = TestSite::new().await;
    let filed = filed(&site).await;
    let late = filed.team.open(&format!("/instruction/{}", filed.id)).await.form_with(&filed.id, "decision", Some("valider"));
    decide(&filed.legal, &filed.id, "modifier", "Précisez le projet.").await.is(303);
    assert_eq!(filed.standing(&filed.team).await, ["Modifications demandées", "En pause : le demandeur corrige"]);
    assert!(!filed.may_decide(&filed.team).await);
    filed.team.submit(late).await.is(409);
    filed.change().await;
    road::submit(&filed.applicant, &filed.id).await;
    assert_eq!(filed.standing(&filed.team).await, ["En cours", "En cours"]);
    road::approve(&filed.legal, &filed.id).await;
    road::approve(&filed.team, &filed.id).await;
    filed.applicant.open(&format!("/demandes/{}", filed.id)).await.says("Habilitation H1 active");
}

#[tokio::test]
async fn whoever_approved_before_keeps_its_word_which_is_shown_as_outdated() {
    let site = TestSite::new().await;
    let filed = filed(&site).await;
    road::approve(&filed.team, &filed.id).await;
    decide(&filed.legal, &filed.id, "modifier", "Précisez le projet.").await.is(303);
    filed.change().await;
    road::submit(&filed.applicant, &filed.id).await.says("En cours d’instruction : Équipe juridique");
    let standing = filed.standing(&filed.legal).await;
    assert_eq!(standing, ["En cours", "Validée Des réponses ont changé depuis cet avis."]);
    road::approve(&filed.legal, &filed.id).await;
    filed.applicant.open(&format!("/demandes/{}", filed.id)).await.says("Habilitation H1 active");
}

#[tokio::test]
async fn a_refusal_by_one_ends_the_request_for_both() {
    let site = TestSite::new().await;
    let filed = filed(&site).await;
    decide(&filed.team, &filed.id, "refuser", "Ce service ne peut pas l’utiliser.").await.is(303);
    assert!(!filed.may_decide(&filed.legal).await);
    filed.applicant.open(&format!("/demandes/{}", filed.id)).await.says("Votre demande n’a pas été acceptée");
}
