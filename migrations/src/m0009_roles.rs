//! Review rights get a role, which is reviewer for existing ones, and some accounts are administrators.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A stage of `*` is the whole service.
        let role = text("role").default("reviewer").to_owned();
        manager.alter_table(Table::alter().table(Alias::new("review_grant")).add_column(role).to_owned()).await?;
        let admin = boolean("admin").default(false).to_owned();
        manager.alter_table(Table::alter().table(Alias::new("account")).add_column(admin).to_owned()).await?;
        manager.create_index(index("review_grant", &["service", "stage"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ix_review_grant_service_stage").table(Alias::new("review_grant")).to_owned()).await?;
        manager.alter_table(Table::alter().table(Alias::new("account")).drop_column(Alias::new("admin")).to_owned()).await?;
        manager.alter_table(Table::alter().table(Alias::new("review_grant")).drop_column(Alias::new("role")).to_owned()).await
    }
}
