//! The mail server is away or refuses: nothing is lost, those who run the site see it, and the mails leave later.

use std::collections::BTreeSet;

use testkit::SmtpServer;
use tokio::net::TcpListener;

use crate::{
    road::{self, APPLICANT, FRANCECONNECT, LEGAL},
    site::TestSite,
};

const MAILS: &str = "/administration/courriels";
const ADMIN: &str = "denis.leroy@habilis.example";

#[tokio::test]
async fn mails_wait_for_a_server_that_refuses_and_leave_once_it_takes_them() {
    let server = SmtpServer::start().await;
    let site = TestSite::with(&[("SMTP_URL", server.url())]).await;
    let admin = site.administrator(ADMIN).await;
    let applicant = site.applicant(APPLICANT).await;
    site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    // The mail about the administrator's second factor, which this test does not count.
    site.settle().await;
    server.forget();
    admin.open(MAILS).await.says("Aucun courriel en attente");
    server.refuse(Some("451 4.3.0 <{}> try again later"));
    road::file(&applicant, FRANCECONNECT, "Portail", None).await;
    admin.open(MAILS).await.says("Pas encore essayé");
    site.try_effects().await;
    assert!(server.received().is_empty());

    let page = admin.open(MAILS).await;
    let domains = page.all("tbody th");
    page.says(&format!("{} courriels ne sont pas encore partis", domains.len()));
    assert_eq!(BTreeSet::from_iter(domains.iter().map(String::as_str)), BTreeSet::from(["clamart.example", "habilis.example"]));
    page.says("Refusé pour le moment par le serveur de messagerie (code 451)");
    for hidden in [APPLICANT, LEGAL, "jeanne.roux", "try again later", "Portail"] {
        page.does_not_say(hidden);
    }
    // The first back-off is five seconds: not before, unless somebody asks.
    site.try_effects().await;
    assert_eq!(attempts(&admin.open(MAILS).await), vec!["1"; domains.len()]);
    let hurried = admin.submit(page.form(MAILS)).await;
    admin.open(&hurried.is(303).location()).await.says(&format!("{} courriels sont relancés", domains.len()));
    site.try_effects().await;
    assert_eq!(attempts(&admin.open(MAILS).await), vec!["2"; domains.len()]);

    server.refuse(None);
    site.pass(1);
    site.settle().await;
    let recipients: BTreeSet<String> = server.received().into_iter().map(|(recipient, _)| recipient).collect();
    assert!(recipients.contains(APPLICANT) && recipients.contains(LEGAL), "{recipients:?}");
    assert_eq!(server.received().len(), domains.len(), "each once");
    admin.open(MAILS).await.says("Aucun courriel en attente");
}

fn attempts(page: &crate::browser::Page) -> Vec<String> {
    page.all("td[data-label='Essais']")
}

#[tokio::test]
async fn nobody_listening_is_told_as_such_and_others_do_not_see_it() {
    let closed = TcpListener::bind("127.0.0.1:0").await.and_then(|l| l.local_addr()).expect("a free port");
    let site = TestSite::with(&[("SMTP_URL", &format!("smtp://{closed}"))]).await;
    let admin = site.administrator(ADMIN).await;
    let applicant = site.applicant(APPLICANT).await;
    let legal = site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    road::file(&applicant, FRANCECONNECT, "Portail", None).await;
    site.try_effects().await;
    admin.open(MAILS).await.says("Le serveur de messagerie ne répond pas");
    for other in [&applicant, &legal] {
        other.get(MAILS).await.is(404);
        other.post(MAILS, &[]).await.is(404);
    }
}

#[tokio::test]
async fn what_a_server_answers_is_noted_without_the_address_it_repeats() {
    let server = SmtpServer::start().await;
    let site = TestSite::with(&[("SMTP_URL", server.url())]).await;
    let applicant = site.applicant(APPLICANT).await;
    road::file(&applicant, FRANCECONNECT, "Portail", None).await;
    for answer in ["450 4.2.1 <{}> unknown", "451 4.3.0 <{}> later"] {
        server.refuse(Some(answer));
        site.pass(1);
        site.try_effects().await;
        let waiting = store::outbox::waiting(&site.app.cx, domain::events::Consumer::Delivery, store::Paging::of(1)).await.expect("read").items;
        assert!(!waiting.is_empty());
        for one in waiting {
            let noted = one.last_error.expect("refused");
            assert!(noted.contains(&answer[..3]) && !noted.contains('@'), "{noted}");
        }
    }
}
