//! Passkeys: public keys that replace the code, the handle by which authenticators know each account, and the challenges that
//! wait for an answer.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(passkey_user, passkey, passkey_challenge);

fn passkey_user() -> Schema {
    let table = table("passkey_user")
        .col(uuid("account_id").primary_key())
        // Random: authenticators keep it, and learn nothing from it.
        .col(uuid("handle").unique_key())
        .foreign_key(&mut references("passkey_user", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![])
}

fn passkey() -> Schema {
    let table = table("passkey")
        .col(id())
        .col(uuid("account_id"))
        // A credential belongs to one account only.
        .col(text("credential_hash").unique_key())
        .col(text("name"))
        .col(json("credential"))
        .col(bigint("counter"))
        .col(bigint("created_at"))
        .col(bigint_null("last_used_at"))
        .foreign_key(&mut references("passkey", "account_id", "account", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("passkey", &["account_id"])])
}

/// One per session: a new challenge replaces the one before.
fn passkey_challenge() -> Schema {
    let table = table("passkey_challenge")
        .col(uuid("session_id").primary_key())
        .col(text("purpose"))
        .col(binary("state"))
        .col(bigint("expires_at"))
        .foreign_key(&mut references("passkey_challenge", "session_id", "session", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("passkey_challenge", &["expires_at"])])
}
