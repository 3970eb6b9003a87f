//! One request for FranceConnect and the data, with the form of a vendor that has implemented FranceConnect: one review route
//! through three teams, two habilitations that begin and end together. Without FranceConnect, the data alone is asked for.

use crate::{
    browser::Browser,
    road::{self, ANSWERS, API_PARTICULIER, APPLICANT, FRANCECONNECT, MOBILE, cast},
    site::{TestSite, headers_of},
};

const MODEL: &str = "publik-famille";

/// A draft of this form, with every block answered.
pub async fn complete(site: &TestSite, browser: &Browser, name: &str) -> String {
    complete_with(site, browser, name, &["france_connect", "params"]).await
}

/// Same, with these ways of telling whose data is asked for.
async fn complete_with(site: &TestSite, browser: &Browser, name: &str, modalities: &[&str]) -> String {
    let session = browser.cookie("habilis_session").expect("signed in");
    let room = &site.app.habilitation;
    let actor = room.actor(&session).await.expect("read").expect("a session");
    let id: domain::ids::RequestId = site.app.cx.new_id();
    room.applying(&actor).start(id, API_PARTICULIER, Some(MODEL)).await.expect("started");
    let form = room.form(API_PARTICULIER, Some(MODEL)).expect("a shipped model");
    let mut path = format!("/demandes/{id}/{}", form.blocks[0].slug);
    while !path.ends_with("/synthese") {
        let form = browser.open(&path).await.form(&path).fill(&[("name", name), MOBILE]).fill(&ANSWERS);
        let form = if form.holds("modalities") { form.pick("modalities", modalities) } else { form };
        let next = browser.submit(form.press("suivant")).await;
        next.is(303);
        path = next.location();
    }
    id.to_string()
}

async fn granted(site: &TestSite, id: &str) -> Vec<(i64, String, &'static str, bool)> {
    let found = store::habilitation::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    found.into_iter().rev().map(|one| (one.number, one.service, one.state.as_str(), one.paired_with.is_some())).collect()
}

async fn ends(site: &TestSite, id: &str) -> Vec<String> {
    let found = store::habilitation::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    found.iter().map(|one| one.valid_until.expect("an end").to_string()).collect()
}

async fn client(site: &TestSite, id: &str) -> (bool, Vec<String>) {
    site.settle().await;
    let clients = store::client::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    let [client] = clients.as_slice() else { panic!("one client, not {}", clients.len()) };
    (client.active, client.scopes.clone())
}

fn row(number: i64, service: &str, state: &'static str, paired: bool) -> (i64, String, &'static str, bool) {
    (number, service.to_owned(), state, paired)
}

#[tokio::test]
async fn three_teams_one_road_two_habilitations() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = complete(&site, &cast.applicant, "Portail famille").await;
    road::submit(&cast.applicant, &id).await.says("En cours d’instruction : Équipe juridique");
    // Whoever reviews one of the two sees the whole; each team decides at its turn.
    let path = format!("/instruction/{id}");
    let page = cast.data_team.open(&path).await;
    let teams = page.all("#parcours tbody tr th");
    assert_eq!(teams, ["Équipe juridique", "Équipe FranceConnect", "Équipe API Particulier"]);
    assert_eq!(page.form_count(&path), 0);
    road::approve(&cast.legal, &id).await;
    road::approve(&cast.team, &id).await;
    assert!(granted(&site, &id).await.is_empty(), "nothing is granted before the last team");
    site.new_mails().await;
    road::approve(&cast.data_team, &id).await;
    assert_eq!(granted(&site, &id).await, [row(1, "franceconnect", "active", false), row(2, "api-particulier", "active", true)]);
    cast.applicant.open(&format!("/demandes/{id}")).await.says("Habilitations H1 et H2 actives");
    let mails = site.new_mails().await;
    assert!(headers_of(&mails).contains(&(APPLICANT, "Demande D1 : habilitations H1 et H2 délivrées")), "{:?}", headers_of(&mails));
    let (active, scopes) = client(&site, &id).await;
    assert!(active);
    for scope in ["openid", "family_name", "birthdate", "cnaf_quotient_familial", "cnaf_enfants"] {
        assert!(scopes.iter().any(|one| one == scope), "{scope}: {scopes:?}");
    }
    let grants = store::grant::active_of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    assert_eq!(grants.iter().map(|grant| grant.scopes.clone()).collect::<Vec<_>>(), [["cnaf_quotient_familial", "cnaf_enfants"]]);
}

