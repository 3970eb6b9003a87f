//! Deadlocks: when two transactions wait for each other, the database rolls one back, and nobody loses what they typed.

use std::time::Duration;

use store::{counter, request};
use testkit::TestDatabase;

use crate::{
    road::{self, APPLICANT},
    site::TestSite,
};

#[tokio::test]
async fn whoever_gives_way_to_somebody_else_sends_the_same_again() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    site.new_mails().await;
    let cx = &site.app.cx;
    let path = format!("/instruction/{id}");
    let form = cast.legal.open(&path).await.form_with(&id, "decision", Some("modifier")).set("motif", "Précisez « le public » <b>visé</b>.");

    // Somebody who wrote in the journal first, and comes to the request while the decision holds it and waits for the journal.
    let other = cx.begin().await.expect("a transaction");
    counter::next(&other, "journal").await.expect("held");
    let legal = cast.legal.clone();
    let deciding = tokio::spawn(async move { legal.submit(form).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let held = request::by_id(&other, id.parse().expect("an id")).await.expect("read").expect("filed");
    // The decision has waited the longest: it is the one given up.
    request::save(&other, &held, cx.now()).await.expect("written once the decision gave way");
    drop(other);
    if matches!(site.database, TestDatabase::Sqlite { .. }) {
        // One writer at a time: the decision waited before it began, and had nothing to give up.
        deciding.await.expect("no panic").is(303);
        return;
    }

    let refused = deciding.await.expect("no panic");
    refused.is(503).says("Quelqu’un d’autre enregistrait au même moment");
    assert_eq!(refused.header("retry-after"), "1");
    assert!(site.new_mails().await.is_empty(), "nothing was written");
    cast.legal.submit(refused.form(&id)).await.is(303);
    let mails = site.mails_to(APPLICANT).await;
    assert!(mails[0].body.contains("Précisez « le public » <b>visé</b>."), "{mails:?}");
}
