//! The end of request files, which are public archives: the list, the visa, the erasure. The site starts on 23 November 2026.

use domain::ids::{DocumentId, RequestId, TypedId};
use store::{ConnectionTrait, Statement, chain::Chain};

use crate::{
    road::{self, ADMIN, APPLICANT, FRANCECONNECT, LEGAL, cast, decide},
    site::TestSite,
};

const PATH: &str = "/administration/eliminations";
const VISA: [(&str, &str); 3] =
    [("reference", "2031/412</textarea></td><x-intruder>"), ("service", "Archives départementales des Hauts-de-Seine"), ("date", "2031-12-01")];

async fn number(site: &TestSite, sql: &str) -> i64 {
    let db = &site.app.cx.db;
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("counted").expect("a row");
    row.try_get("", "many").expect("a number")
}

/// A file with a document, a message, a note and a remark, refused on the first day.
async fn refused(site: &TestSite) -> (String, std::path::PathBuf) {
    let cast = cast(site).await;
    let id = road::complete(&cast.applicant, FRANCECONNECT, "Portail secret", None).await;
    road::attach(&cast.applicant, &id, "acte-secret.pdf", b"%PDF-1.7").await;
    road::submit(&cast.applicant, &id).await;
    let (notes, review) = (format!("/instruction/{id}/notes"), format!("/instruction/{id}"));
    cast.legal.submit(cast.legal.open(&review).await.form(&notes).set("texte", "Note secrète")).await.is(303);
    let messages = format!("/demandes/{id}/messages");
    let page = cast.applicant.open(&messages).await;
    cast.applicant.submit(page.form(&messages).set("message", "Message secret")).await.is(303);
    decide(&cast.legal, &id, "refuser", "Motif secret").await.is(303);
    site.new_mails().await;
    let request: RequestId = id.parse().expect("an id");
    let documents = store::document::of_request(&site.app.cx.db, request).await.expect("read");
    let document: DocumentId = documents.first().expect("a document").id;
    let file = site.app.config.data_dir.join("documents").join(format!("{document}.pdf"));
    (id, file)
}

#[tokio::test]
async fn a_file_whose_period_is_over_is_put_on_a_list_for_the_archives() {
    let site = TestSite::new().await;
    refused(&site).await;
    site.tick_at("2031-11-22 09:00").await;
    let admin = site.administrator(ADMIN).await;
    admin.open(PATH).await.says("Aucun dossier à éliminer");
    assert!(admin.post(PATH, &[]).await.is(303).location().contains("aucun"), "nothing is over yet");

    site.tick_at("2031-11-24 09:00").await;
    let admin = site.signed_in(ADMIN).await;
    let page = admin.open(PATH).await;
    assert_eq!(page.all("#dossiers-echus tbody tr").len(), 1);
    for told in ["D1", "FranceConnect", "COMMUNE DE CLAMART", "23 novembre 2026", "Demande refusée"] {
        assert!(page.one("#dossiers-echus tbody").to_lowercase().contains(&told.to_lowercase()), "{told}: {}", page.one("#dossiers-echus tbody"));
    }
    page.does_not_say("Portail secret");
    let list = admin.submit(page.form(PATH)).await.is(303).location();
    let page = admin.open(&list).await;
    page.says("Bordereau n° 1");
    page.says("En attente du visa");
    admin.open(PATH).await.says("Aucun dossier à éliminer");

    let csv = admin.get(&format!("{list}/bordereau.csv")).await;
    let lines: Vec<&str> = csv.is(200).body.lines().collect();
    assert_eq!(lines.len(), 2, "{}", csv.body);
    assert!(lines[1].starts_with("1;D1;FranceConnect;") && lines[1].ends_with(";2026-11-23;2026-11-23;2026-11-23;Demande refusée;1"), "{}", lines[1]);
}

#[tokio::test]
async fn nothing_is_erased_without_the_visa_however_long_it_takes_and_everything_with_it() {
    let site = TestSite::new().await;
    let (id, file) = refused(&site).await;
    assert!(file.exists(), "{}", file.display());
    site.tick_at("2031-11-24 09:00").await;
    let admin = site.administrator(ADMIN).await;
    let list = admin.submit(admin.open(PATH).await.form(PATH)).await.is(303).location();
    site.tick_at("2031-12-10 09:00").await;
    assert_eq!(number(&site, "SELECT COUNT(*) AS many FROM submission").await, 1);
    let admin = site.signed_in(ADMIN).await;
    let page = admin.open(&list).await;
    let wrong = admin.submit(page.form_with(&list, "action", Some("viser")).set("reference", " ").set("date", "2032-01-01")).await;
    assert_eq!(wrong.is(422).errors().len(), 3, "{:?}", wrong.errors());
    assert_eq!(wrong.value("date"), "2032-01-01");
    admin.submit(wrong.form_with(&list, "action", Some("viser")).fill(&VISA)).await.is(303);
    admin.open(&list).await.says("Effacement en cours");
    admin.post(&list, &[("action", "abandonner")]).await.is(409);

    assert!(number(&site, "SELECT COUNT(*) AS many FROM journal WHERE detail LIKE '%secret%'").await > 0);
    site.tick_at("2031-12-10 09:03").await;
    nothing_is_left(&site, &id, &file).await;
    let page = site.signed_in(ADMIN).await.open(&list).await;
    assert!(!page.has("x-intruder"));
    for told in ["Dossiers effacés", "2031/412</textarea></td><x-intruder>", "Archives départementales des Hauts-de-Seine", "1er décembre 2031", "D1"]
    {
        page.says(told);
    }
    let journal = site.signed_in(ADMIN).await.open("/administration/journal").await;
    journal.says("Bordereau d’élimination proposé");
    journal.says("Visa d’élimination consigné");
    assert!(!journal.has("x-intruder"));
    assert!(site.app.habilitation.run_clock(site.app.cx.now()).await.expect("ran").aged.files == 0);
}

