//! How many items of a kind were created since an instant, by an account or for an organisation.

use domain::{
    Timestamp,
    ids::{AccountId, OrganisationId, TypedId},
    quota::Made,
};
use sea_orm::ConnectionTrait;

use crate::{Result, micros, sql::Sql};

pub async fn made_by(db: &impl ConnectionTrait, made: Made, account: AccountId, since: Timestamp) -> Result<u64> {
    let (table, who, at) = match made {
        Made::Drafts => ("request", "applicant_id", "created_at"),
        Made::Messages => ("message", "author_id", "at"),
        Made::Documents => ("document", "uploaded_by", "created_at"),
        Made::Exports => ("list_export", "account_id", "created_at"),
        Made::Prepared => ("prepared_request", "prepared_by", "created_at"),
    };
    let mut sql = Sql::new(db);
    let (account, since) = (sql.bind(account.uuid()), sql.bind(micros(since)));
    sql.count(db, format!("SELECT COUNT(*) FROM {table} WHERE {who} = {account} AND {at} >= {since}")).await
}

/// By any account; 0 for the kinds that have no limit per organisation.
pub async fn made_for(db: &impl ConnectionTrait, made: Made, body: OrganisationId, since: Timestamp) -> Result<u64> {
    let mut sql = Sql::new(db);
    let (body, since) = (sql.bind(body.uuid()), sql.bind(micros(since)));
    let of_requests = |table: &str, at: &str| {
        format!("SELECT COUNT(*) FROM {table} m JOIN request r ON r.id = m.request_id WHERE r.organisation_id = {body} AND m.{at} >= {since}")
    };
    let text = match made {
        Made::Drafts => format!("SELECT COUNT(*) FROM request r WHERE r.organisation_id = {body} AND r.created_at >= {since}"),
        Made::Messages => of_requests("message", "at") + " AND m.side = 'applicant'",
        Made::Documents => of_requests("document", "created_at"),
        Made::Exports | Made::Prepared => return Ok(0),
    };
    sql.count(db, text).await
}
