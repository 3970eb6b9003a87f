//! The applicant's pages: list, start, form, summary, follow-up.

mod autosave;
#[cfg(feature = "ssr")]
mod block;
#[cfg(feature = "ssr")]
pub(crate) mod changes;
#[cfg(feature = "ssr")]
mod choose;
#[cfg(feature = "ssr")]
mod claim;
#[cfg(feature = "ssr")]
mod conflict;
#[cfg(feature = "ssr")]
mod contacts;
#[cfg(feature = "ssr")]
pub mod dashboard;
#[cfg(feature = "ssr")]
mod detail;
#[cfg(feature = "ssr")]
pub(crate) mod documents;
#[cfg(feature = "ssr")]
mod duplicate;
#[cfg(feature = "ssr")]
pub(crate) mod history;
#[cfg(feature = "ssr")]
pub(crate) mod moved;
#[cfg(feature = "ssr")]
pub mod people;
#[cfg(feature = "ssr")]
pub(crate) mod read;
#[cfg(feature = "ssr")]
pub(crate) mod relying;
#[cfg(feature = "ssr")]
mod remarks;
#[cfg(feature = "ssr")]
mod sharing;
#[cfg(feature = "ssr")]
mod start;
#[cfg(feature = "ssr")]
pub(crate) mod steps;
#[cfg(feature = "ssr")]
mod summary;
#[cfg(feature = "ssr")]
mod transfer;

pub use autosave::Autosave;
#[cfg(feature = "ssr")]
pub use {
    block::{BlockForm, Said, block_page},
    choose::{ChoosePage, choose_page},
    claim::claim_page,
    conflict::{conflict_page, not_editable_page},
    detail::{Told, detail_page},
    duplicate::duplicate_page,
    sharing::{SharingForm, sharing_page},
    start::{Begin, PROPOSED, start_page},
    summary::summary_page,
    transfer::transfer_page,
};
#[cfg(feature = "ssr")]
pub(crate) use {
    block::{choices as shown_choices, scopes as shown_scopes},
    detail::effects,
};
