//! Keys that outlive the master key: drawn once, or derived from the first master key of a database older than this table,
//! and kept sealed. What services know people by, and what is recognised by its MAC, stays the same when the master
//! key changes. A row that does not open tells that the master key is not the database's.

use domain::{Entropy, Timestamp};
use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict};

use crate::{
    Db, Error, Keys, MasterKey, Result, micros, reseal,
    seal::kept::{Kept, Use, place},
};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "kept_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub key_sealed: Vec<u8>,
        pub created_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    #[error(
        "the master key is not the one this database was sealed with: put the line of that key back into the file, below the current one, \
         or give the database it belongs to"
    )]
    WrongKey,
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<sea_orm::DbErr> for KeyFault {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Completes the keys with those kept in this database, which are created the first time.
///
/// # Errors
/// The master key is not the database's, or the database fails.
pub async fn settle(db: &Db, keys: Keys, entropy: &dyn Entropy, now: Timestamp) -> Result<Keys, KeyFault> {
    if let Some(kept) = load(db, &keys).await? {
        return Ok(keys.with_kept(kept));
    }
    let first = match before(db, &keys).await? {
        Some(master) => Kept::derived(&master),
        None => Kept::drawn(entropy),
    };
    for of in Use::ALL {
        let row = entity::ActiveModel {
            name: Set(of.name().to_owned()),
            key_sealed: Set(keys.seal(entropy, &place(of.name()), first.key(of))),
            created_at: Set(micros(now)),
        };
        // Another process may start at the same time: the keys it wrote are used.
        let known = OnConflict::column(entity::Column::Name).do_nothing().to_owned();
        entity::Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    }
    let kept = load(db, &keys).await?.ok_or_else(|| Error::inconsistent("kept_key", "all"))?;
    Ok(keys.with_kept(kept))
}

/// Whether these keys are the database's; writes nothing, and accepts a database without tables.
///
/// # Errors
/// They are not, or the database fails.
pub async fn check(db: &Db, keys: &Keys) -> Result<(), KeyFault> {
    if reseal::has_table(db, "kept_key").await? && load(db, keys).await?.is_some() {
        return Ok(());
    }
    before(db, keys).await.map(|_| ())
}

/// `None` while one of them is missing.
async fn load(db: &Db, keys: &Keys) -> Result<Option<Kept>, KeyFault> {
    let rows = entity::Entity::find().all(db).await?;
    let mut kept = [[0; 32]; Use::ALL.len()];
    for of in Use::ALL {
        let Some(row) = rows.iter().find(|row| row.name == of.name()) else { return Ok(None) };
        let key = keys.open(&place(of.name()), &row.key_sealed).map_err(|_| KeyFault::WrongKey)?;
        kept[of as usize] = key.try_into().map_err(|_| Error::inconsistent("kept_key", of.name()))?;
    }
    Ok(Some(Kept(kept)))
}

/// The master key that a database without kept keys was used with: the one that opens its sealed values, or the first of the
/// file if it holds nothing but MACs. `None` for a database never used.
async fn before(db: &Db, keys: &Keys) -> Result<Option<MasterKey>, KeyFault> {
    let masters = keys.masters();
    let Some(sealed) = reseal::any(db).await? else {
        let used = reseal::has_table(db, "account").await? && reseal::has_rows(db, "account").await?;
        return Ok(masters.into_iter().next().filter(|_| used));
    };
    masters.into_iter().find(|master| sealed.opens(&Keys::single(master))).map(Some).ok_or(KeyFault::WrongKey)
}
