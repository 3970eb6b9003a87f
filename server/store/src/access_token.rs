//! Access tokens of the broker: opaque, short-lived, stored as hashes.

use domain::{
    Timestamp,
    ids::{AccessTokenId, ClientRowId, CodeId, TypedId},
};
use oidc::authorize::Granted;
use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::{
    Cx, Result, hash_token, micros,
    person::{self, Person},
    timestamp,
};

const TABLE: &str = "access_token";

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "access_token")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub token_hash: String,
        pub code_id: Uuid,
        pub client_id: Uuid,
        pub granted: Json,
        pub sub: String,
        pub person_sealed: Vec<u8>,
        pub revoked_at: Option<i64>,
        pub expires_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    pub id: AccessTokenId,
    pub code: CodeId,
    pub client: ClientRowId,
    pub granted: Granted,
    pub sub: String,
    pub person: Person,
    pub expires_at: Timestamp,
}

pub async fn issue(cx: &Cx, db: &impl ConnectionTrait, token: &str, issued: &AccessToken) -> Result<()> {
    let AccessToken { id, code, client, granted, sub, person, expires_at } = issued;
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        token_hash: Set(hash_token(token)),
        code_id: Set(code.uuid()),
        client_id: Set(client.uuid()),
        granted: Set(serde_json::to_value(granted)?),
        sub: Set(sub.clone()),
        person_sealed: Set(person::seal(cx, TABLE, id.uuid(), person)?),
        revoked_at: Set(None),
        expires_at: Set(micros(*expires_at)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Neither expired nor revoked.
pub async fn active(cx: &Cx, db: &impl ConnectionTrait, token: &str) -> Result<Option<AccessToken>> {
    let row = entity::Entity::find()
        .filter(entity::Column::TokenHash.eq(hash_token(token)))
        .filter(entity::Column::RevokedAt.is_null())
        .filter(entity::Column::ExpiresAt.gt(micros(cx.now())))
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(AccessToken {
        id: AccessTokenId(row.id),
        code: CodeId(row.code_id),
        client: ClientRowId(row.client_id),
        granted: serde_json::from_value(row.granted)?,
        sub: row.sub,
        person: person::open(cx, TABLE, row.id, &row.person_sealed)?,
        expires_at: timestamp(row.expires_at),
    }))
}

/// Revokes a token of this client; a token of another client stays as it is.
pub async fn revoke(db: &impl ConnectionTrait, client: ClientRowId, token: &str, now: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::RevokedAt, Expr::value(Some(micros(now))))
        .filter(entity::Column::TokenHash.eq(hash_token(token)))
        .filter(entity::Column::ClientId.eq(client.uuid()))
        .filter(entity::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

pub async fn revoke_of_code(db: &impl ConnectionTrait, code: CodeId, now: Timestamp) -> Result<u64> {
    let revoked = entity::Entity::update_many()
        .col_expr(entity::Column::RevokedAt, Expr::value(Some(micros(now))))
        .filter(entity::Column::CodeId.eq(code.uuid()))
        .filter(entity::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(revoked.rows_affected)
}

pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::ExpiresAt.lt(micros(at))).exec(db).await?.rows_affected)
}
