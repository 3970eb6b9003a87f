//! The people that each habilitation names: those named by one in force have access to it, and to its keys.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, FromQueryResult, Statement, entity::prelude::Uuid},
};

use crate::table::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(FromQueryResult)]
struct Granted {
    id: Uuid,
    answers: serde_json::Value,
    with_client: bool,
}

const BATCH: u32 = 1_000;
/// Id of the contact who holds the keys, in every catalogue published before this migration.
const KEYS: &str = "responsable_technique";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = table("habilitation_contact")
            .col(uuid("habilitation_id"))
            .col(text("contact"))
            .col(text("email"))
            .col(boolean("keeps_keys"))
            .primary_key(&mut key(&["habilitation_id", "contact"]))
            .foreign_key(&mut references("habilitation_contact", "habilitation_id", "habilitation", ForeignKeyAction::Cascade))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(index("habilitation_contact", &["email"])).await?;
        backfill(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Alias::new("habilitation_contact")).to_owned()).await
    }
}

/// Habilitations that may be in force later: active, or expired but still to be renewed.
async fn backfill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let backend = db.get_database_backend();
    let mut skipped = 0;
    loop {
        let read = format!(
            "SELECT h.id, h.answers, EXISTS (SELECT 1 FROM client c WHERE c.request_id = h.request_id) AS with_client FROM habilitation h \
             WHERE h.state IN ('active', 'expired') ORDER BY h.id LIMIT {BATCH} OFFSET {skipped}"
        );
        let found = Granted::find_by_statement(Statement::from_string(backend, read)).all(db).await?;
        if found.is_empty() {
            return Ok(());
        }
        skipped += BATCH;
        for Granted { id, answers, with_client } in found {
            for (contact, email) in named(&answers) {
                let keeps_keys = with_client && role(contact) == KEYS;
                let insert = Query::insert()
                    .into_table(Alias::new("habilitation_contact"))
                    .columns(["habilitation_id", "contact", "email", "keeps_keys"].map(Alias::new))
                    .values_panic([id.into(), contact.into(), email.to_lowercase().into(), keeps_keys.into()])
                    .to_owned();
                manager.execute(insert).await?;
            }
        }
    }
}

/// Each contact of these answers, with its address. A further person in the same role has a rank in its name, and counts if the
/// answers say that it was added.
fn named(answers: &serde_json::Value) -> Vec<(&str, &str)> {
    let Some(all) = answers.as_object() else { return Vec::new() };
    let text = |name: &str| all.get(name).and_then(|values| values.get(0)).and_then(|value| value.as_str()).unwrap_or_default().trim();
    let contacts = all.keys().filter_map(|name| name.strip_suffix("_email")).filter(|contact| all.contains_key(&format!("{contact}_family_name")));
    let present = contacts.filter(|contact| role(contact) == *contact || text(&format!("{contact}_ajoute")) == "oui");
    present.map(|contact| (contact, text(&format!("{contact}_email")))).filter(|(_, email)| !email.is_empty()).collect()
}

/// The role of the contact, without the rank of a further person.
fn role(contact: &str) -> &str {
    contact.rsplit_once('_').filter(|(_, rank)| ["2", "3", "4", "5"].contains(rank)).map_or(contact, |(role, _)| role)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_are_read_from_answers() {
        let person = |id: &str, email: &str| [(format!("{id}_family_name"), json!(["X"])), (format!("{id}_email"), json!([email]))];
        let mut all: serde_json::Map<String, serde_json::Value> = [
            person("responsable_technique", "un@a.fr"),
            person("responsable_technique_2", "deux@a.fr"),
            person("responsable_technique_3", "trois@a.fr"),
            person("dpo", ""),
        ]
        .into_iter()
        .flatten()
        .collect();
        all.insert("responsable_technique_2_ajoute".into(), json!(["oui"]));
        all.insert("contact_email".into(), json!(["no.person@a.fr"]));
        let all = all.into();
        let mut people = named(&all);
        people.sort_unstable();
        assert_eq!(people, [("responsable_technique", "un@a.fr"), ("responsable_technique_2", "deux@a.fr")]);
        assert_eq!((role("responsable_technique_2"), role("responsable_technique")), (KEYS, KEYS));
        assert!(named(&json!(null)).is_empty());
    }
}
