//! What people see: pages rendered on the server as complete HTML documents, and the few
//! islands that add comfort in the browser. It knows the domain, never the database.
#![recursion_limit = "512"]

pub mod autosave;
pub mod components;
pub mod named;
pub mod passkey;
#[cfg(feature = "ssr")]
pub mod shell;

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Called by `public/islands.js` once the package is loaded, before it starts each island.
    #[wasm_bindgen]
    pub fn hydrate() {
        leptos::mount::hydrate_islands();
    }
}