#[tokio::test]
async fn a_change_replaces_both_and_a_revocation_ends_both() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = complete(&site, &cast.applicant, "Portail famille").await;
    cast.approve_both(&id).await;
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    cast.applicant.submit(page.form("reouverture")).await.is(303);
    let path = format!("/demandes/{id}/donnees");
    let page = cast.applicant.open(&path).await;
    cast.applicant.submit(page.form(&path).set("retention_months", "12").press("enregistrer")).await.is(303);
    assert!(client(&site, &id).await.0, "what was granted holds meanwhile");
    cast.approve_both(&id).await;
    assert_eq!(
        granted(&site, &id).await,
        [
            row(1, "franceconnect", "superseded", false),
            row(2, "api-particulier", "superseded", true),
            row(3, "franceconnect", "active", false),
            row(4, "api-particulier", "active", true),
        ]
    );
    let path = format!("/instruction/{id}");
    let page = cast.team.open(&path).await;
    page.says("Les deux habilitations délivrées ensemble prendront fin ensemble.");
    cast.team.submit(page.form(&format!("{id}/revocation")).set("motif", "Le service a fermé.")).await.is(303);
    let states: Vec<&str> = granted(&site, &id).await.into_iter().map(|(_, _, state, _)| state).collect();
    assert_eq!(states, ["superseded", "superseded", "revoked", "revoked"]);
    assert!(!client(&site, &id).await.0);
    assert!(store::grant::active_of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read").is_empty());
}

#[tokio::test]
async fn without_franceconnect_the_model_asks_for_the_data_alone_and_its_terms() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let both = complete(&site, &cast.applicant, "Portail famille").await;
    let alone = complete_with(&site, &cast.applicant, "Guichet", &["params"]).await;
    let boxes = async |id: &str| cast.applicant.open(&format!("/demandes/{id}/synthese")).await.attributes("main input[type=checkbox]", "name");
    assert_eq!(boxes(&both).await, ["conditions", "dpo_informe", "conditions_franceconnect"]);
    assert_eq!(boxes(&alone).await, ["conditions", "dpo_informe"]);
    let page = cast.applicant.open(&format!("/demandes/{both}/synthese")).await;
    for terms in ["les conditions générales d’utilisation d’API Particulier", "les conditions générales d’utilisation de FranceConnect"] {
        page.says(terms);
    }
    let page = cast.applicant.open(&format!("/demandes/{alone}/synthese")).await;
    page.does_not_say("Arrêté du 8 novembre 2018");
    page.does_not_say("Date de naissance");

    // Teams that have nothing to decide do not see it.
    road::submit(&cast.applicant, &alone).await.says("En cours d’instruction : Équipe API Particulier");
    cast.legal.get(&format!("/instruction/{alone}")).await.is(404);
    road::approve(&cast.data_team, &alone).await;
    assert_eq!(granted(&site, &alone).await, [row(1, "api-particulier", "active", false)]);
    let mails = site.new_mails().await;
    assert!(headers_of(&mails).contains(&(APPLICANT, "Demande D2 : habilitation H1 délivrée")), "{:?}", headers_of(&mails));
}

