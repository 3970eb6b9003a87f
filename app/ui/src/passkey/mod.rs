//! The button with which a browser talks to an authenticator (W3C Web Authentication Level 3 § 5.1). It is part of a form: the answer
//! is written in a hidden field, and the form is submitted as any other. Without a script the form is submitted without an answer, and
//! the server says what to do instead. The ceremony and the address of its options are those that `domain::routes` gives for the form's
//! address: no other address in the markup is called.

#[cfg(any(feature = "hydrate", test))]
mod base64url;
#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

/// The hidden field that carries the answer.
pub const ANSWER: &str = "reponse";

#[island]
pub fn PasskeyButton(id: String, label: String) -> impl IntoView {
    let (said, failed) = (RwSignal::new(String::new()), RwSignal::new(false));
    let node = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(element) = node.get() {
            browser::watch(&element, said, failed);
        }
    });
    view! {
        <div class="hb-passkey" node_ref=node>
            <input type="hidden" name=ANSWER value="" />
            <button class="fr-btn" type="submit" id=id>{label}</button>
            <p class="hb-passkey__said" class:fr-error-text=move || failed.get() role="status">{move || said.get()}</p>
        </div>
    }
}
