//! A banner across the page, about the whole site or the whole space.

use leptos::prelude::*;

#[component]
pub fn Notice(#[prop(into)] title: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <div class="fr-notice fr-notice--info">
            <div class="fr-container">
                <div class="fr-notice__body">
                    <p>
                        <span class="fr-notice__title">{title}</span>
                        {children.map(|children| view! { " " <span class="fr-notice__desc">{children()}</span> })}
                    </p>
                </div>
            </div>
        </div>
    }
}
