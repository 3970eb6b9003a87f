//! The browsers that people have signed in with. The cookie holds a random token, the rows its hash.

use domain::{
    Timestamp,
    ids::{AccountId, TypedId},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{Result, hash_token, micros, timestamp};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "known_device")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub created_at: i64,
        pub last_used_at: i64,
    }
    crate::entity::plain!();
}

/// Accounts that signed in with this browser since `after`. The query is the same whichever account is signing in.
pub async fn accounts(db: &impl ConnectionTrait, token: &str, after: Timestamp) -> Result<Vec<AccountId>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::TokenHash.eq(hash_token(token)))
        .filter(entity::Column::LastUsedAt.gt(micros(after)))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| AccountId(row.account_id)).collect())
}

/// Records a sign-in with this browser; false when the account had signed in with it before.
pub async fn note(db: &impl ConnectionTrait, token: &str, account: AccountId, at: Timestamp) -> Result<bool> {
    let used = entity::Entity::update_many()
        .col_expr(entity::Column::LastUsedAt, Expr::value(micros(at)))
        .filter(entity::Column::AccountId.eq(account.uuid()))
        .filter(entity::Column::TokenHash.eq(hash_token(token)))
        .exec(db)
        .await?;
    if used.rows_affected > 0 {
        return Ok(false);
    }
    let row = entity::ActiveModel {
        account_id: Set(account.uuid()),
        token_hash: Set(hash_token(token)),
        created_at: Set(micros(at)),
        last_used_at: Set(micros(at)),
    };
    let columns = [entity::Column::AccountId, entity::Column::TokenHash];
    entity::Entity::insert(row).on_conflict_do_nothing_on(columns).exec_without_returning(db).await?;
    Ok(true)
}

/// For each browser of the account: since when it is known, and when it was last used.
pub async fn of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<(Timestamp, Timestamp)>> {
    let rows = entity::Entity::find().filter(entity::Column::AccountId.eq(account.uuid())).order_by_asc(entity::Column::CreatedAt).all(db).await?;
    Ok(rows.into_iter().map(|row| (timestamp(row.created_at), timestamp(row.last_used_at))).collect())
}

pub async fn purge_before(db: &impl ConnectionTrait, at: Timestamp) -> Result<u64> {
    Ok(entity::Entity::delete_many().filter(entity::Column::LastUsedAt.lt(micros(at))).exec(db).await?.rows_affected)
}
