//! The heading of a page, with its lead sentence and the state of what it shows.

use leptos::prelude::*;

/// Both texts may hold what somebody typed: they are isolated, so that right-to-left letters do not reorder what is beside them.
/// Children (badges, a reference) are shown between the heading and the lead.
#[component]
pub fn PageTitle(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="hb-page-title">
            <h1><bdi>{title}</bdi></h1>
            {children.map(|children| view! { <div class="hb-page-title__state">{children()}</div> })}
            {lead.map(|lead| view! { <p class="fr-text--lead"><bdi>{lead}</bdi></p> })}
        </div>
    }
}
