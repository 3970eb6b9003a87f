//! After a decision: a habilitation is changed, the change given up or refused, the habilitation revoked; a request is
//! archived.

use crate::{
    road::{self, API_PARTICULIER, APPLICANT, FRANCECONNECT, TECHNICAL, cast, decide},
    site::{TestSite, headers_of},
};

#[tokio::test]
async fn a_change_is_told_field_by_field_and_replaces_the_habilitation_once_approved() {
    let site = TestSite::new().await;
    let (cast, id) = road::approved(&site).await;
    site.new_mails().await;
    let page = road::reopen(&cast.applicant, &id).await;
    page.says("Vous pouvez modifier votre demande");
    assert_eq!(page.all(".fr-badge")[..2], ["Mise à jour", "Brouillon"]);
    page.says("Ce qui change Aucune réponse n’a changé.");
    assert!(!page.text().contains("Archiver"), "what is in force cannot be put away");

    let summary = cast.applicant.open(&format!("/demandes/{id}/synthese")).await;
    summary.says("Rien n’a changé depuis la validation");
    assert_eq!(summary.form_count(&format!("/demandes/{id}/synthese")), 0);
    let request = store::request::by_id(&site.app.cx.db, id.parse().expect("an id")).await.expect("read").expect("a request");
    let version = request.version.to_string();
    let forced =
        cast.applicant.post(&format!("/demandes/{id}/synthese"), &[("conditions", "oui"), ("dpo_informe", "oui"), ("version", &version)]).await;
    forced.is(409).says("Rien n’a changé depuis la validation");

    road::change(&cast.applicant, &id, "donnees", "retention_months", "12").await.is(303);
    cast.applicant.open(&format!("/demandes/{id}")).await.says("Durée de conservation, en mois Avant : 36 Après : 12");
    let seen = cast.legal.open(&format!("/instruction/{id}")).await;
    seen.does_not_say("Après");
    road::submit(&cast.applicant, &id).await.says("Votre demande a été transmise");
    let seen = cast.legal.open(&format!("/instruction/{id}")).await;
    seen.says("Ce qui change depuis l’habilitation H1");
    seen.says("Avant : 36 Après : 12");
    assert_eq!(seen.form_count(&format!("/demandes/{id}/reouverture/abandon")), 0);
    cast.approve_franceconnect(&id).await;
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    page.says("Habilitation H2 active");
    let mails = site.new_mails().await;
    assert!(!mails.iter().any(|mail| mail.recipient == TECHNICAL), "keys were delivered with the first: {:?}", headers_of(&mails));
    let granted = store::habilitation::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    assert_eq!(granted.iter().map(|one| (one.number, one.state.as_str())).collect::<Vec<_>>(), [(2, "active"), (1, "superseded")]);
}

#[tokio::test]
async fn the_history_tells_what_each_submission_changed_and_leads_to_what_was_granted() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    decide(&cast.legal, &id, "modifier", "Conservez moins longtemps.").await.is(303);
    road::change(&cast.applicant, &id, "donnees", "retention_months", "6").await.is(303);
    road::submit(&cast.applicant, &id).await;
    decide(&cast.legal, &id, "modifier", "Précisez.").await.is(303);
    road::submit(&cast.applicant, &id).await;
    cast.approve_franceconnect(&id).await;
    road::reopen(&cast.applicant, &id).await;
    road::change(&cast.applicant, &id, "projet", "name", "Autre nom").await.is(303);
    road::submit(&cast.applicant, &id).await;
    cast.approve_franceconnect(&id).await;
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    let seen = cast.team.open(&format!("/instruction/{id}")).await;
    for page in [page, seen] {
        let sent: Vec<String> = page.all(".hb-timeline__event").into_iter().filter(|line| line.starts_with("Demande transmise")).collect();
        let [third, second, first, start] = sent.as_slice() else { panic!("four submissions, not {sent:?}") };
        assert!(third.contains("Une réponse a changé") && third.contains("Avant : Portail famille Après : Autre nom"), "{third}");
        assert!(second.contains("Sans changement par rapport à la transmission précédente."), "{second}");
        assert!(first.contains("Durée de conservation, en mois Avant : 36 Après : 6"), "{first}");
        assert!(!start.contains("changé") && !start.contains("Sans changement"), "the first changes nothing: {start}");
        let granted = page.attributes(".hb-timeline a[href*='/habilitations/H']", "href");
        assert_eq!(granted, ["/habilitations/H2", "/habilitations/H1"]);
    }
    site.visitor().open("/habilitations/H1").await.says("Portail famille");
}

