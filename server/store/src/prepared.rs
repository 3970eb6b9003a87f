//! Requests prepared by reviewers for others. Every change checks the phase it starts from.

use domain::{
    Timestamp,
    form::Answers,
    ids::{AccountId, PreparedId, RequestId, TypedId},
    prepared::Phase,
    siret::Siret,
};
use sea_orm::{ActiveValue::Set, PaginatorTrait, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{Error, Page, Paging, Result, hash_token, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "prepared_request")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub service: String,
        pub variant: Option<String>,
        pub answers: Json,
        pub prepared_by: Uuid,
        pub created_at: i64,
        pub updated_at: i64,
        pub version: i32,
        pub email: Option<String>,
        pub siret: Option<String>,
        pub note: String,
        pub token_hash: Option<String>,
        pub invited_at: Option<i64>,
        pub expires_at: Option<i64>,
        pub claimed_at: Option<i64>,
        pub claimed_by: Option<Uuid>,
        pub request_id: Option<Uuid>,
        pub withdrawn_at: Option<i64>,
    }
    crate::entity::plain!();
}

use entity::Column as C;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    pub id: PreparedId,
    pub service: String,
    /// The form of a use case or of a product, when it is not the plain one.
    pub variant: Option<String>,
    pub answers: Answers,
    pub prepared_by: AccountId,
    pub updated_at: Timestamp,
    pub version: i32,
    /// Text added to the invitation.
    pub note: String,
    pub phase: Phase,
}

impl TryFrom<entity::Model> for Prepared {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let inconsistent = || Error::inconsistent("prepared_request", row.id);
        let invited = match (row.email, row.siret, row.invited_at, row.expires_at) {
            (None, None, None, None) => None,
            (Some(email), Some(siret), Some(at), Some(until)) => {
                let siret = Siret::parse(&siret).map_err(|_| inconsistent())?;
                Some((email, siret, timestamp(at), timestamp(until)))
            }
            _ => return Err(inconsistent()),
        };
        let phase = match (row.withdrawn_at, row.claimed_at, row.claimed_by, row.request_id, invited) {
            (Some(at), None, None, None, _) => Phase::Withdrawn { at: timestamp(at) },
            (None, Some(at), Some(by), Some(request), Some((email, ..))) => {
                Phase::Claimed { email, at: timestamp(at), by: AccountId(by), request: RequestId(request) }
            }
            (None, None, None, None, Some((email, siret, at, until))) => Phase::Invited { email, siret, at, until },
            (None, None, None, None, None) => Phase::Open,
            _ => return Err(inconsistent()),
        };
        Ok(Self {
            id: PreparedId(row.id),
            service: row.service,
            variant: row.variant,
            answers: serde_json::from_value(row.answers)?,
            prepared_by: AccountId(row.prepared_by),
            updated_at: timestamp(row.updated_at),
            version: row.version,
            note: row.note,
            phase,
        })
    }
}

pub struct NewPrepared<'a> {
    pub id: PreparedId,
    pub service: &'a str,
    pub variant: Option<&'a str>,
    pub answers: &'a Answers,
    pub by: AccountId,
}

/// Does nothing when it exists already (the form was sent twice).
pub async fn create(db: &impl ConnectionTrait, new: NewPrepared<'_>, now: Timestamp) -> Result<()> {
    let NewPrepared { id, service, variant, answers, by } = new;
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        service: Set(service.to_owned()),
        variant: Set(variant.map(str::to_owned)),
        answers: Set(serde_json::to_value(answers)?),
        prepared_by: Set(by.uuid()),
        created_at: Set(micros(now)),
        updated_at: Set(micros(now)),
        version: Set(1),
        email: Set(None),
        siret: Set(None),
        note: Set(String::new()),
        token_hash: Set(None),
        invited_at: Set(None),
        expires_at: Set(None),
        claimed_at: Set(None),
        claimed_by: Set(None),
        request_id: Set(None),
        withdrawn_at: Set(None),
    };
    entity::Entity::insert(row).on_conflict_do_nothing_on([entity::Column::Id]).exec_without_returning(db).await?;
    Ok(())
}

