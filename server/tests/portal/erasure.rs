//! One's own data: the copy, and the end of the account.

use std::collections::BTreeMap;

use store::{ConnectionTrait, Statement};

use crate::{
    browser::Browser,
    road::{self, ADMIN, APPLICANT, FRANCECONNECT, LEGAL, TECHNICAL, cast, decide},
    rows,
    site::{PASSWORD, TestSite},
};

const DATA: &str = "/mon-compte/donnees";
const ERASURE: &str = "/mon-compte/suppression";
const GONE: &str = "Votre compte Habilis est supprimé";

async fn copy(browser: &Browser) -> serde_json::Value {
    let answer = browser.get(&format!("{DATA}/copie")).await;
    answer.is(200);
    assert!(answer.header("content-disposition").starts_with("attachment") && answer.header("cache-control").contains("no-store"));
    serde_json::from_str(&answer.body).expect("JSON")
}

/// Every text of the database that holds these words, by table and column.
async fn where_is(site: &TestSite, words: &str) -> BTreeMap<String, i64> {
    let db = &site.app.cx.db;
    let query = |sql: &str| Statement::from_string(db.get_database_backend(), sql);
    let mut found = BTreeMap::new();
    for (table, column) in rows::columns(&site.app).await {
        let sql = format!("SELECT COUNT(*) AS many FROM {table} WHERE CAST({column} AS text) LIKE '%{words}%'");
        let row = db.query_one_raw(query(&sql)).await.unwrap_or_else(|error| panic!("{sql}: {error}")).expect("a row");
        let many: i64 = row.try_get("", "many").expect("a number");
        if many > 0 {
            found.insert(format!("{table}.{column}"), many);
        }
    }
    found
}

async fn ask(browser: &Browser, password: &str, understood: bool) -> crate::browser::Page {
    let form = browser.open(ERASURE).await.form(ERASURE).set("current_password", password);
    browser.submit(if understood { form.set("understood", "oui") } else { form }).await
}

#[tokio::test]
async fn a_copy_holds_ones_own_data_and_nothing_of_others() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    let (notes, review) = (format!("/instruction/{id}/notes"), format!("/instruction/{id}"));
    cast.legal.submit(cast.legal.open(&review).await.form(&notes).set("texte", "Note interne")).await.is(303);
    let messages = format!("/demandes/{id}/messages");
    let page = cast.applicant.open(&messages).await;
    cast.applicant.submit(page.form(&messages).set("message", "Bonjour, où en êtes-vous ?")).await.is(303);
    let replies = format!("/instruction/{id}/messages");
    let page = cast.legal.open(&replies).await;
    cast.legal.submit(page.form(&replies).set("message", "Réponse de l’équipe")).await.is(303);

    let page = cast.applicant.open("/mon-compte").await;
    assert_eq!(page.link("Voir mes données"), DATA);
    let data = copy(&cast.applicant).await;
    assert_eq!(data["compte"]["adresse_electronique"], APPLICANT);
    assert_eq!(data["demandes"][0]["numero"], "D1");
    assert_eq!(data["demandes"][0]["nom_du_projet"], "Portail famille");
    assert_eq!(data["messages_ecrits"][0]["texte"], "Bonjour, où en êtes-vous ?");
    assert_eq!(data["organisations"][0]["siret"], crate::site::SIRET);
    assert_eq!(data["securite"]["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(data["securite"]["navigateurs_reconnus"].as_array().map(Vec::len), Some(1));
    assert!(data["actes"].as_array().is_some_and(|acts| !acts.is_empty()));
    let text = data.to_string();
    for others in ["Note interne", "Réponse de l’équipe", "Fontaine", "dpo@clamart.example", LEGAL, "Benali", "secret", "argon2"] {
        assert!(!text.contains(others), "{others} is not theirs: {text}");
    }
    // A reviewer's copy holds their rights, and what they wrote.
    let data = copy(&cast.legal).await;
    assert!(data["droits"].to_string().contains("FranceConnect"));
    assert_eq!(data["messages_ecrits"][0]["texte"], "Réponse de l’équipe");
    assert_eq!(data["demandes"].as_array().map(Vec::len), Some(0));
    site.visitor().get(&format!("{DATA}/copie")).await.is(303);
}

#[tokio::test]
async fn what_is_in_force_must_pass_to_somebody_else_first() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    let refused = |page: &crate::browser::Page, state: &str| {
        page.says("Votre compte ne peut pas encore être supprimé");
        page.says(state);
        assert_eq!(page.attribute("#en-vigueur a[href$='/transfert']", "href"), Some(format!("/demandes/{id}/transfert")));
        assert_eq!(page.form_count(ERASURE), 0);
    };
    refused(&cast.applicant.open(ERASURE).await, "demande en cours");
    let forced = [("current_password", PASSWORD), ("understood", "oui")];
    refused(cast.applicant.post(ERASURE, &forced).await.is(409), "demande en cours");
    cast.approve_franceconnect(&id).await;
    refused(&cast.applicant.open(ERASURE).await, "habilitation active");

    let admin = site.administrator(ADMIN).await;
    admin.open(ERASURE).await.says("Vous administrez le site");
    admin.post(ERASURE, &forced).await.is(409);

    // Handed over, nothing stands in the way any more.
    site.applicant("paul.colin@clamart.example").await;
    let transfer = format!("/demandes/{id}/transfert");
    let page = cast.applicant.open(&transfer).await;
    cast.applicant.submit(page.form(&transfer).set("email", "paul.colin@clamart.example")).await.is(303);
    ask(&cast.applicant, PASSWORD, true).await.is(303);
    cast.applicant.get("/mon-compte").await.is(303);
}

