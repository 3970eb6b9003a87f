//! Use cases of the portal: accounts and organisations, requests and their review, the partner space.

pub mod accounts;
pub mod address_book;
pub mod administration;
pub mod attestations;
pub mod clock;
mod devices;
pub mod directory;
mod endings;
pub mod erasure;
pub mod factors;
pub mod limits;
mod mailboxes;
mod mails;
pub mod memberships;
pub mod messages;
pub mod notifications;
pub mod operating;
pub mod organisations;
pub mod outgoing;
pub mod own_account;
pub mod own_data;
pub mod partner;
pub mod passkeys;
mod passwords;
pub mod publishing;
mod quotas;
pub mod renewals;
pub mod requests;
pub mod reviews;
mod rights;
pub mod sealing;
mod security;
pub mod sessions;
mod totp;
mod twice;
pub mod vendor_tickets;

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicI64},
    time::Duration,
};

use domain::ports::{CatalogueFiles, NoFiles};
use store::Cx;
use tokio::sync::Notify;
use webauthn_rs::Webauthn;

pub use accounts::Visitor;
use directory::Directory;
use documents::Scanner;
use limits::Limits;
use passwords::Passwords;
pub use requests::documents;

/// The use cases and what they need; cheap to clone.
#[derive(Clone)]
pub struct Habilitation {
    pub(crate) cx: Cx,
    pub(crate) directory: Arc<Directory>,
    /// Until when pages do not ask the directory, after it failed; in seconds since the epoch.
    pub(crate) directory_silent_until: Arc<AtomicI64>,
    pub(crate) limits: Limits,
    pub(crate) passwords: Passwords,
    /// Where uploaded documents lie, under random names.
    pub(crate) documents: PathBuf,
    /// The antivirus, where there is one.
    pub(crate) scanner: Option<Scanner>,
    /// The relying party of passkeys; `None` when the site's address does not allow them.
    pub(crate) relying_party: Option<Arc<Webauthn>>,
    /// Whether the public second factors of demonstration accounts are accepted.
    pub(crate) demonstration: bool,
    /// Whether daily quotas are enforced.
    pub(crate) quotas: bool,
    pub(crate) international_mail: bool,
    /// The catalogue as files, for those who publish.
    pub(crate) files: Arc<dyn CatalogueFiles>,
    /// The last publication read by this process.
    pub(crate) catalogue_seq: Arc<AtomicI64>,
    /// Notified when somebody asks for a workbook.
    pub(crate) exports_bell: Arc<Notify>,
    /// Interval between two notes of progress while a workbook is saved.
    pub(crate) sign_of_life: Duration,
    /// Lines of a workbook read at a time.
    pub(crate) export_chunk: u64,
}

impl Habilitation {
    /// The name of a service as people read it; empty for one that left the catalogue.
    pub(crate) fn service_name(&self, slug: &str) -> &str {
        self.service(slug).map(|service| service.name.as_str()).unwrap_or_default()
    }

    pub fn new(cx: Cx, directory: Directory, limits: Limits, documents: PathBuf) -> Self {
        Self {
            relying_party: passkeys::relying_party(&cx.base_url).map(Arc::new),
            cx,
            directory: Arc::new(directory),
            directory_silent_until: Arc::default(),
            limits,
            passwords: Passwords::new(),
            documents,
            scanner: None,
            demonstration: false,
            quotas: true,
            international_mail: false,
            files: Arc::new(NoFiles),
            catalogue_seq: Arc::default(),
            exports_bell: Arc::default(),
            sign_of_life: reviews::SIGN_OF_LIFE,
            export_chunk: reviews::CHUNK,
        }
    }

    /// For tests, which do not wait as long.
    #[must_use]
    pub fn with_sign_of_life(self, sign_of_life: Duration) -> Self {
        Self { sign_of_life, ..self }
    }

    /// For tests, which look at the progress of a list of ordinary length.
    #[must_use]
    pub fn with_export_chunk(self, export_chunk: u64) -> Self {
        Self { export_chunk, ..self }
    }

    pub fn with_files(self, files: Arc<dyn CatalogueFiles>) -> Self {
        Self { files, ..self }
    }

    /// With an antivirus, nobody opens a document before it is cleared.
    pub fn with_scanner(self, scanner: Option<Scanner>) -> Self {
        Self { scanner, ..self }
    }

    /// For commands that fill a database for measures.
    #[must_use]
    pub fn without_quotas(mut self) -> Self {
        self.quotas = false;
        self
    }

    /// For demonstration sites, whose accounts and passwords are public.
    #[must_use]
    pub fn with_demonstration(mut self, demonstration: bool) -> Self {
        self.demonstration = demonstration;
        self
    }
}
