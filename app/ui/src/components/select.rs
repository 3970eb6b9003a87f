//! One answer among many, in a list.

use leptos::prelude::*;

use crate::components::field::{Choice, Field, labelled};

/// A first empty option is shown unless the value is one of the choices.
#[component]
pub fn SelectField(field: Field, choices: Vec<Choice>, #[prop(default = "Sélectionner une option")] placeholder: &'static str) -> impl IntoView {
    let known = choices.iter().any(|choice| choice.value == field.value);
    let value = field.value.clone();
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = choice.value == value;
            view! {
                <option value=choice.value selected=selected disabled=choice.disabled>{choice.label}</option>
            }
        })
        .collect_view();
    let control = view! {
        <select
            class=field.control_class("fr-select")
            id=field.id.clone()
            name=field.name.clone()
            autocomplete=field.autocomplete
            required=field.required
            disabled=field.disabled
            aria-describedby=field.described_by()
            aria-invalid=field.invalid()
        >
            {(!known || !field.required).then(|| view! { <option value="" selected=!known>{placeholder}</option> })}
            {options}
        </select>
    };
    labelled(&field, "fr-select-group", control)
}
