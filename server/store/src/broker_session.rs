//! A citizen's browser at the broker. From the end of one login on, it holds the person's identity, so that the next service
//! needs no new visit to the identity provider. The cookie holds a random token, the row its hash.

use domain::{
    Timestamp,
    ids::{BrokerSessionId, TypedId},
};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::{
    Cx, Result, hash_token, micros,
    person::{self, Person},
};

const TABLE: &str = "broker_session";

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "broker_session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub token_hash: String,
        pub issuer: String,
        pub person_sealed: Option<Vec<u8>>,
        pub created_at: i64,
        pub expires_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerSession {
    pub id: BrokerSessionId,
    pub person: Option<Person>,
}

/// Opens an anonymous session; `issuer` is `realm/environment`.
pub async fn open(cx: &Cx, db: &impl ConnectionTrait, issuer: &str, token: &str, until: Timestamp) -> Result<BrokerSession> {
    let id: BrokerSessionId = cx.new_id();
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        token_hash: Set(hash_token(token)),
        issuer: Set(issuer.to_owned()),
        person_sealed: Set(None),
        created_at: Set(micros(cx.now())),
        expires_at: Set(micros(until)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(BrokerSession { id, person: None })
}

pub async fn find(cx: &Cx, db: &impl ConnectionTrait, issuer: &str, token: &str) -> Result<Option<BrokerSession>> {
    let row = entity::Entity::find()
        .filter(entity::Column::TokenHash.eq(hash_token(token)))
        .filter(entity::Column::Issuer.eq(issuer))
        .filter(entity::Column::ExpiresAt.gt(micros(cx.now())))
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let person = row.person_sealed.map(|sealed| person::open(cx, TABLE, row.id, &sealed)).transpose()?;
    Ok(Some(BrokerSession { id: BrokerSessionId(row.id), person }))
}

pub async fn extend(db: &impl ConnectionTrait, id: BrokerSessionId, until: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::ExpiresAt, Expr::value(micros(until)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Puts the session under a new token; the former one stops working.
pub async fn rotate(db: &impl ConnectionTrait, id: BrokerSessionId, token: &str, until: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::TokenHash, Expr::value(hash_token(token)))
        .col_expr(entity::Column::ExpiresAt, Expr::value(micros(until)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn remember(cx: &Cx, db: &impl ConnectionTrait, id: BrokerSessionId, who: &Person, until: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::PersonSealed, Expr::value(Some(person::seal(cx, TABLE, id.uuid(), who)?)))
        .col_expr(entity::Column::ExpiresAt, Expr::value(micros(until)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends the session with its flows, codes and tokens.
pub async fn close(db: &impl ConnectionTrait, id: BrokerSessionId) -> Result<()> {
    entity::Entity::delete_by_id(id.uuid()).exec(db).await?;
    Ok(())
}

/// Deletes the sessions that ended before this instant, with their flows, codes and tokens.
pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::ExpiresAt.lt(micros(at))).exec(db).await?.rows_affected)
}