#[tokio::test]
async fn franceconnect_added_by_a_change_is_granted_once_and_given_up_by_another() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = complete_with(&site, &cast.applicant, "Guichet", &["params"]).await;
    road::submit(&cast.applicant, &id).await;
    road::approve(&cast.data_team, &id).await;
    site.new_mails().await;
    let reopen = async |block: &str, field: &str, values: &[&str]| {
        let page = cast.applicant.open(&format!("/demandes/{id}")).await;
        assert_eq!(page.form_count(&format!("/demandes/{id}/reouverture")), 1, "what was granted together is changed together");
        cast.applicant.submit(page.form("reouverture")).await.is(303);
        let path = format!("/demandes/{id}/{block}");
        let page = cast.applicant.open(&path).await;
        cast.applicant.submit(page.form(&path).pick(field, values).press("enregistrer")).await.is(303);
    };
    reopen("modalites", "modalities", &["params", "france_connect"]).await;
    // What FranceConnect alone wants to know is asked now.
    let summary = cast.applicant.open(&format!("/demandes/{id}/synthese")).await;
    let form = ["conditions", "dpo_informe", "conditions_franceconnect"].iter().fold(summary.form("synthese"), |form, name| form.set(name, "oui"));
    cast.applicant.submit(form).await.is(422).says("Votre demande n’est pas complète");
    let walk = [("projet", "alternative", "oui"), ("contacts", MOBILE.0, MOBILE.1)];
    for (block, field, value) in walk {
        let path = format!("/demandes/{id}/{block}");
        let form = cast.applicant.open(&path).await.form(&path).fill(&ANSWERS).set(field, value);
        cast.applicant.submit(form.press("suivant")).await.is(303);
    }
    cast.approve_both(&id).await;
    let first = [row(1, "api-particulier", "superseded", false), row(2, "franceconnect", "active", false), row(3, "api-particulier", "active", true)];
    assert_eq!(granted(&site, &id).await, first);
    assert!(client(&site, &id).await.0);
    let mails = site.new_mails().await;
    assert!(mails.iter().any(|mail| mail.recipient == road::TECHNICAL && mail.body.contains("/invitation/")), "{:?}", headers_of(&mails));

    // Approved again, FranceConnect is not granted twice: what is in force replaces what was, one of each.
    reopen("donnees", "retention_months", &["12"]).await;
    cast.approve_both(&id).await;
    let active = async || {
        let all = granted(&site, &id).await;
        all.into_iter().filter(|(_, _, state, _)| *state == "active").map(|(number, service, ..)| (number, service)).collect::<Vec<_>>()
    };
    assert_eq!(active().await, [(4, "franceconnect".to_owned()), (5, "api-particulier".to_owned())]);
    assert!(!site.new_mails().await.iter().any(|mail| mail.recipient == road::TECHNICAL), "keys were delivered with the first");

    reopen("modalites", "modalities", &["params"]).await;
    road::submit(&cast.applicant, &id).await.says("En cours d’instruction : Équipe API Particulier");
    road::approve(&cast.data_team, &id).await;
    assert_eq!(active().await, [(6, "api-particulier".to_owned())]);
    assert!(!client(&site, &id).await.0, "nobody signs in any more");
}

#[tokio::test]
async fn both_end_together_are_reminded_of_once_and_are_prolonged_together() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let id = complete(&site, &cast.applicant, "Portail famille").await;
    cast.approve_both(&id).await;
    site.new_mails().await;
    // API Particulier gives 18 months and FranceConnect 36: the shorter one counts for both.
    assert_eq!(ends(&site, &id).await, ["2028-05-23", "2028-05-23"]);
    for (day, words) in [("2028-02-23", "dans 90 jours"), ("2028-05-16", "dans 7 jours"), ("2028-05-23", "aujourd’hui")] {
        let expected = format!("Habilitations H1 et H2 : elles prennent fin {words}");
        assert_eq!(headers_of(&site.tick_at(&format!("{day} 09:00")).await), [(APPLICANT, expected.as_str())], "{day}");
        assert_eq!(headers_of(&site.tick_at(&format!("{day} 18:00")).await), [], "{day} again");
    }
    let mails = site.tick_at("2028-05-24 00:00").await;
    let over = "Les habilitations H1 et H2 sont arrivées à leur terme";
    assert_eq!(
        headers_of(&mails),
        [
            ("dgs@clamart.example", over),
            ("dpo@clamart.example", over),
            ("enfance@clamart.example", over),
            (APPLICANT, "Habilitations H1 et H2 : elles ont pris fin"),
            (road::TECHNICAL, over),
        ]
    );
    let body = &mails[3].body;
    assert!(body.contains("Les habilitations H1 et H2") && body.contains("Vous pouvez encore les prolonger"), "{body}");
    assert_eq!(granted(&site, &id).await, [row(1, "franceconnect", "expired", false), row(2, "api-particulier", "expired", true)]);
    assert!(!client(&site, &id).await.0, "nobody connects any more");

    let browser = site.signed_in(APPLICANT).await;
    let path = format!("/demandes/{id}/renouvellement");
    let page = browser.open(&path).await;
    page.says("Renouveler les habilitations H1 et H2");
    let done = browser.submit(page.form(&path).set("confirmation", "oui")).await;
    let shown = browser.open(&done.is(303).location()).await;
    shown.says("Habilitations prolongées jusqu’au 23 novembre 2029");
    shown.says("Télécharger la nouvelle attestation H2 (PDF)");
    assert_eq!(headers_of(&site.new_mails().await), [(APPLICANT, "Habilitations H1 et H2 : prolongées jusqu’au 23 novembre 2029")]);
    assert_eq!(ends(&site, &id).await, ["2029-11-23", "2029-11-23"]);
    assert_eq!(granted(&site, &id).await, [row(1, "franceconnect", "active", false), row(2, "api-particulier", "active", true)]);
    assert!(client(&site, &id).await.0);
    browser.open(&format!("/demandes/{id}")).await.says("Habilitations H1 et H2 actives");
}

