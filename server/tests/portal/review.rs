//! Two teams, one after the other: who decides what, who is told, and what happens when two decide at once.

use std::time::Duration;

use crate::{
    road::{self, API_PARTICULIER, APPLICANT, DATA_TEAM, FRANCECONNECT, LEGAL, TEAM, TECHNICAL, cast, decide},
    site::{PASSWORD, TestSite, headers_of},
};

async fn journal_kinds(site: &TestSite, id: &str) -> Vec<&'static str> {
    let lines = store::journal::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    let mut kinds: Vec<&str> = lines.iter().map(|line| line.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds
}

#[tokio::test]
async fn two_teams_approve_and_everybody_is_told() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    assert_eq!(headers_of(&site.new_mails().await), [(APPLICANT, "Demande D1 : nous l’avons bien reçue"), (LEGAL, "Demande D1 à instruire")]);
    let queue = cast.legal.open("/instruction").await;
    assert!(!queue.has("main a[href='/instruction/editeurs']"), "no vendor has a form of FranceConnect");
    assert!(cast.data_team.open("/instruction").await.has("main a[href='/instruction/editeurs']"));
    let row = queue.one("#file tbody tr");
    for expected in ["Portail famille", "D1", "COMMUNE DE CLAMART", "FranceConnect", "Équipe juridique", "Aujourd’hui", "30 novembre 2026"] {
        assert!(row.contains(expected), "{expected}: {row}");
    }
    let decided = decide(&cast.legal, &id, "valider", "").await;
    assert_eq!(decided.is(303).location(), "/instruction?decidee=D1");
    let queue = cast.legal.open(&decided.location()).await;
    queue.says("Décision enregistrée pour la demande D1");
    queue.says("Rien à instruire");
    assert_eq!(headers_of(&site.new_mails().await), [(TEAM, "Demande D1 à instruire"), (APPLICANT, "Demande D1 : une étape est franchie")]);
    let seen = cast.applicant.open(&format!("/demandes/{id}")).await;
    seen.says("En cours d’instruction : Équipe FranceConnect");
    seen.says("2 décembre 2026");

    road::approve(&cast.team, &id).await;
    let mails = site.new_mails().await;
    assert_eq!(
        headers_of(&mails),
        [
            ("dgs@clamart.example", "Vous êtes désigné dans la demande D1, validée"),
            ("dpo@clamart.example", "Vous êtes désigné dans la demande D1, validée"),
            (APPLICANT, "Demande D1 : habilitation H1 délivrée"),
            (TECHNICAL, "Vos accès de test pour la demande D1"),
        ]
    );
    let seen = cast.applicant.open(&format!("/demandes/{id}")).await;
    for expected in ["Habilitation H1 active", "Étape validée", "nadia benali", "hugo petit", "Courriels aux personnes concernées : envoyés"] {
        seen.says(expected);
    }
    assert_eq!(journal_kinds(&site, &id).await, ["approved", "created", "stage_approved", "submitted"]);
}

#[tokio::test]
async fn a_team_decides_at_its_turn_only() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    let early = cast.team.open(&format!("/instruction/{id}")).await;
    early.says("En attente : Équipe juridique");
    assert_eq!(early.form_count(&format!("/instruction/{id}")), 0);
    let version = cast.legal.open(&format!("/instruction/{id}")).await.form(&id).values("version")[0].to_owned();
    let forced = cast.team.post(&format!("/instruction/{id}"), &[("decision", "valider"), ("version", &version)]).await;
    forced.is(409).says("Cette demande n’attend plus votre équipe");
    cast.team.open("/instruction").await.says("Rien à instruire");
    road::approve(&cast.legal, &id).await;
    let late = cast.legal.open(&format!("/instruction/{id}")).await;
    late.says("En attente : Équipe FranceConnect");
    assert_eq!(late.form_count(&format!("/instruction/{id}")), 0);
}

