//! Every version of the text of each catalogue file, in the order of publication.

use domain::{
    Timestamp,
    ids::{AccountId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{Error, Result, counter, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "catalogue_version")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub file: String,
        pub version: i32,
        pub text: String,
        pub published_at: i64,
        pub published_by: Option<Uuid>,
        pub reason: String,
    }
    crate::entity::plain!();
}

/// Counter that numbers the publications; 0 before the first.
const COUNTER: &str = "catalogue";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub seq: i64,
    pub file: String,
    pub version: u32,
    pub text: String,
    pub published_at: Timestamp,
    /// `None` when the text came with the program.
    pub published_by: Option<AccountId>,
    pub reason: String,
}

impl TryFrom<entity::Model> for Version {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { seq, file, version, text, published_at, published_by, reason } = row;
        Ok(Self {
            seq,
            version: u32::try_from(version).map_err(|_| Error::inconsistent("catalogue_version", seq))?,
            file,
            text,
            published_at: timestamp(published_at),
            published_by: published_by.map(AccountId),
            reason,
        })
    }
}

pub struct NewVersion<'a> {
    pub file: &'a str,
    pub version: u32,
    pub text: &'a str,
    pub published_by: Option<AccountId>,
    pub reason: &'a str,
}

/// Takes the next number; the counter stays locked until the transaction ends.
pub async fn add(db: &impl ConnectionTrait, new: NewVersion<'_>, at: Timestamp) -> Result<i64> {
    let seq = counter::next(db, COUNTER).await?;
    let row = entity::ActiveModel {
        seq: Set(seq),
        file: Set(new.file.to_owned()),
        version: Set(i32::try_from(new.version).map_err(|_| Error::inconsistent("catalogue_version", seq))?),
        text: Set(new.text.to_owned()),
        published_at: Set(micros(at)),
        published_by: Set(new.published_by.map(TypedId::uuid)),
        reason: Set(new.reason.to_owned()),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(seq)
}

/// Number of the last publication, by any process.
pub async fn last_seq(db: &impl ConnectionTrait) -> Result<i64> {
    counter::current(db, COUNTER).await
}

/// Same, and locks the counter: nobody publishes before the transaction ends.
pub async fn hold_last_seq(db: &impl ConnectionTrait) -> Result<i64> {
    counter::hold(db, COUNTER).await
}

/// In the order in which they were published.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Version>> {
    entity::Entity::find().order_by_asc(entity::Column::Seq).all(db).await?.into_iter().map(TryInto::try_into).collect()
}

/// The latest first.
pub async fn of_file(db: &impl ConnectionTrait, file: &str) -> Result<Vec<Version>> {
    let found = entity::Entity::find().filter(entity::Column::File.eq(file)).order_by_desc(entity::Column::Seq);
    found.limit(200).all(db).await?.into_iter().map(TryInto::try_into).collect()
}
