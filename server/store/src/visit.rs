//! Who sends an HTTP request, in one query, which runs for each page.

use std::sync::LazyLock;

use domain::{Timestamp, actor::Grant};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::{
    Result,
    account::{self, Account},
    habilitation::contacts::KEEPS_KEYS,
    hash_token,
    message::{WAITING, Waiting},
    micros,
    organisation::{self, Organisation},
    role,
    session::{self, Session},
    sql::Sql,
};

/// An open session, with its account.
#[derive(Debug, Clone)]
pub struct Visit {
    pub session: Session,
    pub account: Account,
    /// The organisation on whose behalf the session acts.
    pub organisation: Option<Organisation>,
    pub grants: Vec<Grant>,
    /// Whether the partner space of a service is open to the account.
    pub partner: bool,
    /// Whether the account is a verified member of that organisation.
    pub verified: bool,
    pub waiting: Waiting,
}

static QUESTION: LazyLock<String> = LazyLock::new(|| {
    let visit = [
        Sql::columns::<session::entity::Entity>("s"),
        Sql::columns::<account::entity::Entity>("a"),
        Sql::columns::<organisation::entity::Entity>("o"),
        format!("EXISTS (SELECT 1 FROM partner_access p WHERE p.account_id = a.id AND {KEEPS_KEYS}) AS partner"),
        "EXISTS (SELECT 1 FROM membership m WHERE m.account_id = a.id AND m.organisation_id = o.id AND m.verified) AS verified".to_owned(),
        WAITING.clone(),
    ];
    format!("SELECT {} FROM session s JOIN account a ON a.id = s.account_id LEFT JOIN organisation o ON o.id = s.organisation_id", visit.join(", "))
});
static GRANT: LazyLock<String> = LazyLock::new(|| Sql::columns::<role::entity::Entity>("g"));

pub async fn find(db: &impl ConnectionTrait, token: &str, now: Timestamp) -> Result<Option<Visit>> {
    let mut sql = Sql::new(db);
    // The limit keeps databases from running the inner query once for each role.
    let text = format!(
        "SELECT v.*, {} FROM ({} WHERE s.token_hash = {} AND s.expires_at > {} LIMIT 1) v \
         LEFT JOIN review_grant g ON g.account_id = v.a_id ORDER BY g.service, g.stage",
        *GRANT,
        *QUESTION,
        sql.bind(hash_token(token)),
        sql.bind(micros(now))
    );
    let rows = sql.all(db, text).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let grants = rows.iter().filter_map(|row| role::entity::Model::from_query_result_optional(row, "g_").transpose());
    Ok(Some(Visit {
        session: session::entity::Model::from_query_result(first, "s_")?.into(),
        account: account::entity::Model::from_query_result(first, "a_")?.into(),
        organisation: organisation::entity::Model::from_query_result_optional(first, "o_")?.map(TryInto::try_into).transpose()?,
        grants: grants.map(|row| row?.try_into()).collect::<Result<_>>()?,
        partner: first.try_get("", "partner")?,
        verified: first.try_get("", "verified")?,
        waiting: Waiting::read(first)?,
    }))
}
