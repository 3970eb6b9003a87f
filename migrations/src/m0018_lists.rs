//! Saved searches of reviewers, and exports of their lists, which are kept for a day.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(saved_search, list_export);

fn saved_search() -> Schema {
    let table = table("saved_search")
        .col(id())
        .col(uuid("account_id"))
        .col(text("name"))
        // The query string of the list's address.
        .col(text("query"))
        .col(boolean("is_default"))
        .col(bigint("created_at"))
        .foreign_key(&mut references("saved_search", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("saved_search", &["account_id", "name"]).unique().to_owned()])
}

fn list_export() -> Schema {
    let table = table("list_export")
        .col(id())
        .col(uuid("account_id"))
        .col(text("query"))
        .col(text("state"))
        .col(bigint("done"))
        .col(bigint("total"))
        .col(bigint("created_at"))
        // When the process last recorded its progress; another one takes the export over when this is too old.
        .col(bigint("seen_at"))
        .foreign_key(&mut references("list_export", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("list_export", &["account_id"]), index("list_export", &["state", "created_at"])])
}
