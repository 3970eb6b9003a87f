//! The words of requests in a narrow table of PostgreSQL, so that what a search finds is counted and sorted without reading the
//! requests. SQLite has had such a table since the first version of the search.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The words of a submitted request, the services it asks for and its state. A search holds letters and digits only: it cannot
/// match the last two.
fn words(row: &str) -> String {
    format!(
        "to_tsvector('simple', {row}.folded) || array_to_tsvector(array_remove(\
         ARRAY['µ=' || {row}.state, 'µ' || {row}.service, 'µ' || {row}.with_service], NULL))"
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for statement in [
            "CREATE TABLE request_words (number bigint PRIMARY KEY REFERENCES request (number) ON DELETE CASCADE, \
             submitted_at bigint NOT NULL, words tsvector NOT NULL)"
                .to_owned(),
            format!(
                "INSERT INTO request_words (number, submitted_at, words) SELECT r.number, r.submitted_at, {} FROM request r \
                 WHERE r.submitted_at IS NOT NULL ORDER BY r.number",
                words("r")
            ),
            // With `fastupdate`, rows written since the last vacuum are searched one by one.
            "CREATE INDEX ix_request_words_words ON request_words USING gin (words) WITH (fastupdate = off)".to_owned(),
            "CREATE INDEX ix_request_words_submitted_at_number ON request_words (submitted_at, number)".to_owned(),
            format!(
                "CREATE FUNCTION request_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 IF NEW.submitted_at IS NULL THEN DELETE FROM request_words WHERE number = NEW.number; \
                 ELSE INSERT INTO request_words (number, submitted_at, words) VALUES (NEW.number, NEW.submitted_at, {}) \
                 ON CONFLICT (number) DO UPDATE SET submitted_at = excluded.submitted_at, words = excluded.words; END IF; \
                 RETURN NULL; END $$",
                words("NEW")
            ),
            "CREATE TRIGGER request_words_added AFTER INSERT ON request FOR EACH ROW WHEN (NEW.submitted_at IS NOT NULL) \
             EXECUTE FUNCTION request_words()"
                .to_owned(),
            "CREATE TRIGGER request_words_changed AFTER UPDATE ON request FOR EACH ROW \
             WHEN ((OLD.folded, OLD.submitted_at, OLD.state, OLD.service, OLD.with_service) IS DISTINCT FROM \
             (NEW.folded, NEW.submitted_at, NEW.state, NEW.service, NEW.with_service)) EXECUTE FUNCTION request_words()"
                .to_owned(),
            "ALTER TABLE request DROP COLUMN words".to_owned(),
        ] {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    /// `up` rebuilds the words; to go back, a backup must be restored.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the column of words of the earlier schema is not made again".to_owned()))
    }
}
