//! Ready-made messages: who writes them, what they may hold, how they fill a decision.

use domain::actor::{Grant, Role};

use crate::{
    browser::{Browser, Page},
    road::{self, FRANCECONNECT, cast},
    site::TestSite,
};

const MANAGER: &str = "ines.faure@habilis.example";
const LIST: &str = "/instruction/modeles";
const NEW: &str = "/instruction/modeles/nouveau";

pub async fn manager(site: &TestSite) -> Browser {
    site.holder(MANAGER, &[Grant::new(FRANCECONNECT, None, Role::Manager)]).await
}

pub async fn add(browser: &Browser, kind: &str, title: &str, text: &str) -> Page {
    let page = browser.open(NEW).await;
    browser.submit(page.form(NEW).set("decision", kind).set("titre", title).set("texte", text).press("enregistrer")).await
}

#[tokio::test]
async fn a_manager_writes_three_messages_for_each_decision_and_reviewers_read_them() {
    let site = TestSite::new().await;
    let (cast, manager) = (cast(&site).await, manager(&site).await);
    manager.open(LIST).await.says("Aucun modèle");
    for title in ["Délibération absente", "Durée trop longue", "Contact générique"] {
        add(&manager, "changes", title, "Bonjour,\n\nIl manque une pièce à {demande.numero}.").await.is(303);
    }
    let refused = add(&manager, "changes", "Un de trop", "Bonjour").await;
    assert_eq!(refused.is(422).errors(), ["Ce service a déjà 3 modèles pour cette décision : modifiez ou supprimez l’un d’eux."]);
    assert_eq!(refused.value("titre"), "Un de trop");
    add(&manager, "refusal", "Hors du champ", "Bonjour").await.is(303);
    assert_eq!(manager.open(LIST).await.all("#modeles tbody tr").len(), 4);
    let read = cast.legal.open(LIST).await;
    assert_eq!(read.all("#modeles tbody tr").len(), 4);
    assert!(!read.has("#modeles a") && !read.has(&format!("main a[href='{NEW}']")), "reviewers use them, managers write them");
    cast.legal.get(NEW).await.is(404);
    cast.legal.post(NEW, &[("titre", "a"), ("texte", "b"), ("decision", "changes"), ("service", FRANCECONNECT)]).await.is(404);
    cast.data_team.open(LIST).await.says("Aucun modèle");
    cast.applicant.get(LIST).await.is(404);
}

#[tokio::test]
async fn what_a_message_may_hold_is_checked() {
    let site = TestSite::new().await;
    let manager = manager(&site).await;
    let sent = |title: String, text: String| {
        let manager = manager.clone();
        async move { add(&manager, "changes", &title, &text).await.is(422).errors() }
    };
    assert_eq!(sent("Bon".into(), "Bonjour {demandeur.nom}".into()).await, ["La variable {demandeur.nom} n’existe pas."]);
    assert_eq!(sent("Bon".into(), "Bonjour {organisation".into()).await, ["Une accolade ouverte n’est pas refermée."]);
    assert_eq!(sent(" ".into(), " ".into()).await, ["Donnez un titre à ce modèle.", "Écrivez le texte du modèle."]);
    let long = sent("é".repeat(51), "é".repeat(5001)).await;
    assert_eq!(long, ["Ce texte dépasse 50 caractères : raccourcissez-le.", "Ce texte dépasse 5000 caractères : raccourcissez-le."]);
    let page = manager.open(NEW).await;
    let none = manager.submit(page.form(NEW).set("titre", "Bon").set("texte", "Bonjour").press("enregistrer")).await;
    assert_eq!(none.is(422).errors(), ["Choisissez la décision que ce modèle accompagne."]);
    let forged =
        manager.submit(page.form(NEW).set("decision", "changes").set("titre", "Bon").set("texte", "Bonjour").forge("service", "api-particulier"));
    forged.await.is(422);
    manager.open(LIST).await.says("Aucun modèle");
}

