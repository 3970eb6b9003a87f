//! Technical values to copy: a read-only input takes the selection by keyboard without
//! any script, a block scrolls by keyboard.

use leptos::prelude::*;

#[component]
pub fn CodeLine(#[prop(into)] id: String, #[prop(into)] label: String, #[prop(into)] value: String) -> impl IntoView {
    view! {
        <div class="fr-input-group hb-code-line">
            <label class="fr-label" for=id.clone()>{label}</label>
            <input class="fr-input" type="text" id=id value=value readonly spellcheck="false" autocomplete="off" />
        </div>
    }
}

#[component]
pub fn CodeBlock(#[prop(into)] label: String, #[prop(into)] code: String) -> impl IntoView {
    view! {
        <pre class="hb-code" role="region" aria-label=label tabindex="0"><code>{code}</code></pre>
    }
}
