//! Whoever holds the database but not the key can neither write a valid line, erase one nor remove the beginning; the site can,
//! and it shows. A journal from before the key is adopted once.

use std::{path::Path, sync::Arc};

use domain::{actor::Role, ids::RequestId};
use habilis::serve::{Senses, build};
use migrations::{
    Migrator,
    chain::{JournalLine, START, link},
};
use sea_orm_migration::{MigratorTrait, sea_orm::Database};
use store::{
    ConnectionTrait, Cx, CxParts, Keys, Shelf, Statement, admin_event,
    chain::{Chain, Fault, purge_before, verify},
    journal,
};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::{
    chain::{behind_its_back, check, journal as command, written},
    road::{self, ADMIN, FRANCECONNECT, LEGAL},
    site::TestSite,
};

/// The hash each line would have without a key.
async fn old_hashes(site: &TestSite) -> Vec<(i64, String)> {
    let db = &site.app.cx.db;
    let sql = "SELECT seq, id, request_id, actor_id, kind, detail, at FROM journal ORDER BY seq";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("read");
    let mut previous = START.to_owned();
    let mut hashes = Vec::new();
    for row in rows {
        let seq: i64 = row.try_get("", "seq").expect("a place");
        let [id, request] = ["id", "request_id"].map(|name| row.try_get::<Uuid>("", name).expect("an id"));
        let actor: Option<Uuid> = row.try_get("", "actor_id").expect("an id or none");
        let [kind, detail] = ["kind", "detail"].map(|name| row.try_get::<String>("", name).expect("a text"));
        let actor = actor.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
        let at = row.try_get("", "at").expect("an instant");
        let line = JournalLine { seq, id: id.as_bytes(), request: request.as_bytes(), actor: &actor, kind: &kind, detail: &detail, at };
        previous = line.hash(&previous);
        hashes.push((seq, previous.clone()));
    }
    hashes
}

#[tokio::test]
async fn a_chain_made_again_without_the_key_does_not_pass() {
    for digest in ["'00'", "NULL"] {
        let site = TestSite::new().await;
        written(&site).await;
        behind_its_back(&site, "UPDATE journal SET detail = 'Jamais dit' WHERE seq = 2").await;
        for (seq, hash) in old_hashes(&site).await {
            let sql = format!("UPDATE journal SET digest = {digest}, hash = '{hash}' WHERE seq = {seq}");
            site.app.cx.db.execute_unprepared(&sql).await.expect("written");
        }
        assert_eq!(check(&site).await, Err(Fault::Changed(1)));
        // A restart does not take for old what was made to look so.
        let restarted = build(site.app.config.clone(), Senses::default()).await;
        if digest == "NULL" {
            let refused = format!("{:#}", restarted.err().expect("refused"));
            assert!(refused.contains("journals.keyed") && refused.contains("chained under it already"), "{refused}");
        }
        assert_eq!(check(&site).await, Err(Fault::Changed(1)));
        // Nor where a line or two alone were.
        let sql = "UPDATE journal SET digest = '00' WHERE seq = 1; UPDATE journal SET digest = NULL WHERE seq = 3";
        site.app.cx.db.execute_unprepared(sql).await.expect("written");
        build(site.app.config.clone(), Senses::default()).await.expect("it is said, and the site goes on");
        assert_eq!(check(&site).await, Err(Fault::Changed(1)));
    }
}

#[tokio::test]
async fn lines_of_another_sites_key_do_not_pass() {
    let site = TestSite::new().await;
    written(&site).await;
    let cx = &site.app.cx;
    let other = Cx::new(CxParts {
        db: store::connect(site.database.url()).await.expect("connected"),
        clock: cx.clock.clone(),
        entropy: cx.entropy.clone(),
        keys: Keys::new(&[9; 32]),
        catalogue: Shelf::new(catalogue::shipped().expect("the shipped files")),
        base_url: cx.base_url.clone(),
        outbox_bell: Arc::default(),
        writer: Arc::default(),
    });
    assert_eq!(verify(&other, Chain::Requests).await.expect("read"), Err(Fault::Changed(1)));
}

async fn erased(site: &TestSite, request: RequestId) -> u64 {
    let tx = site.app.cx.begin().await.expect("a transaction");
    let count = journal::erase_texts(&site.app.cx, &tx, request).await.expect("erased");
    tx.commit().await.expect("committed");
    count
}

