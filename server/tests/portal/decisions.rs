//! Several requests decided at once, and several reviewers on one request.

use crate::{
    browser::{Browser, Form, Page},
    road::{self, API_PARTICULIER, APPLICANT, Cast, FRANCECONNECT, cast, decide},
    site::TestSite,
};

const BULK: &str = "/instruction/lot";

/// Requests for data, a service that allows several to be decided together.
async fn canteens(site: &TestSite, names: &[&str]) -> (Cast, Vec<String>) {
    let cast = cast(site).await;
    let provider = road::file(&cast.applicant, FRANCECONNECT, "Portail", None).await;
    let mut ids = Vec::new();
    for name in names {
        ids.push(road::file(&cast.applicant, API_PARTICULIER, name, Some(&provider)).await);
    }
    site.new_mails().await;
    (cast, ids)
}

fn ticked(page: &Page, decision: &str, names: &[&str]) -> Form {
    let values: Vec<String> = names
        .iter()
        .map(|name| {
            let row = page.all("#file tbody tr").iter().position(|row| row.contains(name)).unwrap_or_else(|| panic!("{name} is not listed"));
            page.attribute(&format!("#file tbody tr:nth-child({}) input[name=demande]", row + 1), "value").expect("a box")
        })
        .collect();
    page.form(BULK).pick("demande", &values.iter().map(String::as_str).collect::<Vec<_>>()).forge("decision", decision)
}

async fn statuses(browser: &Browser, ids: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for id in ids {
        found.push(browser.open(&format!("/demandes/{id}")).await.one(".hb-page-title__state .fr-badge"));
    }
    found
}

#[tokio::test]
async fn several_requests_are_approved_after_one_more_look() {
    let site = TestSite::new().await;
    let (cast, ids) = canteens(&site, &["Cantine A", "Cantine B", "Cantine C"]).await;
    let page = cast.data_team.open("/instruction").await;
    let confirm = cast.data_team.submit(ticked(&page, "valider", &["Cantine A", "Cantine B"])).await;
    confirm.is(200).says("Confirmer pour 2 demandes");
    assert_eq!(confirm.all("#lot tbody tr").len(), 2);
    assert_eq!(statuses(&cast.applicant, &ids).await, ["En cours d’instruction"; 3], "nothing is decided yet");
    let done = cast.data_team.submit(confirm.form(BULK).press("decider")).await;
    let account = done.is(303).location();
    let mails = site.new_mails().await;
    assert_eq!(mails.iter().filter(|mail| mail.recipient == APPLICANT && mail.subject.contains("habilitation H")).count(), 2);
    // Reloaded as often as one likes: it tells what was done, and does nothing.
    for _ in 0..2 {
        let page = cast.data_team.open(&account).await;
        page.says("Les 2 demandes sont décidées");
        assert_eq!(page.all("#lot tbody tr").len(), 2);
    }
    assert!(site.new_mails().await.is_empty());
    cast.legal.get(&account).await.is(404);
    cast.data_team.get(&format!("{account}0")).await.is(404);
    assert_eq!(cast.data_team.get(BULK).await.is(303).location(), "/instruction");
    assert_eq!(statuses(&cast.applicant, &ids).await, ["Validée", "Validée", "En cours d’instruction"]);
    let again = cast.data_team.submit(confirm.form(BULK).press("decider")).await;
    cast.data_team.open(&again.is(303).location()).await.says("Les 2 demandes sont décidées");
    assert!(site.new_mails().await.is_empty());
}

#[tokio::test]
async fn what_changed_meanwhile_is_left_aside_and_said() {
    let site = TestSite::new().await;
    let (cast, ids) = canteens(&site, &["Cantine A", "Cantine B"]).await;
    let page = cast.data_team.open("/instruction").await;
    let form = ticked(&page, "modifier", &["Cantine A", "Cantine B"]);
    decide(&cast.data_team, &ids[0], "modifier", "Précisez.").await.is(303);
    let confirm = cast.data_team.submit(form).await;
    confirm.says("Confirmer pour 1 demande");
    confirm.says("Elle a changé depuis que vous l’avez cochée.");
    let refused = cast.data_team.submit(confirm.form(BULK).press("decider")).await;
    assert_eq!(refused.is(422).errors(), ["Expliquez votre décision : le demandeur lira ce texte."]);
    let done = cast.data_team.submit(refused.form(BULK).set("motif", "La délibération manque.").press("decider")).await;
    cast.data_team.open(&done.is(303).location()).await.says("1 demande décidée, 1 laissée de côté");
    cast.applicant.open(&format!("/demandes/{}", ids[1])).await.says("La délibération manque.");
    cast.applicant.open(&format!("/demandes/{}", ids[0])).await.does_not_say("La délibération manque.");
}

#[tokio::test]
async fn boxes_of_others_are_not_ticked_by_hand() {
    let site = TestSite::new().await;
    let (cast, _) = canteens(&site, &[]).await;
    let page = cast.legal.open("/instruction").await;
    let pick = page.attribute("input[name=demande]", "value").expect("a box");
    let none = cast.legal.post(BULK, &[("decision", "valider"), ("retour", "onglet=equipes")]).await;
    none.is(422).says("Cochez au moins une demande.");
    cast.legal.post(BULK, &[("demande", &pick), ("decision", "refuser")]).await.is(422).says("Cochez au moins une demande.");
    let other = pick.replace(":juridique", ":franceconnect");
    let forged = cast.legal.post(BULK, &[("demande", &other), ("decision", "valider"), ("action", "decider")]).await;
    cast.legal.open(&forged.is(303).location()).await.says("Elle a changé depuis que vous l’avez cochée.");
    let forged = cast.team.post(BULK, &[("demande", &pick), ("decision", "valider"), ("action", "decider")]).await;
    cast.team.open(&forged.is(303).location()).await.says("Elle n’attend pas votre équipe.");
    let forged = cast.data_team.post(BULK, &[("demande", &pick), ("decision", "valider"), ("action", "decider")]).await;
    cast.data_team.open(&forged.is(303).location()).await.does_not_say("Portail");
    cast.applicant.post(BULK, &[("demande", &pick), ("decision", "valider")]).await.is(404);
    let id = pick.split(':').next().expect("an id");
    cast.applicant.open(&format!("/demandes/{id}")).await.says("En cours d’instruction");
    let read = cast.team.open("/instruction?onglet=toutes").await;
    assert!(!read.has("input[name=demande]"), "boxes are for what waits for one’s teams");
}

