//! Two at once: mails leave once, and marks do not go back.

use std::time::Duration;

use store::message::{self, Mark};
use testkit::SmtpServer;

use crate::{
    road::{self, APPLICANT, FRANCECONNECT, LEGAL},
    site::TestSite,
};

#[tokio::test]
async fn a_slow_mail_does_not_have_the_next_ones_sent_by_another_process_too() {
    let server = SmtpServer::start().await;
    let site = TestSite::with(&[("SMTP_URL", server.url())]).await;
    let applicant = site.applicant(APPLICANT).await;
    site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    road::file(&applicant, FRANCECONNECT, "Portail", None).await;
    let held = server.hold_next();
    let other = async {
        held.arrived().await;
        // Longer than a process may take for one mail.
        site.clock.advance(Duration::from_secs(61));
        site.try_effects().await;
        held.release();
    };
    tokio::join!(site.try_effects(), other);
    site.settle().await;
    let mut sent: Vec<String> = server.received().into_iter().map(|(recipient, _)| recipient).collect();
    let total = sent.len();
    sent.sort();
    sent.dedup();
    // The slow one was given up and sent again: at least once is the promise. No other is.
    assert!(sent.len() > 3 && total == sent.len() + 1, "{total} mails to {sent:?}");
}

#[tokio::test]
async fn what_was_read_stays_read_whoever_writes_last() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let id = road::start(&applicant, FRANCECONNECT).await.parse().expect("an id");
    let (cx, account) = (&site.app.cx, site.add_account(APPLICANT).await);
    let mut reached = Vec::new();
    for (read, told) in [(0, 5), (5, 0), (3, 0), (0, 4), (0, 9)] {
        let tx = cx.begin().await.expect("a transaction");
        message::raise_mark(&*tx, id, account, Mark { read, told }).await.expect("written");
        tx.commit().await.expect("committed");
        let mark = message::marks(&cx.db, id, [account]).await.expect("read")[&account];
        reached.push((mark.read, mark.told));
    }
    assert_eq!(reached, [(0, 5), (5, 5), (5, 5), (5, 5), (5, 9)]);
}
