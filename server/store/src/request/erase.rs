//! Erasure of a request file: only its number, service, organisation and dates are left. Its row stays, since journals and
//! habilitations refer to it, but no list shows it.

use domain::{
    Timestamp,
    ids::{AccountId, RequestId, TypedId},
};
use sea_orm::{QueryOrder, QuerySelect, Value, entity::prelude::*};

use super::{Request, complete, entity};
use crate::{Result, erasure::nobody, micros, sql::Sql};

/// Deletes everything that people wrote or uploaded about the request.
const GONE: [&str; 17] = [
    "DELETE FROM message WHERE request_id = :id",
    "DELETE FROM document WHERE request_id = :id",
    "DELETE FROM submission WHERE request_id = :id",
    "DELETE FROM review_turn WHERE request_id = :id",
    "DELETE FROM review_note WHERE request_id = :id",
    "DELETE FROM remark WHERE request_id = :id",
    "DELETE FROM message_mark WHERE request_id = :id",
    "DELETE FROM resume_point WHERE request_id = :id",
    "DELETE FROM reminder WHERE request_id = :id",
    "DELETE FROM legal_clock WHERE request_id = :id",
    "DELETE FROM co_editor WHERE request_id = :id",
    "DELETE FROM request_contact WHERE request_id = :id",
    "DELETE FROM habilitation_contact WHERE habilitation_id IN (SELECT h.id FROM habilitation h WHERE h.request_id = :id)",
    "DELETE FROM partner_access WHERE request_id = :id",
    "DELETE FROM prepared_request WHERE request_id = :id",
    "DELETE FROM one_time_link WHERE request_id = :id",
    "DELETE FROM outbox WHERE request_id = :id AND done_at IS NOT NULL",
];

const BLANKED: &str = "UPDATE request SET applicant_id = :nobody, state = 'archived', decided_at = COALESCE(decided_at, updated_at), \
     decided_by = NULL, submitted_at = NULL, first_submitted_at = NULL, reopened_at = NULL, reopened_habilitation = NULL, relies_on = NULL, \
     continues = NULL, round = 0, title = '', folded = '', answers = '{}', set_aside = NULL, begun_version = NULL, version = version + 1, erased_at = :now \
     WHERE id = :id AND erased_at IS NULL";

const KEPT: [&str; 4] = [
    "UPDATE habilitation SET title = '', answers = '{}', end_reason = NULL, verification_code = NULL, granted_by = :nobody \
     WHERE request_id = :id",
    "UPDATE habilitation SET ended_by = :nobody WHERE request_id = :id AND ended_by IS NOT NULL",
    "UPDATE request SET continues = NULL WHERE continues = :id",
    "UPDATE request SET relies_on = NULL WHERE relies_on = :id",
];

/// False when it was erased already. The caller must delete the files of its documents.
pub async fn erase(db: &impl ConnectionTrait, id: RequestId, now: Timestamp) -> Result<bool> {
    let names: [(&str, Value); 3] = [("id", id.uuid().into()), ("nobody", nobody(db).await?.into()), ("now", micros(now).into())];
    let blanked = run(db, BLANKED, &names).await?;
    if blanked == 0 {
        return Ok(false);
    }
    for statement in GONE.iter().chain(&KEPT) {
        run(db, statement, &names).await?;
    }
    Ok(true)
}

async fn run(db: &impl ConnectionTrait, statement: &str, names: &[(&str, Value)]) -> Result<u64> {
    let mut sql = Sql::new(db);
    let text = sql.with(statement, names);
    sql.run(db, text).await
}

/// Archived before this instant without ever having been sent, the oldest first.
pub async fn drafts_to_forget(db: &impl ConnectionTrait, before: Timestamp, limit: u64) -> Result<Vec<RequestId>> {
    let mut sql = Sql::new(db);
    let before = sql.bind(micros(before));
    // A partial index holds exactly these rows.
    let text = format!(
        "SELECT id FROM request WHERE state = 'archived' AND submitted_at IS NULL AND erased_at IS NULL AND updated_at < {before} \
         ORDER BY updated_at LIMIT {limit}"
    );
    sql.all(db, text).await?.iter().map(|row| Ok(RequestId(row.try_get::<Uuid>("", "id")?))).collect()
}

/// All that this person filed, the oldest first.
pub async fn filed_by(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Request>> {
    use entity::Column as C;
    let ids: Vec<Uuid> = entity::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::ApplicantId.eq(account.uuid()))
        .order_by_asc(C::Number)
        .into_tuple()
        .all(db)
        .await?;
    let mut found = Vec::new();
    for id in ids {
        found.extend(complete(db, entity::Entity::find_by_id(id)).await?);
    }
    Ok(found)
}

/// Sets the words that searches look in; nothing else of the request changes.
pub async fn set_folded(db: &impl ConnectionTrait, id: RequestId, folded: &str) -> Result<()> {
    entity::Entity::update_many().col_expr(entity::Column::Folded, Expr::value(folded)).filter(entity::Column::Id.eq(id.uuid())).exec(db).await?;
    Ok(())
}
