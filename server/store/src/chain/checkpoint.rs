//! Signed checkpoints of a journal: which lines were written before the key, and up to where the beginning was purged.

use domain::Timestamp;
use migrations::chain::START;
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, entity::prelude::*};

use super::{Chain, Fault, Seal};
use crate::{Cx, Error, Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal_checkpoint")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub journal: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub hash: String,
        pub fault: Option<String>,
        pub at: i64,
        pub mac: String,
    }
    crate::entity::plain!();
}

pub(super) const ADOPTED: &str = "adopted";
pub(super) const PURGED: &str = "purged";

/// A signed statement about the lines up to `seq`, included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub seq: i64,
    pub hash: String,
    /// The fault that the adopted lines already had, if any.
    pub fault: Option<String>,
    pub at: Timestamp,
    /// MAC of all of this under the key of the journals.
    pub(super) mac: String,
}

impl From<entity::Model> for Checkpoint {
    fn from(row: entity::Model) -> Self {
        let entity::Model { journal: _, kind: _, seq, hash, fault, at, mac } = row;
        Self { seq, hash, fault, at: timestamp(at), mac }
    }
}

fn mac(seal: Seal<'_>, row: &entity::Model) -> String {
    let entity::Model { journal: _, kind, seq, hash, fault, at, mac: _ } = row;
    let fault = fault.as_deref().unwrap_or_default();
    seal.mac("checkpoint", [kind.as_bytes(), &seq.to_be_bytes(), hash.as_bytes(), fault.as_bytes(), &at.to_be_bytes()])
}

pub(super) async fn write(
    cx: &Cx,
    db: &impl ConnectionTrait,
    chain: Chain,
    kind: &str,
    (seq, hash): (i64, String),
    fault: Option<Fault>,
) -> Result<Checkpoint> {
    let mut row = entity::Model {
        journal: chain.table().to_owned(),
        kind: kind.to_owned(),
        seq,
        hash,
        fault: fault.map(|fault| fault.to_string()),
        at: micros(cx.now()),
        mac: String::new(),
    };
    row.mac = mac(Seal::new(&cx.keys, chain), &row);
    let entity::Model { journal, kind, seq, hash, fault, at, mac } = row.clone();
    let active =
        entity::ActiveModel { journal: Set(journal), kind: Set(kind), seq: Set(seq), hash: Set(hash), fault: Set(fault), at: Set(at), mac: Set(mac) };
    entity::Entity::insert(active).exec_without_returning(db).await?;
    Ok(row.into())
}

/// Number and hash that the first line of the table is chained to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Start {
    pub seq: i64,
    pub hash: String,
    pub adopted: Option<Checkpoint>,
    pub purged: Option<Checkpoint>,
}

impl Start {
    pub async fn read(cx: &Cx, db: &impl ConnectionTrait, chain: Chain) -> Result<std::result::Result<Self, Fault>> {
        let seal = Seal::new(&cx.keys, chain);
        let rows = entity::Entity::find().filter(entity::Column::Journal.eq(chain.table())).order_by_asc(entity::Column::Seq).all(db).await;
        let rows = match rows.map_err(Error::from) {
            Err(error) if error.is_unreadable() => return Ok(Err(Fault::Checkpoint)),
            other => other?,
        };
        let (mut adopted, mut purged) = (None, None);
        for row in rows {
            let right = mac(seal, &row) == row.mac;
            match row.kind.as_str() {
                ADOPTED if right && adopted.is_none() => adopted = Some(Checkpoint::from(row)),
                PURGED if right => purged = Some(Checkpoint::from(row)),
                _ => return Ok(Err(Fault::Checkpoint)),
            }
        }
        let (seq, hash) = match (&purged, &adopted) {
            (Some(purged), _) => (purged.seq, purged.hash.clone()),
            // The first line is chained to the MAC of the adoption, so that this checkpoint cannot be removed unnoticed.
            (None, Some(adopted)) => (0, adopted.mac.clone()),
            (None, None) => (0, START.to_owned()),
        };
        Ok(Ok(Self { seq, hash, adopted, purged }))
    }

    /// Up to this number, gaps are allowed: lines already missing at the adoption left gaps, and the hashes were computed
    /// across them.
    pub fn gaps_until(&self) -> i64 {
        self.adopted.as_ref().filter(|adopted| adopted.fault.is_some()).map_or(0, |adopted| adopted.seq)
    }
}
