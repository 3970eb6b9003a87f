//! A file to send. The form around it needs `upload=true`.

use leptos::prelude::*;

use crate::components::field::{Field, labelled};

/// `accept` as in HTML (`.pdf,image/png`); say formats and size in the hint.
#[component]
pub fn FileField(
    field: Field,
    #[prop(optional, into)] accept: Option<String>,
    /// Several files at once, sent under the same name.
    #[prop(optional)]
    multiple: bool,
) -> impl IntoView {
    let control = view! {
        <input
            class=field.control_class("fr-upload")
            type="file"
            id=field.id.clone()
            name=field.name.clone()
            accept=accept
            multiple=multiple
            required=field.required
            disabled=field.disabled
            aria-describedby=field.described_by()
            aria-invalid=field.invalid()
        />
    };
    labelled(&field, "fr-upload-group", control)
}