#[tokio::test]
async fn an_erased_text_leaves_the_chain_whole_and_a_sentence_in_its_place() {
    let site = TestSite::new().await;
    let (cast, id) = road::filed(&site).await;
    road::decide(&cast.legal, &id, "modifier", "Le visa de Mme Roux manque").await.is(303);
    let before = check(&site).await.expect("whole");
    cast.applicant.open(&format!("/demandes/{id}")).await.says("Le visa de Mme Roux manque");
    assert_eq!(erased(&site, id.parse().expect("an id")).await, 1);
    assert_eq!(erased(&site, id.parse().expect("an id")).await, 0, "once");
    assert_eq!(check(&site).await, Ok(before), "the same lines, the same hashes");
    for (browser, path) in [(&cast.applicant, format!("/demandes/{id}")), (&cast.legal, format!("/instruction/{id}"))] {
        let page = browser.open(&path).await;
        page.says("Texte effacé le");
        page.says("(durée de conservation)");
        assert_eq!(page.body.matches("Texte effacé le").count(), 1, "lines that had no text are not said to have lost one");
    }
    site.new_mails().await;
}

#[tokio::test]
async fn texts_about_an_account_are_erased_from_the_administrations_journal() {
    let site = TestSite::new().await;
    let admin = site.administrator(ADMIN).await;
    let person = site.add_account(LEGAL).await;
    let give = [("action", "donner"), ("perimetre", FRANCECONNECT), ("role", Role::Reader.as_str())];
    admin.post(&format!("/administration/droits/{person}"), &give).await.is(303);
    let (cx, chain) = (&site.app.cx, Chain::Administration);
    let before = verify(cx, chain).await.expect("read").expect("whole");
    let tx = cx.begin().await.expect("a transaction");
    assert_eq!(admin_event::erase_texts(cx, &tx, person).await.expect("erased"), 1);
    tx.commit().await.expect("committed");
    assert_eq!(verify(cx, chain).await.expect("read"), Ok(before));
    admin.open("/administration/journal").await.says("Texte effacé le");
    site.settle().await;
}

#[tokio::test]
async fn the_database_lets_a_text_be_erased_and_nothing_else() {
    let site = TestSite::new().await;
    written(&site).await;
    let db = &site.app.cx.db;
    let erase = "erased_at = 1, erasure = 'x'";
    for sql in [
        format!("UPDATE journal SET {erase}, detail = 'autre'"),
        format!("UPDATE journal SET {erase}, detail = '', kind = 'approved'"),
        format!("UPDATE journal SET {erase}, detail = '', actor_id = NULL"),
        format!("UPDATE journal SET {erase}, detail = '', at = at + 1"),
        format!("UPDATE journal SET {erase}, detail = '', hash = 'x'"),
        format!("UPDATE journal SET {erase}, detail = '', digest = 'x'"),
        format!("UPDATE journal SET {erase}, detail = '', seq = seq + 100"),
        "UPDATE journal SET detail = ''".to_owned(),
        "UPDATE journal SET impersonated_by = actor_id".to_owned(),
        "UPDATE journal SET digest = NULL".to_owned(),
        "UPDATE journal SET erasure = 'x'".to_owned(),
        "DELETE FROM journal".to_owned(),
        "DELETE FROM journal WHERE seq = 1".to_owned(),
    ] {
        let refused = db.execute_unprepared(&sql).await.expect_err(&sql).to_string();
        assert!(refused.contains("written once"), "{sql}: {refused}");
    }
    let old = "INSERT INTO journal (id, request_id, kind, detail, at, seq, hash) SELECT request_id, request_id, kind, '', at, 9, 'x' FROM journal WHERE seq = 1";
    let refused = db.execute_unprepared(old).await.expect_err("without a digest").to_string();
    assert!(refused.contains("under the key"), "{refused}");
    assert_eq!(check(&site).await.map(|whole| whole.lines), Ok(4));
    // What the database lets through, the key does not.
    db.execute_unprepared(&format!("UPDATE journal SET {erase}, detail = '' WHERE seq = 2")).await.expect("erased");
    assert_eq!(check(&site).await, Err(Fault::Changed(2)), "by another hand than the house's");
    let again = db.execute_unprepared(&format!("UPDATE journal SET {erase}, detail = '' WHERE seq = 2")).await.expect_err("once").to_string();
    assert!(again.contains("written once"), "{again}");
}

async fn purge(site: &TestSite) -> Result<u64, Fault> {
    let tx = site.app.cx.begin().await.expect("a transaction");
    let done = purge_before(&site.app.cx, &tx, Chain::Requests, site.app.cx.now()).await.expect("the database answers");
    tx.commit().await.expect("committed");
    done
}

