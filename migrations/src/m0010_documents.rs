//! Formats and scans of documents, messages between applicants and reviewers, and the notifications people refuse.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// SQLite adds one column at a time.
const DOCUMENT: [(&str, &str); 3] = [("format", "pdf"), ("scan", "unscanned"), ("scanned_at", "")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, default) in DOCUMENT {
            let mut column = if default.is_empty() { bigint_null(name) } else { text(name) };
            if !default.is_empty() {
                column.default(default);
            }
            manager.alter_table(Table::alter().table(Alias::new("document")).add_column(column).to_owned()).await?;
        }
        for (table, indexes) in [message(), message_document(), message_mark(), notification_refusal()] {
            manager.create_table(table).await?;
            for index in indexes {
                manager.create_index(index).await?;
            }
        }
        // The administrators' list of mails that wait.
        manager.create_index(index("outbox", &["consumer", "done_at", "created_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ix_outbox_consumer_done_at_created_at").table(Alias::new("outbox")).to_owned()).await?;
        for name in ["notification_refusal", "message_mark", "message_document", "message"] {
            manager.drop_table(Table::drop().table(Alias::new(name)).to_owned()).await?;
        }
        for (name, _) in DOCUMENT {
            manager.alter_table(Table::alter().table(Alias::new("document")).drop_column(Alias::new(name)).to_owned()).await?;
        }
        Ok(())
    }
}

/// What one side of a request wrote to the other.
fn message() -> Schema {
    let table = table("message")
        .col(id())
        .col(uuid("request_id"))
        .col(uuid("author_id"))
        .col(text("side"))
        // Increases through the whole table: instants may be equal, and read marks must not be ambiguous.
        .col(bigint("seq"))
        .col(text("body"))
        .col(bigint("at"))
        .foreign_key(&mut references("message", "request_id", "request", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("message", "author_id", "account", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("message", &["request_id", "side", "seq"]), index("message", &["author_id"])])
}

fn message_document() -> Schema {
    let table = table("message_document")
        .col(uuid("message_id"))
        .col(uuid("document_id"))
        .col(integer("ord"))
        .primary_key(&mut key(&["message_id", "document_id"]))
        .foreign_key(&mut references("message_document", "message_id", "message", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("message_document", "document_id", "document", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("message_document", &["document_id"])])
}

/// Up to where each person read the messages of a request, and the last one a mail told them of.
fn message_mark() -> Schema {
    let table = table("message_mark")
        .col(uuid("account_id"))
        .col(uuid("request_id"))
        .col(bigint("read_seq"))
        .col(bigint("told_seq"))
        .primary_key(&mut key(&["account_id", "request_id"]))
        .foreign_key(&mut references("message_mark", "account_id", "account", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("message_mark", "request_id", "request", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("message_mark", &["request_id"])])
}

/// A row is a refusal; without one, mails are sent.
fn notification_refusal() -> Schema {
    let table = table("notification_refusal")
        .col(uuid("account_id"))
        .col(text("topic"))
        .col(bigint("since"))
        .primary_key(&mut key(&["account_id", "topic"]))
        .foreign_key(&mut references("notification_refusal", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![])
}
