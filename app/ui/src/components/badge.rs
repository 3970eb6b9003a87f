//! A state in one or two words; the words carry the meaning, the colour only helps.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Info,
    Success,
    Warning,
    Error,
}

impl Tone {
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Tone::Neutral => "neutral",
            Tone::Info => "info",
            Tone::Success => "success",
            Tone::Warning => "warning",
            Tone::Error => "error",
        }
    }
}

#[component]
pub fn Badge(#[prop(into)] label: String, #[prop(optional)] tone: Tone) -> impl IntoView {
    let class = match tone {
        Tone::Neutral => "fr-badge fr-badge--no-icon".to_owned(),
        tone => format!("fr-badge fr-badge--no-icon fr-badge--{}", tone.suffix()),
    };
    view! { <p class=class>{label}</p> }
}
