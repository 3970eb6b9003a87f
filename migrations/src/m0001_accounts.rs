//! People, their sessions, and the organisations they work for.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(account, session, one_time_link, organisation, membership, directory_entry, review_grant);

fn account() -> Schema {
    let table = table("account")
        .col(id())
        .col(text("email").unique_key())
        .col(text("given_name"))
        .col(text("family_name"))
        .col(text("phone"))
        .col(text_null("password_hash"))
        .col(bigint_null("email_confirmed_at"))
        .col(bigint("created_at"))
        .to_owned();
    (table, vec![])
}

fn session() -> Schema {
    let table = table("session")
        .col(text("token_hash").primary_key())
        .col(uuid("account_id"))
        .col(uuid_null("organisation_id"))
        .col(bigint("created_at"))
        .col(bigint("expires_at"))
        .foreign_key(&mut references("session", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("session", &["account_id"]), index("session", &["expires_at"])])
}

fn one_time_link() -> Schema {
    let table = table("one_time_link")
        .col(text("token_hash").primary_key())
        .col(text("purpose"))
        .col(text("email"))
        .col(uuid_null("account_id"))
        .col(uuid_null("request_id"))
        .col(bigint("expires_at"))
        .col(bigint_null("used_at"))
        .foreign_key(&mut references("one_time_link", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("one_time_link", &["account_id"]), index("one_time_link", &["expires_at"])])
}

fn organisation() -> Schema {
    let table = table("organisation")
        .col(id())
        .col(text("siret").unique_key())
        // Empty while the directory could not be asked.
        .col(json_null("establishment"))
        .col(bigint_null("checked_at"))
        .col(bigint("created_at"))
        .to_owned();
    (table, vec![])
}

fn membership() -> Schema {
    let table = table("membership")
        .col(uuid("account_id"))
        .col(uuid("organisation_id"))
        .col(boolean("verified"))
        .col(bigint("created_at"))
        .primary_key(&mut key(&["account_id", "organisation_id"]))
        .foreign_key(&mut references("membership", "account_id", "account", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("membership", "organisation_id", "organisation", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("membership", &["organisation_id"])])
}

fn directory_entry() -> Schema {
    let table = table("directory_entry")
        .col(text("siret").primary_key())
        // Empty for a number the directory does not know.
        .col(json_null("establishment"))
        .col(bigint("fetched_at"))
        .to_owned();
    (table, vec![])
}

fn review_grant() -> Schema {
    let table = table("review_grant")
        .col(uuid("account_id"))
        .col(text("service"))
        .col(text("stage"))
        .primary_key(&mut key(&["account_id", "service", "stage"]))
        .foreign_key(&mut references("review_grant", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![])
}
