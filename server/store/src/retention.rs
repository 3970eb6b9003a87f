//! What is purged at the end of its retention period: one statement for each table whose rows can be deleted on their own. The
//! periods are [`domain::retention`]'s.

use domain::{Timestamp, retention::Class};
use sea_orm::ConnectionTrait;

use crate::{Result, micros, sql::Sql};

/// A rule of the purge, for the rows of one table.
#[derive(Debug, Clone, Copy)]
pub struct Sweep {
    pub class: Class,
    pub table: &'static str,
    key: &'static str,
    /// SQL condition on the rows that are old at `:at`.
    old: &'static str,
}

const fn sweep_of(class: Class, table: &'static str, key: &'static str, old: &'static str) -> Sweep {
    Sweep { class, table, key, old }
}

/// A table comes before those that its rows refer to.
pub const SWEEPS: [Sweep; 15] = [
    sweep_of(Class::KeptForm, "kept_form", "id", "created_at < :at"),
    sweep_of(Class::Link, "one_time_link", "token_hash", "used_at < :at"),
    sweep_of(Class::Prepared, "prepared_request", "id", "claimed_at IS NULL AND updated_at < :at"),
    sweep_of(Class::CoEditInvitation, "co_editor", "request_id, email", "accepted_at IS NULL AND expires_at < :at"),
    sweep_of(
        Class::SavedContact,
        "organisation_contact",
        "id",
        "updated_at < :at AND NOT EXISTS (SELECT 1 FROM request_contact c JOIN request r ON r.id = c.request_id \
         WHERE c.email = organisation_contact.email AND r.organisation_id = organisation_contact.organisation_id AND c.told_at >= :at)",
    ),
    sweep_of(
        Class::MembershipCheck,
        "membership_check",
        "id",
        "at < :at AND NOT EXISTS (SELECT 1 FROM membership m \
         WHERE m.account_id = membership_check.account_id AND m.organisation_id = membership_check.organisation_id)",
    ),
    sweep_of(
        Class::Organisation,
        "organisation",
        "id",
        "created_at < :at AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.organisation_id = organisation.id) \
         AND NOT EXISTS (SELECT 1 FROM request r WHERE r.organisation_id = organisation.id) \
         AND NOT EXISTS (SELECT 1 FROM habilitation h WHERE h.organisation_id = organisation.id) \
         AND NOT EXISTS (SELECT 1 FROM vendor_ticket v WHERE v.organisation_id = organisation.id) \
         AND NOT EXISTS (SELECT 1 FROM elimination_item i WHERE i.organisation_id = organisation.id)",
    ),
    sweep_of(Class::DirectoryEntry, "directory_entry", "siret", "fetched_at < :at"),
    sweep_of(Class::VendorTicket, "vendor_ticket", "id", "created_at < :at"),
    sweep_of(Class::Reminder, "reminder", "id", "sent_at < :at AND follow_on IS NULL"),
    sweep_of(Class::Impersonation, "impersonation_action", "id", "impersonation_id IN (SELECT i.id FROM impersonation i WHERE i.ends_at < :at)"),
    sweep_of(
        Class::Impersonation,
        "impersonation",
        "id",
        "ends_at < :at AND NOT EXISTS (SELECT 1 FROM impersonation_action a WHERE a.impersonation_id = impersonation.id)",
    ),
    sweep_of(Class::Effect, "outbox", "id", "done_at < :at"),
    sweep_of(Class::DemonstrationMail, "mailbox", "id", "sent_at < :at"),
    sweep_of(Class::DataCall, "gateway_call", "id", "at < :at"),
];

/// Deletes at most `limit` rows and returns how many. Two processes may run it at once: each row is deleted by one of them.
pub async fn sweep(db: &impl ConnectionTrait, sweep: &Sweep, at: Timestamp, limit: u64) -> Result<u64> {
    let Sweep { table, key, old, .. } = sweep;
    let mut sql = Sql::new(db);
    let old = sql.with(old, &[("at", micros(at).into())]);
    sql.run(db, format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {old} LIMIT {limit})")).await
}
