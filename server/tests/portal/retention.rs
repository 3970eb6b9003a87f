//! The clock set forward until nothing is kept any longer than its period. The site starts on Monday 23 November 2026.

use domain::{
    Timestamp,
    ids::{AccountId, TypedId},
    retention::{Class, Keep, RULES, TABLES},
};
use store::{ConnectionTrait, Statement, retention::SWEEPS};
use uuid::Uuid;

use crate::{
    road::{self, APPLICANT, FRANCECONNECT, LEGAL, TECHNICAL},
    site::{PASSWORD, SIRET, TestSite, headers_of, link_in},
};

const PERSON: &str = "marc.lemoine@clamart.example";
const WARNING: &str = "Votre compte Habilis va être supprimé";
const GONE: &str = "Votre compte Habilis est supprimé";

async fn count(site: &TestSite, table: &str, condition: &str) -> i64 {
    let db = &site.app.cx.db;
    let sql = as_written(site, &format!("SELECT COUNT(*) AS many FROM {table} WHERE {condition}"));
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("counted").expect("a row");
    row.try_get("", "many").expect("a number")
}

async fn write(site: &TestSite, sql: &str) {
    let sql = as_written(site, sql);
    site.app.cx.db.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn id(number: u128) -> String {
    format!("'{}'", Uuid::from_u128(number))
}

/// SQLite keeps ids as their bytes.
fn as_written(site: &TestSite, sql: &str) -> String {
    if !site.app.config.database_url.starts_with("sqlite:") {
        return sql.to_owned();
    }
    let parts = sql.split('\'').enumerate().map(|(place, part)| match part.parse::<Uuid>() {
        Ok(id) if place % 2 == 1 => format!("X'{}'", id.simple()),
        _ if place % 2 == 1 => format!("'{part}'"),
        _ => part.to_owned(),
    });
    parts.collect()
}

async fn tries_to_sign_in(site: &TestSite, email: &str) -> u16 {
    let browser = site.hesitant_visitor();
    let form = browser.open("/connexion").await.form("/connexion").set("email", email).set("password", PASSWORD);
    browser.submit(form).await.status.as_u16()
}

#[tokio::test]
async fn an_account_never_confirmed_goes_after_seven_days() {
    let site = TestSite::new().await;
    let browser = site.visitor();
    let page = browser.open("/inscription").await;
    let form = page.form("/inscription").set("given_name", "Marc").set("family_name", "Lemoine").set("email", PERSON);
    browser.submit(if form.holds("password") { form.set("password", PASSWORD) } else { form }).await.is(303);
    let link = link_in(&site.only_mail(PERSON).await, &site);
    let confirmed = site.add_account("jeanne.roux@a.fr").await;
    site.tick_at("2026-11-30 07:00").await;
    assert_eq!(count(&site, "account", "email_confirmed_at IS NULL").await, 1, "kept for seven days");
    site.tick_at("2026-12-01 12:00").await;
    assert_eq!(count(&site, "account", "email_confirmed_at IS NULL").await, 0);
    assert_eq!(count(&site, "account", &format!("id = {}", id(confirmed.uuid().as_u128()))).await, 1, "the others stay");
    browser.get(&link).await.is(410);
}

#[tokio::test]
async fn an_unconfirmed_account_that_a_journal_names_is_left_as_an_id() {
    let site = TestSite::new().await;
    let admin = site.administrator(road::ADMIN).await;
    let account = site.add_account(PERSON).await;
    write(&site, &format!("UPDATE account SET email_confirmed_at = NULL WHERE id = {}", id(account.uuid().as_u128()))).await;
    let path = format!("/administration/droits/{account}");
    admin.post(&path, &[("action", "donner"), ("perimetre", FRANCECONNECT), ("role", "reader")]).await.is(303);
    site.tick_at("2026-12-01 12:00").await;
    let erased = store::account::by_id(&site.app.cx.db, account).await.expect("read").expect("its id stays");
    assert!(erased.is_erased() && erased.name() == "Compte supprimé", "{erased:?}");
    assert_eq!(count(&site, "account", "email_confirmed_at IS NULL AND erased_at IS NULL").await, 0, "nothing is tried again and again");
}

#[tokio::test]
async fn an_account_nobody_uses_is_warned_thirty_days_before_then_anonymised() {
    let site = TestSite::new().await;
    let account = site.add_account(PERSON).await;
    site.visitor().sign_in(PERSON, PASSWORD).await;
    for quiet in ["2026-12-31 09:00", "2028-10-23 09:00", "2028-10-24 07:59"] {
        assert_eq!(headers_of(&site.tick_at(quiet).await), [], "{quiet}");
    }
    let mails = site.tick_at("2028-10-24 08:00").await;
    assert_eq!(headers_of(&mails), [(PERSON, WARNING)]);
    assert!(mails[0].body.contains("le 23\u{a0}novembre 2028") || mails[0].body.contains("le 23 novembre 2028"), "{}", mails[0].body);
    for quiet in ["2028-10-24 08:03", "2028-11-23 08:00"] {
        assert_eq!(headers_of(&site.tick_at(quiet).await), [], "{quiet}");
    }
    assert_eq!(headers_of(&site.tick_at("2028-11-24 08:00").await), [(PERSON, GONE)]);
    assert_eq!(headers_of(&site.tick_at("2028-11-25 08:00").await), []);
    let erased = store::account::by_id(&site.app.cx.db, account).await.expect("read").expect("its id stays");
    assert!(erased.is_erased() && erased.password_hash.is_none());
    assert_eq!(tries_to_sign_in(&site, PERSON).await, 422);
    // The address is free: the person may come back as somebody new.
    assert_ne!(site.add_account(PERSON).await, account);
    let events = site.administrator(road::ADMIN).await.open("/administration/journal").await;
    events.says("Compte inactif supprimé");
}

#[tokio::test]
async fn whoever_comes_back_after_the_warning_stays_and_is_warned_anew_two_years_later() {
    let site = TestSite::new().await;
    site.account(PERSON).await;
    assert_eq!(headers_of(&site.tick_at("2028-10-24 09:00").await), [(PERSON, WARNING)]);
    site.visitor().sign_in(PERSON, PASSWORD).await;
    for quiet in ["2028-11-24 09:00", "2028-12-31 09:00", "2030-09-23 09:00"] {
        assert_eq!(headers_of(&site.tick_at(quiet).await), [], "{quiet}");
    }
    assert_eq!(headers_of(&site.tick_at("2030-09-24 09:00").await), [(PERSON, WARNING)]);
}

#[tokio::test]
async fn a_clock_that_stood_still_for_years_still_warns_thirty_days_before() {
    let site = TestSite::new().await;
    site.account(PERSON).await;
    assert_eq!(headers_of(&site.tick_at("2031-01-10 09:00").await), [(PERSON, WARNING)]);
    assert_eq!(headers_of(&site.tick_at("2031-02-08 09:00").await), []);
    assert_eq!(headers_of(&site.tick_at("2031-02-09 09:00").await), [(PERSON, GONE)]);
}

#[tokio::test]
async fn nobody_who_holds_something_in_force_is_forgotten_by_the_clock() {
    let site = TestSite::new().await;
    road::approved(&site).await;
    let mails = site.new_mails().await;
    let invitation = mails.iter().find(|mail| mail.recipient == TECHNICAL).expect("an invitation");
    let (technical, link) = (site.visitor(), link_in(invitation, &site));
    let page = technical.open(&link).await;
    technical.submit(page.form(&link).set("given_name", "Louis").set("family_name", "Garnier").set("password", PASSWORD)).await.is(303);
    site.administrator(road::ADMIN).await;
    let colleague = site.applicant(PERSON).await;
    road::file(&colleague, FRANCECONNECT, "Médiathèque", None).await;
    site.new_mails().await;
    let warned = |mails: &[store::mailbox::Message]| {
        let told = mails.iter().filter(|mail| [WARNING, GONE].contains(&mail.subject.as_str()));
        told.map(|mail| mail.recipient.clone()).collect::<Vec<_>>()
    };
    // Reviewers hold no file: their rights go with an account they no longer use.
    assert_eq!(warned(&site.tick_at("2029-01-10 09:00").await), [road::DATA_TEAM, road::TEAM, LEGAL]);
    assert_eq!(warned(&site.tick_at("2029-02-10 09:00").await), [road::DATA_TEAM, road::TEAM, LEGAL]);
    assert_eq!(count(&site, "review_grant", "1 = 1").await, 0);
    assert_eq!(count(&site, "account", "erased_at IS NULL").await, 4);
}

#[tokio::test]
async fn a_draft_never_sent_is_blanked_thirty_days_after_its_archiving() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let draft = road::start(&browser, FRANCECONNECT).await;
    let path = format!("/demandes/{draft}/projet");
    browser.submit(browser.open(&path).await.form(&path).set("name", "Portail secret").press("enregistrer")).await.is(303);
    site.tick_at("2027-02-06 09:00").await;
    site.tick_at("2027-02-21 09:00").await;
    let kept = |words: &str| format!("title = '{words}'");
    site.tick_at("2027-03-22 09:00").await;
    assert_eq!(count(&site, "request", &kept("Portail secret")).await, 1, "kept for thirty days");
    site.tick_at("2027-03-24 09:00").await;
    assert_eq!(count(&site, "request", &kept("Portail secret")).await, 0);
    assert_eq!(count(&site, "request", "erased_at IS NOT NULL AND number = 1").await, 1, "the number stays");
    let back = site.signed_in(APPLICANT).await;
    back.get(&format!("/demandes/{draft}")).await.is(404);
    back.open("/demandes").await.does_not_say("Portail secret");
    assert!(site.app.habilitation.run_clock(site.app.cx.now()).await.expect("ran").is_idle());
}

