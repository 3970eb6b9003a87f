//! The rows of the journal of requests, as links of its chain.

use migrations::chain::JournalLine;
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

use super::{Link, OldLink, id_bytes};
use crate::Result;

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub request_id: Uuid,
        pub actor_id: Option<Uuid>,
        pub kind: String,
        pub detail: String,
        pub at: i64,
        /// From 1, without a gap, over all requests.
        pub seq: Option<i64>,
        /// See `crate::chain`.
        pub hash: Option<String>,
        pub digest: Option<String>,
        pub impersonated_by: Option<Uuid>,
        pub erased_at: Option<i64>,
        pub erasure: Option<String>,
    }
    crate::entity::plain!();
}

pub fn link(row: &entity::Model, seq: i64) -> Link {
    let entity::Model { id, request_id, actor_id, kind, detail, at, seq: _, hash, digest, impersonated_by, erased_at, erasure } = row;
    Link {
        seq,
        id: *id,
        facts: vec![
            request_id.as_bytes().to_vec(),
            id_bytes(*actor_id),
            id_bytes(*impersonated_by),
            kind.as_bytes().to_vec(),
            at.to_be_bytes().to_vec(),
        ],
        texts: vec![detail.clone()],
        digest: digest.clone(),
        hash: hash.clone(),
        erased_at: *erased_at,
        erasure: erasure.clone(),
    }
}

async fn rows_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<entity::Model>> {
    Ok(entity::Entity::find().filter(entity::Column::Seq.gt(seq)).order_by_asc(entity::Column::Seq).limit(limit).all(db).await?)
}

/// Lines after this place, in order, for the chain to be walked.
pub async fn links_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<Link>> {
    Ok(rows_after(db, seq, limit).await?.iter().filter_map(|row| Some(link(row, row.seq?))).collect())
}

/// The same, with the hash they had before there was a key.
pub async fn old_links_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<OldLink>> {
    let old = |row: entity::Model| {
        let seq = row.seq?;
        Some(OldLink { link: link(&row, seq), right: Box::new(move |previous| old_hash(&row, seq, previous)) })
    };
    Ok(rows_after(db, seq, limit).await?.into_iter().filter_map(old).collect())
}

fn old_hash(row: &entity::Model, seq: i64, previous: &str) -> String {
    let entity::Model { id, request_id, actor_id, kind, detail, at, .. } = row;
    let actor = actor_id.as_ref().map_or(&[][..], |id| id.as_bytes());
    JournalLine { seq, id: id.as_bytes(), request: request_id.as_bytes(), actor, kind, detail, at: *at }.hash(previous)
}