/// Number, service, organisation and dates stay; nothing anybody wrote does.
async fn nothing_is_left(site: &TestSite, id: &str, file: &std::path::Path) {
    site.settle().await;
    assert!(!file.exists(), "the file of the document is gone");
    for table in ["submission", "document", "message", "review_note", "remark", "request_contact", "review_turn"] {
        assert_eq!(number(site, &format!("SELECT COUNT(*) AS many FROM {table}")).await, 0, "{table}");
    }
    let request: RequestId = id.parse().expect("an id");
    let left = store::request::by_id(&site.app.cx.db, request).await.expect("read").expect("its number stays");
    assert_eq!((left.number, left.service.as_str(), left.title.as_str(), left.answers.0.len()), (1, FRANCECONNECT, "", 0));
    assert!(left.folded.is_empty() && left.applicant.uuid().is_nil());
    let reviewer = site.signed_in(LEGAL).await;
    reviewer.get(&format!("/instruction/{id}")).await.is(404);
    let applicant = site.signed_in(APPLICANT).await;
    applicant.get(&format!("/demandes/{id}")).await.is(404);
    assert_eq!(number(site, "SELECT COUNT(*) AS many FROM journal WHERE detail LIKE '%secret%'").await, 0, "the texts of its journal are gone");
    assert!(number(site, "SELECT COUNT(*) AS many FROM journal").await > 0, "its lines stay");
    for chain in Chain::ALL {
        assert!(store::chain::verify(&site.app.cx, chain).await.expect("read").is_ok(), "{chain:?} stays whole");
    }
}

#[tokio::test]
async fn a_list_the_archives_refuse_is_withdrawn_and_its_files_may_be_proposed_again() {
    let site = TestSite::new().await;
    let (_, file) = refused(&site).await;
    site.tick_at("2031-12-01 09:00").await;
    let admin = site.administrator(ADMIN).await;
    let list = admin.submit(admin.open(PATH).await.form(PATH)).await.is(303).location();
    let page = admin.open(&list).await;
    admin.submit(page.form_with(&list, "action", Some("abandonner"))).await.is(303);
    admin.get(&list).await.is(404);
    site.tick_at("2031-12-01 09:10").await;
    assert!(file.exists());
    let page = admin.open(PATH).await;
    assert_eq!(page.all("#dossiers-echus tbody tr").len(), 1);
    let again = admin.submit(page.form(PATH)).await.is(303).location();
    admin.open(&again).await.says("Bordereau n° 2");
}

#[tokio::test]
async fn what_is_in_force_under_way_or_relied_upon_is_on_no_list() {
    let site = TestSite::new().await;
    let (cast, _) = road::approved(&site).await;
    road::file(&cast.applicant, FRANCECONNECT, "Médiathèque", None).await;
    road::start(&cast.applicant, FRANCECONNECT).await;
    let revoked = road::file(&cast.applicant, FRANCECONNECT, "Cantine", None).await;
    cast.approve_franceconnect(&revoked).await;
    let review = format!("/instruction/{revoked}");
    let page = cast.legal.open(&review).await;
    cast.legal.submit(page.form(&format!("{revoked}/revocation")).set("motif", "La cantine a fermé.")).await.is(303);
    site.new_mails().await;
    site.tick_at("2036-11-24 09:00").await;
    let admin = site.administrator(ADMIN).await;
    let page = admin.open(PATH).await;
    assert_eq!(page.all("#dossiers-echus tbody th, #dossiers-echus tbody td:first-child").first().map(String::as_str), Some("D4"));
    assert_eq!(page.all("#dossiers-echus tbody tr").len(), 1, "{}", page.text());
    page.says("Habilitation révoquée");
    // What was granted leaves nothing written either.
    let list = admin.submit(page.form(PATH)).await.is(303).location();
    let page = admin.open(&list).await;
    admin.submit(page.form_with(&list, "action", Some("viser")).fill(&VISA).set("date", "2036-11-24")).await.is(303);
    site.tick_at("2036-11-24 09:10").await;
    assert_eq!(number(&site, "SELECT COUNT(*) AS many FROM habilitation WHERE title = '' AND end_reason IS NULL").await, 1);
    assert_eq!(number(&site, "SELECT COUNT(*) AS many FROM habilitation WHERE title <> ''").await, 1, "the one in force is untouched");
    site.visitor().open("/habilitations/H2").await.does_not_say("Cantine");
    site.visitor().open("/habilitations/H1").await.says("Portail famille");
}

#[tokio::test]
async fn only_an_administrator_sees_the_lists() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    for browser in [&cast.applicant, &cast.legal] {
        browser.get(PATH).await.is(404);
        browser.post(PATH, &[]).await.is(404);
    }
}
