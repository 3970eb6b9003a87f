//! A text of several lines, whose hint gives the maximum length.

use leptos::prelude::*;

use crate::components::field::{Field, labelled};

#[component]
pub fn TextareaField(field: Field, #[prop(default = 6)] rows: u32) -> impl IntoView {
    let field = with_limit_in_hint(field);
    // Escaped here: tachys 0.2 writes the children of `textarea` as they are (`ESCAPE_CHILDREN` is false), and a
    // « </textarea> » in an answer would end the element. HTML drops one line break after the opening tag: this one,
    // never the person's.
    let text = format!("\n{}", html_escape::encode_text(&field.value));
    let control = view! {
        <textarea
            class=field.control_class("fr-input")
            id=field.id.clone()
            name=field.name.clone()
            rows=rows
            data-limit=field.maxlength
            autocomplete=field.autocomplete
            required=field.required
            disabled=field.disabled
            aria-describedby=field.described_by()
            aria-invalid=field.invalid()
        >
            {text}
        </textarea>
    };
    labelled(&field, "fr-input-group", control)
}

/// « 5 000 », with the space French puts between thousands.
fn thousands(number: u32) -> String {
    if number < 1000 { number.to_string() } else { format!("{}\u{202f}{:03}", number / 1000, number % 1000) }
}

fn with_limit_in_hint(field: Field) -> Field {
    let Some(limit) = field.maxlength else { return field };
    let limit = format!("{}\u{a0}caractères au maximum.", thousands(limit));
    let hint = match &field.hint {
        Some(hint) if hint.ends_with(['.', '!', '?', '…']) => format!("{hint} {limit}"),
        Some(hint) => format!("{hint}. {limit}"),
        None => limit,
    };
    field.hint(hint)
}
