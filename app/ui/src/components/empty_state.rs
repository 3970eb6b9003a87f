//! What a list says when it holds nothing yet, and the way to fill it.

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
