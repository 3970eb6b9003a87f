//! What a list shows when it is empty, with the action that fills it.

use leptos::prelude::*;

/// Children are the actions.
#[component]
pub fn EmptyState(#[prop(into)] title: String, #[prop(into)] text: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <div class="hb-empty">
            <p class="hb-empty__title">{title}</p>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
