//! Requests that reviewers prepare for somebody: filled in part, then handed by mail to the one person invited.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(prepared_request);

fn prepared_request() -> Schema {
    let table = table("prepared_request")
        .col(id())
        .col(text("service"))
        .col(json("answers"))
        .col(uuid("prepared_by"))
        .col(bigint("created_at"))
        .col(bigint("updated_at"))
        .col(integer("version"))
        // Who is invited, on behalf of which organisation; empty until then.
        .col(text_null("email"))
        .col(text_null("siret"))
        .col(text("note"))
        .col(text_null("token_hash").unique_key().to_owned())
        .col(bigint_null("invited_at"))
        .col(bigint_null("expires_at"))
        .col(bigint_null("claimed_at"))
        .col(uuid_null("claimed_by"))
        .col(uuid_null("request_id"))
        .col(bigint_null("withdrawn_at"))
        .foreign_key(&mut references("prepared_request", "prepared_by", "account", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("prepared_request", "claimed_by", "account", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("prepared_request", "request_id", "request", ForeignKeyAction::Cascade))
        .to_owned();
    let indexes = vec![
        index("prepared_request", &["service", "updated_at"]),
        index("prepared_request", &["prepared_by"]),
        index("prepared_request", &["claimed_by"]),
        index("prepared_request", &["request_id"]),
    ];
    (table, indexes)
}