#[tokio::test]
async fn the_second_reviewer_is_told_what_happened_and_keeps_the_text() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    let colleague = site.reviewer("lea.martin@habilis.example", FRANCECONNECT, "juridique").await;
    let read = colleague.open(&format!("/instruction/{id}")).await;
    site.clock.advance(std::time::Duration::from_secs(60));
    decide(&cast.legal, &id, "modifier", "Précisez la durée.").await.is(303);
    let mine = read.form_with(&id, "decision", Some("refuser")).set("motif", "Un long motif\nsur deux lignes");
    let conflict = colleague.submit(mine).await;
    conflict.is(409).says("Votre décision n’a pas été enregistrée");
    for expected in ["Modifications demandées", "nadia benali", "Précisez la durée."] {
        conflict.says(expected);
    }
    conflict.does_not_say("Demande transmise");
    assert_eq!(conflict.value("garde"), "Un long motif\nsur deux lignes");
    cast.applicant.open(&format!("/demandes/{id}")).await.says("Des modifications vous sont demandées");
}

#[tokio::test]
async fn the_mail_is_read_before_it_leaves_word_for_word() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    site.new_mails().await;
    let preview = |browser: &Browser, decision: &'static str, reason: &'static str| {
        let (browser, id) = (browser.clone(), id.clone());
        async move {
            let page = browser.open(&format!("/instruction/{id}")).await;
            let form = page.form_with(&id, "decision", Some(decision));
            let form = if form.holds("motif") { form.set("motif", reason) } else { form.forge("motif", reason) };
            browser.submit(form.press("courriel")).await
        }
    };
    assert_eq!(preview(&cast.legal, "refuser", " ").await.is(422).errors(), ["Expliquez votre décision : le demandeur lira ce texte."]);
    let shown = preview(&cast.legal, "modifier", "Réduisez la durée.").await;
    shown.is(200).says(&format!("À : {APPLICANT}"));
    shown.says("Objet : Demande D1 : des modifications sont attendues");
    assert!(site.new_mails().await.is_empty(), "nothing has left");
    cast.applicant.open(&format!("/demandes/{id}")).await.says("En cours d’instruction");
    let words = shown.one(".hb-mail .hb-prewrap");

    let approved = preview(&cast.legal, "valider", "Bon courage !").await;
    approved.is(200).says("Objet : Demande D1 : une étape est franchie");
    approved.says("Bon courage !");

    cast.legal.submit(shown.form_with(&id, "decision", Some("modifier"))).await.is(303);
    let sent = site.only_mail(APPLICANT).await;
    assert_eq!(sent.body.split_whitespace().collect::<Vec<_>>().join(" "), words);
}

#[tokio::test]
async fn a_message_goes_with_the_approval() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    road::approve(&cast.legal, &id).await;
    site.new_mails().await;
    let page = cast.team.open(&format!("/instruction/{id}")).await;
    let form = page.form_with(&id, "decision", Some("valider")).forge("motif", "Pensez à renouveler.\nBien à vous");
    let shown = cast.team.submit(form.clone().press("courriel")).await;
    shown.is(200).says("habilitation H1 délivrée");
    let words = shown.one(".hb-mail .hb-prewrap");
    cast.team.submit(form).await.is(303);
    let mails = site.new_mails().await;
    let told = mails.iter().find(|mail| mail.subject.contains("habilitation H1")).expect("told");
    assert!(told.body.contains("Pensez à renouveler.\nBien à vous"), "{}", told.body);
    assert_eq!(told.body.split_whitespace().collect::<Vec<_>>().join(" "), words);
}

#[tokio::test]
async fn a_service_that_does_not_allow_it_wants_one_decision_for_each_request() {
    let site = TestSite::new().await;
    let (cast, ids) = canteens(&site, &["Cantine A", "Cantine B"]).await;
    let admin = site.administrator("admin@habilis.example").await;
    let page = cast.data_team.open("/instruction").await;
    let form = ticked(&page, "valider", &["Cantine A", "Cantine B"]);
    // The service changes its mind while the list is open.
    let path = "/administration/catalogue/api-particulier/texte";
    let file = admin.open(path).await;
    let text = file.value("texte").replacen("bulk_decisions = true", "bulk_decisions = false", 1);
    admin.submit(file.form(path).set("texte", &text).set("motif", "Essai").press("publier")).await.is(303);
    assert!(!cast.data_team.open("/instruction").await.has("input[name=demande]"), "nothing can be ticked");
    let confirm = cast.data_team.submit(form.clone()).await;
    confirm.is(200).says("Ce service veut une décision par demande.");
    assert!(!confirm.has("button[value=decider]"));
    let forced = cast.data_team.submit(form.forge("action", "decider")).await;
    cast.data_team.open(&forced.is(303).location()).await.says("Aucune demande n’a été décidée");
    assert_eq!(statuses(&cast.applicant, &ids).await, ["En cours d’instruction"; 2]);
}
