//! The catalogue version of each submission and habilitation, the version under which a request was begun if it moved to a
//! later one, the answers set aside when requested changes are withdrawn, and when a paused team received the request.

use sea_orm_migration::prelude::*;

use crate::table::{integer_null, json_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn counted(name: &'static str, from: i32) -> ColumnDef {
    crate::table::integer(name).default(from).to_owned()
}

fn columns() -> [(&'static str, &'static str, ColumnDef); 5] {
    [
        ("request", "begun_version", integer_null("begun_version")),
        ("request", "set_aside", json_null("set_aside")),
        ("submission", "catalogue_version", counted("catalogue_version", 1)),
        ("habilitation", "catalogue_version", counted("catalogue_version", 1)),
        ("review_turn", "stood_still", counted("stood_still", 0)),
    ]
}

/// Before this migration, a request kept the version it was begun with.
const FILL: [&str; 4] = [
    "UPDATE submission SET catalogue_version = (SELECT r.catalogue_version FROM request r WHERE r.id = submission.request_id)",
    "UPDATE habilitation SET catalogue_version = (SELECT r.catalogue_version FROM request r WHERE r.id = habilitation.request_id)",
    "UPDATE review_turn SET since = decided_at WHERE state = 'changes_requested'",
    "UPDATE review_turn SET since = (SELECT MIN(t.decided_at) FROM review_turn t WHERE t.request_id = review_turn.request_id \
     AND t.state = 'changes_requested') WHERE state = 'paused'",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, _, column) in columns() {
            manager.alter_table(Table::alter().table(Alias::new(table)).add_column(column).to_owned()).await?;
        }
        for statement in FILL {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("UPDATE review_turn SET since = NULL WHERE state IN ('paused', 'changes_requested')").await?;
        for (table, name, _) in columns() {
            manager.alter_table(Table::alter().table(Alias::new(table)).drop_column(Alias::new(name)).to_owned()).await?;
        }
        Ok(())
    }
}