#[tokio::test]
async fn reviewers_of_another_service_and_strangers_see_nothing() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    let path = format!("/instruction/{id}");
    for other in [&cast.data_team, &cast.applicant] {
        other.get(&path).await.is(404);
        other.post(&path, &[("decision", "valider"), ("version", "6")]).await.is(404);
    }
    cast.applicant.get("/instruction").await.is(404);
    cast.data_team.open("/instruction").await.says("Rien à instruire");
    let draft = road::start(&cast.applicant, FRANCECONNECT).await;
    cast.legal.get(&format!("/instruction/{draft}")).await.is(404);
}

#[tokio::test]
async fn refusing_and_asking_for_changes_need_a_reason() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    for (decision, long) in [("modifier", false), ("refuser", false), ("refuser", true)] {
        let reason = if long { "é".repeat(5001) } else { " \r\n ".to_owned() };
        let refused = decide(&cast.legal, &id, decision, &reason).await;
        refused.is(422);
        let sentence =
            if long { "Ce texte dépasse 5000 caractères : raccourcissez-le." } else { "Expliquez votre décision : le demandeur lira ce texte." };
        assert_eq!(refused.errors(), [sentence]);
        assert_eq!(refused.all("details[open] textarea").len(), 1, "the decision stays open");
        if long {
            assert_eq!(refused.form_with(&id, "decision", Some("refuser")).values("motif"), [reason.as_str()]);
        }
    }
    let unreadable = decide(&cast.legal, &id, "refuser", "un\0deux").await;
    assert_eq!(unreadable.is(422).errors(), ["Ce texte contient un caractère interdit (caractère nul, U+0000) : supprimez-le."]);
    cast.legal.post(&format!("/instruction/{id}"), &[("decision", "adorer")]).await.is(400).says("Choisissez une décision.");
    assert_eq!(journal_kinds(&site, &id).await, ["created", "submitted"]);

    let reason = "Le texte joint ne fonde pas la démarche.\nVoyez l’article 3.";
    decide(&cast.legal, &id, "refuser", reason).await.is(303);
    let mails = site.new_mails().await;
    let told = mails.iter().find(|mail| mail.subject == "Demande D1 : elle n’a pas été acceptée").expect("told");
    assert!(told.recipient == APPLICANT && told.body.contains(reason), "{told:?}");
    let seen = cast.applicant.open(&format!("/demandes/{id}")).await;
    seen.says("Votre demande n’a pas été acceptée");
    seen.says("Voyez l’article 3.");
    assert_eq!(cast.applicant.get(&format!("/demandes/{id}/projet")).await.is(303).location(), format!("/demandes/{id}"));
}

#[tokio::test]
async fn changes_are_made_and_go_straight_back_to_the_team_that_asked() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    road::approve(&cast.legal, &id).await;
    site.new_mails().await;
    site.pass(2);
    let asked = decide(&cast.team, &id, "modifier", "Réduisez la durée à 12 mois.").await;
    asked.is(303);
    assert_eq!(headers_of(&site.new_mails().await), [(APPLICANT, "Demande D1 : des modifications sont attendues")]);
    let seen = cast.applicant.open(&format!("/demandes/{id}")).await;
    seen.says("Des modifications vous sont demandées");
    seen.says("Réduisez la durée à 12 mois.");
    cast.team.open("/instruction").await.says("Rien à instruire");

    let path = format!("/demandes/{id}/donnees");
    let page = cast.applicant.open(&path).await;
    cast.applicant.submit(page.form(&path).set("retention_months", "12").press("enregistrer")).await.is(303);
    road::submit(&cast.applicant, &id).await.says("En cours d’instruction : Équipe FranceConnect");
    assert_eq!(headers_of(&site.new_mails().await), [(TEAM, "Demande D1 à instruire"), (APPLICANT, "Demande D1 : nous l’avons bien reçue")]);
    cast.legal.open("/instruction").await.says("Rien à instruire");
    road::approve(&cast.team, &id).await;
    assert_eq!(journal_kinds(&site, &id).await, ["approved", "changes_requested", "created", "stage_approved", "submitted", "submitted"]);
    site.settle().await;
}

