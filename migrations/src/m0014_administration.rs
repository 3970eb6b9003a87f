//! The journal of those who run the site: rights given and withdrawn, and the like. It is a chain too.

use sea_orm_migration::prelude::*;

use crate::{append_only, table::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let events = table("admin_event")
            .col(id())
            .col(bigint("seq").unique_key())
            .col(text("hash"))
            // Empty for the command line.
            .col(uuid_null("actor_id"))
            .col(text("kind"))
            // Whom it is about.
            .col(uuid_null("account_id"))
            .col(text("before"))
            .col(text("after"))
            .col(text("reason"))
            .col(bigint("at"))
            .foreign_key(&mut references("admin_event", "actor_id", "account", ForeignKeyAction::Restrict))
            .foreign_key(&mut references("admin_event", "account_id", "account", ForeignKeyAction::Restrict))
            .to_owned();
        manager.create_table(events).await?;
        for index in [index("admin_event", &["actor_id"]), index("admin_event", &["account_id"]), index("admin_event", &["at"])] {
            manager.create_index(index).await?;
        }
        append_only::protect(manager, "admin_event").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Alias::new("admin_event")).to_owned()).await
    }
}
