//! Changes requested by mistake: the team that asked withdraws them, or decides on the last submission. What the applicant has
//! written since stays private.

use crate::{
    browser::Browser,
    every_form,
    road::{self, APPLICANT, Cast, FRANCECONNECT, LEGAL, TEAM, decide},
    site::{PASSWORD, TestSite, headers_of},
};

const ASKED: &str = "Conservez moins longtemps.";

/// A request sent back by the second team; the applicant has begun to make the changes.
async fn sent_back(site: &TestSite) -> (Cast, String) {
    let (cast, id) = road::filed(site).await;
    road::approve(&cast.legal, &id).await;
    decide(&cast.team, &id, "modifier", ASKED).await.is(303);
    road::change(&cast.applicant, &id, "donnees", "retention_months", "12").await.is(303);
    site.new_mails().await;
    (cast, id)
}

async fn buttons(reader: &Browser, id: &str) -> Vec<String> {
    let mut values = reader.open(&format!("/instruction/{id}")).await.attributes("input[name=decision]", "value");
    values.dedup();
    values
}

async fn retention(site: &TestSite, id: &str) -> String {
    let granted = store::habilitation::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    granted.first().expect("granted").answers.text("retention_months").to_owned()
}

const SORRY: &str = "Pardon pour le dérangement.";

/// Two working days later, everybody signs in again.
async fn two_days_later(site: &TestSite, cast: &Cast) {
    site.pass(48);
    for (browser, email) in [(&cast.applicant, APPLICANT), (&cast.legal, LEGAL), (&cast.team, TEAM)] {
        browser.sign_in(email, PASSWORD).await;
    }
}

#[tokio::test]
async fn changes_asked_for_by_mistake_are_withdrawn_by_the_team_that_asked() {
    let site = TestSite::new().await;
    let (cast, id) = sent_back(&site).await;
    assert_eq!(buttons(&cast.team, &id).await, ["retirer", "valider", "refuser"]);
    assert_eq!(buttons(&cast.legal, &id).await, [""; 0], "another team's mistake is not theirs to mend");
    for reader in [&cast.team, &cast.legal] {
        let page = reader.open(&format!("/instruction/{id}")).await;
        page.says("En attente du demandeur");
        page.says("Équipe FranceConnect : modifications demandées le 23 novembre 2026. Les délais de réponse sont suspendus.");
        page.says("Sans modification de sa part, la demande sera archivée, le 22 mai 2027 au plus tôt.");
    }
    two_days_later(&site, &cast).await;
    let forced = cast.legal.open(&format!("/instruction/{id}")).await;
    let team = ("equipe", "franceconnect:franceconnect");
    cast.legal.post(&format!("/instruction/{id}"), &[("decision", "retirer"), team, ("version", "-1")]).await.is(409);
    forced.does_not_say("Retirer la demande de modifications");
    let list = decide(&cast.team, &id, "retirer", SORRY).await.is(303).location();
    cast.team.open(&list).await.says("Demande de modifications retirée pour D1");
    let seen = cast.team.open(&format!("/instruction/{id}")).await;
    // Two working days with the applicant: the promise made for 2 December holds for the 4th.
    seen.says("reçue le 23 novembre 2026, réponse promise pour le 4 décembre 2026");
    seen.does_not_say("commencé à modifier");
    seen.does_not_say("Votre brouillon");
    seen.does_not_say("En attente du demandeur");
    let told = site.only_mail(APPLICANT).await;
    assert_eq!(told.subject, "Demande D1 : les modifications ne sont plus attendues");
    for expected in ["Équipe FranceConnect", "4 décembre 2026", SORRY, "est conservé"] {
        assert!(told.body.contains(expected), "{expected}: {}", told.body);
    }
}

