//! Which class the rows of each table belong to.

use super::Class;

/// A table of the database.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    pub table: &'static str,
    /// For the documentation.
    pub what: &'static str,
    pub class: Class,
}

const fn kept(table: &'static str, class: Class, what: &'static str) -> Kept {
    Kept { table, what, class }
}

pub const TABLES: &[Kept] = &[
    kept("account", Class::Account, "people who sign in; once anonymised, an id alone"),
    kept("session", Class::Session, "signed-in browsers (hash of a random token, family of the browser)"),
    kept("one_time_link", Class::Link, "confirmation, new password, invitations (hash of the link, the address)"),
    kept("second_factor", Class::OfAccount, "sealed secret of an authenticator application"),
    kept("recovery_code", Class::OfAccount, "hashes of the codes that replace a second factor"),
    kept("passkey", Class::OfAccount, "public keys of authenticators, the name their owner gave them, their last use"),
    kept("passkey_user", Class::OfAccount, "the random handle an account is known by to authenticators"),
    kept("passkey_challenge", Class::Challenge, "sealed state of a passkey being added or shown"),
    kept("kept_form", Class::KeptForm, "what a form held when its session was over or an answer was to be corrected, sealed, for the same person"),
    kept("known_device", Class::KnownDevice, "browsers people signed in with (hash of a random token)"),
    kept("rate_limit", Class::RateLimit, "how often a door was tried: a keyed hash of the network or the account"),
    kept(
        "security_event",
        Class::SecurityEvent,
        "failed sign-ins, limits reached, passwords and factors changed, rights used: the account, the network cut",
    ),
    kept("demonstration_account", Class::OfAccount, "accounts everybody knows the password of"),
    kept("review_grant", Class::OfAccount, "roles of those who review"),
    kept("membership", Class::OfAccount, "who works for which body"),
    kept("membership_check", Class::MembershipCheck, "who verified a link between a person and a body, and why"),
    kept("notification_refusal", Class::OfAccount, "the mails a person does not want"),
    kept("contact_card", Class::OfAccount, "the job title and telephone each account last gave as its own"),
    kept("saved_search", Class::OfAccount, "questions about the list kept by a person"),
    kept("resume_point", Class::OfAccount, "the page each person left a request at"),
    kept("message_mark", Class::OfAccount, "up to where each person read the messages of a request"),
    kept("partner_access", Class::OfAccount, "who may use the partner space of a service"),
    kept("organisation", Class::Organisation, "bodies, as the public directory describes them"),
    kept("directory_entry", Class::DirectoryEntry, "answers of the public directory of establishments"),
    kept("organisation_contact", Class::SavedContact, "people a body keeps at hand to name in its requests"),
    kept(
        "request",
        Class::RequestFile,
        "requests, and answers kept apart when changes were taken back; of an erased one, number, service, body and dates stay",
    ),
    kept("submission", Class::RequestFile, "what was sent each time"),
    kept("document", Class::RequestFile, "documents, and their files; those of a draft go when it is archived"),
    kept("habilitation", Class::RequestFile, "what was granted; of an erased file, number, service, body, scopes and dates stay"),
    kept("habilitation_contact", Class::RequestFile, "the addresses each habilitation names, which give access to it while it is in force"),
    kept("journal", Class::RequestFile, "what happened to each request, chained; the texts go, the chain stays whole"),
    kept("review_turn", Class::RequestFile, "each team’s part of an open review; gone with the decision that ends it"),
    kept("review_note", Class::RequestFile, "what reviewers wrote to each other"),
    kept("remark", Class::RequestFile, "what reviewers wrote about an answer"),
    kept("message", Class::RequestFile, "what applicants and reviewers wrote to each other"),
    kept("message_document", Class::RequestFile, "the documents of a message"),
    kept("request_contact", Class::RequestFile, "people named in a request, and their answer (hash of their link, valid 60 days)"),
    kept("request_words", Class::RequestFile, "the words of requests, for searches"),
    kept("legal_clock", Class::RequestFile, "the legal limit of an open review; gone with the decision"),
    kept("co_editor", Class::CoEditInvitation, "who edits a request with its applicant, and who was invited to"),
    kept("prepared_request", Class::Prepared, "requests reviewers prepare for somebody: answers, the invited address"),
    kept("journal_checkpoint", Class::Elimination, "what was signed of the journals when their beginning was removed"),
    kept("elimination", Class::Elimination, "elimination lists and the visa of the archives"),
    kept("elimination_item", Class::Elimination, "the files of a list: number, service, body, dates, outcome"),
    kept("vendor_ticket", Class::VendorTicket, "vendors to contact, their coordinates, and what became of it"),
    kept("reminder", Class::Reminder, "what was reminded of and when"),
    kept("admin_event", Class::AdminJournal, "what those who run the site did, chained"),
    kept("impersonation", Class::Impersonation, "who stood in for whom, and why"),
    kept("impersonation_action", Class::Impersonation, "which forms they sent meanwhile"),
    kept("outbox", Class::Effect, "effects to carry out; the payload is sealed and dropped once done"),
    kept("mailbox", Class::DemonstrationMail, "messages of the demonstration"),
    kept("list_export", Class::Export, "files made of a list, under `exports`"),
    kept("broker_session", Class::CitizenLogin, "a citizen’s session at the broker, sealed"),
    kept("broker_flow", Class::CitizenLogin, "a citizen’s login under way, sealed"),
    kept("authorization_code", Class::CitizenLogin, "codes; without identity ten minutes more, to recognise a second use"),
    kept("access_token", Class::CitizenLogin, "tokens (hashes) and the identity they stand for, sealed"),
    kept("gateway_call", Class::DataCall, "who called what, without personal data of the citizen"),
    kept("message_template", Class::Impersonal, "ready-made messages of a service, until a manager deletes them"),
    kept("catalogue_version", Class::Impersonal, "every text of every catalogue file that was in force"),
    kept("request_total", Class::Impersonal, "how many requests were sent, by service and state"),
    kept("clock_mark", Class::Impersonal, "how far the clock has read"),
    kept("kept_key", Class::Impersonal, "keys that outlive the master key, sealed"),
    kept("database_mark", Class::Impersonal, "that a database is the demonstration’s"),
    kept("counter", Class::Impersonal, "the last number given"),
    kept("client", Class::Impersonal, "services registered at the broker"),
    kept("signing_key", Class::Impersonal, "sealed keys of the issuers"),
    kept("gateway_service", Class::Impersonal, "revision of the rights last applied to a service"),
    kept("gateway_grant", Class::Impersonal, "data scopes of the habilitations in force"),
];

pub fn of_table(table: &str) -> Option<&'static Kept> {
    TABLES.iter().find(|kept| kept.table == table)
}
