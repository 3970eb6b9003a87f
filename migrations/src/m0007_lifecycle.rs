//! Teams that review in parallel, submissions that are kept, and what may follow a decision: a request is reopened, revoked,
//! archived.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::table::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

fn review_turn() -> Schema {
    let table = table("review_turn")
        .col(uuid("request_id"))
        .col(text("service"))
        .col(text("stage"))
        .col(integer("position"))
        // Teams of the same order decide side by side.
        .col(integer("ord"))
        .col(integer("working_days"))
        .col(text("state"))
        .col(bigint_null("since"))
        // The promised day, YYYY-MM-DD: sorts as text.
        .col(text_null("due_on"))
        .col(bigint_null("decided_at"))
        .col(uuid_null("decided_by"))
        // The submission that an approval is about.
        .col(integer_null("round"))
        .col(uuid_null("assignee"))
        .primary_key(&mut key(&["request_id", "service", "stage"]))
        .foreign_key(&mut references("review_turn", "request_id", "request", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("review_turn", "decided_by", "account", ForeignKeyAction::Restrict))
        .foreign_key(&mut references("review_turn", "assignee", "account", ForeignKeyAction::Restrict))
        .to_owned();
    let indexes = vec![
        index("review_turn", &["state", "service", "stage", "due_on"]),
        index("review_turn", &["decided_by"]),
        index("review_turn", &["assignee", "state"]),
    ];
    (table, indexes)
}

/// The answers as they were sent, each time, so that two submissions can be compared.
fn submission() -> Schema {
    let table = table("submission")
        .col(uuid("request_id"))
        .col(integer("round"))
        .col(bigint("submitted_at"))
        .col(uuid("submitted_by"))
        .col(json("answers"))
        .primary_key(&mut key(&["request_id", "round"]))
        .foreign_key(&mut references("submission", "request_id", "request", ForeignKeyAction::Cascade))
        .foreign_key(&mut references("submission", "submitted_by", "account", ForeignKeyAction::Restrict))
        .to_owned();
    (table, vec![index("submission", &["submitted_by"])])
}

/// SQLite takes one change a statement, and a foreign key only in the column's own definition.
fn additions(uuid: &str) -> Vec<String> {
    let add = |table: &str, column: &str| format!("ALTER TABLE {table} ADD COLUMN {column}");
    vec![
        add("request", "variant text"),
        // The other service asked for with the same request.
        add("request", "with_service text"),
        add("request", "folded text NOT NULL DEFAULT ''"),
        add("request", "round integer NOT NULL DEFAULT 0"),
        add("request", "first_submitted_at bigint"),
        add("request", "reopened_at bigint"),
        add("request", &format!("reopened_habilitation {uuid} REFERENCES habilitation(id) ON DELETE RESTRICT")),
        // When two are granted together, the second one refers to the first.
        add("habilitation", &format!("paired_with {uuid} REFERENCES habilitation(id) ON DELETE RESTRICT")),
        add("habilitation", &format!("relies_on {uuid} REFERENCES request(id) ON DELETE RESTRICT")),
        add("habilitation", "title text NOT NULL DEFAULT ''"),
        add("habilitation", "ended_at bigint"),
        add("habilitation", &format!("ended_by {uuid} REFERENCES account(id) ON DELETE RESTRICT")),
        add("habilitation", "end_reason text"),
    ]
}

/// The services and teams of the earlier schema, in which the current team of a request was an index.
const TEAMS: [(&str, &str, i32, i32); 3] =
    [("franceconnect", "juridique", 0, 5), ("franceconnect", "franceconnect", 1, 7), ("api-particulier", "api-particulier", 0, 5)];

fn backfill() -> Vec<String> {
    let mut statements: Vec<String> = TEAMS
        .iter()
        .map(|(service, stage, position, days)| {
            format!(
                "INSERT INTO review_turn (request_id, service, stage, position, ord, working_days, state, since, decided_at, decided_by, round) \
                 SELECT r.id, '{service}', '{stage}', {position}, {position}, {days}, \
                 CASE WHEN r.step > {position} THEN 'approved' WHEN r.step < {position} THEN 'waiting' \
                 WHEN r.state = 'under_review' THEN 'pending' ELSE 'changes_requested' END, \
                 CASE WHEN r.step = {position} AND r.state = 'under_review' THEN r.since END, \
                 CASE WHEN r.step > {position} OR (r.step = {position} AND r.state = 'changes_requested') THEN r.since END, \
                 CASE WHEN r.step > {position} OR (r.step = {position} AND r.state = 'changes_requested') THEN \
                 COALESCE((SELECT j.actor_id FROM journal j WHERE j.request_id = r.id AND j.kind IN ('stage_approved', 'changes_requested') \
                 ORDER BY j.at DESC LIMIT 1), r.applicant_id) END, \
                 CASE WHEN r.step > {position} THEN 1 END \
                 FROM request r WHERE r.service = '{service}' AND r.state IN ('under_review', 'changes_requested')"
            )
        })
        .collect();
    statements.push("UPDATE request SET round = 1, first_submitted_at = submitted_at WHERE submitted_at IS NOT NULL".to_owned());
    statements.push(
        "INSERT INTO submission (request_id, round, submitted_at, submitted_by, answers) \
         SELECT id, 1, submitted_at, applicant_id, answers FROM request WHERE submitted_at IS NOT NULL"
            .to_owned(),
    );
    statements.push(
        "UPDATE habilitation SET relies_on = (SELECT r.relies_on FROM request r WHERE r.id = habilitation.request_id), \
         title = (SELECT r.title FROM request r WHERE r.id = habilitation.request_id)"
            .to_owned(),
    );
    statements
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let uuid = if manager.get_database_backend() == DbBackend::Postgres { "uuid" } else { "uuid_text" };
        let db = manager.get_connection();
        for (table, indexes) in [review_turn(), submission()] {
            manager.create_table(table).await?;
            for index in indexes {
                manager.create_index(index).await?;
            }
        }
        for statement in additions(uuid).into_iter().chain(backfill()) {
            db.execute_unprepared(&statement).await?;
        }
        for statement in [
            "DROP INDEX ix_request_state_service_step_since",
            "ALTER TABLE request DROP COLUMN step",
            "ALTER TABLE request DROP COLUMN since",
            "DROP INDEX ix_request_organisation_id",
        ] {
            db.execute_unprepared(statement).await?;
        }
        for index in [
            index("request", &["organisation_id", "updated_at"]),
            index("request", &["service", "state", "submitted_at"]),
            index("request", &["with_service"]),
            index("request", &["reopened_habilitation"]),
            index("habilitation", &["paired_with"]),
            index("habilitation", &["relies_on"]),
            index("habilitation", &["ended_by"]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    /// Irreversible: parallel decisions do not fit in an index; a backup must be restored instead.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the life of requests does not fit the earlier schema".to_owned()))
    }
}