pub async fn by_id(db: &impl ConnectionTrait, id: PreparedId) -> Result<Option<Prepared>> {
    entity::Entity::find_by_id(id.uuid()).one(db).await?.map(TryInto::try_into).transpose()
}

/// The one for which this one-time link was sent, even if it was claimed or has expired since.
pub async fn by_token(db: &impl ConnectionTrait, token: &str) -> Result<Option<Prepared>> {
    entity::Entity::find().filter(C::TokenHash.eq(hash_token(token))).one(db).await?.map(TryInto::try_into).transpose()
}

/// The latest touched first.
pub async fn of_services(db: &impl ConnectionTrait, services: &[&str], paging: Paging) -> Result<Page<Prepared>> {
    let all = entity::Entity::find().filter(C::Service.is_in(services.iter().copied()));
    let total = all.clone().count(db).await?;
    let rows = all.order_by_desc(C::UpdatedAt).order_by_desc(C::Id).offset(paging.offset()).limit(paging.size).all(db).await?;
    Ok(Page { items: rows.into_iter().map(TryInto::try_into).collect::<Result<_>>()?, total })
}

/// The update of one that nobody has claimed, if it is still at this version.
fn open(id: PreparedId, version: i32, now: Timestamp) -> sea_orm::UpdateMany<entity::Entity> {
    entity::Entity::update_many()
        .col_expr(C::Version, Expr::value(version + 1))
        .col_expr(C::UpdatedAt, Expr::value(micros(now)))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::Version.eq(version))
        .filter(C::ClaimedAt.is_null())
        .filter(C::WithdrawnAt.is_null())
}

async fn one(update: sea_orm::UpdateMany<entity::Entity>, db: &impl ConnectionTrait) -> Result<()> {
    if update.exec(db).await?.rows_affected == 1 { Ok(()) } else { Err(Error::Stale { table: "prepared_request" }) }
}

pub async fn save(db: &impl ConnectionTrait, id: PreparedId, answers: &Answers, version: i32, now: Timestamp) -> Result<()> {
    one(open(id, version, now).col_expr(C::Answers, Expr::value(serde_json::to_value(answers)?)), db).await
}

pub struct Invitation<'a> {
    pub token: &'a str,
    pub email: &'a str,
    pub siret: &'a Siret,
    pub note: &'a str,
    pub until: Timestamp,
}

/// Records an invitation; the one-time link sent before, if any, stops working.
pub async fn invite(db: &impl ConnectionTrait, id: PreparedId, invitation: Invitation<'_>, version: i32, now: Timestamp) -> Result<()> {
    let update = open(id, version, now)
        .col_expr(C::Email, Expr::value(invitation.email))
        .col_expr(C::Siret, Expr::value(invitation.siret.as_str()))
        .col_expr(C::Note, Expr::value(invitation.note))
        .col_expr(C::TokenHash, Expr::value(hash_token(invitation.token)))
        .col_expr(C::InvitedAt, Expr::value(micros(now)))
        .col_expr(C::ExpiresAt, Expr::value(micros(invitation.until)));
    one(update, db).await
}

pub async fn withdraw(db: &impl ConnectionTrait, id: PreparedId, version: i32, now: Timestamp) -> Result<()> {
    one(open(id, version, now).col_expr(C::WithdrawnAt, Expr::value(micros(now))), db).await
}

/// Claims it; fails if it was claimed already, has expired, or is not at the version that was shown.
pub async fn claim(db: &impl ConnectionTrait, id: PreparedId, by: AccountId, request: RequestId, version: i32, now: Timestamp) -> Result<()> {
    let update = open(id, version, now)
        .col_expr(C::ClaimedAt, Expr::value(micros(now)))
        .col_expr(C::ClaimedBy, Expr::value(by.uuid()))
        .col_expr(C::RequestId, Expr::value(request.uuid()))
        .filter(C::ExpiresAt.gt(micros(now)));
    one(update, db).await
}
