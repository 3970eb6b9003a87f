//! The breadcrumb: links from the home page to the current page.

use leptos::prelude::*;

use crate::components::followed;

/// `parents` are (address, label) pairs after the home page, which is always first.
#[component]
pub fn Breadcrumb(#[prop(optional)] parents: Vec<(String, String)>, #[prop(into)] current: String) -> impl IntoView {
    let parents = std::iter::once(("/".to_owned(), "Accueil".to_owned()))
        .chain(parents)
        .map(|(href, label)| view! { <li><a class="fr-breadcrumb__link" href=followed(href)>{label}</a></li> })
        .collect_view();
    view! {
        <nav class="fr-breadcrumb" aria-label="Vous êtes ici">
            <ol class="fr-breadcrumb__list">
                {parents}
                <li><span class="fr-breadcrumb__link" aria-current="page">{current}</span></li>
            </ol>
        </nav>
    }
}
