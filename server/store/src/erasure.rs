//! The erasure of accounts: what prevents it, which accounts are due, and what is left of one: its id.

use domain::{
    Timestamp,
    erasure::{Carried, ERASED_NAME, InForce},
    ids::{AccountId, RequestId, TypedId},
};
use sea_orm::{ConnectionTrait, Value, entity::prelude::Uuid};

use crate::{Result, habilitation::contacts::KEEPS_KEYS, micros, sql::Sql};

/// Requests that their applicant must answer for: under review, sent back, being changed, or with an active habilitation.
const CARRIED: &str = "FROM request r WHERE r.applicant_id = a.id AND (r.state IN ('under_review', 'changes_requested') \
     OR (r.state = 'draft' AND r.submitted_at IS NOT NULL) \
     OR EXISTS (SELECT 1 FROM habilitation h WHERE h.request_id = r.id AND h.state = 'active'))";

/// SQL condition: a habilitation in force names the account `a` as holder of the keys of a service.
fn partner() -> String {
    format!("EXISTS (SELECT 1 FROM partner_access p WHERE p.account_id = a.id AND {KEEPS_KEYS})")
}

pub async fn in_force(db: &impl ConnectionTrait, account: AccountId) -> Result<InForce> {
    let mut sql = Sql::new(db);
    let text = format!(
        "SELECT r.id, r.number, r.title, EXISTS (SELECT 1 FROM habilitation g WHERE g.request_id = r.id AND g.state = 'active') AS granted \
         {} AND r.applicant_id = {} ORDER BY r.number",
        CARRIED.replace("FROM request r WHERE r.applicant_id = a.id", "FROM request r WHERE 1 = 1"),
        sql.bind(account.uuid())
    );
    let rows = sql.all(db, text).await?;
    let carried = rows.iter().map(|row| {
        let id = RequestId(row.try_get::<Uuid>("", "id")?);
        Ok(Carried { id, number: row.try_get("", "number")?, title: row.try_get("", "title")?, granted: row.try_get("", "granted")? })
    });
    let carried = carried.collect::<Result<_>>()?;
    let mut sql = Sql::new(db);
    let text = format!("SELECT a.admin, {} AS partner FROM account a WHERE a.id = {}", partner(), sql.bind(account.uuid()));
    let rows = sql.all(db, text).await?;
    let is = |name: &str| -> Result<bool> { Ok(rows.first().map(|row| row.try_get("", name)).transpose()?.unwrap_or_default()) };
    Ok(InForce { carried, admin: is("admin")?, partner: is("partner")? })
}

/// Accounts nobody uses and that hold nothing: last sign-in before `seen`; warned before `warned` or, if it is `None`, not
/// warned yet. The longest unused first.
pub async fn unused(db: &impl ConnectionTrait, seen: Timestamp, warned: Option<Timestamp>, limit: u64) -> Result<Vec<AccountId>> {
    let mut sql = Sql::new(db);
    let seen = sql.bind(micros(seen));
    let warned = warned.map_or("IS NULL".to_owned(), |warned| format!("< {}", sql.bind(micros(warned))));
    let text = format!(
        "SELECT a.id FROM account a WHERE a.last_sign_in_at < {seen} AND a.warned_at {warned} AND a.erased_at IS NULL \
         AND a.email_confirmed_at IS NOT NULL AND NOT a.admin AND NOT EXISTS (SELECT 1 {CARRIED}) AND NOT {} \
         ORDER BY a.last_sign_in_at, a.id LIMIT {limit}",
        partner()
    );
    ids(sql.all(db, text).await?)
}

/// Opened before this instant, and the address never confirmed.
pub async fn unconfirmed(db: &impl ConnectionTrait, before: Timestamp, limit: u64) -> Result<Vec<AccountId>> {
    let mut sql = Sql::new(db);
    let before = sql.bind(micros(before));
    let text = format!(
        "SELECT id FROM account WHERE email_confirmed_at IS NULL AND erased_at IS NULL AND created_at < {before} ORDER BY created_at, id LIMIT {limit}"
    );
    ids(sql.all(db, text).await?)
}

fn ids(rows: Vec<sea_orm::QueryResult>) -> Result<Vec<AccountId>> {
    rows.iter().map(|row| Ok(AccountId(row.try_get::<Uuid>("", "id")?))).collect()
}

/// Records that the owner was warned; false when they signed in since, or when another process was quicker.
pub async fn warn(db: &impl ConnectionTrait, account: AccountId, seen: Timestamp, now: Timestamp) -> Result<bool> {
    let mut sql = Sql::new(db);
    let (now, id, seen) = (sql.bind(micros(now)), sql.bind(account.uuid()), sql.bind(micros(seen)));
    let text =
        format!("UPDATE account SET warned_at = {now} WHERE id = {id} AND warned_at IS NULL AND erased_at IS NULL AND last_sign_in_at < {seen}");
    Ok(sql.run(db, text).await? == 1)
}

