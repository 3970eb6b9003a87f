//! What reviewers write beside their decisions: notes between them, remarks on an answer, ready-made messages.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(review_note, remark, message_template);

fn review_note() -> Schema {
    let table = table("review_note")
        .col(id())
        .col(uuid("request_id"))
        .col(uuid("author_id"))
        .col(text("text"))
        .col(bigint("created_at"))
        .col(bigint_null("edited_at"))
        .foreign_key(&mut references("review_note", "request_id", "request", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("review_note", "author_id", "account", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("review_note", &["request_id", "created_at"]), index("review_note", &["author_id"])])
}

fn remark() -> Schema {
    let table = table("remark")
        .col(id())
        .col(uuid("request_id"))
        // The name of a field or of a contact of the form.
        .col(text("field"))
        // The team it speaks for.
        .col(text("stage"))
        .col(uuid("author_id"))
        .col(text("text"))
        .col(bigint("created_at"))
        // The round of requested changes it was sent with; empty while it is a draft.
        .col(integer_null("round"))
        .col(bigint_null("sent_at"))
        .col(bigint_null("handled_at"))
        .foreign_key(&mut references("remark", "request_id", "request", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("remark", "author_id", "account", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("remark", &["request_id", "created_at"]), index("remark", &["author_id"])])
}

fn message_template() -> Schema {
    let table = table("message_template")
        .col(id())
        .col(text("service"))
        .col(text("kind"))
        .col(text("title"))
        .col(text("body"))
        .col(uuid("author_id"))
        .col(bigint("updated_at"))
        .foreign_key(&mut references("message_template", "author_id", "account", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("message_template", &["service", "kind"]), index("message_template", &["author_id"])])
}