/// A row of this table, written twice with different instants: `sql` writes it with an id and an instant.
struct Sample {
    table: &'static str,
    sql: fn(&str, i64) -> Vec<String>,
}

const NOBODY: u128 = 0xACC;
const BODY: u128 = 0xB0D;

/// One for each table that is swept.
const SAMPLES: [Sample; 15] = [
    Sample {
        table: "kept_form",
        sql: |id, at| vec![format!("INSERT INTO kept_form (id, token_hash, owner, content, created_at) VALUES ({id}, {id}, '', '', {at})")],
    },
    Sample {
        table: "one_time_link",
        sql: |id, at| {
            vec![format!(
                "INSERT INTO one_time_link (token_hash, purpose, email, expires_at, used_at) VALUES ({id}, 'co_edit', 'a@b.fr', {}, {at})",
                i64::MAX
            )]
        },
    },
    Sample {
        table: "prepared_request",
        sql: |id, at| {
            vec![format!(
                "INSERT INTO prepared_request (id, service, answers, prepared_by, created_at, updated_at, version, note) \
                 VALUES ({id}, 'franceconnect', '{{}}', {}, {at}, {at}, 1, '')",
                self::id(NOBODY)
            )]
        },
    },
    Sample {
        table: "co_editor",
        sql: |id, at| {
            vec![format!(
                "INSERT INTO co_editor (request_id, email, may_submit, invited_by, invited_at, expires_at) \
                 SELECT r.id, {id}, (1 = 0), {}, 0, {at} FROM request r",
                self::id(NOBODY)
            )]
        },
    },
    Sample {
        table: "organisation_contact",
        sql: |id, at| {
            vec![format!(
                "INSERT INTO organisation_contact (id, organisation_id, given_name, family_name, job_title, email, phone, updated_by, updated_at) \
                 VALUES ({id}, {}, '', '', '', 'contact@a.fr', '', {}, {at})",
                self::id(BODY),
                self::id(NOBODY)
            )]
        },
    },
    Sample {
        table: "membership_check",
        sql: |id, at| {
            vec![format!(
                "INSERT INTO membership_check (id, account_id, organisation_id, by_id, verified, reason, at) \
                 VALUES ({id}, {0}, {1}, {0}, (1 = 1), '', {at})",
                self::id(NOBODY),
                self::id(BODY)
            )]
        },
    },
    Sample { table: "organisation", sql: |id, at| vec![format!("INSERT INTO organisation (id, siret, created_at) VALUES ({id}, {id}, {at})")] },
    Sample { table: "directory_entry", sql: |id, at| vec![format!("INSERT INTO directory_entry (siret, fetched_at) VALUES ({id}, {at})")] },
    Sample {
        table: "vendor_ticket",
        sql: |id, at| {
            vec![format!(
                "INSERT INTO vendor_ticket (id, service, vendor_name, contact_name, contact_email, contact_phone, wanted, message, organisation_id, \
                 requested_by, created_at, state, note) VALUES ({id}, 'franceconnect', '', '', '', '', '', '', {}, {}, {at}, 'open', '')",
                self::id(BODY),
                self::id(NOBODY)
            )]
        },
    },
    Sample {
        table: "reminder",
        sql: |id, at| {
            vec![format!(
                "INSERT INTO reminder (id, request_id, kind, base, threshold, sent_at) SELECT {id}, r.id, 'legal', {id}, 1, {at} FROM request r"
            )]
        },
    },
    Sample {
        table: "impersonation_action",
        sql: |id, at| {
            let act = format!("INSERT INTO impersonation_action (id, impersonation_id, route, ids, at) VALUES ({id}, {id}, '', '', {at})");
            vec![impersonation(id, at), act]
        },
    },
    Sample { table: "impersonation", sql: |id, at| vec![impersonation(id, at)] },
    Sample {
        table: "outbox",
        sql: |id, at| {
            vec![format!(
                "INSERT INTO outbox (id, consumer, payload, created_at, available_at, attempts, done_at) VALUES ({id}, 'delivery', '', 0, 0, 1, {at})"
            )]
        },
    },
    Sample {
        table: "mailbox",
        sql: |id, at| {
            vec![format!("INSERT INTO mailbox (id, channel, recipient, subject, body, sent_at) VALUES ({id}, 'mail', 'x@y.fr', '', '', {at})")]
        },
    },
    Sample {
        table: "gateway_call",
        sql: |id, at| {
            vec![format!(
                "INSERT INTO gateway_call (id, at, environment, endpoint, status, request_id, duration_micros) \
                 VALUES ({id}, {at}, 'sandbox', '', 200, {id}, 1)"
            )]
        },
    },
];

