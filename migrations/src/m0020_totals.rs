//! Lists of hundreds of thousands of requests that cost what short ones do: totals kept up to date instead of counted, a search
//! index that holds which requests were submitted and for which service, an index for the lists of the teams.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::table::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Requests that were sent once, by service and state: the sum of `number`. PostgreSQL adds a line for each change, so that
/// writers do not wait for one another, and gathers them now and then.
fn request_total() -> TableCreateStatement {
    table("request_total").col(text("service")).col(text("with_service")).col(text("state")).col(bigint("number")).to_owned()
}

const COUNT: &str = "INSERT INTO request_total (service, with_service, state, number) \
     SELECT service, COALESCE(with_service, ''), state, COUNT(*) FROM request WHERE submitted_at IS NOT NULL GROUP BY 1, 2, 3";

/// `row` is `new` or `old`.
fn sqlite_add(row: &str, number: &str) -> String {
    format!(
        "INSERT INTO request_total (service, with_service, state, number) \
         SELECT {row}.service, COALESCE({row}.with_service, ''), {row}.state, {number} WHERE {row}.submitted_at IS NOT NULL \
         ON CONFLICT (service, with_service, state) DO UPDATE SET number = number + excluded.number;"
    )
}

/// What the index holds of a request besides its words. The sign µ makes one word of a slug, and a word that cannot be a state.
const TAGS: &str = "CASE WHEN submitted_at IS NULL THEN '' ELSE 'sent ' || state || ' µ' || replace(service, '-', 'µ') || ' µ' \
     || replace(COALESCE(with_service, ''), '-', 'µ') END";

fn sqlite() -> Vec<String> {
    let words = |verb: &str, row: &str| match verb {
        "delete" => {
            format!("INSERT INTO request_words (request_words, rowid, folded, tags) VALUES ('delete', {row}.number, {row}.folded, {row}.tags);")
        }
        _ => format!("INSERT INTO request_words (rowid, folded, tags) VALUES ({row}.number, {row}.folded, {row}.tags);"),
    };
    let (gone, come) = (words("delete", "old"), words("insert", "new"));
    let (less, more) = (sqlite_add("old", "-1"), sqlite_add("new", "1"));
    let changed = |columns: &[&str]| columns.iter().map(|column| format!("old.{column} IS NOT new.{column}")).collect::<Vec<_>>().join(" OR ");
    let mut statements: Vec<String> = ["added", "removed", "changed"].iter().map(|name| format!("DROP TRIGGER request_words_{name}")).collect();
    statements.extend([
        "DROP TABLE request_words".to_owned(),
        format!("ALTER TABLE request ADD COLUMN tags text GENERATED ALWAYS AS ({TAGS}) VIRTUAL"),
        "CREATE VIRTUAL TABLE request_words USING fts5(folded, tags, content='request', content_rowid='number', tokenize='unicode61', prefix='2 3')"
            .to_owned(),
        format!("CREATE TRIGGER request_words_added AFTER INSERT ON request BEGIN {come} END"),
        format!("CREATE TRIGGER request_words_removed AFTER DELETE ON request BEGIN {gone} END"),
        format!("CREATE TRIGGER request_words_changed AFTER UPDATE ON request WHEN {} BEGIN {gone} {come} END", changed(&["folded", "tags"])),
        "INSERT INTO request_words (request_words) VALUES ('rebuild')".to_owned(),
        "CREATE UNIQUE INDEX ix_request_total ON request_total (service, with_service, state)".to_owned(),
        COUNT.to_owned(),
        format!("CREATE TRIGGER request_total_added AFTER INSERT ON request BEGIN {more} END"),
        format!("CREATE TRIGGER request_total_removed AFTER DELETE ON request BEGIN {less} END"),
        format!("CREATE TRIGGER request_total_changed AFTER UPDATE ON request WHEN {} BEGIN {less} {more} END", changed(&["tags"])),
    ]);
    statements
}

fn postgres() -> Vec<String> {
    let add = |row: &str, number: &str| {
        format!(
            "IF {row}.submitted_at IS NOT NULL THEN INSERT INTO request_total (service, with_service, state, number) \
             VALUES ({row}.service, COALESCE({row}.with_service, ''), {row}.state, {number}); END IF;"
        )
    };
    let (less, more) = (add("OLD", "-1"), add("NEW", "1"));
    vec![
        COUNT.to_owned(),
        format!(
            "CREATE FUNCTION request_total() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF TG_OP <> 'INSERT' THEN {less} END IF; IF TG_OP <> 'DELETE' THEN {more} END IF; RETURN NULL; END $$"
        ),
        "CREATE TRIGGER request_total_moved AFTER INSERT OR DELETE ON request FOR EACH ROW EXECUTE FUNCTION request_total()".to_owned(),
        "CREATE TRIGGER request_total_changed AFTER UPDATE ON request FOR EACH ROW \
         WHEN ((OLD.submitted_at IS NULL, OLD.state, OLD.service, OLD.with_service) IS DISTINCT FROM \
         (NEW.submitted_at IS NULL, NEW.state, NEW.service, NEW.with_service)) EXECUTE FUNCTION request_total()"
            .to_owned(),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        manager.create_table(request_total()).await?;
        let statements = if manager.get_database_backend() == DbBackend::Postgres { postgres() } else { sqlite() };
        for statement in statements {
            db.execute_unprepared(&statement).await?;
        }
        db.execute_unprepared("DROP INDEX ix_review_turn_state_service_stage_due_on").await?;
        // A page of a team's list, and its counts, without reading the turns themselves.
        manager.create_index(index("review_turn", &["state", "service", "stage", "due_on", "since", "request_id", "assignee"])).await
    }

    /// `up` rebuilds the words and the totals; to go back, a backup must be restored.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the index of words of the earlier schema is not made again".to_owned()))
    }
}
