//! Where one is in a form of several pages.

use leptos::prelude::*;

/// `current` counts from 1; the stylesheet draws up to 8 steps.
#[component]
pub fn Stepper(current: usize, steps: Vec<String>) -> impl IntoView {
    let total = steps.len();
    let mut following = steps.into_iter().skip(current.saturating_sub(1));
    let title = following.next().unwrap_or_default();
    let next = following.next().map(|next| {
        view! {
            <p class="fr-stepper__details">
                <span class="fr-text--bold">"Étape suivante\u{a0}:"</span>
                {format!(" {next}")}
            </p>
        }
    });
    view! {
        <div class="fr-stepper">
            <h2 class="fr-stepper__title">
                <span class="fr-stepper__state">{format!("Étape {current} sur {total}")}</span>
                <span class="fr-sr-only">"\u{a0}: "</span>
                {title}
            </h2>
            <div
                class="fr-stepper__steps"
                data-fr-current-step=current.to_string()
                data-fr-steps=total.to_string()
            ></div>
            {next}
        </div>
    }
}
