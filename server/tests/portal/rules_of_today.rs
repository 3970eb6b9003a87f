//! The rules of the day hold when a request is sent, reopened, renewed or copied; what changed since it was begun is told.

use crate::{
    browser::Browser,
    every_form,
    road::{self, ADMIN, FRANCECONNECT, cast},
    site::TestSite,
};

const PLUS: &str = "franceconnect-plus";
const CHANGED: &str = "Le formulaire a changé depuis que vous avez rempli cette demande";

type Edit = fn(&str) -> String;

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// The text without the TOML table that holds this line.
fn without(text: &str, line: &str) -> String {
    let at = text.find(line).expect("the line");
    let begin = text[..at].rfind("[[").expect("its table");
    let end = text[at..].find("[[").map_or(text.len(), |next| at + next);
    format!("{}{}", &text[..begin], &text[end..])
}

fn shorter_names(text: &str) -> String {
    replaced(text, "required = true\nmax = 100\npublic = true", "required = true\nmax = 10\npublic = true")
}

fn no_volume(text: &str) -> String {
    without(text, "id = \"volume\"")
}

fn telephone_in_place_of_the_name(text: &str) -> String {
    let new = "[[scope_groups.scopes]]\nid = \"phone\"\nlabel = \"Téléphone\"\n\n[[scope_groups.scopes]]\nid = \"given_name\"";
    replaced(&without(text, "id = \"family_name\""), "[[scope_groups.scopes]]\nid = \"given_name\"", new)
}

fn one_more_box(text: &str) -> String {
    let more = "[[statements]]\nid = \"homologue\"\nlabel = \"Je confirme que mon service est homologué.\"\n\n[[stages]]\nslug = \"juridique\"";
    replaced(text, "[[stages]]\nslug = \"juridique\"", more)
}

/// Publishes one version with all these edits.
async fn publish(admin: &Browser, service: &str, edits: &[Edit]) {
    let path = format!("/administration/catalogue/{service}/texte");
    let page = admin.open(&path).await;
    let text = edits.iter().fold(page.value("texte"), |text, edit| edit(&text));
    admin.submit(page.form(&path).set("texte", &text).set("motif", "Essai").press("publier")).await.is(303);
}

