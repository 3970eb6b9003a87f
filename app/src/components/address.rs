//! An electronic address which, where a line is too short for it, is cut after the « @ » and not in a word.

use leptos::prelude::*;

#[component]
pub fn Email(#[prop(into)] address: String) -> impl IntoView {
    match address.split_once('@') {
        Some((name, domain)) => view! { {format!("{name}@")}<wbr />{domain.to_owned()} }.into_any(),
        None => address.into_any(),
    }
}
