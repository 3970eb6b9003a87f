//! The data of the clock job: reminders sent, how far each rule has read, legal limits. Also the last day of each habilitation,
//! and the code that verifies it.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Each reminder is sent once: a second process that tries finds the row.
fn reminder() -> Schema {
    let table = table("reminder")
        .col(id())
        .col(uuid("request_id"))
        .col(text("kind"))
        // What was reminded of: the instant of the last change, the last day of validity, the legal limit.
        .col(text("base"))
        .col(integer("threshold"))
        .col(bigint("sent_at"))
        // The day on which what was announced is carried out, YYYY-MM-DD; none once it was, or when nothing was announced.
        .col(text_null("follow_on"))
        .foreign_key(&mut references("reminder", "request_id", "request", ForeignKeyAction::Cascade))
        .to_owned();
    let once = index("reminder", &["request_id", "kind", "base", "threshold"]).unique().to_owned();
    (table, vec![once, index("reminder", &["follow_on"])])
}

/// How far a rule has read the requests in the order of their last change.
fn clock_mark() -> Schema {
    let table = table("clock_mark").col(text("name").primary_key()).col(bigint("upto")).col(uuid("upto_id")).to_owned();
    (table, vec![])
}

fn legal_clock() -> Schema {
    let table = table("legal_clock")
        .col(uuid("request_id").primary_key())
        // Days, YYYY-MM-DD.
        .col(text("limit_on"))
        .col(text_null("suspended_on"))
        .col(text_null("warn_on"))
        .foreign_key(&mut references("legal_clock", "request_id", "request", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("legal_clock", &["warn_on"]), index("legal_clock", &["limit_on"])])
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, indexes) in [reminder(), clock_mark(), legal_clock()] {
            manager.create_table(table).await?;
            for index in indexes {
                manager.create_index(index).await?;
            }
        }
        // SQLite takes one change a statement.
        for column in ["valid_until", "check_on", "verification_code"] {
            manager.alter_table(Table::alter().table(Alias::new("habilitation")).add_column(text_null(column)).to_owned()).await?;
        }
        manager.create_index(index("habilitation", &["verification_code"]).unique().to_owned()).await?;
        manager.create_index(index("habilitation", &["check_on"])).await?;
        manager.create_index(index("request", &["state", "updated_at", "id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name) in [
            ("request", "ix_request_state_updated_at_id"),
            ("habilitation", "ix_habilitation_check_on"),
            ("habilitation", "ix_habilitation_verification_code"),
        ] {
            manager.drop_index(Index::drop().name(name).table(Alias::new(table)).to_owned()).await?;
        }
        for column in ["valid_until", "check_on", "verification_code"] {
            manager.alter_table(Table::alter().table(Alias::new("habilitation")).drop_column(Alias::new(column)).to_owned()).await?;
        }
        for table in ["legal_clock", "clock_mark", "reminder"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}
