//! The private keys issuers sign with: PKCS#8, sealed.

use domain::ids::{SigningKeyId, TypedId};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*, sea_query::OnConflict};

use crate::{Cx, Result, micros};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub slot: String,
        pub issuer: String,
        pub pkcs8_sealed: Vec<u8>,
        pub created_at: i64,
    }
    crate::entity::plain!();
}

/// The keys of an issuer (`realm/environment`), the newest first.
pub async fn of_issuer(cx: &Cx, db: &impl ConnectionTrait, issuer: &str) -> Result<Vec<Vec<u8>>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::Issuer.eq(issuer))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .all(db)
        .await?;
    rows.iter().map(|row| cx.open_as(&place(row.id, &row.issuer), &unnamed(&row.issuer), &row.pkcs8_sealed)).collect()
}

/// Keeps the issuer's first key, unless another process was quicker: read [`of_issuer`] afterwards.
pub async fn add_first(cx: &Cx, db: &impl ConnectionTrait, issuer: &str, pkcs8: &[u8]) -> Result<()> {
    let id = cx.new_id::<SigningKeyId>().uuid();
    let row = entity::ActiveModel {
        id: Set(id),
        pkcs8_sealed: Set(cx.seal(&place(id, issuer), pkcs8)),
        slot: Set(first_slot(issuer)),
        issuer: Set(issuer.to_owned()),
        created_at: Set(micros(cx.now())),
    };
    let first = OnConflict::column(entity::Column::Slot).do_nothing().to_owned();
    entity::Entity::insert(row).on_conflict(first).exec_without_returning(db).await?;
    Ok(())
}

fn first_slot(issuer: &str) -> String {
    format!("{issuer}/1")
}

/// Associated data of a key. It includes the issuer, so that the key of a sandbox cannot be used to sign for production.
pub(crate) fn place(id: Uuid, issuer: &str) -> String {
    format!("signing_key.pkcs8:{id}/{issuer}")
}

/// Associated data of a key in the first sealing scheme, in which every issuer had one key only.
pub(crate) fn unnamed(issuer: &str) -> String {
    format!("signing_key.pkcs8:{}", first_slot(issuer))
}