#[tokio::test]
async fn a_decision_on_something_else_than_what_was_read_is_refused() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    let read = cast.legal.open(&format!("/instruction/{id}")).await;
    decide(&cast.legal, &id, "modifier", "Précisez.").await.is(303);
    road::submit(&cast.applicant, &id).await;
    let stale = cast.legal.submit(read.form_with(&id, "decision", Some("valider"))).await;
    stale.is(409).says("Relisez-la avant de décider.");
    assert!(!journal_kinds(&site, &id).await.contains(&"stage_approved"));
}

#[tokio::test]
async fn two_approvals_at_once_deliver_one_habilitation() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    road::approve(&cast.legal, &id).await;
    let colleague = site.reviewer("lea.martin@habilis.example", FRANCECONNECT, "franceconnect").await;
    let (mine, theirs) = (cast.team.open(&format!("/instruction/{id}")).await, colleague.open(&format!("/instruction/{id}")).await);
    let approve = |page: &crate::browser::Page| page.form_with(&id, "decision", Some("valider"));
    let (a, b) = tokio::join!(cast.team.submit(approve(&mine)), colleague.submit(approve(&theirs)));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let mails = site.new_mails().await;
    assert_eq!(mails.iter().filter(|mail| mail.subject.contains("habilitation H")).count(), 1);
    assert_eq!(mails.iter().filter(|mail| mail.recipient == TECHNICAL).count(), 1);
    cast.applicant.open(&format!("/demandes/{id}")).await.says("Habilitation H1 active");
    assert_eq!(journal_kinds(&site, &id).await.iter().filter(|kind| **kind == "approved").count(), 1);

    let next = road::file(&cast.applicant, FRANCECONNECT, "Médiathèque", None).await;
    cast.approve_franceconnect(&next).await;
    cast.applicant.open(&format!("/demandes/{next}")).await.says("Habilitation H2 active");
}

#[tokio::test]
async fn fifty_approvals_at_once_deliver_one_habilitation() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    road::approve(&cast.legal, &id).await;
    let form = cast.team.open(&format!("/instruction/{id}")).await.form_with(&id, "decision", Some("valider"));
    let mut sent = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (browser, form) = (cast.team.clone(), form.clone());
        sent.spawn(async move { browser.submit(form).await.status.as_u16() });
    }
    let mut statuses = sent.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[49]), (303, 303), "{statuses:?}");
    let granted = store::habilitation::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    assert_eq!(granted.len(), 1);
    assert_eq!(journal_kinds(&site, &id).await.iter().filter(|kind| **kind == "approved").count(), 1);
}

#[tokio::test]
async fn the_queue_goes_by_age_and_says_what_is_late() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let day = Duration::from_secs(24 * 3600);
    let slow = road::complete(&cast.applicant, FRANCECONNECT, "Commencée la première", None).await;
    road::file(&cast.applicant, FRANCECONNECT, "Lundi", None).await;
    site.clock.advance(day);
    cast.applicant.sign_in(APPLICANT, PASSWORD).await;
    road::file(&cast.applicant, FRANCECONNECT, "Mardi", None).await;
    site.clock.advance(day);
    cast.applicant.sign_in(APPLICANT, PASSWORD).await;
    road::submit(&cast.applicant, &slow).await;
    cast.legal.sign_in(LEGAL, PASSWORD).await;
    let queue = cast.legal.open("/instruction").await;
    queue.says("3 demandes attendent vos équipes");
    let rows = queue.all("#file tbody tr");
    for (row, (name, age, promised)) in rows.iter().zip([
        ("Lundi", "Il y a 2 jours", "30 novembre 2026"),
        ("Mardi", "Hier", "1er décembre 2026"),
        ("Commencée la première", "Aujourd’hui", "2 décembre 2026"),
    ]) {
        assert!(row.contains(name) && row.contains(age) && row.contains(promised) && !row.contains("En retard"), "{name}: {rows:?}");
    }
    site.clock.set("2026-11-30T22:59:00Z".parse().expect("an instant"));
    cast.legal.sign_in(LEGAL, PASSWORD).await;
    assert!(!cast.legal.open("/instruction").await.text().contains("En retard"), "the promised day is not over in Paris");
    site.clock.set("2026-11-30T23:01:00Z".parse().expect("an instant"));
    let rows = cast.legal.open("/instruction").await.all("#file tbody tr");
    let late: Vec<bool> = rows.iter().map(|row| row.contains("En retard")).collect();
    assert_eq!(late, [true, false, false], "{rows:?}");
}

