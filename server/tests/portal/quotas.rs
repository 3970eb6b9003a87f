//! Daily quotas: one item too many is refused with a sentence, and nothing of what was typed is lost.

use domain::{
    document::{Format, Scan},
    ids::{AccountId, RequestId},
    quota::Made,
};
use store::{
    document::{self, Document},
    export::{self, Export, ExportState},
    prepared::{self, NewPrepared},
    request::{self, NewRequest},
};

use crate::{
    browser::Browser,
    road::{self, APPLICANT, FRANCECONNECT, LEGAL},
    site::{PASSWORD, SIRET, TestSite},
};

const COLLEAGUE: &str = "karim.haddad@clamart.example";

/// So many drafts of this account, for the town hall.
async fn drafts(site: &TestSite, account: AccountId, count: u64) {
    let cx = &site.app.cx;
    let body = store::organisation::by_siret(&cx.db, &SIRET.parse().expect("valid")).await.expect("read").expect("joined");
    let tx = cx.begin().await.expect("a transaction");
    for _ in 0..count {
        let new = NewRequest {
            id: cx.new_id(),
            service: FRANCECONNECT,
            variant: None,
            with_service: None,
            catalogue_version: 1,
            begun_version: None,
            organisation: body.id,
            applicant: account,
            relies_on: None,
            continues: None,
            title: "",
            folded: "",
            answers: &domain::form::Answers::default(),
        };
        request::create(&tx, new, cx.now()).await.expect("written");
    }
    tx.commit().await.expect("committed");
}

/// So many documents of this account, in a request.
async fn documents(site: &TestSite, account: AccountId, request: RequestId, count: u64) {
    let cx = &site.app.cx;
    let tx = cx.begin().await.expect("a transaction");
    for _ in 0..count {
        let row = Document {
            id: cx.new_id(),
            request,
            field: "legal_document".to_owned(),
            file_name: "acte.pdf".to_owned(),
            format: Format::Pdf,
            size: 8,
            sha256: "0".repeat(64),
            uploaded_by: account,
            created_at: cx.now(),
            scan: Scan::Unscanned,
            rescans: 0,
        };
        document::add(&tx, &row).await.expect("written");
    }
    tx.commit().await.expect("committed");
}

async fn a_day_later(site: &TestSite, browser: &Browser, email: &str) {
    site.pass_seconds(24 * 3600 + 1);
    browser.sign_in(email, PASSWORD).await;
}

#[tokio::test]
async fn a_hundred_requests_a_day_are_begun_and_no_more() {
    let site = TestSite::with(&[("DEMO", "true")]).await;
    let browser = site.applicant(APPLICANT).await;
    let first = road::start(&browser, FRANCECONNECT).await;
    drafts(&site, site.add_account(APPLICANT).await, Made::Drafts.own() - 2).await;
    road::start(&browser, FRANCECONNECT).await;

    let path = format!("/demandes/nouvelle/{FRANCECONNECT}");
    let form = browser.open(&path).await.form(FRANCECONNECT);
    browser.submit(form.clone()).await.is(422).says("Vous avez atteint la limite de 100 nouvelles demandes en 24 heures.");
    // Neither by the other doors.
    let copy = format!("/demandes/{first}/duplication");
    let refused = browser.submit(browser.open(&copy).await.form(&copy)).await;
    refused.is(429).says("Vous avez atteint la limite de 100 nouvelles demandes");
    assert_eq!(refused.header("retry-after"), "3600");

    a_day_later(&site, &browser, APPLICANT).await;
    let form = browser.open(&path).await.form(FRANCECONNECT);
    browser.submit(form).await.is(303);
}

#[tokio::test]
async fn the_requests_of_all_those_of_a_body_count_together() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    site.applicant(COLLEAGUE).await;
    let limit = Made::Drafts.of_body().expect("a limit");
    drafts(&site, site.add_account(COLLEAGUE).await, limit - 1).await;
    road::start(&browser, FRANCECONNECT).await;
    let form = browser.open(&format!("/demandes/nouvelle/{FRANCECONNECT}")).await.form(FRANCECONNECT);
    browser.submit(form).await.is(422).says("Votre organisation a atteint la limite de 300 nouvelles demandes");
}

