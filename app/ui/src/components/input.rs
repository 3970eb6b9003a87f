//! One-line inputs. The type only changes the keyboard and the browser's help: rules stay
//! on the server.

use domain::calendar::DATE_EXAMPLE;
use leptos::prelude::*;

use crate::components::field::{Field, Width, labelled};

fn input(field: Field, kind: &'static str) -> impl IntoView {
    let value = (kind != "password").then(|| field.value.clone());
    let control = view! {
        <input
            class=field.control_class("fr-input")
            type=kind
            id=field.id.clone()
            name=field.name.clone()
            value=value
            autocomplete=field.autocomplete
            inputmode=field.inputmode
            data-limit=field.maxlength
            required=field.required
            disabled=field.disabled
            aria-describedby=field.described_by()
            aria-invalid=field.invalid()
        />
    };
    labelled(&field, "fr-input-group", control)
}

#[component]
pub fn TextField(field: Field) -> impl IntoView {
    input(field, "text")
}

#[component]
pub fn EmailField(field: Field) -> impl IntoView {
    let autocomplete = field.autocomplete.or(Some("email"));
    input(Field { autocomplete, ..field }, "email")
}

#[component]
pub fn TelField(field: Field) -> impl IntoView {
    let field = Field { autocomplete: field.autocomplete.or(Some("tel")), ..field };
    input(field.width(Width::Medium), "tel")
}

/// A text input: `type="date"` cannot show again what was refused, and takes a two-digit year for one of the first century. The value
/// is shown as `31/01/2027`, with an example in the hint.
#[component]
pub fn DateField(field: Field) -> impl IntoView {
    let example = format!("Exemple\u{a0}: {DATE_EXAMPLE}");
    let hint = match &field.hint {
        Some(hint) => format!("{hint} {example}"),
        None => example,
    };
    let field = Field { inputmode: field.inputmode.or(Some("numeric")), ..field };
    input(field.hint(hint).width(Width::Medium), "text")
}

/// A text input with a numeric keyboard, since `type="number"` loses what it cannot read.
#[component]
pub fn NumberField(field: Field) -> impl IntoView {
    let field = Field { inputmode: field.inputmode.or(Some("numeric")), ..field };
    input(field.width(Width::Short), "text")
}

/// Never echoes a value. Say `new-password` or `current-password` with `autocomplete`.
#[component]
pub fn PasswordField(field: Field) -> impl IntoView {
    input(field, "password")
}
