//! Service providers registered at the broker; the partner space edits them, the broker reads them.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(client);

fn client() -> Schema {
    let table = table("client")
        .col(id())
        .col(text("client_id").unique_key())
        .col(text("realm"))
        .col(text("environment"))
        // The FranceConnect request that the client was created for; empty for a client added by an operator.
        .col(uuid_null("request_id"))
        .col(text("name"))
        .col(text("organisation_name"))
        .col(text("siret"))
        .col(text("secret_hash"))
        // Kept sealed until it was shown, then dropped.
        .col(binary_null("secret_sealed"))
        .col(json("redirect_uris"))
        .col(json("post_logout_redirect_uris"))
        .col(json("scopes"))
        // Clients of one sector see the same `sub` for a person.
        .col(text("sector"))
        .col(boolean("active"))
        .col(bigint("revision"))
        .col(bigint("created_at"))
        .col(bigint("updated_at"))
        .foreign_key(&mut references("client", "request_id", "request", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("client", &["request_id"])])
}