#[tokio::test]
async fn a_message_is_previewed_changed_and_deleted() {
    let site = TestSite::new().await;
    let manager = manager(&site).await;
    let page = manager.open(NEW).await;
    let form =
        page.form(NEW).set("decision", "refusal").set("titre", "Refus").set("texte", "Votre projet {demande.titre} ({organisation}) du {echeance}");
    let preview = manager.submit(form.press("apercu")).await;
    preview.is(200).says("Votre projet Portail famille (Commune de Clamart) du 30 novembre 2026");
    assert_eq!(preview.value("texte"), "Votre projet {demande.titre} ({organisation}) du {echeance}");
    manager.submit(preview.form(NEW).press("enregistrer")).await.is(303);
    let list = manager.open(LIST).await;
    let path = list.attribute("#modeles a", "href").expect("a link");
    let edit = manager.open(&path).await;
    let refused = manager.submit(edit.form(&path).set("texte", "{x}").press("enregistrer")).await;
    assert_eq!(refused.is(422).errors(), ["La variable {x} n’existe pas."]);
    manager.submit(edit.form(&path).set("titre", "Refus simple").press("enregistrer")).await.is(303);
    manager.open(LIST).await.says("Refus simple");
    manager.submit(edit.form(&path).press("supprimer")).await.is(303);
    manager.open(LIST).await.says("Aucun modèle");
    manager.get(&path).await.is(404);
}

#[tokio::test]
async fn a_reviewer_inserts_a_message_and_its_words_are_those_of_the_request() {
    let site = TestSite::new().await;
    let (cast, manager) = (cast(&site).await, manager(&site).await);
    add(&manager, "changes", "Délibération absente", "La demande {demande.numero} de {organisation} est attendue le {echeance} :\n{demande.lien}")
        .await;
    add(&manager, "refusal", "Hors du champ", "Refus de {demande.titre}").await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail {famille}", None).await;
    let path = format!("/instruction/{id}");
    let page = cast.legal.open(&path).await;
    let form = page.form_with(&id, "decision", Some("modifier"));
    let template = page.attribute("#modele-modifier option:not([value=''])", "value").expect("a message to insert");
    assert_eq!(page.all("#modele-modifier option").len(), 2, "the messages of this decision only");
    let filled = cast.legal.submit(form.set("motif", "Bonjour,").set("modele", &template).press("modele")).await;
    filled.is(200);
    let text = filled.form_with(&id, "decision", Some("modifier")).values("motif")[0].to_owned();
    let link = site.app.cx.url(&format!("/demandes/{id}"));
    assert_eq!(text, format!("Bonjour,\n\nLa demande D1 de COMMUNE DE CLAMART est attendue le 9 décembre 2026 :\n{link}"));
    assert!(filled.has("details[open] #motif-modifications"), "the decision stays open");
    let none = cast.legal.submit(page.form_with(&id, "decision", Some("refuser")).set("motif", "Gardé").press("modele")).await;
    assert_eq!(none.is(200).form_with(&id, "decision", Some("refuser")).values("motif"), ["Gardé"]);
    cast.legal.submit(filled.form_with(&id, "decision", Some("modifier"))).await.is(303);
    cast.applicant.open(&format!("/demandes/{id}")).await.says("est attendue le 9 décembre 2026");
}

#[tokio::test]
async fn on_a_request_for_two_services_each_team_is_offered_its_own_messages() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    add(&manager(&site).await, "changes", "Pour FranceConnect", "Bonjour de FranceConnect").await.is(303);
    let other = site.holder("luc.morel@habilis.example", &[Grant::new(road::API_PARTICULIER, None, Role::Manager)]).await;
    add(&other, "changes", "Pour la donnée", "Bonjour de la donnée").await.is(303);
    let id = crate::together::complete(&site, &cast.applicant, "Portail famille").await;
    road::submit(&cast.applicant, &id).await;
    let path = format!("/instruction/{id}");
    let offered = |page: &Page| page.all("#modele-modifier option");
    let page = cast.legal.open(&path).await;
    assert_eq!(offered(&page), ["Choisir un modèle", "Pour FranceConnect"]);
    let form = page.form_with(&path, "decision", Some("modifier"));
    let value = page.attribute("#modele-modifier option:last-child", "value").expect("a message");
    let filled = cast.legal.submit(page.form_holding(&path, "modele").set("modele", &value).press("modele")).await;
    filled.is(200).says("Bonjour de FranceConnect");
    assert_eq!(form.values("decision"), ["modifier"]);
    cast.approve_franceconnect(&id).await;
    assert_eq!(offered(&cast.data_team.open(&path).await), ["Choisir un modèle", "Pour la donnée"]);
}