#[tokio::test]
async fn an_erased_account_leaves_no_name_no_address_and_no_way_in() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let draft = road::start(&cast.applicant, FRANCECONNECT).await;
    let id = road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    let messages = format!("/demandes/{id}/messages");
    let page = cast.applicant.open(&messages).await;
    cast.applicant.submit(page.form(&messages).set("message", "Bonjour à tous")).await.is(303);
    decide(&cast.legal, &id, "refuser", "Hors du cadre.").await.is(303);
    let elsewhere = site.signed_in(APPLICANT).await;
    site.new_mails().await;
    store_mailbox_emptied(&site).await;
    assert!(where_is(&site, APPLICANT).await.contains_key("account.email"), "the search finds what is there");

    let wrong = ask(&cast.applicant, "Ce n’est pas lui 1", false).await;
    assert_eq!(wrong.is(422).errors(), ["Le mot de passe est incorrect.", "Cochez cette case pour confirmer."]);
    let done = ask(&cast.applicant, PASSWORD, true).await;
    cast.applicant.open(&done.is(303).location()).await.says("Votre compte est supprimé");
    assert_eq!(site.only_mail(APPLICANT).await.subject, GONE);
    store_mailbox_emptied(&site).await;
    assert_eq!(where_is(&site, APPLICANT).await, BTreeMap::new());
    // Folded, as searches know them.
    assert_eq!(where_is(&site, "jeanne").await, BTreeMap::new());

    elsewhere.get("/mon-compte").await.is(303);
    let browser = site.hesitant_visitor();
    let form = browser.open("/connexion").await.form("/connexion").set("email", APPLICANT).set("password", PASSWORD);
    browser.submit(form).await.is(422);
    let form = browser.open("/mot-de-passe-oublie").await.form("/mot-de-passe-oublie").set("email", APPLICANT);
    browser.submit(form).await.is(303);
    assert_eq!(site.new_mails().await.len(), 0, "nobody is known there");

    // The file stays with its reviewers, under nobody's name; the draft went with its author.
    let page = cast.legal.open(&format!("/instruction/{id}")).await;
    page.says("Portail famille");
    page.does_not_say("Jeanne");
    let page = cast.legal.open(&format!("/instruction/{id}/messages")).await;
    page.says("Bonjour à tous");
    page.says("Compte supprimé");
    let request: domain::ids::RequestId = draft.parse().expect("an id");
    let left = store::request::by_id(&site.app.cx.db, request).await.expect("read").expect("its number stays");
    assert!(left.answers.0.is_empty() && left.title.is_empty());
    cast.legal.open("/instruction?q=jeanne").await.does_not_say("Portail famille");
}

