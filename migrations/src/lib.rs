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
mod m0012_review_tools;
mod m0013_journal_chain;
mod m0014_administration;
mod m0015_people;
mod m0016_sessions;
mod m0017_search;
mod m0018_lists;
mod m0019_following;
mod m0020_totals;
mod m0021_prepared;
mod m0022_passkeys;
mod m0023_words;
mod m0024_prepared_form;
mod m0025_pairs_of_services;
mod m0026_quotas;
mod m0027_given_up;
mod m0028_rules_of_today;
mod m0029_keyed_journals;
mod m0030_retention;
pub mod m0031_boot;
mod m0032_safety_of_accounts;
mod m0033_habilitation_contacts;
mod m0034_kept_forms;
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
            Box::new(m0013_journal_chain::Migration),
            Box::new(m0014_administration::Migration),
            Box::new(m0015_people::Migration),
            Box::new(m0016_sessions::Migration),
            Box::new(m0017_search::Migration),
            Box::new(m0018_lists::Migration),
            Box::new(m0019_following::Migration),
            Box::new(m0020_totals::Migration),
            Box::new(m0021_prepared::Migration),
            Box::new(m0022_passkeys::Migration),
            Box::new(m0023_words::Migration),
            Box::new(m0024_prepared_form::Migration),
            Box::new(m0025_pairs_of_services::Migration),
            Box::new(m0026_quotas::Migration),
            Box::new(m0027_given_up::Migration),
            Box::new(m0028_rules_of_today::Migration),
            Box::new(m0029_keyed_journals::Migration),
            Box::new(m0030_retention::Migration),
            Box::new(m0031_boot::Migration),
            Box::new(m0032_safety_of_accounts::Migration),
            Box::new(m0033_habilitation_contacts::Migration),
            Box::new(m0034_kept_forms::Migration),
        ]
    }
}