/// Whether it is still unused: nobody has signed in since.
pub async fn is_unused(db: &impl ConnectionTrait, account: AccountId, seen: Timestamp) -> Result<bool> {
    let mut sql = Sql::new(db);
    let (id, seen) = (sql.bind(account.uuid()), sql.bind(micros(seen)));
    Ok(sql.count(db, format!("SELECT COUNT(*) FROM account WHERE id = {id} AND erased_at IS NULL AND last_sign_in_at < {seen}")).await? == 1)
}

/// Deletes an account that was never confirmed, unless another row refers to it.
pub async fn remove_unconfirmed(db: &impl ConnectionTrait, account: AccountId) -> Result<bool> {
    let mut sql = Sql::new(db);
    let text = format!("DELETE FROM account WHERE id = {} AND email_confirmed_at IS NULL", sql.bind(account.uuid()));
    Ok(sql.run(db, text).await? == 1)
}

/// What belongs to the person and to no request file. Contacts named in a request stay in its file, which is a public archive.
const THEIRS: [&str; 22] = [
    "DELETE FROM session WHERE account_id = :id",
    "DELETE FROM one_time_link WHERE account_id = :id OR email = :email",
    "DELETE FROM kept_form WHERE account_id = :id",
    "DELETE FROM known_device WHERE account_id = :id",
    "DELETE FROM demonstration_account WHERE account_id = :id",
    "DELETE FROM second_factor WHERE account_id = :id",
    "DELETE FROM recovery_code WHERE account_id = :id",
    "DELETE FROM passkey WHERE account_id = :id",
    "DELETE FROM passkey_user WHERE account_id = :id",
    "DELETE FROM review_grant WHERE account_id = :id",
    "DELETE FROM membership WHERE account_id = :id",
    "DELETE FROM notification_refusal WHERE account_id = :id",
    "DELETE FROM saved_search WHERE account_id = :id",
    "DELETE FROM contact_card WHERE account_id = :id",
    "DELETE FROM resume_point WHERE account_id = :id",
    "DELETE FROM message_mark WHERE account_id = :id",
    "DELETE FROM partner_access WHERE account_id = :id",
    "DELETE FROM co_editor WHERE account_id = :id OR email = :email",
    "DELETE FROM organisation_contact WHERE email = :email",
    "DELETE FROM prepared_request WHERE email = :email AND claimed_at IS NULL",
    "UPDATE prepared_request SET email = '' WHERE claimed_by = :id",
    "UPDATE review_turn SET assignee = NULL WHERE assignee = :id AND state <> 'approved'",
];

/// Leaves an id and « Compte supprimé ». False when it was erased before.
pub async fn erase(db: &impl ConnectionTrait, account: AccountId, now: Timestamp) -> Result<bool> {
    let mut sql = Sql::new(db);
    let text = format!("SELECT email FROM account WHERE id = {} AND erased_at IS NULL", sql.bind(account.uuid()));
    let rows = sql.all(db, text).await?;
    let Some(email) = rows.first().map(|row| row.try_get::<String>("", "email")).transpose()? else { return Ok(false) };
    let names: [(&str, Value); 2] = [("id", account.uuid().into()), ("email", email.into())];
    for statement in THEIRS {
        let mut sql = Sql::new(db);
        let text = sql.with(statement, &names);
        sql.run(db, text).await?;
    }
    let mut sql = Sql::new(db);
    // The column of addresses is unique: an erased account gets a placeholder, which is no address.
    let (kept, name, now, id) = (sql.bind(unreachable(account)), sql.bind(ERASED_NAME), sql.bind(micros(now)), sql.bind(account.uuid()));
    let text = format!(
        "UPDATE account SET email = {kept}, given_name = '', family_name = {name}, phone = '', password_hash = NULL, email_confirmed_at = NULL, \
         admin = (1 = 0), suspended_at = NULL, suspended_reason = '', warned_at = NULL, last_sign_in_at = NULL, erased_at = {now} \
         WHERE id = {id} AND erased_at IS NULL"
    );
    Ok(sql.run(db, text).await? == 1)
}

fn unreachable(account: AccountId) -> String {
    format!("supprime-{account}")
}

/// The account to which erased files are attributed, created if needed; it never was anybody's.
pub(crate) async fn nobody(db: &impl ConnectionTrait) -> Result<Uuid> {
    let id = AccountId(Uuid::nil());
    let mut sql = Sql::new(db);
    let (at, email, name) = (sql.bind(id.uuid()), sql.bind(unreachable(id)), sql.bind(ERASED_NAME));
    let text = format!(
        "INSERT INTO account (id, email, given_name, family_name, phone, created_at, admin, suspended_reason, erased_at) \
         VALUES ({at}, {email}, '', {name}, '', 0, (1 = 0), '', 0) ON CONFLICT DO NOTHING"
    );
    sql.run(db, text).await?;
    Ok(id.uuid())
}
