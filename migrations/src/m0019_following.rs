//! Requests that go on from another, remarks of one service's team, messages addressed to somebody, documents scanned again.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::table::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let uuid = if manager.get_database_backend() == DbBackend::Postgres { "uuid" } else { "uuid_text" };
        let db = manager.get_connection();
        for statement in [
            // The request whose habilitation this one is the next step of.
            &format!("ALTER TABLE request ADD COLUMN continues {uuid} REFERENCES request(id) ON DELETE RESTRICT"),
            "ALTER TABLE remark ADD COLUMN service text NOT NULL DEFAULT ''",
            "UPDATE remark SET service = (SELECT r.service FROM request r WHERE r.id = remark.request_id)",
            "UPDATE remark SET service = (SELECT t.service FROM review_turn t WHERE t.request_id = remark.request_id AND t.stage = remark.stage) \
             WHERE (SELECT COUNT(*) FROM review_turn t WHERE t.request_id = remark.request_id AND t.stage = remark.stage) = 1",
            // The last message written to this person as a reviewer.
            "ALTER TABLE message_mark ADD COLUMN addressed_seq bigint NOT NULL DEFAULT 0",
            "UPDATE message_mark SET addressed_seq = told_seq",
            "CREATE INDEX ix_message_mark_unread ON message_mark (account_id) WHERE addressed_seq > read_seq",
            // How many times a scan that failed was asked for again.
            "ALTER TABLE document ADD COLUMN rescans integer NOT NULL DEFAULT 0",
        ] {
            db.execute_unprepared(statement).await?;
        }
        manager.create_index(index("request", &["continues"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for statement in [
            "DROP INDEX ix_request_continues",
            "DROP INDEX ix_message_mark_unread",
            "ALTER TABLE request DROP COLUMN continues",
            "ALTER TABLE remark DROP COLUMN service",
            "ALTER TABLE message_mark DROP COLUMN addressed_seq",
            "ALTER TABLE document DROP COLUMN rescans",
        ] {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
