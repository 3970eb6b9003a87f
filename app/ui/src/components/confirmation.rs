//! The end of a procedure: what was done, under which reference, and what comes next.

use leptos::prelude::*;

/// Carries the page's `h1`. Children say what happens next.
#[component]
pub fn Confirmation(
    #[prop(into)] title: String,
    /// Such as « Demande D123 ».
    #[prop(optional, into)]
    reference: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="hb-confirmation">
            <h1 class="hb-confirmation__title">{title}</h1>
            {reference.map(|reference| view! { <p class="hb-confirmation__reference">{reference}</p> })}
            {children.map(|children| view! { <div class="hb-confirmation__body">{children()}</div> })}
        </div>
    }
}
