//! What those who run the site did, to whom, and why. Lines are added, never changed, and form a chain; their texts may be
//! erased.

use domain::{
    Timestamp,
    actor::By,
    administration::AdminKind,
    ids::{AccountId, TypedId},
};
use sea_orm::{Condition, IntoActiveModel, PaginatorTrait, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{
    Cx, Error, Page, Paging, Result,
    chain::{
        self, Chain, Place, Seal,
        administration::{entity, link},
    },
    micros, timestamp,
};

/// `before` and `after` are texts to be shown to people.
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
    /// Without an account for the command line.
    pub by: By,
    pub about: Option<AccountId>,
    pub before: String,
    pub after: String,
    pub reason: String,
    pub at: Timestamp,
    /// When its texts were erased, at the end of their retention period.
    pub erased_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub kind: Option<AdminKind>,
    /// Lines written by one of these people, or about one of them.
    pub people: Option<Vec<AccountId>>,
    pub from: Option<Timestamp>,
    /// Exclusive.
    pub until: Option<Timestamp>,
}

impl TryFrom<entity::Model> for Event {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model {
            id,
            seq,
            hash: _,
            actor_id,
            kind,
            account_id,
            before,
            after,
            reason,
            at,
            digest: _,
            impersonated_by,
            erased_at,
            erasure: _,
        } = row;
        let kind = AdminKind::parse(&kind).ok_or_else(|| Error::inconsistent("admin_event", id))?;
        let by = By { account: actor_id.map(AccountId), impersonated_by: impersonated_by.map(AccountId) };
        let (about, erased_at) = (account_id.map(AccountId), erased_at.map(timestamp));
        Ok(Self { seq, kind, by, about, before, after, reason, at: timestamp(at), erased_at })
    }
}

pub async fn write(
    cx: &Cx,
    db: &impl ConnectionTrait,
    by: impl Into<By> + Send,
    kind: AdminKind,
    about: Option<AccountId>,
    change: Change<'_>,
) -> Result<()> {
    let (now, by) = (cx.now(), by.into());
    let Place { seq, previous } = chain::next(cx, db, Chain::Administration).await?;
    let mut row = entity::Model {
        id: domain::ids::mint(now, cx.entropy.as_ref()),
        seq,
        hash: String::new(),
        actor_id: by.account.map(TypedId::uuid),
        kind: kind.as_str().to_owned(),
        account_id: about.map(TypedId::uuid),
        before: change.before.to_owned(),
        after: change.after.to_owned(),
        reason: change.reason.to_owned(),
        at: micros(now),
        digest: None,
        impersonated_by: by.impersonated_by.map(TypedId::uuid),
        erased_at: None,
        erasure: None,
    };
    let (seal, link) = (Seal::new(&cx.keys, Chain::Administration), link(&row));
    let digest = seal.digest(&link);
    row.hash = seal.hash(&previous, &link, &digest);
    row.digest = Some(digest);
    entity::Entity::insert(row.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// Erases the texts of the lines about an account, at the end of their retention period; returns how many lines had one.
pub async fn erase_texts(cx: &Cx, db: &impl ConnectionTrait, about: AccountId) -> Result<u64> {
    chain::erase(cx, db, Chain::Administration, "account_id", about.uuid(), &["before", "after", "reason"]).await
}

/// The latest first.
pub async fn list(db: &impl ConnectionTrait, filter: &Filter, paging: Paging) -> Result<Page<Event>> {
    use entity::Column as C;
    let mut all = Condition::all();
    if let Some(kind) = filter.kind {
        all = all.add(C::Kind.eq(kind.as_str()));
    }
    if let Some(people) = &filter.people {
        let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
        all = all.add(Condition::any().add(C::ActorId.is_in(ids.clone())).add(C::ImpersonatedBy.is_in(ids.clone())).add(C::AccountId.is_in(ids)));
    }
    if let Some(from) = filter.from {
        all = all.add(C::At.gte(micros(from)));
    }
    if let Some(until) = filter.until {
        all = all.add(C::At.lt(micros(until)));
    }
    let total = entity::Entity::find().filter(all.clone()).count(db).await?;
    let rows = entity::Entity::find().filter(all).order_by_desc(C::Seq).offset(paging.offset()).limit(paging.size).all(db).await?;
    Ok(Page { items: rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?, total })
}

/// When the oldest line that was not purged was written.
pub async fn oldest(db: &impl ConnectionTrait) -> Result<Option<Timestamp>> {
    let at: Option<i64> =
        entity::Entity::find().select_only().column(entity::Column::At).order_by_asc(entity::Column::Seq).limit(1).into_tuple().one(db).await?;
    Ok(at.map(timestamp))
}

/// Every account in the journal: authors, administrators who were impersonating, accounts that a line is about.
pub async fn people(db: &impl ConnectionTrait) -> Result<Vec<AccountId>> {
    let mut people = Vec::new();
    for column in [entity::Column::ActorId, entity::Column::ImpersonatedBy, entity::Column::AccountId] {
        let ids: Vec<Option<Uuid>> = entity::Entity::find().select_only().column(column).distinct().into_tuple().all(db).await?;
        people.extend(ids.into_iter().flatten().map(AccountId));
    }
    Ok(people)
}
