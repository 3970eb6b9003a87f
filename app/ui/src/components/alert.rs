//! A message about what just happened or what needs attention, in the page's flow.

use leptos::prelude::*;

use crate::components::Tone;

/// `live` announces it to screen readers: for the result of what the person just did.
#[component]
pub fn Alert(tone: Tone, #[prop(into)] title: String, #[prop(optional)] live: bool, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let tone = if tone == Tone::Neutral { Tone::Info } else { tone };
    let role = live.then_some(if tone == Tone::Error { "alert" } else { "status" });
    view! {
        <div class=format!("fr-alert fr-alert--{}", tone.suffix()) role=role>
            <p class="fr-alert__title">{title}</p>
            {children.map(|children| view! { <div class="hb-alert__body">{children()}</div> })}
        </div>
    }
}