fn impersonation(id: &str, at: i64) -> String {
    let nobody = self::id(NOBODY);
    format!("INSERT INTO impersonation (id, admin_id, account_id, reason, started_at, ends_at) VALUES ({id}, {nobody}, {nobody}, '', 0, {at})")
}

#[tokio::test]
async fn rows_past_their_period_go_and_younger_ones_stay() {
    assert_eq!(SWEEPS.map(|sweep| sweep.table), SAMPLES.map(|sample| sample.table), "each table that is swept has its sample");
    for sample in &SAMPLES {
        let site = TestSite::new().await;
        let browser = site.applicant(APPLICANT).await;
        road::start(&browser, FRANCECONNECT).await;
        site.new_mails().await;
        let now = site.app.cx.now();
        let here = now.as_microsecond();
        write(
            &site,
            &format!(
                "INSERT INTO account (id, email, given_name, family_name, phone, created_at, admin, suspended_reason, email_confirmed_at, \
                 last_sign_in_at) VALUES ({}, 'z@z.fr', '', '', '', {here}, (1 = 0), '', {here}, {here})",
                id(NOBODY)
            ),
        )
        .await;
        write(&site, &format!("INSERT INTO organisation (id, siret, created_at) VALUES ({}, 'corps', {here})", id(BODY))).await;
        let class = SWEEPS.iter().find(|sweep| sweep.table == sample.table).expect("swept").class;
        let limit = class.before(now).expect("a period").as_microsecond();
        let before = count(&site, sample.table, "1 = 1").await;
        for (number, at) in [(1, limit - 1_000_000), (2, limit + 60_000_000)] {
            for statement in (sample.sql)(&id(number), at) {
                write(&site, &statement).await;
            }
        }
        assert_eq!(count(&site, sample.table, "1 = 1").await, before + 2, "{}", sample.table);
        let ran = site.app.habilitation.run_clock(now).await.expect("ran");
        assert!(ran.aged.rows >= 1, "{}: {ran:?}", sample.table);
        assert_eq!(count(&site, sample.table, "1 = 1").await, before + 1, "{}: the old row goes, the younger stays", sample.table);
        let again = site.app.habilitation.run_clock(now).await.expect("ran");
        assert_eq!(again.aged.rows, 0, "{}: nothing more", sample.table);
    }
}

