//! The journal of requests becomes a chain: each line, old ones included, gets a number and a hash, and nothing may change
//! afterwards.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult, Statement, entity::prelude::Uuid},
};

use crate::{append_only, chain, table::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(FromQueryResult)]
struct Line {
    id: Uuid,
    request_id: Uuid,
    actor_id: Option<Uuid>,
    kind: String,
    detail: String,
    at: i64,
}

const BATCH: u32 = 10_000;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [bigint_null("seq"), text_null("hash")] {
            manager.alter_table(Table::alter().table(Alias::new("journal")).add_column(column).to_owned()).await?;
        }
        // Unique, since no two lines may have the same number; created first, since the backfill uses it to find where it
        // stopped.
        manager.create_index(index("journal", &["seq"]).unique().to_owned()).await?;
        backfill(manager).await?;
        append_only::protect(manager, "journal").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        append_only::release(manager, "journal").await?;
        manager.drop_index(Index::drop().name("ix_journal_seq").table(Alias::new("journal")).to_owned()).await?;
        for column in ["seq", "hash"] {
            manager.alter_table(Table::alter().table(Alias::new("journal")).drop_column(Alias::new(column)).to_owned()).await?;
        }
        manager.get_connection().execute_unprepared("DELETE FROM counter WHERE name = 'journal'").await?;
        Ok(())
    }
}

async fn backfill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let backend = db.get_database_backend();
    let (mut seq, mut previous) = (0i64, chain::START.to_owned());
    let read = format!("SELECT id, request_id, actor_id, kind, detail, at FROM journal WHERE seq IS NULL ORDER BY at, id LIMIT {BATCH}");
    let write = match backend {
        DatabaseBackend::Postgres => "UPDATE journal SET seq = $1, hash = $2 WHERE id = $3",
        _ => "UPDATE journal SET seq = ?, hash = ? WHERE id = ?",
    };
    loop {
        let lines = Line::find_by_statement(Statement::from_string(backend, &read)).all(db).await?;
        if lines.is_empty() {
            break;
        }
        for Line { id, request_id, actor_id, kind, detail, at } in lines {
            seq += 1;
            let actor = actor_id.as_ref().map_or(&[][..], |id| id.as_bytes());
            let line = chain::JournalLine { seq, id: id.as_bytes(), request: request_id.as_bytes(), actor, kind: &kind, detail: &detail, at };
            previous = line.hash(&previous);
            db.execute_raw(Statement::from_sql_and_values(backend, write, [seq.into(), previous.clone().into(), id.into()])).await?;
        }
    }
    if seq > 0 {
        let sql = format!("INSERT INTO counter (name, value) VALUES ('journal', {seq})");
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}
