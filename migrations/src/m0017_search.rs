//! Lists and searches over many requests: an index that holds all that a list needs, and the words of requests, which triggers
//! keep in step with the column `folded`.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const SQLITE: [&str; 5] = [
    "CREATE VIRTUAL TABLE request_words USING fts5(folded, content='request', content_rowid='number', tokenize='unicode61', prefix='2 3')",
    "CREATE TRIGGER request_words_added AFTER INSERT ON request BEGIN \
     INSERT INTO request_words (rowid, folded) VALUES (new.number, new.folded); END",
    "CREATE TRIGGER request_words_removed AFTER DELETE ON request BEGIN \
     INSERT INTO request_words (request_words, rowid, folded) VALUES ('delete', old.number, old.folded); END",
    "CREATE TRIGGER request_words_changed AFTER UPDATE OF folded ON request WHEN old.folded <> new.folded BEGIN \
     INSERT INTO request_words (request_words, rowid, folded) VALUES ('delete', old.number, old.folded); \
     INSERT INTO request_words (rowid, folded) VALUES (new.number, new.folded); END",
    "INSERT INTO request_words (request_words) VALUES ('rebuild')",
];

const POSTGRES: [&str; 2] = [
    "ALTER TABLE request ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED",
    "CREATE INDEX ix_request_words ON request USING gin (words)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let words: &[&str] = if manager.get_database_backend() == DbBackend::Postgres { &POSTGRES } else { &SQLITE };
        // Filtered and counted without reading the requests themselves, which are long.
        let list = "CREATE INDEX ix_request_list ON request (submitted_at, number, service, with_service, state)";
        for statement in words.iter().chain([&list]) {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let statements: &[&str] = if manager.get_database_backend() == DbBackend::Postgres {
            &["DROP INDEX ix_request_list", "ALTER TABLE request DROP COLUMN words"]
        } else {
            &[
                "DROP INDEX ix_request_list",
                "DROP TRIGGER request_words_added",
                "DROP TRIGGER request_words_removed",
                "DROP TRIGGER request_words_changed",
                "DROP TABLE request_words",
            ]
        };
        for statement in statements {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