#[tokio::test]
async fn a_purged_beginning_leaves_a_signed_checkpoint() {
    let site = TestSite::new().await;
    written(&site).await;
    let whole = check(&site).await.expect("whole");
    site.pass(24);
    let applicant = site.applicant("paul.marchand@clamart.example").await;
    road::start(&applicant, FRANCECONNECT).await;
    assert_eq!(purge(&site).await, Ok(4));
    assert_eq!(purge(&site).await, Ok(0), "what stands is younger");
    let left = check(&site).await.expect("whole");
    assert_eq!((left.lines, left.purged.map(|purged| (purged.seq, purged.hash))), (1, Some((4, whole.hash))));
    let (code, said) = command(&site, &["verify"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("journal: 1 line(s), whole") && said.contains("journal: lines 1 to 4 were removed on"), "{said}");

    // With nothing left, the next line follows the checkpoint.
    site.pass(24);
    assert_eq!(purge(&site).await, Ok(1));
    assert_eq!(check(&site).await.map(|whole| whole.lines), Ok(0));
    applicant.sign_in("paul.marchand@clamart.example", crate::site::PASSWORD).await;
    road::start(&applicant, FRANCECONNECT).await;
    assert_eq!(check(&site).await.map(|whole| whole.lines), Ok(1));
}

#[tokio::test]
async fn a_checkpoint_of_another_hand_does_not_pass() {
    let site = TestSite::new().await;
    written(&site).await;
    let forged = "INSERT INTO journal_checkpoint (journal, kind, seq, hash, at, mac) SELECT 'journal', 'purged', seq, hash, 1, hash FROM journal WHERE seq = 2; \
                  DELETE FROM journal WHERE seq <= 2";
    site.app.cx.db.execute_unprepared(forged).await.expect("the database takes it for ours");
    assert_eq!(check(&site).await, Err(Fault::Checkpoint));
    let (code, said) = command(&site, &["verify"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("was not signed with the key of this site"), "{said}");
}

#[tokio::test]
async fn what_is_wrong_is_not_purged() {
    let site = TestSite::new().await;
    written(&site).await;
    site.pass(24);
    behind_its_back(&site, "UPDATE journal SET detail = 'autre' WHERE seq = 2").await;
    assert_eq!(purge(&site).await, Err(Fault::Changed(2)));
    assert_eq!(check(&site).await, Err(Fault::Changed(2)));
}

/// An id as the database writes it.
fn id(postgres: bool, number: u128) -> String {
    let id = Uuid::from_u128(number);
    if postgres { format!("'{id}'") } else { format!("x'{}'", id.simple()) }
}

/// A database with three lines in each journal, as it was before the key. The journal of requests got its chain from the
/// migration that introduced chains; the lines of the other one are written with the hashes of that schema.
async fn before_the_key(database: &TestDatabase) {
    let db = Database::connect(database.url()).await.expect("the test database opens");
    let postgres = database.url().starts_with("postgres");
    let (account, body, request) = (id(postgres, 1), id(postgres, 2), id(postgres, 3));
    let all = Migrator::migrations();
    let place = |name: &str| u32::try_from(all.iter().position(|one| one.name() == name).expect("a migration")).expect("few");
    Migrator::up(&db, Some(place("m0007_lifecycle"))).await.expect("migrated");
    let mut statements = vec![
        format!("INSERT INTO account (id, email, given_name, family_name, phone, created_at) VALUES ({account}, 'a@b.fr', 'Jeanne', 'Roux', '', 1)"),
        format!("INSERT INTO organisation (id, siret, created_at) VALUES ({body}, '21920023500014', 1)"),
        format!(
            "INSERT INTO request (id, number, service, catalogue_version, organisation_id, applicant_id, state, title, answers, version, created_at, \
             updated_at) VALUES ({request}, 1, 'franceconnect', 1, {body}, {account}, 'draft', '', '{{}}', 1, 1, 1)"
        ),
        "INSERT INTO counter (name, value) VALUES ('request', 1)".to_owned(),
    ];
    for (number, actor) in [(11, account.as_str()), (12, "NULL"), (13, account.as_str())] {
        statements.push(format!(
            "INSERT INTO journal (id, request_id, actor_id, kind, detail, at) VALUES ({}, {request}, {actor}, 'created', 'Mot {number}', {number})",
            id(postgres, number)
        ));
    }
    for sql in statements {
        db.execute_unprepared(&sql).await.expect(&sql);
    }
    Migrator::up(&db, Some(place("m0029_keyed_journals") - place("m0007_lifecycle"))).await.expect("migrated");
    let mut previous = START.to_owned();
    for seq in 1..=3i64 {
        let (line, actor) = (Uuid::from_u128(20 + u128::from(seq.unsigned_abs())), Uuid::from_u128(1));
        let texts: [&[u8]; 3] = [b"", b"Lecture", b"Motif"];
        let [before, after, reason] = texts;
        previous = link(
            &previous,
            &[&seq.to_be_bytes(), line.as_bytes(), actor.as_bytes(), b"role_given", actor.as_bytes(), before, after, reason, &5i64.to_be_bytes()],
        );
        let sql = format!(
            "INSERT INTO admin_event (id, seq, hash, actor_id, kind, account_id, \"before\", \"after\", reason, at) \
             VALUES ({}, {seq}, '{previous}', {account}, 'role_given', {account}, '', 'Lecture', 'Motif', 5)",
            id(postgres, line.as_u128())
        );
        db.execute_unprepared(&sql).await.expect(&sql);
    }
    db.execute_unprepared("INSERT INTO counter (name, value) VALUES ('admin_event', 3)").await.expect("counted");
    db.close().await.expect("closed");
}

/// Runs `habilis journal verify` on that database.
fn verify_in(database: &TestDatabase, data: &Path) -> (Option<i32>, String) {
    let command = std::process::Command::new(env!("CARGO_BIN_EXE_habilis"))
        .args(["journal", "verify"])
        .env("HABILIS_DATABASE_URL", database.url())
        .env("HABILIS_DATA_DIR", data)
        .output()
        .expect("the binary runs");
    let said = [command.stdout, command.stderr].map(|output| String::from_utf8_lossy(&output).into_owned()).concat();
    (command.status.code(), said)
}

#[tokio::test]
async fn a_journal_from_before_the_key_is_taken_over_once_and_holds() {
    let (database, data) = (TestDatabase::create().await, tempfile::tempdir().expect("a temporary directory"));
    before_the_key(&database).await;
    for _ in 0..2 {
        let (code, said) = verify_in(&database, data.path());
        assert_eq!(code, Some(0), "{said}");
        for table in ["journal", "admin_event"] {
            assert!(said.contains(&format!("{table}: 3 line(s), whole")), "{said}");
            assert!(said.contains(&format!("{table}: lines up to 3 are from before the key")), "{said}");
        }
    }
    let db = store::connect(database.url()).await.expect("connected");
    let removed = db.execute_unprepared("DELETE FROM journal_checkpoint").await.expect_err("refused").to_string();
    assert!(removed.contains("written once"), "{removed}");
    let touched = db.execute_unprepared("UPDATE journal SET detail = 'Autre mot'").await.expect_err("refused").to_string();
    assert!(touched.contains("written once"), "{touched}");
}

#[tokio::test]
async fn a_journal_broken_before_the_key_is_taken_over_as_it_stands_and_said_to_be() {
    for (sql, fault) in
        [("UPDATE journal SET detail = 'Autre mot' WHERE seq = 2", "line 2 was changed"), ("DELETE FROM journal WHERE seq = 2", "line 2 is missing")]
    {
        let (database, data) = (TestDatabase::create().await, tempfile::tempdir().expect("a temporary directory"));
        before_the_key(&database).await;
        let db = Database::connect(database.url()).await.expect("connected");
        let postgres = database.url().starts_with("postgres");
        let triggers =
            if postgres { "DROP TRIGGER journal_append_only ON journal" } else { "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete" };
        db.execute_unprepared(triggers).await.expect("released");
        db.execute_unprepared(sql).await.expect("carried out");
        let (code, said) = verify_in(&database, data.path());
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("journal: lines up to 3 are from before the key"), "{said}");
        assert!(said.contains(&format!("journal: they were broken already: {fault}")), "{said}");
        assert!(said.contains("admin_event: 3 line(s), whole"), "{said}");
        assert!(said.contains(if fault.ends_with("missing") { "journal: 2 line(s), whole" } else { "journal: 3 line(s), whole" }), "{said}");
        // What was found cannot be removed from what follows it.
        let triggers =
            if postgres { "DROP TRIGGER journal_checkpoint_append_only ON journal_checkpoint" } else { "DROP TRIGGER journal_checkpoint_no_delete" };
        db.execute_unprepared(triggers).await.expect("released");
        db.execute_unprepared("DELETE FROM journal_checkpoint").await.expect("carried out");
        let (code, said) = verify_in(&database, data.path());
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("journal: line 1 was changed"), "{said}");
    }
}
