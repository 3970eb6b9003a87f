//! Kept forms: what somebody typed in a form that could not be carried out, because the session had expired or answers had to be
//! corrected. The address of one holds a random token, the row its hash; the content is sealed, and given back to the same account
//! or browser only.

use domain::{
    Timestamp,
    ids::{AccountId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{Cx, Result, Tx, hash_token, micros};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "kept_form")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub token_hash: String,
        pub owner: String,
        pub account_id: Option<Uuid>,
        pub content: Vec<u8>,
        pub created_at: i64,
    }
    crate::entity::plain!();
}

/// How many are kept for one owner; the oldest are deleted beyond that.
const MOST: u64 = 20;

pub(crate) fn place(id: Uuid) -> String {
    format!("kept_form.content:{id}")
}

/// Keeps it; returns the token that finds it again. `owner` is a keyed hash of the account or the browser.
pub async fn keep(cx: &Cx, tx: &Tx, owner: &str, account: Option<AccountId>, content: &[u8]) -> Result<String> {
    let (id, token) = (domain::ids::mint(cx.now(), cx.entropy.as_ref()), cx.new_token());
    let row = entity::ActiveModel {
        id: Set(id),
        token_hash: Set(hash_token(&token)),
        owner: Set(owner.to_owned()),
        account_id: Set(account.map(|account| account.uuid())),
        content: Set(cx.seal(&place(id), content)),
        created_at: Set(micros(cx.now())),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    let old = entity::Entity::find()
        .select_only()
        .column(entity::Column::Id)
        .filter(entity::Column::Owner.eq(owner))
        .filter(entity::Column::Id.ne(id))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .offset(MOST - 1)
        .limit(MOST)
        .into_tuple::<Uuid>()
        .all(tx)
        .await?;
    if !old.is_empty() {
        entity::Entity::delete_many().filter(entity::Column::Id.is_in(old)).exec(tx).await?;
    }
    Ok(token)
}

/// What `token` finds, for the owner it was kept for, when it was kept after `since`.
pub async fn read(cx: &Cx, owner: &str, token: &str, since: Timestamp) -> Result<Option<Vec<u8>>> {
    let row = entity::Entity::find()
        .filter(entity::Column::TokenHash.eq(hash_token(token)))
        .filter(entity::Column::Owner.eq(owner))
        .filter(entity::Column::CreatedAt.gt(micros(since)))
        .one(&cx.db)
        .await?;
    row.map(|row| cx.open(&place(row.id), &row.content)).transpose()
}
