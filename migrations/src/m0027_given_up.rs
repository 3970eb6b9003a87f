//! Mails that no server accepts are given up instead of being retried for ever.

use sea_orm_migration::prelude::*;

use crate::table::{bigint_null, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Alias::new("outbox");
        manager.alter_table(Table::alter().table(table).add_column(bigint_null("given_up_at")).to_owned()).await?;
        manager.create_index(index("outbox", &["given_up_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Alias::new("outbox");
        manager.drop_index(Index::drop().name("ix_outbox_given_up_at").table(table.clone()).to_owned()).await?;
        manager.alter_table(Table::alter().table(table).drop_column(Alias::new("given_up_at")).to_owned()).await
    }
}
