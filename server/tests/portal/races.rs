//! Concurrent actions: mails leave once, and read marks do not go back.

use std::time::Duration;

use domain::actor::{Grant, Role};
use store::{
    ConnectionTrait, Statement,
    message::{self, Mark},
};
use testkit::SmtpServer;

use crate::{
    browser::{Browser, Form, Page},
    road::{self, API_PARTICULIER, APPLICANT, DATA_TEAM, FRANCECONNECT, LEGAL, cast},
    site::TestSite,
};

#[tokio::test]
async fn a_slow_mail_does_not_have_the_next_ones_sent_by_another_process_too() {
    let server = SmtpServer::start().await;
    let site = TestSite::with(&[("SMTP_URL", server.url())]).await;
    let applicant = site.applicant(APPLICANT).await;
    site.reviewer(LEGAL, FRANCECONNECT, "juridique").await;
    // The mail about the reviewer's second factor, which this test does not count.
    site.settle().await;
    server.forget();
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
        message::raise_mark(&tx, id, account, Mark { read, told, ..Mark::default() }).await.expect("written");
        tx.commit().await.expect("committed");
        let mark = message::marks(&cx.db, id, [account]).await.expect("read")[&account];
        reached.push((mark.read, mark.told));
    }
    assert_eq!(reached, [(0, 5), (5, 5), (5, 5), (5, 5), (5, 9)]);
}

#[tokio::test]
async fn the_clock_and_people_who_archive_at_the_same_moment_do_not_stop_each_other() {
    let site = TestSite::new().await;
    let applicant = site.applicant(APPLICANT).await;
    let mut drafts = Vec::new();
    for _ in 0..8 {
        drafts.push(road::start(&applicant, FRANCECONNECT).await);
    }
    for day in ["2026-12-08 09:00", "2027-02-06 09:00"] {
        site.tick_at(day).await;
    }
    // Their day has come: the clock archives them, and so does whoever filed them.
    site.pass(16 * 24);
    applicant.sign_in(APPLICANT, crate::site::PASSWORD).await;
    let mut person = tokio::task::JoinSet::new();
    for id in drafts.clone().into_iter().rev() {
        let browser = applicant.clone();
        person.spawn(async move { browser.post(&format!("/demandes/{id}/retrait"), &[]).await.status.as_u16() });
    }
    let (ran, statuses) = tokio::join!(site.app.habilitation.run_clock(site.app.cx.now()), person.join_all());
    ran.expect("the clock runs");
    assert!(statuses.iter().all(|status| [303, 409].contains(status)), "{statuses:?}");
    site.app.habilitation.run_clock(site.app.cx.now()).await.expect("the clock runs");
    for id in drafts {
        applicant.open(&format!("/demandes/{id}")).await.says("Demande archivée");
    }
    site.new_mails().await;
}

#[tokio::test]
async fn of_two_publications_at_once_the_second_is_told() {
    let site = TestSite::new().await;
    let admin = site.administrator(crate::road::ADMIN).await;
    for (one, other) in [("franceconnect", "droits-cnam"), ("franceconnect", "franceconnect")] {
        let mut forms = Vec::new();
        for file in [one, other] {
            let path = format!("/administration/catalogue/{file}/texte");
            let page = admin.open(&path).await;
            let text = format!("{}\n# {}\n", page.value("texte"), forms.len());
            forms.push(page.form(&path).set("texte", &text).set("motif", "Essai").press("publier"));
        }
        let [first, second] = [forms.remove(0), forms.remove(0)];
        let (first, second) = tokio::join!(admin.submit(first), admin.submit(second));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        // Two files may also have been published one after the other; the same one, never twice.
        assert!(statuses == [303, 409] || (one != other && statuses == [303, 303]), "{one} {other}: {statuses:?}");
    }
}

