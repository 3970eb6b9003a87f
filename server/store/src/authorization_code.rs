//! Authorization codes. An exchanged code stays until the purge, so that a second exchange is recognised as the use of a stolen
//! code.

use domain::{
    Timestamp,
    ids::{BrokerSessionId, ClientRowId, CodeId, TypedId},
};
use oidc::{AuthorizeRequest, authorize::Granted};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::{
    Cx, Error, Result, hash_token, micros,
    person::{self, Person},
    timestamp,
};

const TABLE: &str = "authorization_code";

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "authorization_code")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub code_hash: String,
        pub client_id: Uuid,
        pub session_id: Uuid,
        pub request: Json,
        pub granted: Json,
        pub sub: String,
        pub person_sealed: Option<Vec<u8>>,
        pub exchanged_at: Option<i64>,
        pub expires_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationCode {
    pub id: CodeId,
    pub client: ClientRowId,
    pub session: BrokerSessionId,
    pub request: AuthorizeRequest,
    pub granted: Granted,
    pub sub: String,
    pub expires_at: Timestamp,
    pub phase: Phase,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    Pending(Person),
    Exchanged { at: Timestamp },
}

pub async fn issue(cx: &Cx, db: &impl ConnectionTrait, code: &str, issued: &AuthorizationCode) -> Result<()> {
    let AuthorizationCode { id, client, session, request, granted, sub, expires_at, phase } = issued;
    let (person, exchanged_at) = match phase {
        Phase::Pending(who) => (Some(person::seal(cx, TABLE, id.uuid(), who)?), None),
        Phase::Exchanged { at } => (None, Some(micros(*at))),
    };
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        code_hash: Set(hash_token(code)),
        client_id: Set(client.uuid()),
        session_id: Set(session.uuid()),
        request: Set(serde_json::to_value(request)?),
        granted: Set(serde_json::to_value(granted)?),
        sub: Set(sub.clone()),
        person_sealed: Set(person),
        exchanged_at: Set(exchanged_at),
        expires_at: Set(micros(*expires_at)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Expired or not: the caller says why it refuses one.
pub async fn find(cx: &Cx, db: &impl ConnectionTrait, code: &str) -> Result<Option<AuthorizationCode>> {
    let Some(row) = entity::Entity::find().filter(entity::Column::CodeHash.eq(hash_token(code))).one(db).await? else { return Ok(None) };
    let phase = match (row.person_sealed, row.exchanged_at) {
        (Some(sealed), None) => Phase::Pending(person::open(cx, TABLE, row.id, &sealed)?),
        (None, Some(at)) => Phase::Exchanged { at: timestamp(at) },
        _ => return Err(Error::inconsistent(TABLE, row.id)),
    };
    Ok(Some(AuthorizationCode {
        id: CodeId(row.id),
        client: ClientRowId(row.client_id),
        session: BrokerSessionId(row.session_id),
        request: serde_json::from_value(row.request)?,
        granted: serde_json::from_value(row.granted)?,
        sub: row.sub,
        expires_at: timestamp(row.expires_at),
        phase,
    }))
}

/// Takes the code, once; `false` when another exchange was quicker.
pub async fn exchange(db: &impl ConnectionTrait, id: CodeId, now: Timestamp) -> Result<bool> {
    let taken = entity::Entity::update_many()
        .col_expr(entity::Column::ExchangedAt, Expr::value(Some(micros(now))))
        .col_expr(entity::Column::PersonSealed, Expr::value(None::<Vec<u8>>))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::ExchangedAt.is_null())
        .exec(db)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Drops the identity from codes nobody exchanged in time; they read as exchanged from then on.
pub async fn forget_people_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    let forgotten = entity::Entity::update_many()
        .col_expr(entity::Column::ExchangedAt, Expr::col(entity::Column::ExpiresAt))
        .col_expr(entity::Column::PersonSealed, Expr::value(None::<Vec<u8>>))
        .filter(entity::Column::ExpiresAt.lt(micros(at)))
        .filter(entity::Column::ExchangedAt.is_null())
        .exec(db)
        .await?;
    Ok(forgotten.rows_affected)
}

/// Deletes codes with the tokens they were exchanged for (cascade): pass an instant at which those have expired too.
pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::ExpiresAt.lt(micros(at))).exec(db).await?.rows_affected)
}