#[tokio::test]
async fn a_saved_contact_that_a_request_still_names_stays() {
    let site = TestSite::new().await;
    let browser = site.applicant(APPLICANT).await;
    let start = site.app.cx.now();
    let siret = SIRET.parse().expect("valid");
    let body = store::organisation::by_siret(&site.app.cx.db, &siret).await.expect("read").expect("joined");
    let account: AccountId = site.add_account(APPLICANT).await;
    for (number, email) in [(1, "dpo@clamart.example"), (2, "personne@clamart.example")] {
        write(
            &site,
            &format!(
                "INSERT INTO organisation_contact (id, organisation_id, given_name, family_name, job_title, email, phone, updated_by, updated_at) \
                 VALUES ({}, {}, '', '', '', '{email}', '', {}, {})",
                id(number),
                id(body.id.uuid().as_u128()),
                id(account.uuid().as_u128()),
                start.as_microsecond()
            ),
        )
        .await;
    }
    site.tick_at("2028-01-10 09:00").await;
    let again = site.signed_in(APPLICANT).await;
    road::file(&again, FRANCECONNECT, "Portail famille", None).await;
    drop(browser);
    site.tick_at("2028-12-10 09:00").await;
    assert_eq!(count(&site, "organisation_contact", "email = 'dpo@clamart.example'").await, 1);
    assert_eq!(count(&site, "organisation_contact", "email = 'personne@clamart.example'").await, 0);
}

