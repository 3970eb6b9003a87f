//! A passage set apart because it helps to decide or to act.

use leptos::prelude::*;

use super::card::heading;

#[component]
pub fn Callout(
    #[prop(into)] title: String,
    /// Level of the title, 2 to 4.
    #[prop(default = 3)]
    level: u8,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="fr-callout">
            {heading(level, "fr-callout__title", title)}
            <div class="fr-callout__text">{children()}</div>
        </div>
    }
}