#[tokio::test]
async fn what_relies_on_a_habilitation_is_listed_on_its_request_while_in_force() {
    let site = TestSite::new().await;
    let (cast, id) = road::approved(&site).await;
    site.new_mails().await;
    let pages = async || [cast.applicant.open(&format!("/demandes/{id}")).await, cast.legal.open(&format!("/instruction/{id}")).await];
    let data = road::file(&cast.applicant, API_PARTICULIER, "Cantine", Some(&id)).await;
    for page in pages().await {
        assert!(!page.has("#reposent"), "a request not approved is no habilitation");
    }
    road::approve(&cast.data_team, &data).await;
    for page in pages().await {
        assert_eq!(page.one("#reposent caption"), "Habilitations qui reposent sur FranceConnect");
        assert_eq!(page.all("#reposent tbody tr"), ["H2 Cantine API Particulier 23 mai 2028"]);
    }
    assert!(!cast.applicant.open(&format!("/demandes/{data}")).await.has("#reposent"), "nothing relies on data");
    road::revoke(&cast.data_team, &data, "La cantine a fermé.").await;
    for page in pages().await {
        assert!(!page.has("#reposent"), "what was revoked relies on nothing");
    }
}

#[tokio::test]
async fn giving_up_a_change_restores_answers_and_documents() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = road::complete(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    road::attach(&cast.applicant, &id, "acte.pdf", b"%PDF-1.7").await;
    road::submit(&cast.applicant, &id).await;
    cast.approve_franceconnect(&id).await;

    road::reopen(&cast.applicant, &id).await;
    road::change(&cast.applicant, &id, "projet", "name", "Autre nom").await.is(303);
    let path = format!("/demandes/{id}/cadre-juridique");
    let page = cast.applicant.open(&path).await;
    let removal = page.attribute("button[value^='retirer:']", "value").expect("a button");
    cast.applicant.submit(page.form(&path).press(&removal)).await.is(303);
    cast.applicant.open(&path).await.does_not_say("acte.pdf");
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    page.says("Avant : Portail famille Après : Autre nom");
    let given_up = cast.applicant.submit(page.form("reouverture/abandon")).await;
    let page = cast.applicant.open(&given_up.is(303).location()).await;
    page.says("Mise à jour abandonnée");
    page.says("Portail famille");
    page.does_not_say("Autre nom");
    let document = page.attribute("a[href*='/documents/']", "href").expect("the document is back");
    cast.applicant.get(&document).await.is(200);
}

#[tokio::test]
async fn a_refused_change_leaves_the_habilitation_as_it_was() {
    let site = TestSite::new().await;
    let (cast, id) = road::approved(&site).await;
    site.new_mails().await;
    road::reopen(&cast.applicant, &id).await;
    road::change(&cast.applicant, &id, "projet", "name", "Autre nom").await.is(303);
    road::submit(&cast.applicant, &id).await;
    site.new_mails().await;
    site.pass(1);
    decide(&cast.legal, &id, "refuser", "Le nom doit rester celui du portail.").await.is(303);
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    page.says("Votre mise à jour n’a pas été acceptée");
    page.says("Habilitation H1 active");
    page.says("Le nom doit rester celui du portail.");
    assert_eq!(page.one("h1"), "Portail famille");
    assert_eq!(headers_of(&site.new_mails().await), [(APPLICANT, "Demande D1 : la mise à jour n’a pas été acceptée")]);
    road::reopen(&cast.applicant, &id).await;
}

