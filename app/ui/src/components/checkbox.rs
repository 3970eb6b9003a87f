//! Yes-or-no answers: alone (terms), or many in groups (scopes).

use leptos::prelude::*;

use crate::components::field::{Choice, ChoiceGroup, Field, error_view, hint_view, label_text};

/// One box, sent as `name=oui` when checked.
#[component]
pub fn CheckboxField(field: Field, #[prop(optional)] checked: bool) -> impl IntoView {
    view! {
        <div class=format!("{} hb-single-check", field.group_class("fr-checkbox-group"))>
            <input
                type="checkbox"
                id=field.id.clone()
                name=field.name.clone()
                value="oui"
                checked=checked
                required=field.required
                disabled=field.disabled
                aria-describedby=field.described_by()
                aria-invalid=field.invalid()
            />
            <label class="fr-label" for=field.id.clone()>{label_text(&field)}</label>
            {hint_view(&field)}
            {error_view(&field)}
        </div>
    }
}

/// Boxes in groups, each a fieldset with its legend; every checked box is sent under the
/// field's name. An included choice is locked and sent by a hidden input.
#[component]
pub fn CheckboxGroups(field: Field, groups: Vec<ChoiceGroup>) -> impl IntoView {
    let mut index = 0;
    let groups = groups
        .into_iter()
        .map(|group| {
            let boxes = group
                .choices
                .into_iter()
                .map(|choice| {
                    index += 1;
                    checkbox(&field, index, choice)
                })
                .collect_view();
            if group.legend.is_empty() {
                return boxes.into_any();
            }
            view! {
                <fieldset class="fr-fieldset hb-choice-group">
                    <legend class="fr-fieldset__legend">
                        {group.legend}
                        {group.hint.map(|hint| view! { <span class="fr-hint-text">{hint}</span> })}
                    </legend>
                    {boxes}
                </fieldset>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <fieldset class=field.group_class("fr-fieldset") aria-describedby=field.described_by()>
            <legend class="fr-fieldset__legend">{label_text(&field)}</legend>
            {hint_view(&field)}
            {error_view(&field)}
            {groups}
        </fieldset>
    }
}

/// The first box carries the field's own id, so that an error link reaches it.
fn checkbox(field: &Field, index: usize, choice: Choice) -> impl IntoView + use<> {
    let id = if index == 1 { field.id.clone() } else { format!("{}-{index}", field.id) };
    let hint_id = choice.hint.as_ref().map(|_| format!("{id}-precision"));
    let hidden = choice.included.then(|| {
        view! { <input type="hidden" name=field.name.clone() value=choice.value.clone() /> }
    });
    let name = (!choice.included).then(|| field.name.clone());
    view! {
        <div class="fr-fieldset__element">
            <div class="fr-checkbox-group">
                {hidden}
                <input
                    type="checkbox"
                    id=id.clone()
                    name=name
                    value=choice.value
                    checked=choice.checked || choice.included
                    disabled=choice.included || choice.disabled || field.disabled
                    aria-describedby=hint_id.clone()
                />
                <label class="fr-label" for=id>
                    {choice.label}
                    {choice.included.then(|| view! { <span class="hb-included">" (inclus)"</span> })}
                    {choice.hint.map(|hint| view! { <span class="fr-hint-text" id=hint_id>{hint}</span> })}
                </label>
            </div>
        </div>
    }
}
