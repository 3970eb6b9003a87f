//! The whole database as a test reads it: the texts it holds, and how many rows each table has.

use std::collections::{BTreeMap, BTreeSet};

use habilis::Process;
use store::{ConnectionTrait, Statement};

/// Without the tables of the search index.
const SQLITE: &str = "SELECT t.name AS tab, c.name AS col FROM sqlite_master t JOIN pragma_table_info(t.name) c \
    WHERE t.type = 'table' AND t.name NOT LIKE 'request\\_words%' ESCAPE '\\' AND c.type <> 'blob'";
const POSTGRES: &str = "SELECT table_name::text AS tab, column_name::text AS col FROM information_schema.columns \
    WHERE table_schema = current_schema() AND data_type IN ('text', 'jsonb', 'tsvector', 'character varying')";

/// Each table with each of its columns that may hold text.
pub async fn columns(app: &Process) -> Vec<(String, String)> {
    let sql = if app.config.database_url.starts_with("sqlite:") { SQLITE } else { POSTGRES };
    let db = &app.cx.db;
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("the catalogue is read");
    rows.iter().map(|row| (row.try_get("", "tab").expect("a table"), row.try_get("", "col").expect("a column"))).collect()
}

/// Every text of the database.
pub async fn texts(app: &Process) -> Vec<String> {
    let (db, mut texts) = (&app.cx.db, Vec::new());
    for (table, column) in columns(app).await {
        // In SQLite an identifier is a few bytes.
        let is_text =
            if app.config.database_url.starts_with("sqlite:") { format!("typeof({column}) = 'text'") } else { format!("{column} IS NOT NULL") };
        let sql = format!("SELECT DISTINCT CAST({column} AS text) AS one FROM {table} WHERE {is_text}");
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), &sql)).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        texts.extend(rows.iter().map(|row| row.try_get::<String>("", "one").unwrap_or_else(|error| panic!("{sql}: {error}"))));
    }
    texts
}

/// The tables that hold some text.
pub async fn tables(app: &Process) -> BTreeSet<String> {
    columns(app).await.into_iter().map(|(table, _)| table).collect()
}

/// How many rows each of these tables has.
pub async fn counts(app: &Process, tables: &BTreeSet<String>) -> BTreeMap<String, i64> {
    let each: Vec<String> = tables.iter().map(|table| format!("SELECT '{table}' AS tab, CAST(COUNT(*) AS bigint) AS many FROM {table}")).collect();
    let db = &app.cx.db;
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), each.join(" UNION ALL "))).await.expect("counted");
    rows.iter().map(|row| (row.try_get("", "tab").expect("a table"), row.try_get("", "many").expect("a number"))).collect()
}
