//! What those who run the site did, to whom, and why. Lines are added, never changed, and form a chain.

use domain::{
    Timestamp,
    administration::AdminKind,
    ids::{AccountId, TypedId},
};
use migrations::chain;
use sea_orm::{Condition, IntoActiveModel, PaginatorTrait, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{
    Cx, Error, Result,
    chain::{Chain, Link, Place, next},
    micros,
    request::Page,
    timestamp,
};

mod entity {
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
    }
    crate::entity::plain!();
}

/// `before` and `after` are in the words people read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change<'a> {
    pub before: &'a str,
    pub after: &'a str,
    pub reason: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub seq: i64,
    pub kind: AdminKind,
    /// Nobody for the command line.
    pub actor: Option<AccountId>,
    pub about: Option<AccountId>,
    pub before: String,
    pub after: String,
    pub reason: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub kind: Option<AdminKind>,
    /// Of one of these people, or about one of them.
    pub people: Option<Vec<AccountId>>,
    pub from: Option<Timestamp>,
    /// Not included.
    pub until: Option<Timestamp>,
}

impl TryFrom<entity::Model> for Event {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { id, seq, hash: _, actor_id, kind, account_id, before, after, reason, at } = row;
        let kind = AdminKind::parse(&kind).ok_or_else(|| Error::inconsistent("admin_event", id))?;
        Ok(Self { seq, kind, actor: actor_id.map(AccountId), about: account_id.map(AccountId), before, after, reason, at: timestamp(at) })
    }
}

pub async fn write(
    cx: &Cx,
    db: &impl ConnectionTrait,
    actor: Option<AccountId>,
    kind: AdminKind,
    about: Option<AccountId>,
    change: Change<'_>,
) -> Result<()> {
    let now = cx.now();
    let Place { seq, previous } = next(db, Chain::Administration).await?;
    let mut row = entity::Model {
        id: domain::ids::mint(now, cx.entropy.as_ref()),
        seq,
        hash: String::new(),
        actor_id: actor.map(TypedId::uuid),
        kind: kind.as_str().to_owned(),
        account_id: about.map(TypedId::uuid),
        before: change.before.to_owned(),
        after: change.after.to_owned(),
        reason: change.reason.to_owned(),
        at: micros(now),
    };
    row.hash = hash(&row, seq, &previous);
    entity::Entity::insert(row.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

fn hash(row: &entity::Model, seq: i64, previous: &str) -> String {
    let entity::Model { id, seq: _, hash: _, actor_id, kind, account_id, before, after, reason, at } = row;
    let bytes = |id: &Option<Uuid>| id.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
    let (actor, about) = (bytes(actor_id), bytes(account_id));
    let texts = [kind.as_bytes(), before.as_bytes(), after.as_bytes(), reason.as_bytes()];
    let [kind, before, after, reason] = texts;
    chain::link(previous, &[&seq.to_be_bytes(), id.as_bytes(), &actor, kind, &about, before, after, reason, &at.to_be_bytes()])
}

/// The latest first.
pub async fn list(db: &impl ConnectionTrait, filter: &Filter, number: u64, size: u64) -> Result<Page<Event>> {
    use entity::Column as C;
    let mut all = Condition::all();
    if let Some(kind) = filter.kind {
        all = all.add(C::Kind.eq(kind.as_str()));
    }
    if let Some(people) = &filter.people {
        let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
        all = all.add(Condition::any().add(C::ActorId.is_in(ids.clone())).add(C::AccountId.is_in(ids)));
    }
    if let Some(from) = filter.from {
        all = all.add(C::At.gte(micros(from)));
    }
    if let Some(until) = filter.until {
        all = all.add(C::At.lt(micros(until)));
    }
    let total = entity::Entity::find().filter(all.clone()).count(db).await?;
    let skipped = number.saturating_sub(1).saturating_mul(size);
    let rows = entity::Entity::find().filter(all).order_by_desc(C::Seq).offset(skipped).limit(size).all(db).await?;
    Ok(Page { items: rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?, total })
}

/// Everybody who acted, or whom something was about.
pub async fn people(db: &impl ConnectionTrait) -> Result<Vec<AccountId>> {
    let mut people = Vec::new();
    for column in [entity::Column::ActorId, entity::Column::AccountId] {
        let ids: Vec<Option<Uuid>> = entity::Entity::find().select_only().column(column).distinct().into_tuple().all(db).await?;
        people.extend(ids.into_iter().flatten().map(AccountId));
    }
    Ok(people)
}

pub(crate) async fn links_after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<Link>> {
    let rows = entity::Entity::find().filter(entity::Column::Seq.gt(seq)).order_by_asc(entity::Column::Seq).limit(limit).all(db).await?;
    let link =
        |row: entity::Model| Link { seq: row.seq, kept: Some(row.hash.clone()), right: Box::new(move |seq, previous| hash(&row, seq, previous)) };
    Ok(rows.into_iter().map(link).collect())
}

pub(crate) async fn count(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(entity::Entity::find().count(db).await?)
}
