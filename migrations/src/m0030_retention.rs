//! What retention periods need: the last sign-in, what was erased, the lists of files shown to the archives.

use sea_orm_migration::prelude::*;

use crate::table::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

fn elimination() -> Schema {
    let table = table("elimination")
        .col(id())
        .col(bigint("number").unique_key())
        .col(bigint("created_at"))
        .col(uuid("created_by"))
        // The visa of the archives; empty until it is recorded.
        .col(text_null("visa_reference"))
        .col(text_null("visa_authority"))
        // YYYY-MM-DD.
        .col(text_null("visa_on"))
        .col(bigint_null("approved_at"))
        .col(uuid_null("approved_by"))
        .col(bigint_null("carried_at"))
        .foreign_key(&mut references("elimination", "created_by", "account", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("elimination", "approved_by", "account", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("elimination", &["created_by"]), index("elimination", &["approved_by"]), index("elimination", &["carried_at", "approved_at"])])
}

/// What stays of a file once it is erased: nothing about a person.
fn elimination_item() -> Schema {
    let table = table("elimination_item")
        .col(uuid("elimination_id"))
        // A file is on one list at most.
        .col(uuid("request_id").unique_key())
        .col(bigint("number"))
        .col(text("service"))
        .col(text_null("with_service"))
        .col(uuid("organisation_id"))
        .col(bigint("opened_at"))
        .col(bigint_null("submitted_at"))
        .col(bigint("ended_at"))
        .col(text("outcome"))
        .col(bigint("documents"))
        .col(bigint_null("erased_at"))
        .primary_key(&mut key(&["elimination_id", "request_id"]))
        .foreign_key(&mut references("elimination_item", "elimination_id", "elimination", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("elimination_item", "request_id", "request", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("elimination_item", "organisation_id", "organisation", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("elimination_item", &["organisation_id"])])
}

/// Initial value of the last sign-in: the last journal line of the account, or else its creation.
const LAST_SEEN: &str = "UPDATE account SET last_sign_in_at = COALESCE(\
     (SELECT MAX(j.at) FROM journal j WHERE j.actor_id = account.id AND j.at > account.created_at), account.created_at)";

const DRAFTS_TO_FORGET: &str =
    "CREATE INDEX ix_request_drafts_to_forget ON request (updated_at) WHERE state = 'archived' AND submitted_at IS NULL AND erased_at IS NULL";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one change a statement.
        for (on, column) in [("account", "last_sign_in_at"), ("account", "warned_at"), ("account", "erased_at"), ("request", "erased_at")] {
            manager.alter_table(Table::alter().table(Alias::new(on)).add_column(bigint_null(column)).to_owned()).await?;
        }
        let db = manager.get_connection();
        db.execute_unprepared(LAST_SEEN).await?;
        for (table, indexes) in [elimination(), elimination_item()] {
            manager.create_table(table).await?;
            for index in indexes {
                manager.create_index(index).await?;
            }
        }
        manager.create_index(index("account", &["last_sign_in_at"])).await?;
        manager.create_index(index("impersonation", &["ends_at"])).await?;
        manager.create_index(index("reminder", &["sent_at"])).await?;
        manager.create_index(index("vendor_ticket", &["created_at"])).await?;
        manager.create_index(index("list_export", &["created_at"])).await?;
        manager.create_index(index("outbox", &["done_at"])).await?;
        db.execute_unprepared(DRAFTS_TO_FORGET).await?;
        Ok(())
    }

    /// Irreversible: erased data cannot be restored.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("what was erased is not known to the earlier schema".to_owned()))
    }
}
