//! The heading of a page, with its lead sentence and the state of what it shows.

use leptos::prelude::*;

/// Children sit above the heading's lead: badges, a reference.
#[component]
pub fn PageTitle(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="hb-page-title">
            <h1>{title}</h1>
            {children.map(|children| view! { <div class="hb-page-title__state">{children()}</div> })}
            {lead.map(|lead| view! { <p class="fr-text--lead">{lead}</p> })}
        </div>
    }
}
