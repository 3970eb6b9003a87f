//! Grants of the gateway and the record of its calls.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(gateway_service, gateway_grant, gateway_call);

/// The revision of the rights last applied to a service: it outlives its grants, so that a late event does not
/// bring them back.
fn gateway_service() -> Schema {
    // The FranceConnect request that the service was created for.
    let request = column("request_id").uuid().not_null().primary_key().to_owned();
    (table("gateway_service").col(request).col(bigint("revision")).col(bigint("applied_at")).to_owned(), vec![])
}

/// A copy of what was decided elsewhere, kept by events: no foreign key.
fn gateway_grant() -> Schema {
    let habilitation = column("habilitation_id").uuid().not_null().primary_key().to_owned();
    let table = table("gateway_grant")
        .col(habilitation)
        .col(uuid("request_id"))
        .col(text("catalogue_service"))
        .col(text("siret"))
        .col(json("scopes"))
        .col(bigint("revision"))
        .col(boolean("active"))
        .to_owned();
    (table, vec![index("gateway_grant", &["request_id"])])
}

/// One row a call; nothing about the person it was about.
fn gateway_call() -> Schema {
    let table = table("gateway_call")
        .col(id())
        .col(bigint("at"))
        .col(text("environment"))
        .col(uuid_null("habilitation_id"))
        .col(text_null("client_id"))
        .col(text("endpoint"))
        .col(integer("status"))
        .col(text_null("code"))
        .col(uuid("request_id"))
        .col(bigint("duration_micros"))
        .to_owned();
    (table, vec![index("gateway_call", &["client_id", "at"]), index("gateway_call", &["habilitation_id", "at"]), index("gateway_call", &["at"])])
}
