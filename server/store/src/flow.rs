//! One login of a citizen, from `authorize` to the return to the service. A step is left once: each write names
//! the steps it may start from.

use domain::{
    Timestamp,
    ids::{BrokerSessionId, ClientRowId, FlowId, TypedId},
};
use oidc::{AuthorizeRequest, authorize::Granted};
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    Cx, Error, Result, hash_token, micros,
    person::{self, Person},
};

const TABLE: &str = "broker_flow";

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "broker_flow")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub session_id: Uuid,
        pub client_id: Uuid,
        pub step: String,
        pub request: Json,
        pub granted: Json,
        pub csrf: String,
        pub upstream_state_hash: Option<String>,
        pub upstream_sealed: Option<Vec<u8>>,
        pub person_sealed: Option<Vec<u8>>,
        pub created_at: i64,
        pub expires_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    pub id: FlowId,
    pub session: BrokerSessionId,
    pub client: ClientRowId,
    pub request: AuthorizeRequest,
    pub granted: Granted,
    /// Every form of the flow carries it.
    pub csrf: String,
    pub step: Step,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Started,
    AtIdentityProvider(Upstream),
    Identified(Person),
    Done,
    Aborted,
}

/// What was sent to the identity provider and must come back, or be shown at its token endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upstream {
    pub idp: String,
    pub nonce: String,
    pub code_verifier: String,
}

impl Step {
    fn name(&self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::AtIdentityProvider(_) => "at_identity_provider",
            Self::Identified(_) => "identified",
            Self::Done => "done",
            Self::Aborted => "aborted",
        }
    }
}

pub async fn start(cx: &Cx, db: &impl ConnectionTrait, flow: &Flow, until: Timestamp) -> Result<()> {
    let Flow { id, session, client, request, granted, csrf, step } = flow;
    let person = match step {
        Step::Identified(who) => Some(person::seal(cx, TABLE, id.uuid(), who)?),
        _ => None,
    };
    let row = entity::ActiveModel {
        id: Set(id.uuid()),
        session_id: Set(session.uuid()),
        client_id: Set(client.uuid()),
        step: Set(step.name().to_owned()),
        request: Set(serde_json::to_value(request)?),
        granted: Set(serde_json::to_value(granted)?),
        csrf: Set(csrf.clone()),
        upstream_state_hash: Set(None),
        upstream_sealed: Set(None),
        person_sealed: Set(person),
        created_at: Set(micros(cx.now())),
        expires_at: Set(micros(until)),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// A flow of this session: another browser does not see it.
pub async fn find(cx: &Cx, db: &impl ConnectionTrait, session: BrokerSessionId, id: FlowId) -> Result<Option<Flow>> {
    let query = entity::Entity::find_by_id(id.uuid());
    one(cx, db, query.filter(entity::Column::SessionId.eq(session.uuid()))).await
}

/// The flow which sent this state to an identity provider, if it left from this session.
pub async fn by_upstream_state(cx: &Cx, db: &impl ConnectionTrait, session: BrokerSessionId, state: &str) -> Result<Option<Flow>> {
    let query = entity::Entity::find().filter(entity::Column::UpstreamStateHash.eq(hash_token(state)));
    one(cx, db, query.filter(entity::Column::SessionId.eq(session.uuid()))).await
}

async fn one(cx: &Cx, db: &impl ConnectionTrait, query: Select<entity::Entity>) -> Result<Option<Flow>> {
    let row = query.filter(entity::Column::ExpiresAt.gt(micros(cx.now()))).one(db).await?;
    row.map(|row| flow(cx, row)).transpose()
}

fn flow(cx: &Cx, row: entity::Model) -> Result<Flow> {
    let entity::Model {
        id,
        session_id,
        client_id,
        step,
        request,
        granted,
        csrf,
        upstream_state_hash: _,
        upstream_sealed,
        person_sealed,
        created_at: _,
        expires_at: _,
    } = row;
    let step = match (step.as_str(), upstream_sealed, person_sealed) {
        ("started", None, None) => Step::Started,
        ("at_identity_provider", Some(sealed), None) => Step::AtIdentityProvider(serde_json::from_slice(&cx.open(&upstream_aad(id), &sealed)?)?),
        ("identified", None, Some(sealed)) => Step::Identified(person::open(cx, TABLE, id, &sealed)?),
        ("done", None, None) => Step::Done,
        ("aborted", None, None) => Step::Aborted,
        _ => return Err(Error::inconsistent(TABLE, id)),
    };
    Ok(Flow {
        id: FlowId(id),
        session: BrokerSessionId(session_id),
        client: ClientRowId(client_id),
        request: serde_json::from_value(request)?,
        granted: serde_json::from_value(granted)?,
        csrf,
        step,
    })
}

const STARTED: &str = "started";
const AWAY: &str = "at_identity_provider";
const IDENTIFIED: &str = "identified";

/// The citizen leaves for an identity provider, or for another one.
pub async fn leave(cx: &Cx, db: &impl ConnectionTrait, id: FlowId, state: &str, upstream: &Upstream) -> Result<bool> {
    let sealed = cx.seal(&upstream_aad(id.uuid()), &serde_json::to_vec(upstream)?);
    step(db, id, &[STARTED, AWAY, IDENTIFIED], AWAY, Some(hash_token(state)), Some(sealed), None).await
}

/// Back without an identity: another provider may be chosen.
pub async fn come_back(db: &impl ConnectionTrait, id: FlowId) -> Result<bool> {
    step(db, id, &[AWAY], STARTED, None, None, None).await
}

pub async fn identify(cx: &Cx, db: &impl ConnectionTrait, id: FlowId, who: &Person) -> Result<bool> {
    let sealed = person::seal(cx, TABLE, id.uuid(), who)?;
    step(db, id, &[AWAY], IDENTIFIED, None, None, Some(sealed)).await
}

pub async fn finish(db: &impl ConnectionTrait, id: FlowId) -> Result<bool> {
    step(db, id, &[IDENTIFIED], "done", None, None, None).await
}

pub async fn abort(db: &impl ConnectionTrait, id: FlowId) -> Result<bool> {
    step(db, id, &[STARTED, AWAY, IDENTIFIED], "aborted", None, None, None).await
}

/// `false` when the flow was no longer at one of these steps.
async fn step(
    db: &impl ConnectionTrait,
    id: FlowId,
    from: &[&str],
    to: &str,
    state_hash: Option<String>,
    upstream: Option<Vec<u8>>,
    person: Option<Vec<u8>>,
) -> Result<bool> {
    let updated = entity::Entity::update_many()
        .col_expr(entity::Column::Step, Expr::value(to))
        .col_expr(entity::Column::UpstreamStateHash, Expr::value(state_hash))
        .col_expr(entity::Column::UpstreamSealed, Expr::value(upstream))
        .col_expr(entity::Column::PersonSealed, Expr::value(person))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::Step.is_in(from.iter().copied()))
        .exec(db)
        .await?;
    Ok(updated.rows_affected == 1)
}

pub(crate) fn upstream_aad(id: Uuid) -> String {
    format!("{TABLE}.upstream:{id}")
}

pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::ExpiresAt.lt(micros(at))).exec(db).await?.rows_affected)
}
