//! The clock set forward: who is reminded of what, on which day, and how many times. The site starts on Monday 23
//! November 2026.

use domain::ids::{OrganisationId, RequestId};
use store::request::{self, NewRequest};

use crate::{
    road::{self, APPLICANT, FRANCECONNECT, LEGAL, TEAM, decide},
    site::{TestSite, headers_of},
};

const REMINDED: &str = "Demande D1 : votre brouillon vous attend";

async fn subjects_at(site: &TestSite, moment: &str) -> Vec<(String, String)> {
    let mails = site.tick_at(moment).await;
    headers_of(&mails).into_iter().map(|(to, subject)| (to.to_owned(), subject.to_owned())).collect()
}

fn one(to: &str, subject: &str) -> Vec<(String, String)> {
    vec![(to.to_owned(), subject.to_owned())]
}

#[tokio::test]
async fn a_draft_left_alone_is_reminded_once_then_its_archiving_is_announced() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    site.new_mails().await;
    for quiet in ["2026-11-24 10:00", "2026-12-07 23:59", "2026-12-08 07:59"] {
        assert_eq!(subjects_at(&site, quiet).await, [], "{quiet}");
    }
    let mails = site.tick_at("2026-12-08 08:00").await;
    assert_eq!(headers_of(&mails), [(APPLICANT, REMINDED)]);
    assert!(mails[0].body.contains(&format!("/demandes/{id}")) && mails[0].body.contains("15\u{a0}jours"), "{}", mails[0].body);
    for quiet in ["2026-12-08 08:05", "2026-12-24 10:00", "2027-02-05 20:00"] {
        assert_eq!(subjects_at(&site, quiet).await, [], "{quiet}");
    }
    assert_eq!(subjects_at(&site, "2027-02-06 09:00").await, one(APPLICANT, "Demande D1 : elle sera archivée le 21 février 2027"));
    assert_eq!(subjects_at(&site, "2027-02-07 09:00").await, []);
    assert_eq!(subjects_at(&site, "2027-02-21 07:59").await, []);
    assert_eq!(subjects_at(&site, "2027-02-21 08:00").await, one(APPLICANT, "Demande D1 : elle est archivée"));
    let page = site.signed_in(APPLICANT).await.open(&format!("/demandes/{id}")).await;
    for expected in ["Demande archivée le 21 février 2027", "Rappel envoyé", "Archivage annoncé", "Le 21 février 2027", "Habilis"] {
        page.says(expected);
    }
    assert_eq!(subjects_at(&site, "2027-12-21 09:00").await, []);
}

#[tokio::test]
async fn what_was_changed_after_the_announcement_is_kept() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    site.tick_at("2026-12-08 09:00").await;
    site.tick_at("2027-02-06 09:00").await;
    site.tick_at("2027-02-20 09:00").await;
    let (path, browser) = (format!("/demandes/{id}/projet"), site.signed_in(APPLICANT).await);
    browser.submit(browser.open(&path).await.form(&path).set("name", "Portail").press("enregistrer")).await.is(303);
    assert_eq!(subjects_at(&site, "2027-02-21 09:00").await, []);
    site.signed_in(APPLICANT).await.open(&format!("/demandes/{id}")).await.says("Cette demande est un brouillon");
    assert_eq!(subjects_at(&site, "2027-03-07 09:00").await, one(APPLICANT, REMINDED));
}

#[tokio::test]
async fn a_change_of_what_is_in_force_is_reminded_and_never_archived() {
    let site = TestSite::new().await;
    let (cast, id) = road::approved(&site).await;
    let reopen = format!("/demandes/{id}/reouverture");
    let page = cast.applicant.open(&format!("/demandes/{id}")).await;
    cast.applicant.submit(page.form(&reopen)).await.is(303);
    site.new_mails().await;
    assert_eq!(subjects_at(&site, "2026-12-08 09:00").await, one(APPLICANT, REMINDED));
    for quiet in ["2027-02-06 09:00", "2027-02-21 09:00", "2027-06-21 09:00"] {
        assert_eq!(subjects_at(&site, quiet).await, [], "{quiet}");
    }
}

