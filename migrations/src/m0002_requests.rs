//! Requests, their documents and journal, and the habilitations they end in.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(counter, request, document, habilitation, journal, partner_access);

/// Public numbers (D123, H45) and revisions; taken inside the transaction that uses them.
fn counter() -> Schema {
    let table = table("counter").col(text("name").primary_key()).col(bigint("value")).to_owned();
    (table, vec![])
}

fn request() -> Schema {
    let table = table("request")
        .col(id())
        .col(bigint("number").unique_key())
        .col(text("service"))
        .col(integer("catalogue_version"))
        .col(uuid("organisation_id"))
        .col(uuid("applicant_id"))
        .col(text("state"))
        .col(integer_null("step"))
        .col(bigint_null("submitted_at"))
        .col(bigint_null("since"))
        .col(bigint_null("decided_at"))
        .col(uuid_null("decided_by"))
        .col(uuid_null("relies_on"))
        // The project's name, copied from the answers for lists.
        .col(text("title"))
        .col(json("answers"))
        .col(integer("version"))
        .col(bigint("created_at"))
        .col(bigint("updated_at"))
        .foreign_key(&mut references("request", "organisation_id", "organisation", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("request", "applicant_id", "account", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("request", "decided_by", "account", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("request", "relies_on", "request", ForeignKeyAction::Restrict))
        .to_owned();
    let indexes = vec![
        index("request", &["applicant_id", "updated_at"]),
        index("request", &["organisation_id"]),
        index("request", &["decided_by"]),
        index("request", &["relies_on"]),
        index("request", &["state", "service", "step", "since"]),
    ];
    (table, indexes)
}

fn document() -> Schema {
    let table = table("document")
        .col(id())
        .col(uuid("request_id"))
        .col(text("field"))
        .col(text("file_name"))
        .col(bigint("size"))
        .col(text("sha256"))
        .col(uuid("uploaded_by"))
        .col(bigint("created_at"))
        .foreign_key(&mut references("document", "request_id", "request", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("document", "uploaded_by", "account", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("document", &["request_id"]), index("document", &["uploaded_by"])])
}

fn habilitation() -> Schema {
    let table = table("habilitation")
        .col(id())
        .col(bigint("number").unique_key())
        .col(uuid("request_id"))
        .col(text("service"))
        .col(uuid("organisation_id"))
        .col(text("state"))
        .col(json("answers"))
        .col(json("scopes"))
        .col(bigint("granted_at"))
        .col(uuid("granted_by"))
        .foreign_key(&mut references("habilitation", "request_id", "request", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("habilitation", "organisation_id", "organisation", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("habilitation", "granted_by", "account", ForeignKeyAction::Restrict))
        .to_owned();
    let indexes =
        vec![index("habilitation", &["request_id"]), index("habilitation", &["organisation_id", "service"]), index("habilitation", &["granted_by"])];
    (table, indexes)
}

fn journal() -> Schema {
    let table = table("journal")
        .col(id())
        .col(uuid("request_id"))
        .col(uuid_null("actor_id"))
        .col(text("kind"))
        .col(text("detail"))
        .col(bigint("at"))
        .foreign_key(&mut references("journal", "request_id", "request", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("journal", "actor_id", "account", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("journal", &["request_id", "at"]), index("journal", &["actor_id"])])
}

/// Who may use the partner space of the service that a FranceConnect request is for.
fn partner_access() -> Schema {
    let table = table("partner_access")
        .col(uuid("request_id"))
        .col(uuid("account_id"))
        .col(bigint("created_at"))
        .primary_key(&mut key(&["request_id", "account_id"]))
        .foreign_key(&mut references("partner_access", "request_id", "request", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("partner_access", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("partner_access", &["account_id"])])
}
