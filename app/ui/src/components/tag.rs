//! Keywords: a scope, a technical name, a category.

use leptos::prelude::*;

#[component]
pub fn Tag(#[prop(into)] label: String) -> impl IntoView {
    view! { <p class="fr-tag fr-tag--sm">{label}</p> }
}

#[component]
pub fn Tags(labels: Vec<String>) -> impl IntoView {
    let tags = labels.into_iter().map(|label| view! { <li><p class="fr-tag fr-tag--sm">{label}</p></li> }).collect_view();
    view! { <ul class="fr-tags-group">{tags}</ul> }
}
