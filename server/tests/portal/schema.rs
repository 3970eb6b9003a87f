//! The schema as data: a foreign key without an index makes each deletion read a whole table.

use store::{ConnectionTrait, Statement};

use crate::site::TestSite;

const SQLITE: &str = r#"
    SELECT t.name || '.' || f."from" AS key, EXISTS (
        SELECT 1 FROM pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c ON c.seqno = 0 WHERE c.name = f."from"
    ) AS indexed
    FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'"#;

const POSTGRES: &str = "
    SELECT k.conrelid::regclass::text || '.' || a.attname AS key, EXISTS (
        SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1]
    ) AS indexed
    FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] WHERE k.contype = 'f'";

const TABLES_SQLITE: &str = "SELECT name AS key FROM sqlite_master WHERE type = 'table'";
const TABLES_POSTGRES: &str = "SELECT tablename::text AS key FROM pg_tables WHERE schemaname = current_schema()";
const RETENTION: &str = include_str!("../../../docs/RETENTION.md");

/// Tables that the database or a library manages.
fn is_bookkeeping(table: &str) -> bool {
    table.starts_with("sqlite_") || table.starts_with("seaql_") || table.starts_with("request_words_")
}

#[tokio::test]
async fn every_table_has_its_row_in_the_retention_document_with_the_period_of_the_purge() {
    let site = TestSite::new().await;
    let db = &site.app.cx.db;
    let query = if site.app.config.database_url.starts_with("sqlite:") { TABLES_SQLITE } else { TABLES_POSTGRES };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), query)).await.expect("the catalogue is read");
    let tables: Vec<String> = rows.iter().map(|row| row.try_get("", "key").expect("a name")).collect();
    let tables: Vec<&str> = tables.iter().map(String::as_str).filter(|table| !is_bookkeeping(table)).collect();
    assert!(tables.len() > 50, "{tables:?}");
    let unknown: Vec<&&str> = tables.iter().filter(|table| domain::retention::of_table(table).is_none()).collect();
    assert!(unknown.is_empty(), "no class of server/domain/src/retention holds {unknown:?}");
    let gone: Vec<&str> = domain::retention::TABLES.iter().map(|kept| kept.table).filter(|table| !tables.contains(table)).collect();
    assert!(gone.is_empty(), "these tables are no more: {gone:?}");
    let expected: Vec<String> = domain::retention::TABLES.iter().map(domain::retention::Kept::row).collect();
    let written: Vec<&str> = RETENTION.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(written, expected, "docs/RETENTION.md is to hold these rows:\n{}", expected.join("\n"));
    assert!(!RETENTION.contains("life of the service"));
}

#[tokio::test]
async fn every_foreign_key_is_indexed() {
    let site = TestSite::new().await;
    let db = &site.app.cx.db;
    let query = if site.app.config.database_url.starts_with("sqlite:") { SQLITE } else { POSTGRES };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), query)).await.expect("the catalogue is read");
    let keys: Vec<(String, bool)> =
        rows.iter().map(|row| (row.try_get("", "key").expect("a name"), row.try_get("", "indexed").expect("yes or no"))).collect();
    assert!(keys.len() > 20, "{keys:?}");
    let missing: Vec<&str> = keys.iter().filter(|(_, indexed)| !indexed).map(|(key, _)| key.as_str()).collect();
    assert!(missing.is_empty(), "no index begins with {missing:?}");
}
