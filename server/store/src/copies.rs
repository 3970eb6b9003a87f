//! Copies requests by the hundred thousand, for benchmarks: going through the use cases would take hours.

use domain::{
    Timestamp,
    ids::{AccountId, HabilitationId, OrganisationId, RequestId, TypedId},
    request::JournalKind,
};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::{Cx, Db, Result, counter, journal, micros, queue::gather_totals, sql::Sql};

/// A copy of a request, with its row, turns, submissions and habilitation; these fields differ from the original.
#[derive(Debug, Clone)]
pub struct RequestCopy {
    pub of: RequestId,
    pub applicant: AccountId,
    pub organisation: OrganisationId,
    pub title: String,
    /// Words a search finds it by.
    pub folded: String,
    /// When the copy began, and when the original did.
    pub at: Timestamp,
    pub of_at: Timestamp,
    /// The lines of its journal, a minute apart.
    pub told: Vec<JournalKind>,
}

/// Adds some hundreds of copies at a time; the new ids come back in the same order.
pub async fn add(cx: &Cx, db: &impl ConnectionTrait, copies: &[RequestCopy]) -> Result<Vec<RequestId>> {
    let count = i64::try_from(copies.len()).unwrap_or(0);
    let number = counter::take(db, "request", count).await?;
    let habilitation = counter::take(db, "habilitation", count).await?;
    let ids: Vec<RequestId> = copies.iter().map(|_| cx.new_id()).collect();
    let made: Vec<Made> = copies
        .iter()
        .zip(&ids)
        .zip(0..)
        .map(|((copy, id), place)| Made { copy, id: *id, number: number + place, habilitation: cx.new_id(), granted: habilitation + place })
        .collect();
    for statement in STATEMENTS {
        let mut sql = Sql::new(db);
        let rows: Vec<String> = made.iter().map(|made| made.values(&mut sql)).collect();
        sql.all(db, format!("WITH c ({COLUMNS}) AS (VALUES {}) {statement}", rows.join(", "))).await?;
    }
    let mut lines = Vec::new();
    for (copy, id) in copies.iter().zip(&ids) {
        for (minute, kind) in (0..).zip(&copy.told) {
            let at = copy.at + jiff::SignedDuration::from_mins(minute);
            lines.push((*id, journal::Line::new(*kind, Some(copy.applicant).into(), "", at)));
        }
    }
    journal::write_all(cx, db, &lines).await?;
    Ok(ids)
}

struct Made<'a> {
    copy: &'a RequestCopy,
    id: RequestId,
    number: i64,
    habilitation: HabilitationId,
    granted: i64,
}

const COLUMNS: &str = "id, number, habilitation, granted, source, applicant, organisation, title, folded, later";

impl Made<'_> {
    fn values(&self, sql: &mut Sql) -> String {
        let Self { copy, id, number, habilitation, granted } = self;
        let places = [
            sql.bind(id.uuid()),
            sql.bind(*number),
            sql.bind(habilitation.uuid()),
            sql.bind(*granted),
            sql.bind(copy.of.uuid()),
            sql.bind(copy.applicant.uuid()),
            sql.bind(copy.organisation.uuid()),
            sql.bind(copy.title.as_str()),
            sql.bind(copy.folded.as_str()),
            sql.bind(micros(copy.at) - micros(copy.of_at)),
        ];
        format!("({})", places.join(", "))
    }
}

const STATEMENTS: [&str; 4] = [
    "INSERT INTO request (id, number, service, variant, with_service, catalogue_version, organisation_id, applicant_id, state, round, \
     first_submitted_at, submitted_at, decided_at, decided_by, title, folded, answers, version, created_at, updated_at) \
     SELECT c.id, c.number, r.service, r.variant, r.with_service, r.catalogue_version, c.organisation, c.applicant, r.state, r.round, \
     r.first_submitted_at + c.later, r.submitted_at + c.later, r.decided_at + c.later, r.decided_by, c.title, c.folded, r.answers, r.version, \
     r.created_at + c.later, r.updated_at + c.later FROM c JOIN request r ON r.id = c.source",
    "INSERT INTO review_turn (request_id, service, stage, position, ord, working_days, state, since, due_on, decided_at, decided_by, round, stood_still) \
     SELECT c.id, t.service, t.stage, t.position, t.ord, t.working_days, t.state, t.since + c.later, t.due_on, t.decided_at + c.later, \
     t.decided_by, t.round, t.stood_still FROM c JOIN review_turn t ON t.request_id = c.source",
    "INSERT INTO submission (request_id, round, submitted_at, submitted_by, answers, catalogue_version) \
     SELECT c.id, s.round, s.submitted_at + c.later, c.applicant, s.answers, s.catalogue_version FROM c JOIN submission s ON s.request_id = c.source",
    "INSERT INTO habilitation (id, number, request_id, service, organisation_id, state, title, answers, scopes, granted_at, granted_by, \
     valid_until, check_on, catalogue_version) SELECT c.habilitation, c.granted, c.id, h.service, c.organisation, h.state, c.title, h.answers, h.scopes, \
     h.granted_at + c.later, h.granted_by, h.valid_until, h.check_on, h.catalogue_version FROM c JOIN habilitation h ON h.request_id = c.source",
];

/// The maintenance that PostgreSQL does by itself while a real site grows over the years.
///
/// # Errors
/// The database fails.
pub async fn settle(db: &Db) -> Result<()> {
    gather_totals(db).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("VACUUM (FULL) request_total").await?;
        db.execute_unprepared("VACUUM (ANALYZE)").await?;
    }
    Ok(())
}
