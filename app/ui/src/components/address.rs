//! Addresses which, where a line is too short for them, are cut after the « @ » or a « / » and not in a word.

use leptos::prelude::*;

#[component]
pub fn Email(#[prop(into)] address: String) -> impl IntoView {
    match address.split_once('@') {
        Some((name, domain)) => view! { {format!("{name}@")}<wbr />{domain.to_owned()} }.into_any(),
        None => address.into_any(),
    }
}

/// The address of a page, to be put in a link.
#[component]
pub fn PageAddress(#[prop(into)] address: String) -> impl IntoView {
    address.split_inclusive('/').map(|part| view! { {part.to_owned()}<wbr /> }).collect_view()
}
