//! The journals are chained under a key: each line keeps a digest of its texts beside them, so that a text can be erased
//! without breaking the chain, and a checkpoint replaces a beginning that was purged. Lines also name the administrator who was
//! impersonating their author. Existing lines get their digests when the process starts, since the schema knows no key.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::{append_only, table::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A journal: the fields that never change, and the texts that may be erased.
struct Journal {
    table: &'static str,
    facts: &'static [&'static str],
    texts: &'static [&'static str],
}

const JOURNALS: [Journal; 2] = [
    Journal { table: "journal", facts: &["id", "seq", "request_id", "actor_id", "impersonated_by", "kind", "at"], texts: &["detail"] },
    Journal {
        table: "admin_event",
        facts: &["id", "seq", "actor_id", "impersonated_by", "kind", "account_id", "at"],
        texts: &["before", "after", "reason"],
    },
];

/// The tables that name the administrator who was impersonating the author.
const NAMED: [&str; 5] = ["journal", "admin_event", "message", "review_note", "remark"];

fn checkpoint() -> TableCreateStatement {
    table("journal_checkpoint")
        .col(text("journal"))
        // `adopted`: written before the key, up to this line. `purged`: removed, up to this line.
        .col(text("kind"))
        .col(bigint("seq"))
        .col(text("hash"))
        // What was wrong with the lines that were adopted.
        .col(text_null("fault"))
        .col(bigint("at"))
        .col(text("mac"))
        .primary_key(&mut key(&["journal", "kind", "seq"]))
        .to_owned()
}

const WRITTEN_ONCE: &str = "are written once";
const UNDER_THE_KEY: &str = "are written under the key";

fn postgres() -> Vec<String> {
    let mut statements = vec![
        format!(
            "CREATE FUNCTION journal_line() RETURNS trigger LANGUAGE plpgsql AS $$
             DECLARE
               sealed text[] := ARRAY['digest', 'hash'];
               erased text[] := TG_ARGV || ARRAY['erased_at', 'erasure'];
               word text;
               blank boolean := true;
             BEGIN
               IF TG_OP = 'DELETE' THEN
                 IF OLD.seq <= (SELECT max(seq) FROM journal_checkpoint WHERE journal = TG_TABLE_NAME AND kind = 'purged') THEN
                   RETURN OLD;
                 END IF;
               ELSIF OLD.digest IS NULL AND NEW.digest IS NOT NULL THEN
                 IF to_jsonb(NEW) - sealed = to_jsonb(OLD) - sealed THEN RETURN NEW; END IF;
               ELSIF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL THEN
                 FOREACH word IN ARRAY TG_ARGV LOOP blank := blank AND to_jsonb(NEW) ->> word = ''; END LOOP;
                 IF blank AND to_jsonb(NEW) - erased = to_jsonb(OLD) - erased THEN RETURN NEW; END IF;
               END IF;
               RAISE EXCEPTION 'lines of % {WRITTEN_ONCE}', TG_TABLE_NAME;
             END $$"
        ),
        format!(
            "CREATE FUNCTION journal_keyed() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'lines of % {UNDER_THE_KEY}', TG_TABLE_NAME; END $$"
        ),
    ];
    for Journal { table, texts, facts: _ } in JOURNALS {
        let texts: Vec<String> = texts.iter().map(|text| format!("'{text}'")).collect();
        statements.extend([
            format!(
                "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION journal_line({})",
                texts.join(", ")
            ),
            format!("CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only()"),
            format!("CREATE TRIGGER {table}_keyed BEFORE INSERT ON {table} FOR EACH ROW WHEN (NEW.digest IS NULL) EXECUTE FUNCTION journal_keyed()"),
        ]);
    }
    statements
}

fn sqlite() -> Vec<String> {
    let same = |columns: &[&str]| columns.iter().map(|name| format!(r#"new."{name}" IS old."{name}""#)).collect::<Vec<_>>().join(" AND ");
    let mut statements = Vec::new();
    for Journal { table, facts, texts } in JOURNALS {
        let (facts, kept) = (same(facts), same(texts));
        let blank = texts.iter().map(|name| format!(r#"new."{name}" = ''"#)).collect::<Vec<_>>().join(" AND ");
        let sealed = format!("old.digest IS NULL AND new.digest IS NOT NULL AND {facts} AND {kept} AND {}", same(&["erased_at", "erasure"]));
        let erased = format!(
            "old.digest IS NOT NULL AND old.erased_at IS NULL AND new.erased_at IS NOT NULL AND {facts} AND {blank} AND {}",
            same(&["digest", "hash"])
        );
        let refuse = format!("BEGIN SELECT RAISE(ABORT, 'lines of {table} {WRITTEN_ONCE}'); END");
        statements.extend([
            format!("CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT (({sealed}) OR ({erased})) {refuse}"),
            format!(
                "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN old.seq IS NULL OR old.seq > COALESCE(\
                 (SELECT max(seq) FROM journal_checkpoint WHERE journal = '{table}' AND kind = 'purged'), 0) {refuse}"
            ),
            format!(
                "CREATE TRIGGER {table}_keyed BEFORE INSERT ON {table} WHEN new.digest IS NULL \
                 BEGIN SELECT RAISE(ABORT, 'lines of {table} {UNDER_THE_KEY}'); END"
            ),
        ]);
    }
    statements
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        let uuid = if is_postgres { "uuid" } else { "uuid_text" };
        let db = manager.get_connection();
        manager.create_table(checkpoint()).await?;
        append_only::protect(manager, "journal_checkpoint").await?;
        for Journal { table, .. } in JOURNALS {
            append_only::release(manager, table).await?;
            for column in [text_null("digest"), bigint_null("erased_at"), text_null("erasure")] {
                manager.alter_table(Table::alter().table(Alias::new(table)).add_column(column).to_owned()).await?;
            }
        }
        for table in NAMED {
            // SQLite takes a foreign key only in the column's own definition.
            let column = format!("ALTER TABLE {table} ADD COLUMN impersonated_by {uuid} REFERENCES account(id) ON DELETE RESTRICT");
            let index = format!("CREATE INDEX ix_{table}_impersonated_by ON {table} (impersonated_by) WHERE impersonated_by IS NOT NULL");
            db.execute_unprepared(&column).await?;
            db.execute_unprepared(&index).await?;
        }
        for statement in if is_postgres { postgres() } else { sqlite() } {
            db.execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    /// Irreversible: the old hashes are lost; a backup must be restored instead.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("journals under a key do not go back to the earlier schema".to_owned()))
    }
}