/// A form sent twice at once, as by a double click: both answers lead to the same place, and one thing was made.
async fn twice(browser: &Browser, form: Form) -> Page {
    let (first, second) = tokio::join!(browser.submit(form.clone()), browser.submit(form));
    assert_eq!(first.is(303).location().split('?').next(), second.is(303).location().split('?').next());
    first
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_thing() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    let count = async |browser: &Browser, path: &str, text: &str| browser.open(path).await.body.matches(text).count();
    // A draft, and another from the page opened anew.
    let page = format!("/demandes/nouvelle/{FRANCECONNECT}");
    for _ in 0..2 {
        let form = cast.applicant.open(&page).await.form(FRANCECONNECT);
        twice(&cast.applicant, form).await;
    }
    let drafts = async || {
        let sql = Statement::from_string(site.app.cx.db.get_database_backend(), "SELECT COUNT(*) AS n FROM request");
        let row = site.app.cx.db.query_one_raw(sql).await.expect("read").expect("a row");
        row.try_get::<i64>("", "n").expect("a number")
    };
    assert_eq!(drafts().await, 2);
    // A copy of a request.
    let id = road::file(&cast.applicant, FRANCECONNECT, "Piscine", None).await;
    let path = format!("/demandes/{id}/duplication");
    let form = cast.applicant.open(&path).await.form(&path);
    twice(&cast.applicant, form).await;
    assert_eq!(drafts().await, 4);
    // A message, with its document; then another text from the same page.
    site.new_mails().await;
    let path = format!("/demandes/{id}/messages");
    let form = cast.applicant.open(&path).await.form(&path);
    let sent = form.clone().set("message", "Une question.").attach("documents", "acte.pdf", b"%PDF-1.7");
    twice(&cast.applicant, sent).await;
    assert_eq!(count(&cast.applicant, &path, "Une question.").await, 1);
    assert_eq!(site.mails_to(LEGAL).await.len(), 1);
    twice(&cast.applicant, form.set("message", "Une autre.")).await;
    assert_eq!(count(&cast.applicant, &path, "Une autre.").await, 1);
    // A note.
    let path = format!("/instruction/{id}");
    let form = cast.legal.open(&path).await.form_holding(&format!("{path}/notes"), "texte").set("texte", "À relire lundi.");
    twice(&cast.legal, form).await;
    assert_eq!(count(&cast.legal, &path, "À relire lundi.").await, 1);
}

#[tokio::test]
async fn what_teams_make_of_a_form_sent_twice_is_one_thing_too() {
    let site = TestSite::new().await;
    let cast = cast(&site).await;
    // A vendor to contact.
    let page = cast.applicant.open(&format!("/demandes/nouvelle/{API_PARTICULIER}?editeur=arpege")).await;
    let form = page.form(&domain::routes::report_vendor(API_PARTICULIER)).set("donnees", "Quotient familial");
    twice(&cast.applicant, form.set("courriel", "anne@arpege.example")).await;
    assert_eq!(site.mails_to(DATA_TEAM).await.len(), 1);
    road::file(&cast.applicant, FRANCECONNECT, "Cantine", None).await;
    // A prepared request and a workbook; from the page opened anew, another.
    for (list, action) in [("/instruction/brouillons", "/instruction/brouillons"), ("/instruction?onglet=equipes", "/instruction/exports")] {
        let mut made = Vec::new();
        for _ in 0..2 {
            let form = cast.legal.open(list).await.form(action);
            let form = if list == action { form.set("service", FRANCECONNECT) } else { form };
            made.push(twice(&cast.legal, form).await.location());
        }
        assert_ne!(made[0], made[1], "{action}");
    }
    // Ready, it is the same.
    site.app.habilitation.run_exports().await.expect("made");
    let form = cast.legal.open("/instruction?onglet=equipes").await.form("/instruction/exports");
    let first = cast.legal.submit(form.clone()).await.is(303).location();
    site.app.habilitation.run_exports().await.expect("made");
    assert_eq!(cast.legal.submit(form).await.is(303).location(), first);
    // A saved search.
    let list = cast.legal.open("/instruction?onglet=equipes&q=cantine").await;
    twice(&cast.legal, list.form("/instruction/recherches").set("nom", "Cantines")).await;
    let refused = cast.legal.submit(cast.legal.open("/instruction?q=x").await.form("/instruction/recherches").set("nom", "Cantines")).await;
    refused.is(422);
    // A ready-made message.
    let manager = site.holder("marie.sand@habilis.example", &[Grant::new(FRANCECONNECT, None, Role::Manager)]).await;
    let path = "/instruction/modeles/nouveau";
    let form = manager.open(path).await.form(path).set("decision", "changes").set("service", FRANCECONNECT);
    twice(&manager, form.set("titre", "Pièce absente").set("texte", "Bonjour").press("enregistrer")).await;
    assert_eq!(manager.open("/instruction/modeles").await.all("#modeles tbody tr").len(), 1);
    site.new_mails().await;
}
