//! The journals are chained under a key: what is altered, removed or cut off is detected, whoever did it.

use std::process::Command;

use domain::actor::Role;
use store::{
    ConnectionTrait,
    chain::{Chain, Fault, Whole, verify},
};

use crate::{
    road::{self, FRANCECONNECT},
    site::TestSite,
};

pub async fn written(site: &TestSite) -> String {
    let (_, id) = road::approved(site).await;
    site.new_mails().await;
    id
}

pub async fn check(site: &TestSite) -> Result<Whole, Fault> {
    verify(&site.app.cx, Chain::Requests).await.expect("read")
}

/// Runs SQL as somebody who holds the database can: without the triggers that protect the journal.
pub async fn behind_its_back(site: &TestSite, sql: &str) {
    let sqlite = site.app.config.database_url.starts_with("sqlite:");
    let release =
        if sqlite { "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete" } else { "DROP TRIGGER journal_append_only ON journal" };
    let db = &site.app.cx.db;
    db.execute_unprepared(release).await.expect("released");
    db.execute_unprepared(sql).await.expect("carried out");
}

#[tokio::test]
async fn what_is_written_is_a_whole_chain() {
    let site = TestSite::new().await;
    assert_eq!(check(&site).await.map(|whole| whole.lines), Ok(0));
    written(&site).await;
    let whole = check(&site).await.expect("whole");
    assert_eq!(whole.lines, 4);
    assert_eq!(whole.hash.len(), 64);
}

#[tokio::test]
async fn the_database_refuses_to_change_or_remove_a_line() {
    let site = TestSite::new().await;
    written(&site).await;
    for table in ["journal", "admin_event"] {
        if table == "admin_event" {
            let admin = site.administrator(road::ADMIN).await;
            let path = format!("/administration/droits/{}", site.add_account(road::LEGAL).await);
            let give = [("action", "donner"), ("perimetre", FRANCECONNECT), ("role", Role::Reader.as_str())];
            admin.post(&path, &give).await.is(303);
        }
        for sql in [format!("UPDATE {table} SET kind = 'approved'"), format!("DELETE FROM {table}")] {
            let refused = site.app.cx.db.execute_unprepared(&sql).await.expect_err(&sql).to_string();
            assert!(refused.contains("written once"), "{refused}");
        }
    }
    assert!(check(&site).await.is_ok());
    site.settle().await;
}

#[tokio::test]
async fn the_first_broken_line_is_found() {
    for (sql, fault) in [
        ("UPDATE journal SET detail = 'autre' WHERE seq = 2", Fault::Changed(2)),
        ("UPDATE journal SET actor_id = NULL WHERE seq = 3", Fault::Changed(3)),
        ("UPDATE journal SET at = at + 1 WHERE seq = 1", Fault::Changed(1)),
        ("UPDATE journal SET hash = (SELECT hash FROM journal WHERE seq = 1) WHERE seq = 4", Fault::Changed(4)),
        ("DELETE FROM journal WHERE seq = 2", Fault::Missing(2)),
        ("DELETE FROM journal WHERE seq = 4", Fault::Missing(4)),
        ("UPDATE journal SET seq = NULL WHERE seq = 4; UPDATE counter SET value = 3 WHERE name = 'journal'", Fault::Outside(1)),
        ("UPDATE journal SET seq = -seq WHERE seq IN (2, 3); UPDATE journal SET seq = seq + 5 WHERE seq < 0", Fault::Changed(2)),
    ] {
        let site = TestSite::new().await;
        written(&site).await;
        behind_its_back(&site, sql).await;
        assert_eq!(check(&site).await, Err(fault), "{sql}");
    }
}

/// `habilis journal …`: its exit code and what it said, on both outputs.
pub fn journal(site: &TestSite, arguments: &[&str]) -> (Option<i32>, String) {
    let config = &site.app.config;
    let command = Command::new(env!("CARGO_BIN_EXE_habilis"))
        .arg("journal")
        .args(arguments)
        .env("HABILIS_DATABASE_URL", &config.database_url)
        .env("HABILIS_DATA_DIR", &config.data_dir)
        .output()
        .expect("the binary runs");
    let said = [command.stdout, command.stderr].map(|output| String::from_utf8_lossy(&output).into_owned()).concat();
    (command.status.code(), said)
}

#[tokio::test]
async fn the_command_says_what_it_found() {
    let site = TestSite::new().await;
    written(&site).await;
    let (code, said) = journal(&site, &["verify"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("journal: 4 line(s), whole, last hash"), "{said}");
    assert!(said.contains("compare with heads that left the house (--against FILE)"), "{said}");
    behind_its_back(&site, "UPDATE journal SET detail = 'autre' WHERE seq = 2").await;
    let (code, said) = journal(&site, &["verify"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("journal: line 2 was changed"), "{said}");
}

#[tokio::test]
async fn a_value_of_another_type_is_found_at_its_line_and_the_other_journal_is_read() {
    for (sql, found) in [
        ("UPDATE journal SET erased_at = 'hier' WHERE seq = 2", "journal: line 2 holds a value of another type"),
        ("UPDATE journal SET impersonated_by = x'00' WHERE seq = 3", "journal: line 3 holds a value of another type"),
        ("UPDATE journal SET actor_id = 'jeanne' WHERE seq = 1", "journal: line 1 holds a value of another type"),
        ("UPDATE journal SET at = 1.5 WHERE seq = 4", "journal: line 4 holds a value of another type"),
        ("UPDATE journal SET detail = x'ff' WHERE seq = 4", "journal: line 4 holds a value of another type"),
        ("UPDATE journal SET hash = x'ff' WHERE seq = 2", "journal: line 2 holds a value of another type"),
        ("UPDATE journal SET seq = 'deux' WHERE seq = 2", "journal: line 2 is missing"),
        ("UPDATE journal SET seq = 'quatre' WHERE seq = 4", "journal: line 4 holds a value of another type"),
        ("UPDATE counter SET value = 'quatre' WHERE name = 'journal'", "journal: cannot be read: "),
    ] {
        let site = TestSite::new().await;
        if !site.app.config.database_url.starts_with("sqlite:") {
            // PostgreSQL keeps nothing of another type.
            return;
        }
        written(&site).await;
        behind_its_back(&site, &format!("PRAGMA foreign_keys = OFF; {sql}; PRAGMA foreign_keys = ON")).await;
        let (code, said) = journal(&site, &["verify"]);
        assert_eq!(code, Some(1), "{sql}: {said}");
        assert!(said.contains(found) && said.contains("admin_event: ") && said.contains("line(s), whole"), "{sql}: {said}");
    }
}

#[tokio::test]
async fn lines_written_at_once_stand_one_after_the_other() {
    let site = TestSite::new().await;
    let applicant = site.applicant(road::APPLICANT).await;
    let starts = (0..20).map(|_| {
        let browser = applicant.clone();
        tokio::spawn(async move { road::start(&browser, FRANCECONNECT).await })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.expect("started");
    }
    assert_eq!(check(&site).await.map(|whole| whole.lines), Ok(20));
}
