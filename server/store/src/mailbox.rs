//! The demonstration's mailbox: every message the outbox delivered, to be read in the browser.

use domain::{Timestamp, events::Mail};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{Cx, Result, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mailbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub channel: String,
        pub recipient: String,
        pub subject: String,
        pub body: String,
        pub sent_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: Uuid,
    pub channel: String,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub sent_at: Timestamp,
}

impl From<entity::Model> for Message {
    fn from(row: entity::Model) -> Self {
        let entity::Model { id, channel, recipient, subject, body, sent_at } = row;
        Self { id, channel, recipient, subject, body, sent_at: timestamp(sent_at) }
    }
}

pub async fn deliver(cx: &Cx, db: &impl ConnectionTrait, mail: &Mail) -> Result<()> {
    let now = cx.now();
    let row = entity::ActiveModel {
        id: Set(domain::ids::mint(now, cx.entropy.as_ref())),
        channel: Set("mail".to_owned()),
        recipient: Set(mail.to.clone()),
        subject: Set(mail.subject.clone()),
        body: Set(mail.body.clone()),
        sent_at: Set(micros(now)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The latest first.
pub async fn latest(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Message>> {
    let rows = entity::Entity::find().order_by_desc(entity::Column::SentAt).order_by_desc(entity::Column::Id).limit(limit).all(db).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The latest whose recipient's address holds this text, whatever its case; all of them for an empty one.
pub async fn latest_for(db: &impl ConnectionTrait, recipient: &str, limit: u64) -> Result<Vec<Message>> {
    // PostgreSQL takes no NUL in a text, and no address holds one.
    if recipient.contains('\0') {
        return Ok(Vec::new());
    }
    if recipient.is_empty() {
        return latest(db, limit).await;
    }
    let rows = entity::Entity::find()
        .filter(entity::Column::Recipient.contains(recipient.to_lowercase()))
        .order_by_desc(entity::Column::SentAt)
        .order_by_desc(entity::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Deletes what was delivered here while there was no mail server: its one-time links must not stay readable in the database.
pub async fn empty(db: &impl ConnectionTrait) -> Result<()> {
    entity::Entity::delete_many().exec(db).await?;
    Ok(())
}

pub async fn by_id(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Message>> {
    Ok(entity::Entity::find_by_id(id).one(db).await?.map(Into::into))
}
