//! Kept forms: what somebody typed, kept for them after a session ended or while something is to be corrected.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(kept_form);

fn kept_form() -> Schema {
    let table = table("kept_form")
        .col(id())
        .col(text("token_hash").unique_key())
        // A keyed hash of the account or the browser: nobody else reads it.
        .col(text("owner"))
        .col(uuid_null("account_id"))
        .col(binary("content"))
        .col(bigint("created_at"))
        .to_owned();
    (table, vec![index("kept_form", &["owner", "created_at"]), index("kept_form", &["account_id"]), index("kept_form", &["created_at"])])
}
