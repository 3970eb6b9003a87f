//! The rows of the journal of those who run the site, as links of its chain.

use migrations::chain as old_chain;
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

use super::{Link, OldLink, id_bytes};
use crate::Result;

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "admin_event")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub seq: i64,
        pub hash: String,
        pub actor_id: Option<Uuid>,
        pub kind: String,
        pub account_id: Option<Uuid>,
        pub before: String,
        pub after: String,
        pub reason: String,
        pub at: i64,
        pub digest: Option<String>,
        pub impersonated_by: Option<Uuid>,
        pub erased_at: Option<i64>,
        pub erasure: Option<String>,
    }
    crate::entity::plain!();
}

pub fn link(row: &entity::Model) -> Link {
    let entity::Model { id, seq, hash, actor_id, kind, account_id, before, after, reason, at, digest, impersonated_by, erased_at, erasure } = row;
    Link {
        seq: *seq,
        id: *id,
        facts: vec![id_bytes(*actor_id), id_bytes(*impersonated_by), kind.as_bytes().to_vec(), id_bytes(*account_id), at.to_be_bytes().to_vec()],
        texts: vec![before.clone(), after.clone(), reason.clone()],
        digest: digest.clone(),
        hash: Some(hash.clone()),
        erased_at: *erased_at,
        erasure: erasure.clone(),
    }
}

async fn rows_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<entity::Model>> {
    Ok(entity::Entity::find().filter(entity::Column::Seq.gt(seq)).order_by_asc(entity::Column::Seq).limit(limit).all(db).await?)
}

/// Lines after this place, in order, for the chain to be walked.
pub async fn links_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<Link>> {
    Ok(rows_after(db, seq, limit).await?.iter().map(link).collect())
}

/// The same, with the hash they had before there was a key.
pub async fn old_links_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<OldLink>> {
    let old = |row: entity::Model| OldLink { link: link(&row), right: Box::new(move |previous| old_hash(&row, previous)) };
    Ok(rows_after(db, seq, limit).await?.into_iter().map(old).collect())
}

fn old_hash(row: &entity::Model, previous: &str) -> String {
    let entity::Model { id, seq, actor_id, kind, account_id, before, after, reason, at, .. } = row;
    let (actor, about) = (id_bytes(*actor_id), id_bytes(*account_id));
    let [kind, before, after, reason] = [kind, before, after, reason].map(|text| text.as_bytes());
    old_chain::link(previous, &[&seq.to_be_bytes(), id.as_bytes(), &actor, kind, &about, before, after, reason, &at.to_be_bytes()])
}
