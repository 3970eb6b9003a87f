//! What people see: pages rendered on the server as complete HTML documents, and the few
//! islands that add comfort in the browser. It knows the domain, never the database.
#![recursion_limit = "512"]

#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "ssr")]
pub mod address_book;
#[cfg(feature = "ssr")]
pub mod administration;
#[cfg(feature = "ssr")]
pub mod citizen;
#[cfg(feature = "ssr")]
pub mod colleagues;
pub mod components;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod granted;
#[cfg(feature = "ssr")]
pub mod mailbox;
#[cfg(feature = "ssr")]
pub mod messages;
#[cfg(feature = "ssr")]
pub mod notifications;
#[cfg(feature = "ssr")]
pub mod organisation;
#[cfg(feature = "ssr")]
pub mod partner;
pub mod passkey;
#[cfg(feature = "ssr")]
pub mod portal;
pub mod request;
#[cfg(feature = "ssr")]
pub mod review;
#[cfg(feature = "ssr")]
pub mod shell;

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Called by `public/islands.js` once the package is loaded, before it wakes each island.
    #[wasm_bindgen]
    pub fn hydrate() {
        leptos::mount::hydrate_islands();
    }
}
