//! The page after signing out, when the service gave no address to return to.

use leptos::prelude::*;
use ui::{components::PageTitle, shell::Theme};

use crate::page::broker_page;

pub fn logged_out_page(theme: Theme, service: String) -> String {
    broker_page(theme, "Vous êtes déconnecté", move || {
        let lead = format!("Votre session ouverte depuis «\u{a0}{service}\u{a0}» est terminée, pour tous les services de ce navigateur.");
        view! {
            <PageTitle title="Vous êtes déconnecté" lead=lead />
            <p>"Vous pouvez fermer cette page."</p>
        }
    })
}
