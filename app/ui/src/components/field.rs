//! What every form control shares: identity, texts, kept value and error, and the markup
//! that ties them together for assistive technologies.

use leptos::prelude::*;

/// One form control as a page describes it. Required unless [`Field::optional`] is called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    /// Unique in the page; error links point to it. Derived from the name by [`Field::new`].
    pub id: String,
    pub name: String,
    pub label: String,
    pub hint: Option<String>,
    pub required: bool,
    pub value: String,
    pub error: Option<String>,
    pub autocomplete: Option<&'static str>,
    pub inputmode: Option<&'static str>,
    /// In characters; told to the person in the hint of text areas.
    pub maxlength: Option<u32>,
    pub disabled: bool,
    pub width: Width,
    /// The label does not say that an answer is optional.
    pub silent: bool,
}

/// How wide the control is drawn, to hint at the length of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    #[default]
    Full,
    /// About twenty characters: SIRET, telephone.
    Medium,
    /// About ten characters: postcode, number of months, date.
    Short,
}

impl Field {
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        let name = name.into();
        let id = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        Self { id, name, label: label.into(), required: true, ..Self::default() }
    }

    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds « (facultatif) » to the label.
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Not required, and the label does not say so: for filters.
    pub fn optional_silently(mut self) -> Self {
        self.required = false;
        self.silent = true;
        self
    }

    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// Takes a `String` or an `Option<String>`.
    pub fn error(mut self, error: impl Into<Option<String>>) -> Self {
        self.error = error.into();
        self
    }

    /// A token of the HTML `autocomplete` attribute, such as `email` or `organization`.
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    pub fn inputmode(mut self, mode: &'static str) -> Self {
        self.inputmode = Some(mode);
        self
    }

    pub fn maxlength(mut self, characters: u32) -> Self {
        self.maxlength = Some(characters);
        self
    }

    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    pub fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    pub(super) fn hint_id(&self) -> Option<String> {
        self.hint.as_ref().map(|_| format!("{}-aide", self.id))
    }

    pub(super) fn error_id(&self) -> Option<String> {
        self.error.as_ref().map(|_| format!("{}-erreur", self.id))
    }

    /// Value of `aria-describedby`: the hint, then the error.
    pub(super) fn described_by(&self) -> Option<String> {
        let ids: Vec<_> = [self.hint_id(), self.error_id()].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    pub(super) fn invalid(&self) -> Option<&'static str> {
        self.error.as_ref().map(|_| "true")
    }

    /// `base`, its error modifier when the field is in error, and the width modifier.
    pub(super) fn control_class(&self, base: &str) -> String {
        let error = if self.error.is_some() { format!(" {base}--error") } else { String::new() };
        let width = match self.width {
            Width::Full => "",
            Width::Medium => " hb-w-medium",
            Width::Short => " hb-w-short",
        };
        format!("{base}{error}{width}")
    }

    pub(super) fn group_class(&self, base: &str) -> String {
        if self.error.is_some() { format!("{base} {base}--error") } else { base.to_owned() }
    }
}

/// One answer among several, for radio buttons, checkboxes and select lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: Option<String>,
    pub disabled: bool,
    /// Checkboxes only; radio buttons and select lists compare with the field's value.
    pub checked: bool,
    /// Checkboxes only: always sent, shown checked and locked.
    pub included: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn checked(mut self, checked: bool) -> Self {
        self.checked = checked;
        self
    }

    pub fn included(mut self, included: bool) -> Self {
        self.included = included;
        self
    }

    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

/// Choices under one sub-heading. An empty legend shows the choices without a sub-heading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChoiceGroup {
    pub legend: String,
    pub hint: Option<String>,
    pub choices: Vec<Choice>,
}

impl ChoiceGroup {
    pub fn new(legend: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { legend: legend.into(), hint: None, choices }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The label's text, which says when an answer is not required.
pub(super) fn label_text(field: &Field) -> String {
    if field.required || field.silent { field.label.clone() } else { format!("{} (facultatif)", field.label) }
}

pub(super) fn hint_view(field: &Field) -> impl IntoView + use<> {
    let id = field.hint_id();
    field.hint.clone().map(|hint| view! { <p class="fr-hint-text" id=id>{hint}</p> })
}

pub(super) fn error_view(field: &Field) -> impl IntoView + use<> {
    let id = field.error_id();
    field.error.clone().map(|error| view! { <p class="fr-error-text" id=id>{error}</p> })
}

/// Label, hint, control and error in reading order.
pub(super) fn labelled<C: IntoView>(field: &Field, base: &str, control: C) -> impl IntoView + use<C> {
    let class = if field.disabled { format!("{} {base}--disabled", field.group_class(base)) } else { field.group_class(base) };
    view! {
        <div class=class>
            <label class="fr-label" for=field.id.clone()>{label_text(field)}</label>
            {hint_view(field)}
            {control}
            {error_view(field)}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_derived_from_a_nested_name() {
        assert_eq!(Field::new("contacts[dpo].email", "Adresse").id, "contacts-dpo-email");
    }

    #[test]
    fn hint_and_error_describe_the_control() {
        let field = Field::new("nom", "Nom").hint("Le nom usuel").error("Indiquez un nom.".to_owned());
        assert_eq!(field.described_by().as_deref(), Some("nom-aide nom-erreur"));
        assert_eq!(Field::new("nom", "Nom").described_by(), None);
    }
}
