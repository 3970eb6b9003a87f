//! Indexes for the daily quotas, which count what was created in a day each time more is created.

use sea_orm_migration::prelude::*;

use crate::table::index;

const INDEXES: [(&str, [&str; 2]); 5] = [
    ("request", ["applicant_id", "created_at"]),
    ("request", ["organisation_id", "created_at"]),
    ("message", ["author_id", "at"]),
    ("document", ["uploaded_by", "created_at"]),
    ("list_export", ["account_id", "created_at"]),
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in INDEXES {
            manager.create_index(index(table, &columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in INDEXES {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX ix_{table}_{}", columns.join("_"))).await?;
        }
        Ok(())
    }
}