#[tokio::test]
async fn what_was_typed_since_changes_were_asked_for_by_mistake_is_kept() {
    let site = TestSite::new().await;
    let (cast, id) = sent_back(&site).await;
    let own = format!("/demandes/{id}");
    two_days_later(&site, &cast).await;
    let open_form = cast.applicant.open(&format!("{own}/donnees")).await.form("donnees").set("recipients", "Le service des sports");
    decide(&cast.team, &id, "retirer", SORRY).await.is(303);

    let page = cast.applicant.open(&own).await;
    page.says("En cours d’instruction : Équipe FranceConnect");
    page.says("Réponse attendue au plus tard le 4 décembre 2026");
    page.says("Ce que vous aviez commencé à modifier");
    page.says("vous les retrouverez dans votre demande dès qu’elle sera de nouveau modifiable");
    page.says("Durée de conservation, en mois Transmis : 36 Votre brouillon : 12");
    page.says("Les modifications ne sont plus attendues");
    page.says(
        "a retiré la demande de modifications le 25 novembre 2026. Vous n’avez rien à faire. Équipe FranceConnect — Pardon pour le dérangement.",
    );
    page.says("Demande de modifications retirée");
    // What was being typed at that moment comes back to be copied.
    let refused = cast.applicant.submit(open_form.press("enregistrer")).await;
    refused.is(409).says("Cette demande n’est plus modifiable");
    refused.says("Le service des sports");

    // Asked again: what was typed is there again.
    decide(&cast.team, &id, "modifier", ASKED).await.is(303);
    assert_eq!(cast.applicant.open(&format!("{own}/donnees")).await.value("retention_months"), "12");
    road::submit(&cast.applicant, &id).await;
    road::approve(&cast.team, &id).await;
    assert_eq!(retention(&site, &id).await, "12");
    cast.applicant.open(&own).await.does_not_say("commencé à modifier");
}

#[tokio::test]
async fn a_team_that_asked_for_changes_approves_what_was_sent_last() {
    let site = TestSite::new().await;
    let (cast, id) = sent_back(&site).await;
    // The page was opened before the applicant went on: they have sent nothing, so that it is not stale.
    let page = cast.team.open(&format!("/instruction/{id}")).await;
    road::change(&cast.applicant, &id, "projet", "name", "Un autre nom").await.is(303);
    cast.team.submit(page.form_with(&id, "decision", Some("valider"))).await.is(303);
    assert_eq!(retention(&site, &id).await, "36");
    let own = format!("/demandes/{id}");
    let shown = cast.applicant.open(&own).await;
    for expected in ["Habilitation H1 active", "Portail famille", "Transmis : 36 Votre brouillon : 12", "Votre brouillon : Un autre nom"] {
        shown.says(expected);
    }
    let mail = site.mails_to(APPLICANT).await.remove(0);
    assert!(mail.body.contains("Les modifications qui vous avaient été demandées ne sont plus attendues."), "{}", mail.body);
    // Reopened, the request takes up what was typed.
    cast.applicant.submit(shown.form("reouverture")).await.is(303);
    assert_eq!(cast.applicant.open(&format!("{own}/donnees")).await.value("retention_months"), "12");
    // Given up, it is gone for good.
    let page = cast.applicant.open(&own).await;
    cast.applicant.submit(page.form("reouverture/abandon")).await.is(303);
    cast.applicant.open(&own).await.does_not_say("Un autre nom");
}

#[tokio::test]
async fn a_team_that_asked_for_changes_refuses_all_the_same_with_its_reason() {
    let site = TestSite::new().await;
    let (cast, id) = sent_back(&site).await;
    let refused = decide(&cast.team, &id, "refuser", "").await;
    assert_eq!(refused.is(422).errors(), ["Expliquez votre décision : le demandeur lira ce texte."]);
    decide(&cast.team, &id, "refuser", "Ce service n’est pas une démarche.").await.is(303);
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    page.says("Votre demande n’a pas été acceptée");
    page.says("Transmis : 36 Votre brouillon : 12");
    page.says("Cette demande ne sera plus modifiable : pour vous en servir, dupliquez-la, puis reportez-les dans la copie.");
    page.does_not_say("de nouveau modifiable");
    assert_eq!(page.attributes(&format!("a[href='/demandes/{id}/duplication']"), "href").len(), 1, "the way is there");
    cast.team.open(&format!("/instruction/{id}")).await.does_not_say("Votre brouillon");
    assert_eq!(site.only_mail(APPLICANT).await.subject, "Demande D1 : elle n’a pas été acceptée");
    // A request sent again meanwhile is another one.
    let other = road::file(&cast.applicant, FRANCECONNECT, "Guichet", None).await;
    decide(&cast.legal, &other, "modifier", ASKED).await.is(303);
    let late = cast.legal.open(&format!("/instruction/{other}")).await.form_with(&other, "decision", Some("retirer"));
    road::submit(&cast.applicant, &other).await;
    cast.legal.submit(late).await.is(409);
}

