//! Requests prepared for somebody in the form of a use case or of a product.

use sea_orm_migration::prelude::*;

use crate::table::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Alias::new("prepared_request");
        manager.alter_table(Table::alter().table(table).add_column(text_null("variant")).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Alias::new("prepared_request");
        manager.alter_table(Table::alter().table(table).drop_column(Alias::new("variant")).to_owned()).await
    }
}
