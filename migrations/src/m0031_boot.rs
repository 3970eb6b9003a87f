//! What is checked at start-up: keys that outlive the master key, and whether the database is the demonstration's.

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
        for table in [kept_key(), database_mark(), demonstration_account()] {
            manager.create_table(table).await?;
        }
        let db = manager.get_connection();
        let factors = "id IN (SELECT account_id FROM second_factor WHERE demonstration)";
        let seeded = format!("INSERT INTO demonstration_account (account_id) SELECT id FROM account WHERE {SEEDED} OR {factors}");
        db.execute_unprepared(&seeded).await?;
        let marked = "INSERT INTO database_mark (name, at) SELECT 'demonstration', 0 WHERE EXISTS (SELECT 1 FROM demonstration_account)";
        db.execute_unprepared(marked).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["demonstration_account", "database_mark", "kept_key"] {
            manager.drop_table(Table::drop().table(Alias::new(name)).to_owned()).await?;
        }
        Ok(())
    }
}

fn kept_key() -> TableCreateStatement {
    table("kept_key").col(text("name").primary_key()).col(binary("key_sealed")).col(bigint("created_at")).to_owned()
}

fn database_mark() -> TableCreateStatement {
    table("database_mark").col(text("name").primary_key()).col(bigint("at")).to_owned()
}

fn demonstration_account() -> TableCreateStatement {
    table("demonstration_account")
        .col(uuid("account_id").primary_key())
        .foreign_key(&mut references("demonstration_account", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned()
}

/// Accounts of a demonstration seeded before accounts were marked; no real address ends with `.example`.
pub const SEEDED: &str = "email IN ('demandeuse@clamart.example', 'technique@clamart.example', 'juriste@habilis.example', \
    'franceconnect@habilis.example', 'particulier@habilis.example', 'administration@habilis.example') OR email LIKE 'agent%@copies.example'";
