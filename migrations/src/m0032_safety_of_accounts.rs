//! Rate limits, the browsers an account is known to use, events about the safety of accounts; and no password before the owner
//! of an account has confirmed the address.

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
        for (table, indexes) in [rate_limit(), known_device(), security_event()] {
            manager.create_table(table).await?;
            for index in indexes {
                manager.create_index(index).await?;
            }
        }
        // These passwords were chosen by whoever signed up, who may not be the owner of the mailbox.
        manager.get_connection().execute_unprepared("UPDATE account SET password_hash = NULL WHERE email_confirmed_at IS NULL").await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["security_event", "known_device", "rate_limit"] {
            manager.drop_table(Table::drop().table(Alias::new(table)).to_owned()).await?;
        }
        Ok(())
    }
}

fn rate_limit() -> Schema {
    let table = table("rate_limit")
        // A hash, so that the networks and addresses that are counted cannot be read here.
        .col(text("key_hash").primary_key())
        // When the bucket is full again.
        .col(bigint("full_at"))
        .to_owned();
    (table, vec![index("rate_limit", &["full_at"])])
}

fn known_device() -> Schema {
    let table = table("known_device")
        .col(uuid("account_id"))
        .col(text("token_hash"))
        .col(bigint("created_at"))
        .col(bigint("last_used_at"))
        .primary_key(&mut key(&["account_id", "token_hash"]))
        .foreign_key(&mut references("known_device", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("known_device", &["token_hash"]), index("known_device", &["last_used_at"])])
}

fn security_event() -> Schema {
    let table = table("security_event")
        .col(id())
        .col(text("kind"))
        // Empty when the address typed has no account.
        .col(uuid_null("account_id"))
        // Truncated: « 192.0.2.0/24 ».
        .col(text("network"))
        .col(text("detail"))
        .col(bigint("at"))
        .foreign_key(&mut references("security_event", "account_id", "account", ForeignKeyAction::SetNull))
        .to_owned();
    (table, vec![index("security_event", &["account_id"]), index("security_event", &["at"])])
}