#[tokio::test]
async fn a_body_that_has_franceconnect_already_names_it_and_asks_for_the_data_alone() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    // Nothing to name yet: nothing is asked about it.
    let id = complete(&site, &cast.applicant, "Guichet").await;
    let modalities = format!("/demandes/{id}/modalites");
    assert!(!cast.applicant.open(&modalities).await.has("[name=franceconnect]"));
    cast.applicant.open(&format!("/demandes/{id}/synthese")).await.says("Demandée en même temps");

    let provider = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    cast.approve_franceconnect(&provider).await;
    let page = cast.applicant.open(&modalities).await;
    page.says("D2 – Portail famille (validée)");
    cast.applicant.submit(page.form(&modalities).set("franceconnect", &provider).press("enregistrer")).await.is(303);
    let summary = cast.applicant.open(&format!("/demandes/{id}/synthese")).await;
    summary.says("D2 – Portail famille (validée)");
    summary.does_not_say("Arrêté du 8 novembre 2018");
    assert_eq!(summary.attributes("main input[type=checkbox]", "name"), ["conditions", "dpo_informe"]);

    // One team decides, one habilitation is granted, and it reads its data through the other.
    road::submit(&cast.applicant, &id).await.says("En cours d’instruction : Équipe API Particulier");
    cast.legal.get(&format!("/instruction/{id}")).await.is(404);
    road::approve(&cast.data_team, &id).await;
    assert_eq!(granted(&site, &id).await, [row(2, "api-particulier", "active", false)]);
    cast.applicant.open(&format!("/demandes/{provider}")).await.says("Guichet");
    assert!(client(&site, &provider).await.1.contains(&"cnaf_quotient_familial".to_owned()), "the keys of the other read the data");

    // A copy that does not take it along asks for both again.
    let there = format!("/demandes/{id}/duplication");
    let page = cast.applicant.open(&there).await;
    let copy = cast.applicant.submit(page.form(&there).pick("rattachement", &[])).await.is(303).location();
    let copy = copy.split('/').nth(2).expect("an id").to_owned();
    let boxes = cast.applicant.open(&format!("/demandes/{copy}/synthese")).await.attributes("main input[type=checkbox]", "name");
    assert_eq!(boxes, ["conditions", "dpo_informe", "conditions_franceconnect"]);
}

#[tokio::test]
async fn whoever_changes_their_mind_about_it_asks_for_both_again() {
    let site = TestSite::new().await;
    let (cast, provider) = road::filed(&site).await;
    let id = complete(&site, &cast.applicant, "Guichet").await;
    let modalities = format!("/demandes/{id}/modalites");
    for (named, boxes) in [(&*provider, 2), ("", 3)] {
        let page = cast.applicant.open(&modalities).await;
        cast.applicant.submit(page.form(&modalities).set("franceconnect", named).press("enregistrer")).await.is(303);
        let summary = cast.applicant.open(&format!("/demandes/{id}/synthese")).await;
        assert_eq!(summary.attributes("main input[type=checkbox]", "name").len(), boxes, "{named:?}");
    }
    let elsewhere = site.account("autre.personne@paris.example").await;
    elsewhere.join("21750001600019").await.is(303);
    let theirs = road::file(&elsewhere, FRANCECONNECT, "Celui de Paris", None).await;
    let page = cast.applicant.open(&modalities).await;
    page.does_not_say("Celui de Paris");
    let kept = cast.applicant.submit(page.form(&modalities).forge("franceconnect", &theirs).press("suivant")).await;
    kept.is(422).does_not_say("Celui de Paris");
}
