//! Logins of citizens through the broker: keys, sessions, flows, codes and tokens. The identity of a citizen is stored in
//! sealed columns only, in rows that expire.

use sea_orm_migration::prelude::*;

use crate::table::*;

creates!(signing_key, broker_session, broker_flow, authorization_code, access_token);

fn signing_key() -> Schema {
    let table = table("signing_key")
        .col(id())
        // `{realm}/{environment}/{generation}`: unique, so that two processes never create two keys of one generation.
        .col(text("slot").unique_key())
        .col(text("issuer"))
        .col(binary("pkcs8_sealed"))
        .col(bigint("created_at"))
        .to_owned();
    (table, vec![index("signing_key", &["issuer"])])
}

fn broker_session() -> Schema {
    let table = table("broker_session")
        .col(id())
        .col(text("token_hash").unique_key())
        .col(text("issuer"))
        // Empty until a login was confirmed.
        .col(binary_null("person_sealed"))
        .col(bigint("created_at"))
        .col(bigint("expires_at"))
        .to_owned();
    (table, vec![index("broker_session", &["expires_at"])])
}

fn broker_flow() -> Schema {
    let table = table("broker_flow")
        .col(id())
        .col(uuid("session_id"))
        .col(uuid("client_id"))
        .col(text("step"))
        .col(json("request"))
        .col(json("granted"))
        .col(text("csrf"))
        // While the citizen is at the identity provider.
        .col(text_null("upstream_state_hash").unique_key())
        .col(binary_null("upstream_sealed"))
        // Set when the citizen is back from there, or was known from the session.
        .col(binary_null("person_sealed"))
        .col(bigint("created_at"))
        .col(bigint("expires_at"))
        .foreign_key(&mut references("broker_flow", "session_id", "broker_session", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("broker_flow", "client_id", "client", ForeignKeyAction::Cascade))
        .to_owned();
    (table, vec![index("broker_flow", &["session_id"]), index("broker_flow", &["client_id"]), index("broker_flow", &["expires_at"])])
}

fn authorization_code() -> Schema {
    let table = table("authorization_code")
        .col(id())
        .col(text("code_hash").unique_key())
        .col(uuid("client_id"))
        .col(uuid("session_id"))
        .col(json("request"))
        .col(json("granted"))
        .col(text("sub"))
        // Emptied by the exchange.
        .col(binary_null("person_sealed"))
        .col(bigint_null("exchanged_at"))
        .col(bigint("expires_at"))
        .foreign_key(&mut references("authorization_code", "client_id", "client", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("authorization_code", "session_id", "broker_session", ForeignKeyAction::Cascade))
        .to_owned();
    let on = |column| index("authorization_code", &[column]);
    (table, vec![on("client_id"), on("session_id"), on("expires_at")])
}

fn access_token() -> Schema {
    let table = table("access_token")
        .col(id())
        .col(text("token_hash").unique_key())
        .col(uuid("code_id"))
        .col(uuid("client_id"))
        .col(json("granted"))
        .col(text("sub"))
        .col(binary("person_sealed"))
        .col(bigint_null("revoked_at"))
        .col(bigint("expires_at"))
        .foreign_key(&mut references("access_token", "code_id", "authorization_code", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("access_token", "client_id", "client", ForeignKeyAction::Cascade))
        .to_owned();
    let on = |column| index("access_token", &[column]);
    (table, vec![on("code_id"), on("client_id"), on("expires_at")])
}