#[tokio::test]
async fn the_beginning_of_the_administration_s_journal_goes_after_three_years_and_the_rest_holds_together() {
    let site = TestSite::new().await;
    let path = format!("/administration/droits/{}", site.add_account(LEGAL).await);
    let give = |role: &'static str| [("action", "donner"), ("perimetre", FRANCECONNECT), ("role", role)];
    site.administrator(road::ADMIN).await.post(&path, &give("reader")).await.is(303);
    site.tick_at("2027-11-23 09:00").await;
    let admin = site.signed_in(road::ADMIN).await;
    admin.post(&path, &give("manager")).await.is(303);
    let before = count(&site, "admin_event", "1 = 1").await;
    site.tick_at("2028-10-20 09:00").await;
    assert_eq!(count(&site, "admin_event", "1 = 1").await, before, "kept for three years");
    // Whoever is named there comes back now and then: their accounts are not what this is about.
    for email in [LEGAL, road::ADMIN] {
        site.visitor().sign_in(email, PASSWORD).await;
    }
    site.tick_at("2029-11-24 12:00").await;
    assert_eq!(count(&site, "admin_event", "kind = 'role_given'").await, 1, "the first line is gone, the second stays");
    let whole = store::chain::verify(&site.app.cx, store::chain::Chain::Administration).await.expect("read");
    assert!(whole.is_ok(), "{whole:?}");
}

#[tokio::test]
async fn two_processes_at_once_erase_nothing_twice() {
    let site = TestSite::new().await;
    for number in 0..120 {
        site.add_account(&format!("personne{number}@a.fr")).await;
    }
    let at = |moment: &str| -> Timestamp { moment.parse().expect("an instant") };
    let (mut warned, mut gone) = (0, 0);
    for moment in ["2028-12-01T10:00:00Z", "2028-12-01T10:03:00Z", "2029-01-10T10:00:00Z", "2029-01-10T10:03:00Z"] {
        site.clock.set(at(moment));
        let now = site.app.cx.now();
        let (one, other) = (site.app.habilitation.clone(), site.app.habilitation.clone());
        let (one, other) = tokio::join!(one.run_clock(now), other.run_clock(now));
        for ran in [one.expect("ran"), other.expect("ran")] {
            // No tick takes more than its share.
            assert!(ran.aged.warned <= 100 && ran.aged.anonymised <= 100, "{ran:?}");
            warned += ran.aged.warned;
            gone += ran.aged.anonymised;
        }
    }
    assert_eq!((warned, gone), (120, 120));
    let mails = site.new_mails().await;
    assert_eq!(mails.iter().filter(|mail| mail.subject == GONE).count(), 120);
}

#[tokio::test]
async fn the_legal_page_tells_the_periods_of_the_table() {
    let site = TestSite::new().await;
    let page = site.visitor().open("/mentions-legales").await;
    let told = RULES.iter().filter(|rule| !rule.data.is_empty()).collect::<Vec<_>>();
    assert_eq!(page.all("#durees-de-conservation tbody tr").len(), told.len());
    assert!(told.len() > 12);
    for rule in told {
        page.says(&rule.data.replace('\u{a0}', " "));
        if let Keep::For(period) = rule.keep {
            page.says(&format!("{} après {}", period.in_french(), rule.since.1).replace('\u{a0}', " "));
        }
    }
    page.says("Vous êtes nommé dans une demande, sans avoir de compte");
}

#[test]
fn every_class_that_ends_by_the_clock_has_somebody_to_end_it() {
    // Each has a purge of its own, tested elsewhere in this file or beside its subject.
    const ALONE: [Class; 12] = [
        Class::UnconfirmedAccount,
        Class::Account,
        Class::Session,
        Class::Challenge,
        Class::KnownDevice,
        Class::RateLimit,
        Class::SecurityEvent,
        Class::Draft,
        Class::RequestFile,
        Class::AdminJournal,
        Class::Export,
        Class::CitizenLogin,
    ];
    for rule in &RULES {
        let ends = SWEEPS.iter().any(|sweep| sweep.class == rule.class) || ALONE.contains(&rule.class);
        assert_eq!(ends, matches!(rule.keep, Keep::For(_)), "{:?}", rule.class);
    }
    for sweep in &SWEEPS {
        assert!(TABLES.iter().any(|kept| kept.table == sweep.table && kept.class == sweep.class), "{}", sweep.table);
    }
}