#[tokio::test]
async fn a_hundred_documents_a_day_are_added_and_no_more() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    documents(&site, site.add_account(APPLICANT).await, id.parse().expect("an id"), Made::Documents.own() - 1).await;
    let path = format!("/demandes/{id}/cadre-juridique");
    let attach = |page: crate::browser::Page, nature: &str| {
        page.form(&path)
            .set("legal_nature", nature)
            .attach("legal_document", "acte.pdf", format!("%PDF-1.7 {nature}").as_bytes())
            .press("enregistrer")
    };
    browser.submit(attach(browser.open(&path).await, "Délibération du 12 mai")).await.is(303);
    let refused = browser.submit(attach(browser.open(&path).await, "Délibération du 13 mai")).await;
    refused.is(422).says("Vous avez atteint la limite de 100 documents en 24 heures.");
    assert_eq!(refused.value("legal_nature"), "Délibération du 13 mai", "what was typed is there");

    a_day_later(&site, &browser, APPLICANT).await;
    browser.submit(attach(browser.open(&path).await, "Délibération du 14 mai")).await.is(303);
}

#[tokio::test]
async fn a_hundred_messages_a_day_are_written_from_each_side_and_no_more() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let id = road::file(&browser, FRANCECONNECT, "Portail famille", None).await;
    for (email, path) in [(APPLICANT, format!("/demandes/{id}/messages")), (LEGAL, format!("/instruction/{id}/messages"))] {
        // A session of its own: the day of the other side ended theirs.
        let who = site.signed_in(email).await;
        let form = who.open(&path).await.form(&path);
        for number in 0..Made::Messages.own() {
            who.submit(form.clone().set("message", &format!("Message {number}"))).await.is(303);
        }
        let refused = who.submit(form.clone().set("message", "Un de trop")).await;
        refused.is(422).says("Vous avez atteint la limite de 100 messages en 24 heures.");
        assert_eq!(refused.value("message"), "Un de trop", "what was typed is there");
        site.settle().await;
        a_day_later(&site, &who, email).await;
        who.submit(who.open(&path).await.form(&path).set("message", "Le lendemain")).await.is(303);
    }
}

#[tokio::test]
async fn thirty_workbooks_a_day_are_made_and_no_more() {
    let site = TestSite::new().await;
    let reviewer = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    road::file(&site.applicant(APPLICANT).await, FRANCECONNECT, "Portail famille", None).await;
    let (cx, account) = (&site.app.cx, site.add_account(LEGAL).await);
    let tx = cx.begin().await.expect("a transaction");
    for _ in 1..Made::Exports.own() {
        let made = Export { id: cx.new_id(), account, query: String::new(), state: ExportState::Ready, done: 1, total: 1, at: cx.now() };
        export::add(&tx, &made).await.expect("written");
    }
    tx.commit().await.expect("committed");
    let ask = async || reviewer.submit(reviewer.open("/instruction").await.form("/instruction/exports")).await;
    ask().await.is(303);
    ask().await.is(422).says("Vous avez atteint la limite de 30 exports en 24 heures.");
    a_day_later(&site, &reviewer, LEGAL).await;
    ask().await.is(303);
}

#[tokio::test]
async fn a_hundred_requests_a_day_are_prepared_and_no_more() {
    let site = TestSite::new().await;
    let reviewer = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    let (cx, account) = (&site.app.cx, site.add_account(LEGAL).await);
    let tx = cx.begin().await.expect("a transaction");
    for _ in 1..Made::Prepared.own() {
        let new = NewPrepared { id: cx.new_id(), service: FRANCECONNECT, variant: None, answers: &domain::form::Answers::default(), by: account };
        prepared::create(&tx, new, cx.now()).await.expect("written");
    }
    tx.commit().await.expect("committed");
    let prepare = async || reviewer.post("/instruction/brouillons", &[("service", FRANCECONNECT)]).await;
    prepare().await.is(303);
    prepare().await.is(429).says("Vous avez atteint la limite de 100 demandes préparées en 24 heures.");
    a_day_later(&site, &reviewer, LEGAL).await;
    prepare().await.is(303);
}