async fn version(site: &TestSite, id: &str) -> u32 {
    let found = store::request::by_id(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    found.expect("a request").catalogue_version
}

async fn send_all(browser: &Browser, id: &str) -> crate::browser::Page {
    let path = format!("/demandes/{id}/synthese");
    let page = browser.open(&path).await;
    let boxes = page.attributes("main input[type=checkbox]", "name");
    browser.submit(boxes.iter().fold(page.form(&path), |form, name| form.set(name, "oui"))).await
}

#[tokio::test]
async fn a_draft_begun_under_an_earlier_version_is_sent_by_the_rules_of_today() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let admin = site.administrator(ADMIN).await;
    let untouched = road::complete(&cast.applicant, FRANCECONNECT, "Guichet", None).await;
    let id = road::complete(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    publish(&admin, FRANCECONNECT, &[shorter_names]).await;
    // It is filled in the form of its first day…
    cast.applicant.open(&format!("/demandes/{id}")).await.does_not_say(CHANGED);
    // …and not sent before what has changed was read.
    let refused = send_all(&cast.applicant, &id).await;
    refused.is(422).says(CHANGED);
    refused.says("Cette réponse n’est plus acceptée : Nom public du service : Ce texte dépasse");
    assert_eq!(refused.link("Nom public du service"), format!("/demandes/{id}/projet?verifier=1"));
    cast.legal.get(&format!("/instruction/{id}")).await.is(404);
    cast.applicant.open(&format!("/demandes/{id}")).await.says(CHANGED);
    let again = send_all(&cast.applicant, &id).await;
    again.is(422).says("Votre demande n’est pas complète");
    let path = format!("/demandes/{id}/projet");
    let page = cast.applicant.open(&format!("{path}?verifier=1")).await;
    assert_eq!(page.errors(), ["Nom public du service : Ce texte dépasse 10 caractères : raccourcissez-le."]);
    cast.applicant.submit(page.form(&path).set("name", "Portail").press("enregistrer")).await.is(303);
    send_all(&cast.applicant, &id).await.is(303);
    assert_eq!(version(&site, &id).await, 2);
    cast.applicant.open(&format!("/demandes/{id}")).await.does_not_say(CHANGED);
    // A change that says nothing to a request keeps nobody waiting.
    send_all(&cast.applicant, &untouched).await.is(303);
    assert_eq!(version(&site, &untouched).await, 2);
}

/// A request for FranceConnect+, approved before the form changed, and its people.
struct Outdated {
    applicant: Browser,
    legal: Browser,
    team: Browser,
    id: String,
}

async fn outdated(site: &TestSite) -> Outdated {
    let applicant = site.applicant(road::APPLICANT).await;
    let legal = site.reviewer(road::LEGAL, PLUS, "juridique").await;
    let team = site.reviewer(road::TEAM, PLUS, "franceconnect").await;
    let admin = site.administrator(ADMIN).await;
    let form = site.app.habilitation.form(PLUS, None).expect("shipped");
    let id = every_form::file(&applicant, form, None, "").await;
    road::approve(&legal, &id).await;
    road::approve(&team, &id).await;
    publish(&admin, PLUS, &[no_volume, telephone_in_place_of_the_name, one_more_box]).await;
    Outdated { applicant, legal, team, id }
}

#[tokio::test]
async fn reopened_a_request_tells_what_changed_and_given_up_it_is_as_it_was() {
    let site = TestSite::new().await;
    let Outdated { applicant, legal, id, .. } = outdated(&site).await;
    let own = format!("/demandes/{id}");
    applicant.open(&own).await.says("Nombre de connexions attendues Les agents du service enfance");

    let page = applicant.open(&own).await;
    let reopened = applicant.submit(page.form("reouverture")).await;
    let page = applicant.open(&reopened.is(303).location()).await;
    for expected in [
        CHANGED,
        "Cette question a été retirée ; votre réponse reste lisible dans l’historique et ne sera plus transmise : Nombre de connexions attendues",
        "Cette donnée n’est plus proposée ; elle ne sera plus demandée : Nom de naissance",
        "Cette donnée est nouvelle : Téléphone",
        "Cet engagement est nouveau : Je confirme que mon service est homologué.",
    ] {
        page.says(expected);
    }
    // Those who read what is in force read it as it was granted.
    legal.open(&format!("/instruction/{id}")).await.says("Nombre de connexions attendues Les agents du service enfance");
    // Given up, everything is as it was.
    applicant.submit(page.form("reouverture/abandon")).await.is(303);
    let page = applicant.open(&own).await;
    page.says("Nombre de connexions attendues Les agents du service enfance");
    page.does_not_say(CHANGED);
    assert_eq!(version(&site, &id).await, 1);
}

#[tokio::test]
async fn reopened_a_request_follows_the_rules_of_today_and_what_vanished_stays_readable() {
    let site = TestSite::new().await;
    let Outdated { applicant, legal, team, id } = outdated(&site).await;
    let own = format!("/demandes/{id}");
    // Given up once before.
    let page = road::reopen(&applicant, &id).await;
    applicant.submit(page.form("reouverture/abandon")).await.is(303);

    // Sent as it is: the new box is to tick, what vanished is not sent.
    road::reopen(&applicant, &id).await;
    let forgotten = [("conditions", "oui"), ("dpo_informe", "oui")];
    let summary = format!("{own}/synthese");
    let refused = applicant.submit(applicant.open(&summary).await.form(&summary).fill(&forgotten)).await;
    let errors = refused.is(422).errors();
    assert!(errors.len() == 1 && errors[0].contains("Cochez cette case"), "{errors:?}");
    road::submit(&applicant, &id).await;
    for page in [applicant.open(&own).await, legal.open(&format!("/instruction/{id}")).await] {
        page.says("Nombre de connexions attendues Avant : Les agents du service enfance Après : Non renseigné");
        page.says("Retiré Nom de naissance");
    }
    road::approve(&legal, &id).await;
    road::approve(&team, &id).await;
    let granted = store::habilitation::of_request(&site.app.cx.db, id.parse().expect("an id")).await.expect("read");
    let told: Vec<_> = granted
        .iter()
        .map(|one| (one.catalogue_version, one.answers.text("volume").replace('\u{a0}', " "), one.scopes.contains(&"family_name".to_owned())))
        .collect();
    assert_eq!(told, [(2, String::new(), false), (1, "Les agents du service enfance".to_owned(), true)]);
    site.visitor().open("/habilitations/H1").await.says("Nom de naissance");
}

#[tokio::test]
async fn what_today_would_refuse_is_not_renewed_as_it_is() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let admin = site.administrator(ADMIN).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    let short = road::file(&cast.applicant, FRANCECONNECT, "Guichet", None).await;
    for one in [&id, &short] {
        cast.approve_franceconnect(one).await;
    }
    publish(&admin, FRANCECONNECT, &[shorter_names]).await;
    // Three years, and three months before the end.
    site.tick_at("2029-09-10 09:00").await;
    let browser = site.signed_in(road::APPLICANT).await;
    let path = format!("/demandes/{id}/renouvellement");
    let page = browser.open(&path).await;
    page.says("Le formulaire a changé depuis que l’habilitation a été délivrée");
    page.says("Cette réponse n’est plus acceptée : Nom public du service : Ce texte dépasse");
    assert_eq!((page.form_count(&path), page.form_count(&format!("/demandes/{id}/reouverture"))), (0, 1));
    browser.post(&path, &[("confirmation", "oui")]).await.is(422).says("Cette réponse n’est plus acceptée");
    let path = format!("/demandes/{short}/renouvellement");
    let page = browser.open(&path).await;
    browser.submit(page.form(&path).set("confirmation", "oui")).await.is(303);
}

#[tokio::test]
async fn a_copy_follows_the_rules_of_today_and_says_what_it_left_behind() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let admin = site.administrator(ADMIN).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    cast.approve_franceconnect(&id).await;
    publish(&admin, FRANCECONNECT, &[no_volume, shorter_names]).await;
    let made = cast.applicant.post(&format!("/demandes/{id}/duplication"), &[]).await;
    let copy = made.is(303).location().split('/').nth(2).expect("an id").to_owned();
    let page = cast.applicant.open(&format!("/demandes/{copy}")).await;
    page.says(CHANGED);
    page.says("Nombre de connexions attendues");
    let sent = store::request::by_id(&site.app.cx.db, copy.parse().expect("an id")).await.expect("read").expect("a copy");
    assert_eq!((sent.catalogue_version, sent.begun_version), (2, Some(1)));
}

#[tokio::test]
async fn sent_back_and_sent_again_a_request_follows_the_rules_of_today() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let admin = site.administrator(ADMIN).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    road::decide(&cast.legal, &id, "modifier", "Précisez.").await.is(303);
    publish(&admin, FRANCECONNECT, &[one_more_box]).await;
    let refused = send_all(&cast.applicant, &id).await;
    refused.is(422).says("Cet engagement est nouveau : Je confirme que mon service est homologué.");
    cast.legal.open(&format!("/instruction/{id}")).await.says("À modifier");
    send_all(&cast.applicant, &id).await.is(303);
    assert_eq!(version(&site, &id).await, 2);
    road::approve(&cast.legal, &id).await;
}