#[tokio::test]
async fn a_data_request_has_one_team() {
    let site = TestSite::new().await;
    let (cast, provider) = road::filed(&site).await;
    let id = road::file(&cast.applicant, API_PARTICULIER, "Cantine", Some(&provider)).await;
    site.new_mails().await;
    cast.legal.get(&format!("/instruction/{id}")).await.is(404);
    let page = cast.data_team.open(&format!("/instruction/{id}")).await;
    page.says("D1 – Portail famille (en cours d’instruction)");
    road::approve(&cast.data_team, &id).await;
    assert_eq!(
        headers_of(&site.new_mails().await),
        [
            ("dpo@clamart.example", "Vous êtes désigné dans la demande D2, validée"),
            ("enfance@clamart.example", "Vous êtes désigné dans la demande D2, validée"),
            (APPLICANT, "Demande D2 : habilitation H1 délivrée"),
            (TECHNICAL, "Vous êtes désigné dans la demande D2, validée"),
        ]
    );
    assert!(cast.data_team.get("/instruction").await.text().contains("Rien à instruire"), "{DATA_TEAM}");
}

#[tokio::test]
async fn one_person_does_not_approve_both_stages() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    let legal = site.add_account(LEGAL).await;
    site.app.habilitation.grant_review(legal, FRANCECONNECT, "franceconnect").await.expect("granted");
    road::approve(&cast.legal, &id).await;
    let page = cast.legal.open(&format!("/instruction/{id}")).await;
    page.says("Vous avez validé l’étape précédente");
    assert!(!page.has("input[name=decision][value=valider]"));
    let refusal = page.form_with(&id, "decision", Some("refuser"));
    cast.legal.submit(refusal.set("decision", "valider")).await.is(409).says("Vous avez validé l’étape précédente");
    road::approve(&cast.team, &id).await;
    site.settle().await;
    assert_eq!(journal_kinds(&site, &id).await, ["approved", "created", "stage_approved", "submitted"]);
}

#[tokio::test]
async fn a_reader_opens_what_only_reviewers_decide() {
    use domain::actor::{Grant, Role};

    let site = TestSite::new().await;
    let (_, id) = road::filed(&site).await;
    let reader = site.add_account("lea.colin@habilis.example").await;
    site.app.habilitation.grant_role(reader, &Grant::new(FRANCECONNECT, None, Role::Reader)).await.expect("granted");
    let browser = site.signed_in("lea.colin@habilis.example").await;
    let page = browser.open(&format!("/instruction/{id}")).await;
    page.says("Portail famille");
    assert!(!page.body.contains("Votre décision"), "{}", page.body);
    let request = store::request::by_id(&site.app.cx.db, id.parse().expect("an id")).await.expect("read").expect("filed");
    let decided = browser.post(&format!("/instruction/{id}"), &[("decision", "valider"), ("version", &request.version.to_string())]).await;
    decided.is(409).says("Cette demande n’attend plus votre équipe");
    let mails = site.new_mails().await;
    assert!(mails.iter().all(|mail| mail.recipient != "lea.colin@habilis.example"), "{mails:?}");
}
