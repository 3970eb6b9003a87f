//! What changed between two versions of a request, side by side.

use domain::differences::{Change, Difference};
use habilitation::requests::Opened;
use leptos::prelude::*;

use crate::components::{SummaryList, SummaryRow};

/// A line for each answer that changed, or the sentence that nothing did.
pub fn changes(opened: &Opened, differences: &[Difference]) -> AnyView {
    if differences.is_empty() {
        return view! { <p>"Aucune réponse n’a changé."</p> }.into_any();
    }
    let file = |id: &String| {
        opened.documents.iter().find(|one| one.id.to_string() == *id).map_or_else(|| "Document".to_owned(), |one| one.file_name.clone())
    };
    let rows: Vec<SummaryRow> = differences
        .iter()
        .map(|difference| {
            let value = match &difference.change {
                Change::Text { before, after } => text(before, after),
                Change::Set { added, removed } => set(added, removed),
                Change::Documents { added, removed } => {
                    set(&added.iter().map(file).collect::<Vec<_>>(), &removed.iter().map(file).collect::<Vec<_>>())
                }
            };
            SummaryRow::new(difference.label.clone(), value)
        })
        .collect();
    view! { <SummaryList rows=rows /> }.into_any()
}

fn text(before: &str, after: &str) -> AnyView {
    let side = |word: &'static str, text: &str| {
        let shown = if text.is_empty() {
            view! { <span class="hb-missing">"Non renseigné"</span> }.into_any()
        } else {
            view! { <span class="hb-prewrap">{text.to_owned()}</span> }.into_any()
        };
        view! { <p class="fr-mb-1v"><span class="fr-text--bold">{word}</span>{shown}</p> }
    };
    view! { {side("Avant\u{a0}: ", before)} {side("Après\u{a0}: ", after)} }.into_any()
}

fn set(added: &[String], removed: &[String]) -> AnyView {
    let list = |word: &'static str, labels: &[String]| {
        (!labels.is_empty()).then(|| {
            let items: Vec<_> = labels.iter().map(|label| view! { <li>{label.clone()}</li> }).collect();
            view! { <p class="fr-text--bold fr-mb-1v">{word}</p> <ul>{items}</ul> }
        })
    };
    view! { {list("Ajouté", added)} {list("Retiré", removed)} }.into_any()
}
