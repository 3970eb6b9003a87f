//! The list of what to correct, at the top of a refused form, focused when the page opens.

use leptos::prelude::*;

use crate::components::{field::Field, followed};

/// An error and the id of the control it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorLink {
    pub field_id: String,
    pub message: String,
}

impl ErrorLink {
    pub fn new(field_id: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field_id: field_id.into(), message: message.into() }
    }
}

/// The errors of these fields, in their order.
pub fn errors_of<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Vec<ErrorLink> {
    fields.into_iter().filter_map(|field| Some(ErrorLink::new(&field.id, field.error.as_ref()?))).collect()
}

/// Nothing when there is no error.
#[component]
pub fn ErrorSummary(errors: Vec<ErrorLink>) -> impl IntoView {
    let title = match errors.len() {
        0 => return ().into_any(),
        1 => "Une réponse est à corriger".to_owned(),
        count => format!("{count} réponses sont à corriger"),
    };
    let items =
        errors.into_iter().map(|error| view! { <li><a href=followed(format!("#{}", error.field_id))>{error.message}</a></li> }).collect_view();
    view! {
        <div class="fr-alert fr-alert--error hb-error-summary" role="alert" tabindex="-1" id="erreurs" autofocus>
            <h2 class="fr-alert__title">{title}</h2>
            <ul>{items}</ul>
        </div>
    }
    .into_any()
}
