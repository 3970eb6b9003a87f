//! One answer among a few, all visible.

use leptos::prelude::*;

use crate::components::field::{Choice, Field, error_view, hint_view, label_text};

/// `inline` puts short answers (oui, non) on one line; `rich` draws each answer as a large card.
#[component]
pub fn RadioGroup(field: Field, choices: Vec<Choice>, #[prop(optional)] inline: bool, #[prop(optional)] rich: bool) -> impl IntoView {
    let legend = label_text(&field);
    let element = if inline { "fr-fieldset__element fr-fieldset__element--inline" } else { "fr-fieldset__element" };
    let group = if rich { "fr-radio-group fr-radio-rich" } else { "fr-radio-group" };
    let hint = hint_view(&field);
    let error = error_view(&field);
    let (class, described_by, invalid, required) = (field.group_class("fr-fieldset"), field.described_by(), field.invalid(), field.required);
    let choices = choices
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            view! { <div class=element><div class=group>{radio(&field, index, choice)}</div></div> }
        })
        .collect_view();
    view! {
        <fieldset
            class=class
            role="radiogroup"
            aria-describedby=described_by
            aria-invalid=invalid
            aria-required=required.then_some("true")
        >
            <legend class="fr-fieldset__legend">{legend}</legend>
            {hint}
            {error}
            {choices}
        </fieldset>
    }
}

/// The first button carries the field's own id, so that an error link reaches it.
fn radio(field: &Field, index: usize, choice: Choice) -> impl IntoView + use<> {
    let id = if index == 0 { field.id.clone() } else { format!("{}-{}", field.id, index + 1) };
    let hint_id = choice.hint.as_ref().map(|_| format!("{id}-precision"));
    view! {
        <input
            type="radio"
            id=id.clone()
            name=field.name.clone()
            checked=choice.value == field.value
            value=choice.value
            disabled=choice.disabled || field.disabled
            aria-describedby=hint_id.clone()
        />
        <label class="fr-label" for=id>
            {choice.label}
            {choice.hint.map(|hint| view! { <span class="fr-hint-text" id=hint_id>{hint}</span> })}
        </label>
    }
}
