//! Grants: the data that the gateway lets a service read, as of the last rights applied.

use domain::{
    Timestamp,
    events::ServiceRights,
    ids::{HabilitationId, RequestId, TypedId},
    siret::Siret,
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*, sea_query::OnConflict};

use crate::{Error, Result, micros};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "gateway_grant")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub habilitation_id: Uuid,
        pub request_id: Uuid,
        pub catalogue_service: String,
        pub siret: String,
        pub scopes: Json,
        pub revision: i64,
        pub active: bool,
    }
    crate::entity::plain!();
}

mod service {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "gateway_service")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        pub revision: i64,
        pub applied_at: i64,
    }
    crate::entity::plain!();
}

/// An active right to read data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub habilitation: HabilitationId,
    /// The FranceConnect request of the service.
    pub request: RequestId,
    /// Catalogue slug: `api-particulier`.
    pub catalogue_service: String,
    /// The only recipient its calls may name.
    pub siret: Siret,
    pub scopes: Vec<String>,
    pub revision: i64,
}

impl TryFrom<entity::Model> for Grant {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self> {
        let entity::Model { habilitation_id, request_id, catalogue_service, siret, scopes, revision, active: _ } = row;
        Ok(Self {
            habilitation: HabilitationId(habilitation_id),
            request: RequestId(request_id),
            catalogue_service,
            siret: Siret::parse(&siret).map_err(|_| Error::inconsistent("grant", habilitation_id))?,
            scopes: serde_json::from_value(scopes)?,
            revision,
        })
    }
}

/// Makes the grants of a service those of `rights`; false, and nothing done, when the same revision or a later
/// one was applied already. To be called in a transaction.
pub async fn apply(db: &impl ConnectionTrait, rights: &ServiceRights, now: Timestamp) -> Result<bool> {
    if !advance(db, rights.request, rights.revision, now).await? {
        return Ok(false);
    }
    // Without a FranceConnect habilitation no citizen can sign in to the service: it gets no data.
    let data = if rights.habilitation.is_some() { rights.data.as_slice() } else { &[] };
    entity::Entity::update_many()
        .col_expr(entity::Column::Active, Expr::value(false))
        .col_expr(entity::Column::Revision, Expr::value(rights.revision))
        .filter(entity::Column::RequestId.eq(rights.request.uuid()))
        .filter(entity::Column::Active.eq(true))
        .filter(entity::Column::HabilitationId.is_not_in(data.iter().map(|right| right.habilitation.uuid())))
        .exec(db)
        .await?;
    for right in data {
        let row = entity::ActiveModel {
            habilitation_id: Set(right.habilitation.uuid()),
            request_id: Set(rights.request.uuid()),
            catalogue_service: Set(right.catalogue_service.clone()),
            siret: Set(right.siret.to_string()),
            scopes: Set(serde_json::to_value(&right.scopes)?),
            revision: Set(rights.revision),
            active: Set(true),
        };
        let conflict = OnConflict::column(entity::Column::HabilitationId)
            .update_columns([
                entity::Column::RequestId,
                entity::Column::CatalogueService,
                entity::Column::Siret,
                entity::Column::Scopes,
                entity::Column::Revision,
                entity::Column::Active,
            ])
            .to_owned();
        entity::Entity::insert(row).on_conflict(conflict).exec_without_returning(db).await?;
    }
    Ok(true)
}

/// Records `revision` if it is later than the last one applied; of two processes doing so at once, only one is told true.
async fn advance(db: &impl ConnectionTrait, id: RequestId, revision: i64, now: Timestamp) -> Result<bool> {
    let row = service::ActiveModel { request_id: Set(id.uuid()), revision: Set(revision), applied_at: Set(micros(now)) };
    let conflict = OnConflict::column(service::Column::RequestId)
        .update_columns([service::Column::Revision, service::Column::AppliedAt])
        .action_and_where(sea_orm::ExprTrait::lt(Expr::col((service::Entity, service::Column::Revision)), revision))
        .to_owned();
    Ok(service::Entity::insert(row).on_conflict(conflict).exec_without_returning(db).await? == 1)
}

/// The active grants of the service that this request is for.
pub async fn active_of_request(db: &impl ConnectionTrait, id: RequestId) -> Result<Vec<Grant>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::RequestId.eq(id.uuid()))
        .filter(entity::Column::Active.eq(true))
        .order_by_asc(entity::Column::HabilitationId)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}
