//! Service providers registered at the broker.

use domain::{
    Timestamp,
    ids::{ClientRowId, RequestId, TypedId},
    ports::Environment,
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Cx, Error, Result, hash_token, micros};

/// Associated data of every secret in the first sealing scheme, which did not tell rows apart.
pub(crate) const UNNAMED: &str = "client.secret";

pub(crate) fn place(id: Uuid) -> String {
    format!("client.secret:{id}")
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub client_id: String,
        pub realm: String,
        pub environment: String,
        pub request_id: Option<Uuid>,
        pub name: String,
        pub organisation_name: String,
        pub siret: String,
        pub secret_hash: String,
        pub secret_sealed: Option<Vec<u8>>,
        pub redirect_uris: Json,
        pub post_logout_redirect_uris: Json,
        pub scopes: Json,
        pub sector: String,
        pub active: bool,
        pub revision: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }
    crate::entity::plain!();
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub id: ClientRowId,
    pub client_id: String,
    pub realm: String,
    pub environment: Environment,
    /// The FranceConnect request that the client was created for; none for a client added by an operator.
    pub request: Option<RequestId>,
    pub name: String,
    pub organisation_name: String,
    pub siret: String,
    /// SHA-256 of the secret, hexadecimal.
    pub secret_hash: String,
    /// Whether the secret can still be shown, once.
    pub secret_unseen: bool,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    pub scopes: Vec<String>,
    /// Clients of one sector see the same `sub` for a person.
    pub sector: String,
    pub active: bool,
    /// Revision of the rights last applied.
    pub revision: i64,
}

impl TryFrom<entity::Model> for Client {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model {
            id,
            client_id,
            realm,
            environment,
            request_id,
            name,
            organisation_name,
            siret,
            secret_hash,
            secret_sealed,
            redirect_uris,
            post_logout_redirect_uris,
            scopes,
            sector,
            active,
            revision,
            created_at: _,
            updated_at: _,
        } = row;
        Ok(Self {
            id: ClientRowId(id),
            client_id,
            realm,
            environment: Environment::parse(&environment).ok_or_else(|| Error::inconsistent("client", id))?,
            request: request_id.map(RequestId),
            name,
            organisation_name,
            siret,
            secret_hash,
            secret_unseen: secret_sealed.is_some(),
            redirect_uris: serde_json::from_value(redirect_uris)?,
            post_logout_redirect_uris: serde_json::from_value(post_logout_redirect_uris)?,
            scopes: serde_json::from_value(scopes)?,
            sector,
            active,
            revision,
        })
    }
}

/// Registers a client; `secret` is kept sealed until it is revealed.
pub async fn create(cx: &Cx, db: &impl ConnectionTrait, client: &Client, secret: &str) -> Result<()> {
    let now = micros(cx.now());
    let row = entity::ActiveModel {
        id: Set(client.id.uuid()),
        client_id: Set(client.client_id.clone()),
        realm: Set(client.realm.clone()),
        environment: Set(client.environment.as_str().to_owned()),
        request_id: Set(client.request.map(TypedId::uuid)),
        name: Set(client.name.clone()),
        organisation_name: Set(client.organisation_name.clone()),
        siret: Set(client.siret.clone()),
        secret_hash: Set(hash_token(secret)),
        secret_sealed: Set(client.secret_unseen.then(|| cx.seal(&place(client.id.uuid()), secret.as_bytes()))),
        redirect_uris: Set(serde_json::to_value(&client.redirect_uris)?),
        post_logout_redirect_uris: Set(serde_json::to_value(&client.post_logout_redirect_uris)?),
        scopes: Set(serde_json::to_value(&client.scopes)?),
        sector: Set(client.sector.clone()),
        active: Set(client.active),
        revision: Set(client.revision),
        created_at: Set(now),
        updated_at: Set(now),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub async fn by_client_id(db: &impl ConnectionTrait, realm: &str, environment: Environment, client_id: &str) -> Result<Option<Client>> {
    let row = entity::Entity::find()
        .filter(entity::Column::ClientId.eq(client_id))
        .filter(entity::Column::Realm.eq(realm))
        .filter(entity::Column::Environment.eq(environment.as_str()))
        .one(db)
        .await?;
    row.map(TryInto::try_into).transpose()
}

pub async fn by_id(db: &impl ConnectionTrait, id: ClientRowId) -> Result<Option<Client>> {
    let row = entity::Entity::find_by_id(id.uuid()).one(db).await?;
    row.map(TryInto::try_into).transpose()
}

pub async fn of_request(db: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Client>> {
    let rows = entity::Entity::find().filter(entity::Column::RequestId.eq(request.uuid())).order_by_asc(entity::Column::CreatedAt).all(db).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Applies rights decided elsewhere; nothing happens when a later revision was applied already.
pub async fn apply_rights(
    db: &impl ConnectionTrait,
    id: ClientRowId,
    name: &str,
    scopes: &[String],
    active: bool,
    revision: i64,
    now: Timestamp,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Name, Expr::value(name))
        .col_expr(entity::Column::Scopes, Expr::value(serde_json::to_value(scopes)?))
        .col_expr(entity::Column::Active, Expr::value(active))
        .col_expr(entity::Column::Revision, Expr::value(revision))
        .col_expr(entity::Column::UpdatedAt, Expr::value(micros(now)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::Revision.lt(revision))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn set_redirect_uris(
    db: &impl ConnectionTrait,
    id: ClientRowId,
    redirect: &[String],
    post_logout: &[String],
    now: Timestamp,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::RedirectUris, Expr::value(serde_json::to_value(redirect)?))
        .col_expr(entity::Column::PostLogoutRedirectUris, Expr::value(serde_json::to_value(post_logout)?))
        .col_expr(entity::Column::UpdatedAt, Expr::value(micros(now)))
        .filter(entity::Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Replaces the secret by a new one, shown once to whoever asked; the old one stops working when this transaction commits.
pub async fn replace_secret(cx: &Cx, db: &impl ConnectionTrait, known: &Client) -> Result<Option<String>> {
    let secret = cx.new_token();
    let replaced = entity::Entity::update_many()
        .col_expr(entity::Column::SecretHash, Expr::value(hash_token(&secret)))
        .col_expr(entity::Column::SecretSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(entity::Column::UpdatedAt, Expr::value(micros(cx.now())))
        .filter(entity::Column::Id.eq(known.id.uuid()))
        .filter(entity::Column::SecretHash.eq(&known.secret_hash))
        .exec(db)
        .await?;
    Ok((replaced.rows_affected > 0).then_some(secret))
}

/// Hands out the secret and forgets it; `None` when it was shown already.
pub async fn reveal_secret(cx: &Cx, db: &impl ConnectionTrait, id: ClientRowId) -> Result<Option<String>> {
    let Some(row) = entity::Entity::find_by_id(id.uuid()).one(db).await? else { return Ok(None) };
    let Some(sealed) = row.secret_sealed else { return Ok(None) };
    let taken = entity::Entity::update_many()
        .col_expr(entity::Column::SecretSealed, Expr::value(None::<Vec<u8>>))
        .filter(entity::Column::Id.eq(id.uuid()))
        .filter(entity::Column::SecretSealed.is_not_null())
        .exec(db)
        .await?;
    if taken.rows_affected != 1 {
        return Ok(None);
    }
    let secret = cx.open_as(&place(id.uuid()), UNNAMED, &sealed)?;
    String::from_utf8(secret).map(Some).map_err(|_| Error::inconsistent("client", id))
}
