//! Buttons, which submit a form, and links drawn as buttons.

use leptos::prelude::*;

use super::form::is_for_the_person;
use crate::components::followed;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    #[default]
    Primary,
    Secondary,
    Tertiary,
    /// Irreversible: revoke, refuse, delete.
    Danger,
}

fn class(kind: ButtonKind, small: bool) -> String {
    let kind = match kind {
        ButtonKind::Primary => "",
        ButtonKind::Secondary => " fr-btn--secondary",
        ButtonKind::Tertiary => " fr-btn--tertiary",
        ButtonKind::Danger => " hb-btn--danger",
    };
    format!("fr-btn{kind}{}", if small { " fr-btn--sm" } else { "" })
}

/// Submits its form. `name` and `value` tell the server which button was pressed;
/// `formaction` sends the form elsewhere; `form` names a form the button is not inside of.
#[component]
pub fn Button(
    #[prop(into)] label: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] small: bool,
    #[prop(optional)] disabled: bool,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    #[prop(optional, into)] formaction: Option<String>,
    #[prop(optional, into)] form: Option<String>,
    /// Words for screen readers after the label, when several buttons look alike.
    #[prop(optional, into)]
    about: Option<String>,
) -> impl IntoView {
    view! {
        <button
            class=class(kind, small)
            type="submit"
            id=id
            name=name
            value=value
            formaction=formaction
            form=form
            disabled=disabled
        >
            {label}
            {about.map(|about| view! { <span class="fr-sr-only">" "{about}</span> })}
        </button>
    }
}

#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] small: bool,
    /// Words for screen readers after the label, when several links look alike.
    #[prop(optional, into)]
    about: Option<String>,
) -> impl IntoView {
    let class = class(kind, small);
    let about = about.map(|about| view! { <span class="fr-sr-only">" "{about}</span> });
    if is_for_the_person(&href) {
        return view! {
            <span class="fr-hint-text fr-mb-1v">"Seule la personne elle-même peut ouvrir cette page."</span>
            <button class=class type="button" disabled>{label}{about}</button>
        }
        .into_any();
    }
    view! { <a class=class href=followed(href)>{label}{about}</a> }.into_any()
}

/// Buttons side by side, stacked on small screens. The main action comes first.
#[component]
pub fn Buttons(children: Children) -> impl IntoView {
    view! { <div class="fr-btns-group fr-btns-group--inline-md">{children()}</div> }
}
