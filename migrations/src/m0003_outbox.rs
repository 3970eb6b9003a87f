//! The outbox, which keeps what must happen after a commit, and the demonstration's mailbox.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(outbox, mailbox);

fn outbox() -> Schema {
    let table = table("outbox")
        .col(id())
        .col(text("consumer"))
        // The request the effect belongs to, so that its page can show it done or pending.
        .col(uuid_null("request_id"))
        .col(binary("payload"))
        .col(bigint("created_at"))
        .col(bigint("available_at"))
        .col(integer("attempts"))
        .col(bigint_null("done_at"))
        .col(text_null("last_error"))
        .to_owned();
    (table, vec![index("outbox", &["consumer", "done_at", "available_at"]), index("outbox", &["request_id"])])
}

fn mailbox() -> Schema {
    let table = table("mailbox")
        .col(id())
        .col(text("channel"))
        .col(text("recipient"))
        .col(text("subject"))
        .col(text("body"))
        .col(bigint("sent_at"))
        .to_owned();
    (table, vec![index("mailbox", &["sent_at"])])
}
