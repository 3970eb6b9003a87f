//! What is kept about one person, for the copy they may ask for (RGPD, art. 15 and 20). Never what others wrote.

use domain::{
    Timestamp,
    ids::{AccountId, TypedId},
};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::{Result, sql::Sql, timestamp};

#[derive(Debug, Clone, Copy)]
pub struct Dates {
    pub created_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
    pub last_sign_in_at: Option<Timestamp>,
}

/// A message the person wrote.
#[derive(Debug, Clone)]
pub struct Written {
    pub request: i64,
    pub at: Timestamp,
    pub body: String,
}

/// A document the person sent.
#[derive(Debug, Clone)]
pub struct Sent {
    pub request: i64,
    pub at: Timestamp,
    pub file_name: String,
    pub size: i64,
    pub sha256: String,
}

/// A role the person was given in a request, theirs or not.
#[derive(Debug, Clone)]
pub struct Named {
    pub request: i64,
    pub role: String,
    pub name: String,
    pub answer: String,
    pub told_at: Timestamp,
    pub answered_at: Option<Timestamp>,
}

/// A line of a request's journal that says what the person did: its kind, never its text.
#[derive(Debug, Clone)]
pub struct Act {
    pub request: i64,
    pub kind: String,
    pub at: Timestamp,
}

/// An impersonation of the person by an administrator.
#[derive(Debug, Clone)]
pub struct Impersonated {
    pub reason: String,
    pub started_at: Timestamp,
    pub ends_at: Timestamp,
}

/// A request somebody else filed and that the person edits with them.
#[derive(Debug, Clone)]
pub struct CoEdited {
    pub request: i64,
    pub since: Option<Timestamp>,
}

struct Row(QueryResult);

impl Row {
    fn at(&self, name: &str) -> Result<Timestamp> {
        Ok(timestamp(self.0.try_get("", name)?))
    }

    fn at_some(&self, name: &str) -> Result<Option<Timestamp>> {
        Ok(self.0.try_get::<Option<i64>>("", name)?.map(timestamp))
    }

    fn text(&self, name: &str) -> Result<String> {
        Ok(self.0.try_get("", name)?)
    }

    fn number(&self, name: &str) -> Result<i64> {
        Ok(self.0.try_get("", name)?)
    }
}

/// Runs `text`, completed with the bound value `who` (the account's id or address), then `order`.
async fn rows<T>(
    db: &impl ConnectionTrait,
    text: &str,
    who: impl Into<sea_orm::Value>,
    order: &str,
    read: impl Fn(&Row) -> Result<T>,
) -> Result<Vec<T>> {
    let mut sql = Sql::new(db);
    let text = format!("{text} {} {order}", sql.bind(who));
    sql.all(db, text).await?.into_iter().map(|row| read(&Row(row))).collect()
}

pub async fn dates(db: &impl ConnectionTrait, account: AccountId) -> Result<Option<Dates>> {
    let text = "SELECT created_at, email_confirmed_at, last_sign_in_at FROM account WHERE id =";
    let read = |row: &Row| {
        Ok(Dates {
            created_at: row.at("created_at")?,
            confirmed_at: row.at_some("email_confirmed_at")?,
            last_sign_in_at: row.at_some("last_sign_in_at")?,
        })
    };
    Ok(rows(db, text, account.uuid(), "", read).await?.into_iter().next())
}

pub async fn messages(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Written>> {
    let text = "SELECT r.number, m.at, m.body FROM message m JOIN request r ON r.id = m.request_id WHERE m.author_id =";
    let read = |row: &Row| Ok(Written { request: row.number("number")?, at: row.at("at")?, body: row.text("body")? });
    rows(db, text, account.uuid(), "ORDER BY m.at, m.id", read).await
}

pub async fn documents(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Sent>> {
    let text = "SELECT r.number, d.created_at, d.file_name, d.size, d.sha256 FROM document d JOIN request r ON r.id = d.request_id \
         WHERE d.uploaded_by =";
    let read = |row: &Row| {
        Ok(Sent {
            request: row.number("number")?,
            at: row.at("created_at")?,
            file_name: row.text("file_name")?,
            size: row.number("size")?,
            sha256: row.text("sha256")?,
        })
    };
    rows(db, text, account.uuid(), "ORDER BY d.created_at, d.id", read).await
}

/// Found by e-mail address, since a request names its contacts by address and not by account.
pub async fn designations(db: &impl ConnectionTrait, email: &str) -> Result<Vec<Named>> {
    let text = "SELECT r.number, c.label, c.name, c.state, c.told_at, c.answered_at FROM request_contact c \
         JOIN request r ON r.id = c.request_id WHERE c.email =";
    let read = |row: &Row| {
        Ok(Named {
            request: row.number("number")?,
            role: row.text("label")?,
            name: row.text("name")?,
            answer: row.text("state")?,
            told_at: row.at("told_at")?,
            answered_at: row.at_some("answered_at")?,
        })
    };
    rows(db, text, email, "ORDER BY r.number, c.contact", read).await
}

pub async fn acts(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Act>> {
    let text = "SELECT r.number, j.kind, j.at FROM journal j JOIN request r ON r.id = j.request_id WHERE j.actor_id =";
    let read = |row: &Row| Ok(Act { request: row.number("number")?, kind: row.text("kind")?, at: row.at("at")? });
    rows(db, text, account.uuid(), "ORDER BY j.at, j.id", read).await
}

pub async fn impersonations(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Impersonated>> {
    let text = "SELECT reason, started_at, COALESCE(ended_at, ends_at) AS ends_at FROM impersonation WHERE account_id =";
    let read = |row: &Row| Ok(Impersonated { reason: row.text("reason")?, started_at: row.at("started_at")?, ends_at: row.at("ends_at")? });
    rows(db, text, account.uuid(), "ORDER BY started_at, id", read).await
}

pub async fn co_edited(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<CoEdited>> {
    let text = "SELECT r.number, c.accepted_at FROM co_editor c JOIN request r ON r.id = c.request_id WHERE c.account_id =";
    let read = |row: &Row| Ok(CoEdited { request: row.number("number")?, since: row.at_some("accepted_at")? });
    rows(db, text, account.uuid(), "ORDER BY r.number", read).await
}
