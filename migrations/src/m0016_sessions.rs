//! Sessions that have an id and record how strongly they were opened; second factors; impersonation; suspended accounts.

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
        // Sessions last half a day: they are dropped, and people sign in again.
        manager.drop_table(Table::drop().table(Alias::new("session")).to_owned()).await?;
        for (table, indexes) in [impersonation(), impersonation_action(), session(), second_factor(), recovery_code()] {
            manager.create_table(table).await?;
            for index in indexes {
                manager.create_index(index).await?;
            }
        }
        for column in [bigint_null("suspended_at"), text("suspended_reason").default("").to_owned()] {
            manager.alter_table(Table::alter().table(Alias::new("account")).add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["suspended_at", "suspended_reason"] {
            manager.alter_table(Table::alter().table(Alias::new("account")).drop_column(Alias::new(column)).to_owned()).await?;
        }
        for table in ["recovery_code", "second_factor", "session", "impersonation_action", "impersonation"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        let session = table("session")
            .col(text("token_hash").primary_key())
            .col(uuid("account_id"))
            .col(uuid_null("organisation_id"))
            .col(bigint("created_at"))
            .col(bigint("expires_at"))
            .foreign_key(&mut references("session", "account_id", "account", ForeignKeyAction::Cascade))
            .to_owned();
        manager.create_table(session).await?;
        manager.create_index(index("session", &["account_id"])).await?;
        manager.create_index(index("session", &["expires_at"])).await
    }
}

fn session() -> Schema {
    let table = table("session")
        .col(text("token_hash").primary_key())
        // Id by which pages refer to the session, so that they never hold the hash of its token.
        .col(uuid("id").unique_key())
        .col(uuid("account_id"))
        .col(uuid_null("organisation_id"))
        // « Firefox sur Windows », never more of the browser's own words.
        .col(text("browser"))
        .col(bigint("created_at"))
        .col(bigint("last_used_at"))
        .col(bigint("expires_at"))
        // A code is asked for before the session opens anything.
        .col(boolean("code_due"))
        .col(bigint_null("strong_at"))
        .col(uuid_null("impersonation_id"))
        .foreign_key(&mut references("session", "account_id", "account", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("session", "impersonation_id", "impersonation", ForeignKeyAction::SetNull))
        .to_owned();
    (table, vec![index("session", &["account_id"]), index("session", &["expires_at"]), index("session", &["impersonation_id"])])
}

fn second_factor() -> Schema {
    let table = table("second_factor")
        .col(uuid("account_id").primary_key())
        .col(binary("secret"))
        // Time step of the last code accepted: none is accepted twice.
        .col(bigint("last_step"))
        .col(boolean("demonstration"))
        .col(bigint("created_at"))
        .foreign_key(&mut references("second_factor", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![])
}

fn recovery_code() -> Schema {
    let table = table("recovery_code")
        .col(uuid("account_id"))
        .col(text("code_hash"))
        .col(bigint_null("used_at"))
        .primary_key(&mut key(&["account_id", "code_hash"]))
        .foreign_key(&mut references("recovery_code", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![])
}

fn impersonation() -> Schema {
    let table = table("impersonation")
        .col(id())
        .col(uuid("admin_id"))
        .col(uuid("account_id"))
        .col(text("reason"))
        .col(uuid_null("organisation_id"))
        .col(bigint("started_at"))
        .col(bigint("ends_at"))
        .col(bigint_null("ended_at"))
        .foreign_key(&mut references("impersonation", "admin_id", "account", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("impersonation", "account_id", "account", ForeignKeyAction::Restrict))
        .to_owned();
    let indexes = vec![index("impersonation", &["admin_id"]), index("impersonation", &["account_id"]), index("impersonation", &["started_at"])];
    (table, indexes)
}

/// Written before the action is carried out, so that none goes unrecorded; its outcome is added afterwards.
fn impersonation_action() -> Schema {
    let table = table("impersonation_action")
        .col(id())
        .col(uuid("impersonation_id"))
        .col(text("route"))
        .col(text("ids"))
        .col(integer_null("status"))
        .col(bigint("at"))
        .foreign_key(&mut references("impersonation_action", "impersonation_id", "impersonation", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("impersonation_action", &["impersonation_id", "at"])])
}
