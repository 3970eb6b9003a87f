//! The schema, for SQLite and PostgreSQL alike. Instants are microseconds since the epoch (UTC) in `bigint`
//! columns: they sort the same in both databases.

use sea_orm_migration::prelude::*;

mod append_only;
pub mod chain;
mod m0001_accounts;
mod m0002_requests;
mod m0003_outbox;
mod m0004_clients;
mod m0005_broker;
mod m0006_gateway;
mod m0007_lifecycle;
mod m0008_catalogue;
mod m0009_roles;
mod m0010_documents;
mod m0011_clock;
mod m0012_lists;
mod m0012_review_tools;
mod m0012_search;
mod m0013_people;
mod m0014_journal_chain;
mod m0015_administration;
mod m0016_sessions;
mod m0017_passkeys;
mod m0018_following;
mod m0020_prepared;
mod m0021_totals;
mod m0022_words;
mod m0023_prepared_form;
mod m0024_pairs_of_services;
mod m0025_keyed_journals;
mod m0026_safety_of_accounts;
pub mod m0027_boot;
mod m0028_retention;
mod m0029_habilitation_contacts;
mod m0030_rules_of_today;
mod m0031_given_up;
mod m0032_quotas;
mod table;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_accounts::Migration),
            Box::new(m0002_requests::Migration),
            Box::new(m0003_outbox::Migration),
            Box::new(m0004_clients::Migration),
            Box::new(m0005_broker::Migration),
            Box::new(m0006_gateway::Migration),
            Box::new(m0007_lifecycle::Migration),
            Box::new(m0008_catalogue::Migration),
            Box::new(m0009_roles::Migration),
            Box::new(m0010_documents::Migration),
            Box::new(m0011_clock::Migration),
            Box::new(m0012_review_tools::Migration),
            Box::new(m0014_journal_chain::Migration),
            Box::new(m0015_administration::Migration),
            Box::new(m0013_people::Migration),
            Box::new(m0016_sessions::Migration),
            Box::new(m0012_search::Migration),
            Box::new(m0012_lists::Migration),
            Box::new(m0018_following::Migration),
            Box::new(m0021_totals::Migration),
            Box::new(m0020_prepared::Migration),
            Box::new(m0017_passkeys::Migration),
            Box::new(m0022_words::Migration),
            Box::new(m0023_prepared_form::Migration),
            Box::new(m0024_pairs_of_services::Migration),
            Box::new(m0032_quotas::Migration),
            Box::new(m0031_given_up::Migration),
            Box::new(m0030_rules_of_today::Migration),
            Box::new(m0025_keyed_journals::Migration),
            Box::new(m0028_retention::Migration),
            Box::new(m0027_boot::Migration),
            Box::new(m0026_safety_of_accounts::Migration),
            Box::new(m0029_habilitation_contacts::Migration),
        ]
    }
}