#[tokio::test]
async fn changes_asked_twice_show_what_moved_and_whose_approval_is_outdated() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    road::approve(&cast.legal, &id).await;
    decide(&cast.team, &id, "modifier", "Conservez moins longtemps.").await.is(303);
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    assert!(page.has(&format!("main a[href='/demandes/{id}/projet']")), "what was sent is taken up again from its beginning");
    road::change(&cast.applicant, &id, "donnees", "retention_months", "6").await.is(303);
    road::submit(&cast.applicant, &id).await;
    let page = cast.team.open(&format!("/instruction/{id}")).await;
    page.says("Ce qui a changé depuis la transmission précédente");
    page.says("Avant : 36 Après : 6");
    let legal = page.all("#parcours tbody tr").into_iter().next().expect("a row for each team");
    assert!(legal.contains("Validée") && legal.contains("Des réponses ont changé depuis cet avis."), "{legal}");
}

#[tokio::test]
async fn a_revocation_wants_a_reason_and_closes_the_rights_of_those_who_rely_on_it() {
    let site = TestSite::new().await;
    let (cast, id) = road::approved(&site).await;
    site.new_mails().await;
    let data = road::file(&cast.applicant, API_PARTICULIER, "Cantine", Some(&id)).await;
    road::approve(&cast.data_team, &data).await;
    site.new_mails().await;
    let scopes = async || {
        let clients = store::client::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
        clients.into_iter().map(|client| (client.active, client.scopes.len())).collect::<Vec<_>>()
    };
    assert_eq!(scopes().await, [(true, 5)]);

    let path = format!("/instruction/{id}");
    let page = cast.legal.open(&path).await;
    let form = page.form(&format!("{id}/revocation"));
    let refused = cast.legal.submit(form.clone().set("motif", "  ")).await;
    assert_eq!(refused.is(422).errors(), ["Expliquez votre décision : le demandeur lira ce texte."]);
    cast.data_team.post(&format!("/instruction/{id}/revocation"), &[("motif", "x")]).await.is(404);
    cast.legal.submit(form.set("motif", "Le service a fermé.")).await.is(303);
    cast.legal.open(&path).await.says("Révoquée");
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    page.says("Votre habilitation a été révoquée");
    page.says("Le service a fermé.");
    assert_eq!(
        headers_of(&site.new_mails().await),
        [
            ("dgs@clamart.example", "L’habilitation H1 a été révoquée"),
            ("dpo@clamart.example", "L’habilitation H1 a été révoquée"),
            ("dpo@clamart.example", "L’habilitation H2 ne repose plus sur aucune habilitation FranceConnect"),
            ("enfance@clamart.example", "L’habilitation H2 ne repose plus sur aucune habilitation FranceConnect"),
            (APPLICANT, "Demande D1 : habilitation H1 révoquée"),
            (APPLICANT, "Habilitation H2 : les données ne sont plus ouvertes avec FranceConnect"),
            (TECHNICAL, "L’habilitation H1 a été révoquée"),
            (TECHNICAL, "L’habilitation H2 ne repose plus sur aucune habilitation FranceConnect"),
        ]
    );
    assert_eq!(scopes().await.iter().map(|(active, _)| *active).collect::<Vec<_>>(), [false]);
    // Nothing is left to revoke, nor to change.
    let again = cast.legal.open(&path).await;
    assert_eq!(again.form_count(&format!("/instruction/{id}/revocation")), 0);
    cast.applicant.post(&format!("/demandes/{id}/reouverture"), &[]).await.is(409);
}

#[tokio::test]
async fn a_draft_is_put_away_and_a_request_with_the_teams_is_not() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let draft = road::start(&cast.applicant, FRANCECONNECT).await;
    let filed = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    let page = cast.applicant.open(&format!("/demandes/{draft}")).await;
    let archived = cast.applicant.submit(page.form(&format!("{draft}/retrait"))).await;
    cast.applicant.open(&archived.is(303).location()).await.says("Demande archivée le 23 novembre 2026");
    let list = cast.applicant.open("/demandes").await;
    list.says("Portail famille");
    list.does_not_say("Projet sans nom");
    cast.applicant.post(&format!("/demandes/{draft}/projet"), &[("version", "2")]).await.is(409);
    cast.applicant.post(&format!("/demandes/{filed}/retrait"), &[]).await.is(409);
}
