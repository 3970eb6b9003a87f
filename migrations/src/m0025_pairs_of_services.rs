//! The index of words holds the services of a request as one word, their pair, so that a search can exclude the pairs not asked
//! for when that is shorter than naming the others. In SQLite drafts have no words: only submitted requests are found.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const COME: &str = "INSERT INTO request_words (rowid, words, tags, pair) VALUES (new.number, new.words, new.tags, new.pair);";
const GONE: &str =
    "INSERT INTO request_words (request_words, rowid, words, tags, pair) VALUES ('delete', old.number, old.words, old.tags, old.pair);";

fn sqlite() -> Vec<String> {
    vec![
        "DROP TRIGGER request_words_added".to_owned(),
        "DROP TRIGGER request_words_removed".to_owned(),
        "DROP TRIGGER request_words_changed".to_owned(),
        "DROP TABLE request_words".to_owned(),
        "ALTER TABLE request ADD COLUMN words text GENERATED ALWAYS AS (CASE WHEN submitted_at IS NULL THEN '' ELSE folded END) VIRTUAL".to_owned(),
        "ALTER TABLE request ADD COLUMN pair text GENERATED ALWAYS AS (CASE WHEN submitted_at IS NULL THEN '' ELSE \
         'µ' || replace(service, '-', 'µ') || 'µµ' || replace(COALESCE(with_service, ''), '-', 'µ') END) VIRTUAL"
            .to_owned(),
        "CREATE VIRTUAL TABLE request_words USING fts5(words, tags, pair, content='request', content_rowid='number', tokenize='unicode61', \
         prefix='2 3')"
            .to_owned(),
        format!("CREATE TRIGGER request_words_added AFTER INSERT ON request BEGIN {COME} END"),
        format!("CREATE TRIGGER request_words_removed AFTER DELETE ON request BEGIN {GONE} END"),
        format!(
            "CREATE TRIGGER request_words_changed AFTER UPDATE ON request \
             WHEN old.words IS NOT new.words OR old.tags IS NOT new.tags BEGIN {GONE} {COME} END"
        ),
        "INSERT INTO request_words (request_words) VALUES ('rebuild')".to_owned(),
    ]
}

/// The words of a request, its state and its pair of services. A search holds letters and digits only: it cannot match the last
/// two.
fn words(row: &str) -> String {
    format!(
        "to_tsvector('simple', {row}.folded) || array_to_tsvector(\
         ARRAY['µ=' || {row}.state, 'µ' || {row}.service || '+' || COALESCE({row}.with_service, '')])"
    )
}

fn postgres() -> Vec<String> {
    vec![
        format!(
            "CREATE OR REPLACE FUNCTION request_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF NEW.submitted_at IS NULL THEN DELETE FROM request_words WHERE number = NEW.number; \
             ELSE INSERT INTO request_words (number, submitted_at, words) VALUES (NEW.number, NEW.submitted_at, {}) \
             ON CONFLICT (number) DO UPDATE SET submitted_at = excluded.submitted_at, words = excluded.words; END IF; \
             RETURN NULL; END $$",
            words("NEW")
        ),
        format!("UPDATE request_words w SET words = {} FROM request r WHERE r.number = w.number", words("r")),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = if manager.get_database_backend() == DbBackend::Postgres { postgres() } else { sqlite() };
        for statement in statements {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    /// `up` rebuilds the words; to go back, a backup must be restored.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the index of words of the earlier schema is not made again".to_owned()))
    }
}