#[tokio::test]
async fn a_withdrawal_is_taken_one_request_at_a_time_and_never_on_a_request_with_the_teams() {
    let site = TestSite::new().await;
    let (cast, id) = sent_back(&site).await;
    for decision in ["valider", "modifier", "retirer"] {
        let pick = format!("{id}:3:franceconnect:franceconnect");
        let answer = cast.team.post("/instruction/lot", &[("decision", decision), ("demande", &pick), ("motif", ASKED), ("action", "decider")]).await;
        assert!(!answer.status.is_server_error(), "{decision}: {}", answer.status);
        cast.applicant.open(&format!("/demandes/{id}")).await.says("Des modifications vous sont demandées");
    }
    let other = road::file(&cast.applicant, FRANCECONNECT, "Guichet", None).await;
    let version =
        cast.legal.open(&format!("/instruction/{other}")).await.form_with(&other, "decision", Some("valider")).values("version")[0].to_owned();
    let posted = [("decision", "retirer"), ("equipe", "franceconnect:juridique"), ("version", &version)];
    cast.legal.post(&format!("/instruction/{other}"), &posted).await.is(409);
    assert_eq!(buttons(&cast.legal, &other).await, ["valider", "modifier", "refuser"]);
}

#[tokio::test]
async fn side_by_side_the_other_team_goes_on_where_it_was() {
    const SERVICE: &str = "franceconnect-plus";
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, SERVICE, "juridique").await;
    let team = site.reviewer(TEAM, SERVICE, "franceconnect").await;
    let form = site.app.habilitation.form(SERVICE, None).expect("shipped");
    let standing = async |id: &str| team.open(&format!("/instruction/{id}")).await.all("#parcours tbody tr td:nth-of-type(1)");
    let withdrawn = every_form::file(&applicant, form, None, "").await;
    let approved = every_form::file(&applicant, form, None, "").await;
    site.new_mails().await;
    for (id, decision, after) in [(&withdrawn, "retirer", ["En cours", "En cours"]), (&approved, "valider", ["Validée", "En cours"])] {
        decide(&legal, id, "modifier", ASKED).await.is(303);
        road::change(&applicant, id, "projet", "name", "Autre nom").await.is(303);
        decide(&legal, id, decision, "").await.is(303);
        assert_eq!(standing(id).await, after, "{decision}");
        assert!(!buttons(&team, id).await.is_empty());
        let mails = site.new_mails().await;
        let told = mails.iter().filter(|mail| {
            mail.recipient == APPLICANT && mail.body.contains("ne sont plus attendues") || mail.subject.contains("ne sont plus attendues")
        });
        assert_eq!(told.count(), 1, "{decision}: {:?}", headers_of(&mails));
        road::approve(&team, id).await;
    }
    road::approve(&legal, &withdrawn).await;
    for id in [&withdrawn, &approved] {
        applicant.open(&format!("/demandes/{id}")).await.says("active");
    }
}

#[tokio::test]
async fn the_name_being_written_is_in_no_message_of_the_team() {
    let site = TestSite::new().await;
    let (cast, id) = sent_back(&site).await;
    road::change(&cast.applicant, &id, "projet", "name", "Nom encore secret").await.is(303);
    decide(&cast.team, &id, "retirer", "").await.is(303);
    let path = format!("/instruction/{id}");
    let form = cast.team.open(&path).await.form_with(&id, "decision", Some("modifier")).set("motif", "Essai");
    let preview = cast.team.submit(form.press("courriel")).await;
    preview.says("Portail famille");
    preview.does_not_say("Nom encore secret");
    site.new_mails().await;
}
