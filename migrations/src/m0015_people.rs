//! The people around a request: co-editors, contacts named in it, colleagues who vouch for each other, and what is
//! kept to spare them typing.

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
        for (table, indexes) in [co_editor(), request_contact(), membership_check(), resume_point(), contact_card(), organisation_contact()] {
            manager.create_table(table).await?;
            for index in indexes {
                manager.create_index(index).await?;
            }
        }
        for (on, columns) in LISTS {
            manager.create_index(index(on, columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (on, columns) in LISTS {
            let name = format!("ix_{on}_{}", columns.join("_"));
            manager.drop_index(Index::drop().name(name).table(Alias::new(on)).to_owned()).await?;
        }
        for name in ["organisation_contact", "contact_card", "resume_point", "membership_check", "request_contact", "co_editor"] {
            manager.drop_table(Table::drop().table(Alias::new(name)).to_owned()).await?;
        }
        Ok(())
    }
}

/// What the dashboards and the list of pending memberships sort by.
const LISTS: [(&str, &[&str]); 3] = [
    ("request", &["applicant_id", "state", "updated_at"]),
    ("request", &["organisation_id", "state", "updated_at"]),
    ("membership", &["verified", "created_at"]),
];

fn co_editor() -> Schema {
    let table = table("co_editor")
        .col(uuid("request_id"))
        .col(text("email"))
        // Empty until the invitation is accepted.
        .col(uuid_null("account_id"))
        .col(boolean("may_submit"))
        .col(uuid("invited_by"))
        .col(bigint("invited_at"))
        .col(bigint("expires_at"))
        .col(bigint_null("accepted_at"))
        .primary_key(&mut key(&["request_id", "email"]))
        .foreign_key(&mut references("co_editor", "request_id", "request", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("co_editor", "account_id", "account", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("co_editor", "invited_by", "account", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("co_editor", &["account_id"]), index("co_editor", &["invited_by"])])
}

/// The contacts of what was last submitted, one row each.
fn request_contact() -> Schema {
    let table = table("request_contact")
        .col(uuid("request_id"))
        .col(text("contact"))
        .col(text("label"))
        .col(text("name"))
        .col(text("email"))
        .col(text("token_hash").unique_key())
        .col(bigint("expires_at"))
        .col(text("state"))
        .col(text("reason"))
        .col(bigint("told_at"))
        .col(bigint_null("answered_at"))
        .primary_key(&mut key(&["request_id", "contact"]))
        .foreign_key(&mut references("request_contact", "request_id", "request", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("request_contact", &["email"])])
}

/// Who verified a membership or withdrew its verification, and why. Rows are added, never changed.
fn membership_check() -> Schema {
    let table = table("membership_check")
        .col(id())
        .col(uuid("account_id"))
        .col(uuid("organisation_id"))
        .col(uuid("by_id"))
        .col(boolean("verified"))
        .col(text("reason"))
        .col(bigint("at"))
        .foreign_key(&mut references("membership_check", "account_id", "account", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("membership_check", "organisation_id", "organisation", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("membership_check", "by_id", "account", ForeignKeyAction::Restrict))
        .to_owned();
    let indexes = vec![
        index("membership_check", &["account_id", "organisation_id", "at"]),
        index("membership_check", &["organisation_id"]),
        index("membership_check", &["by_id"]),
    ];
    (table, indexes)
}

/// The block each person left a request at.
fn resume_point() -> Schema {
    let table = table("resume_point")
        .col(uuid("account_id"))
        .col(uuid("request_id"))
        .col(text("block"))
        .primary_key(&mut key(&["account_id", "request_id"]))
        .foreign_key(&mut references("resume_point", "account_id", "account", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("resume_point", "request_id", "request", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("resume_point", &["request_id"])])
}

/// What « C’est moi » adds to the account's own name and address.
fn contact_card() -> Schema {
    let table = table("contact_card")
        .col(uuid("account_id").primary_key())
        .col(text("job_title"))
        .col(text("phone"))
        .foreign_key(&mut references("contact_card", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![])
}

fn organisation_contact() -> Schema {
    let table = table("organisation_contact")
        .col(id())
        .col(uuid("organisation_id"))
        .col(text("given_name"))
        .col(text("family_name"))
        .col(text("job_title"))
        .col(text("email"))
        .col(text("phone"))
        .col(uuid("updated_by"))
        .col(bigint("updated_at"))
        .foreign_key(&mut references("organisation_contact", "organisation_id", "organisation", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("organisation_contact", "updated_by", "account", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("organisation_contact", &["organisation_id"]), index("organisation_contact", &["updated_by"])])
}
