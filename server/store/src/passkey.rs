//! Passkeys, the handle their authenticators know an account by, and the challenges that wait for an answer.

use domain::{
    Timestamp,
    ids::{AccountId, PasskeyId, SessionId, TypedId},
};
use sea_orm::{ActiveValue::Set, PaginatorTrait, QueryOrder, entity::prelude::*, sea_query::OnConflict};

use crate::{Cx, Result, hash_token, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "passkey")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub credential_hash: String,
        pub name: String,
        pub credential: Json,
        pub counter: i64,
        pub created_at: i64,
        pub last_used_at: Option<i64>,
    }
    crate::entity::plain!();
}

mod user {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "passkey_user")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub handle: Uuid,
    }
    crate::entity::plain!();
}

mod challenge {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "passkey_challenge")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub session_id: Uuid,
        pub purpose: String,
        pub state: Vec<u8>,
        pub expires_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq)]
pub struct Passkey {
    pub id: PasskeyId,
    pub name: String,
    /// The public key and its properties, as the WebAuthn library serialises them.
    pub credential: serde_json::Value,
    pub counter: u32,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

impl From<entity::Model> for Passkey {
    fn from(row: entity::Model) -> Self {
        Self {
            id: PasskeyId(row.id),
            name: row.name,
            credential: row.credential,
            counter: u32::try_from(row.counter).unwrap_or(u32::MAX),
            created_at: timestamp(row.created_at),
            last_used_at: row.last_used_at.map(timestamp),
        }
    }
}

pub struct NewPasskey<'a> {
    pub account: AccountId,
    pub name: &'a str,
    pub credential_id: &'a [u8],
    pub credential: serde_json::Value,
}

/// What a challenge was made for: it is valid for that purpose alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Creation,
    Request,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Creation => "creation",
            Self::Request => "request",
        }
    }
}

/// The WebAuthn user handle of this account, drawn at random the first time. Never the account's own id.
pub async fn handle(cx: &Cx, db: &impl ConnectionTrait, account: AccountId) -> Result<Uuid> {
    let mut random = [0; 16];
    cx.entropy.fill(&mut random);
    let handle = uuid::Builder::from_random_bytes(random).into_uuid();
    let row = user::ActiveModel { account_id: Set(account.uuid()), handle: Set(handle) };
    user::Entity::insert(row).on_conflict_do_nothing_on([user::Column::AccountId]).exec_without_returning(db).await?;
    Ok(user::Entity::find_by_id(account.uuid()).one(db).await?.map_or(handle, |row| row.handle))
}

fn hash(credential_id: &[u8]) -> String {
    hash_token(&hex::encode(credential_id))
}

/// False when the credential is registered already.
pub async fn add(cx: &Cx, db: &impl ConnectionTrait, new: NewPasskey<'_>) -> Result<bool> {
    let row = entity::ActiveModel {
        id: Set(cx.new_id::<PasskeyId>().uuid()),
        account_id: Set(new.account.uuid()),
        credential_hash: Set(hash(new.credential_id)),
        name: Set(new.name.to_owned()),
        credential: Set(new.credential),
        // Counter of the last use; the one received at the creation is in the credential.
        counter: Set(0),
        created_at: Set(micros(cx.now())),
        last_used_at: Set(None),
    };
    let inserted = entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::CredentialHash]).exec_without_returning(db).await?;
    Ok(matches!(inserted, sea_orm::TryInsertResult::Inserted(1..)))
}

/// The oldest first.
pub async fn of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Passkey>> {
    let rows = entity::Entity::find().filter(entity::Column::AccountId.eq(account.uuid())).order_by_asc(entity::Column::Id).all(db).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub async fn count(db: &impl ConnectionTrait, account: AccountId) -> Result<u64> {
    Ok(entity::Entity::find().filter(entity::Column::AccountId.eq(account.uuid())).count(db).await?)
}

pub async fn by_credential(db: &impl ConnectionTrait, account: AccountId, credential_id: &[u8]) -> Result<Option<Passkey>> {
    let found =
        entity::Entity::find().filter(entity::Column::AccountId.eq(account.uuid())).filter(entity::Column::CredentialHash.eq(hash(credential_id)));
    Ok(found.one(db).await?.map(Into::into))
}

/// Records a use of the passkey; false when it was used in the meantime.
pub async fn used(db: &impl ConnectionTrait, before: &Passkey, credential: &serde_json::Value, counter: u32, at: Timestamp) -> Result<bool> {
    use entity::Column as C;
    let update = entity::Entity::update_many()
        .col_expr(C::Credential, Expr::value(credential.clone()))
        .col_expr(C::Counter, Expr::value(i64::from(counter)))
        .col_expr(C::LastUsedAt, Expr::value(micros(at)))
        .filter(C::Id.eq(before.id.uuid()))
        .filter(C::Counter.eq(i64::from(before.counter)));
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// False when the account has no such passkey.
pub async fn rename(db: &impl ConnectionTrait, account: AccountId, id: PasskeyId, name: &str) -> Result<bool> {
    let update = entity::Entity::update_many()
        .col_expr(entity::Column::Name, Expr::value(name))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::AccountId.eq(account.uuid()));
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// False when the account has no such passkey.
pub async fn remove(db: &impl ConnectionTrait, account: AccountId, id: PasskeyId) -> Result<bool> {
    let delete = entity::Entity::delete_many().filter(entity::Column::AccountId.eq(account.uuid())).filter(entity::Column::Id.eq(id.uuid()));
    Ok(delete.exec(db).await?.rows_affected == 1)
}

pub async fn remove_all(db: &impl ConnectionTrait, account: AccountId) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::AccountId.eq(account.uuid())).exec(db).await?.rows_affected)
}

pub(crate) fn place(session: SessionId) -> String {
    format!("passkey_challenge.state:{session}")
}

/// Replaces the challenge of the session, if it had one.
pub async fn set_challenge(cx: &Cx, db: &impl ConnectionTrait, session: SessionId, purpose: Purpose, state: &[u8], until: Timestamp) -> Result<()> {
    use challenge::Column as C;
    let row = challenge::ActiveModel {
        session_id: Set(session.uuid()),
        purpose: Set(purpose.as_str().to_owned()),
        state: Set(cx.seal(&place(session), state)),
        expires_at: Set(micros(until)),
    };
    let known = OnConflict::column(C::SessionId).update_columns([C::Purpose, C::State, C::ExpiresAt]).to_owned();
    challenge::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

/// The state of the session's challenge. It is deleted whatever the outcome, so that it serves once.
pub async fn take_challenge(cx: &Cx, db: &impl ConnectionTrait, session: SessionId, purpose: Purpose) -> Result<Option<Vec<u8>>> {
    let Some(row) = challenge::Entity::find_by_id(session.uuid()).one(db).await? else { return Ok(None) };
    // Of two answers at once, only one finds the challenge.
    let taken = challenge::Entity::delete_by_id(session.uuid()).exec(db).await?.rows_affected == 1;
    if !taken || row.purpose != purpose.as_str() || row.expires_at <= micros(cx.now()) {
        return Ok(None);
    }
    Ok(Some(cx.open(&place(session), &row.state)?))
}

pub async fn purge_challenges_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(challenge::Entity::delete_many().filter(challenge::Column::ExpiresAt.lt(micros(at))).exec(db).await?.rows_affected)
}
