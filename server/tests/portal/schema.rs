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