/// Empties the mailbox: delivered mails belong to their recipients, and the demonstration keeps them for thirty days.
async fn store_mailbox_emptied(site: &TestSite) {
    site.settle().await;
    site.app.cx.db.execute_unprepared("DELETE FROM mailbox").await.expect("emptied");
}

#[tokio::test]
async fn nobody_who_has_an_account_is_told_that_it_is_erased() {
    let site = TestSite::new().await;
    site.visitor().open("/compte-supprime").await.says("Votre compte est supprimé");
    assert_eq!(site.applicant(APPLICANT).await.get("/compte-supprime").await.is(303).location(), "/");
}

#[tokio::test]
async fn the_second_factor_is_shown_again_before_an_account_is_erased() {
    let site = TestSite::new().await;
    let browser = site.account("marc.lemoine@a.fr").await;
    crate::factors::enrol(&site, &browser).await;
    site.pass(1);
    let asked = browser.get(ERASURE).await;
    assert!(asked.is(303).location().starts_with("/mon-compte/securite/confirmation"), "{}", asked.location());
    let forced = [("current_password", PASSWORD), ("understood", "oui")];
    assert!(browser.post(ERASURE, &forced).await.is(303).location().starts_with("/mon-compte/securite/confirmation"));
}

#[tokio::test]
async fn an_administrator_erases_for_somebody_with_a_reason_and_never_in_their_place() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let admin = site.administrator(ADMIN).await;
    let person = site.add_account(LEGAL).await;
    let page = format!("/administration/droits/{person}");
    let path = format!("{page}/effacement");
    let form = admin.open(&page).await.form(&path);
    assert_eq!(admin.submit(form.clone()).await.is(422).errors().len(), 1);
    let done = admin.submit(form.set("motif", "Courrier du 3 novembre")).await;
    admin.open(&done.is(303).location()).await.says("Compte supprimé");
    assert_eq!(site.mails_to(LEGAL).await[0].subject, GONE);
    cast.legal.get("/mon-compte").await.is(303);
    // Nobody is there any more: no right, no standing in, no second time.
    admin.post(&path, &[("motif", "Encore")]).await.is(404);
    admin.post(&page, &[("action", "donner"), ("perimetre", FRANCECONNECT), ("role", "reader")]).await.is(404);
    for act in ["suspension", "prise-en-main"] {
        admin.post(&format!("{page}/{act}"), &[("motif", "Encore")]).await.is(404);
    }
    let journal = admin.open("/administration/journal").await;
    journal.says("Compte supprimé");
    journal.says("Courrier du 3 novembre");

    // Not oneself, not another administrator, not somebody who carries a request, and nobody but an administrator.
    let own = site.add_account(ADMIN).await;
    admin.post(&format!("/administration/droits/{own}/effacement"), &[("motif", "x")]).await.is(409);
    let other = site.add_account("autre.admin@habilis.example").await;
    site.app.habilitation.set_admin(other, true).await.expect("given");
    admin.post(&format!("/administration/droits/{other}/effacement"), &[("motif", "x")]).await.is(409);
    road::file(&cast.applicant, FRANCECONNECT, "Portail famille", None).await;
    let applicant = site.add_account(APPLICANT).await;
    admin.post(&format!("/administration/droits/{applicant}/effacement"), &[("motif", "x")]).await.is(409);
    cast.team.post(&format!("/administration/droits/{applicant}/effacement"), &[("motif", "x")]).await.is(404);

    // Standing in for somebody, one neither reads their copy nor ends their account.
    let target = site.add_account(TECHNICAL).await;
    admin.post(&format!("/administration/droits/{target}/prise-en-main"), &[("motif", "Aide")]).await.is(303);
    admin.get(&format!("{DATA}/copie")).await.is(403);
    admin.post(ERASURE, &[("current_password", PASSWORD), ("understood", "oui")]).await.is(403);
}