#[tokio::test]
async fn whoever_comes_back_starts_the_days_anew() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let id = road::start(&browser, FRANCECONNECT).await;
    site.new_mails().await;
    assert_eq!(subjects_at(&site, "2026-12-07 22:00").await, []);
    let path = format!("/demandes/{id}/projet");
    let browser = site.signed_in(APPLICANT).await;
    browser.submit(browser.open(&path).await.form(&path).set("name", "Portail").press("enregistrer")).await.is(303);
    assert_eq!(subjects_at(&site, "2026-12-21 12:00").await, []);
    // Fifteen days after 7 December; Christmas or a Sunday would change nothing.
    assert_eq!(subjects_at(&site, "2026-12-22 12:00").await, one(APPLICANT, REMINDED));
}

#[tokio::test]
async fn after_a_long_silence_of_the_clock_only_the_most_urgent_is_told() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    road::start(&browser, FRANCECONNECT).await;
    site.new_mails().await;
    assert_eq!(subjects_at(&site, "2027-06-30 09:00").await, one(APPLICANT, "Demande D1 : elle sera archivée le 15 juillet 2027"));
    assert_eq!(subjects_at(&site, "2027-07-01 09:00").await, []);
}

#[tokio::test]
async fn changes_asked_for_wait_thirty_days() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    decide(&cast.legal, &id, "modifier", "Précisez le texte.").await.is(303);
    site.new_mails().await;
    assert_eq!(subjects_at(&site, "2026-12-22 12:00").await, []);
    assert_eq!(subjects_at(&site, "2026-12-23 12:00").await, one(APPLICANT, "Demande D1 : vos modifications sont toujours attendues"));
    assert_eq!(subjects_at(&site, "2027-05-06 12:00").await, []);
    assert_eq!(subjects_at(&site, "2027-05-07 12:00").await, one(APPLICANT, "Demande D1 : elle sera archivée le 22 mai 2027"));
}

#[tokio::test]
async fn many_drafts_of_the_same_instant_and_two_processes_at_once() {
    let site = TestSite::new().await;
    let cx = &site.app.cx;
    let applicant = site.add_account(APPLICANT).await;
    let siret = domain::siret::Siret::parse(crate::site::SIRET).expect("a SIRET");
    let tx = cx.begin().await.expect("a transaction");
    let body = store::organisation::upsert(&tx, cx.new_id::<OrganisationId>(), &siret, None, cx.now()).await.expect("a body");
    for _ in 0..230 {
        let answers = domain::form::Answers::default();
        let id: RequestId = cx.new_id();
        let new = NewRequest {
            id,
            service: FRANCECONNECT,
            variant: None,
            with_service: None,
            folded: "",
            relies_on: None,
            continues: None,
            title: "",
            catalogue_version: 1,
            begun_version: None,
            organisation: body.id,
            applicant,
            answers: &answers,
        };
        request::create(&tx, new, cx.now()).await.expect("created");
    }
    tx.commit().await.expect("committed");
    site.pass(24 * 15);
    let (one, other) = (site.app.habilitation.clone(), site.app.habilitation.clone());
    let now = cx.now();
    let (one, other) = tokio::join!(one.run_clock(now), other.run_clock(now));
    assert_eq!(one.expect("ran").reminded + other.expect("ran").reminded, 230);
    assert_eq!(site.new_mails().await.len(), 230);
    assert!(site.app.habilitation.run_clock(now).await.expect("ran").is_idle());
}

