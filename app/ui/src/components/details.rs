//! Text to unfold, with the browser's own means.

use leptos::prelude::*;

#[component]
pub fn Details(#[prop(into)] summary: String, #[prop(optional)] open: bool, children: Children) -> impl IntoView {
    view! {
        <details class="fr-accordion hb-details" open=open>
            <summary class="fr-accordion__btn">{summary}</summary>
            <div class="hb-details__content">{children()}</div>
        </details>
    }
}
