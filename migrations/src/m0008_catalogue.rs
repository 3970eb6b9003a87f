//! Vendors to contact, and the catalogue files as they were published.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(vendor_ticket, catalogue_version);

fn vendor_ticket() -> Schema {
    let table = table("vendor_ticket")
        .col(id())
        .col(text("service"))
        // A vendor of the catalogue; empty for another one.
        .col(text_null("vendor"))
        .col(text("vendor_name"))
        .col(text("contact_name"))
        .col(text("contact_email"))
        .col(text("contact_phone"))
        .col(text("wanted"))
        .col(text("message"))
        .col(uuid("organisation_id"))
        .col(uuid("requested_by"))
        .col(bigint("created_at"))
        .col(text("state"))
        .col(bigint_null("contacted_at"))
        .col(uuid_null("contacted_by"))
        .col(bigint_null("closed_at"))
        .col(uuid_null("closed_by"))
        .col(text("note"))
        .foreign_key(&mut references("vendor_ticket", "organisation_id", "organisation", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("vendor_ticket", "requested_by", "account", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("vendor_ticket", "contacted_by", "account", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("vendor_ticket", "closed_by", "account", ForeignKeyAction::Restrict))
        .to_owned();
    let indexes = vec![
        index("vendor_ticket", &["service", "state", "created_at"]),
        index("vendor_ticket", &["organisation_id"]),
        index("vendor_ticket", &["requested_by"]),
        index("vendor_ticket", &["contacted_by"]),
        index("vendor_ticket", &["closed_by"]),
    ];
    (table, indexes)
}

/// One row for each text of each file; `seq` is the order in which they were published.
fn catalogue_version() -> Schema {
    let table = table("catalogue_version")
        .col(bigint("seq").primary_key())
        .col(text("file"))
        .col(integer("version"))
        .col(text("text"))
        .col(bigint("published_at"))
        // Empty when the text came with the program.
        .col(uuid_null("published_by"))
        .col(text("reason"))
        .foreign_key(&mut references("catalogue_version", "published_by", "account", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("catalogue_version", &["file", "version"]).unique().to_owned(), index("catalogue_version", &["published_by"])])
}