#[tokio::test]
async fn the_team_is_warned_of_the_legal_limit() {
    let site = TestSite::new().await;
    road::filed(&site).await;
    site.new_mails().await;
    for (moment, expected) in [
        ("2027-01-07 12:00", None),
        ("2027-01-08 12:00", Some("Demande D1 : à décider dans 15 jours au plus tard")),
        ("2027-01-09 12:00", None),
        ("2027-01-18 12:00", Some("Demande D1 : à décider dans 5 jours au plus tard")),
        ("2027-01-22 12:00", None),
        ("2027-01-23 07:00", None),
        ("2027-01-23 08:00", Some("Demande D1 : dernier jour pour décider")),
        ("2027-02-15 12:00", None),
    ] {
        let expected = expected.map(|subject| one(LEGAL, subject)).unwrap_or_default();
        assert_eq!(subjects_at(&site, moment).await, expected, "{moment}");
    }
}

#[tokio::test]
async fn the_limit_ends_on_29_february_and_missed_warnings_are_not_sent() {
    let site = TestSite::new().await;
    site.tick_at("2027-12-31 10:00").await;
    road::filed(&site).await;
    site.new_mails().await;
    let mails = site.tick_at("2028-02-27 10:00").await;
    assert_eq!(headers_of(&mails), [(LEGAL, "Demande D1 : à décider dans 2 jours au plus tard")]);
    assert!(mails[0].body.contains("le 29 février 2028"), "{}", mails[0].body);
    assert_eq!(subjects_at(&site, "2028-02-29 10:00").await, one(LEGAL, "Demande D1 : dernier jour pour décider"));
}

#[tokio::test]
async fn while_changes_are_asked_for_the_limit_stands_still() {
    let site = TestSite::new().await;
    let (_, id) = road::filed(&site).await;
    site.tick_at("2026-12-01 10:00").await;
    decide(&site.signed_in(LEGAL).await, &id, "modifier", "Précisez le texte.").await.is(303);
    site.tick_at("2026-12-11 10:00").await;
    road::submit(&site.signed_in(APPLICANT).await, &id).await;
    site.new_mails().await;
    // Ten days later than the limit of a request that was never sent back.
    assert_eq!(subjects_at(&site, "2027-01-17 10:00").await, []);
    let mails = site.tick_at("2027-01-18 10:00").await;
    assert_eq!(headers_of(&mails), [(LEGAL, "Demande D1 : à décider dans 15 jours au plus tard")]);
    assert!(mails[0].body.contains("le 2 février 2027"), "{}", mails[0].body);
    // The next team hears of the same limit; once decided nobody does.
    road::approve(&site.signed_in(LEGAL).await, &id).await;
    site.new_mails().await;
    assert_eq!(subjects_at(&site, "2027-01-28 10:00").await, one(TEAM, "Demande D1 : à décider dans 5 jours au plus tard"));
    road::approve(&site.signed_in(TEAM).await, &id).await;
    site.new_mails().await;
    assert_eq!(subjects_at(&site, "2027-02-02 10:00").await, []);
}

#[tokio::test]
async fn the_list_shows_the_legal_limit_with_the_clock_that_stood_still_while_changes_were_asked() {
    let site = TestSite::new().await;
    let (_, id) = road::filed(&site).await;
    let list = async || site.signed_in(LEGAL).await.open("/instruction?onglet=equipes").await;
    // Two months from 23 November; held back for the ten days the applicant had it.
    site.tick_at("2026-12-01 09:00").await;
    decide(&site.signed_in(LEGAL).await, &id, "modifier", "Précisez.").await.is(303);
    site.tick_at("2026-12-11 09:00").await;
    list().await.does_not_say("Délai légal");
    road::submit(&site.signed_in(APPLICANT).await, &id).await;
    for (day, told) in [
        ("2027-01-17", None),
        ("2027-01-18", Some("Délai légal : 2 février 2027")),
        ("2027-01-28", Some("Délai légal imminent : 2 février 2027")),
        ("2027-02-02", Some("Délai légal imminent : 2 février 2027")),
        ("2027-02-03", Some("Délai légal dépassé depuis le 2 février 2027")),
    ] {
        site.tick_at(&format!("{day} 09:00")).await;
        let page = list().await;
        match told {
            Some(words) => page.says(words),
            None => page.does_not_say("Délai légal"),
        }
    }
}
