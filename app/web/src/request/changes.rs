//! What changed between two versions of a request, side by side.

use domain::differences::{Change, Difference};
use habilitation::requests::Opened;
use leptos::prelude::*;
use ui::components::{SummaryList, SummaryRow};

/// What the two sides are, in this order.
pub const BEFORE_AND_AFTER: [&str; 2] = ["Avant", "Après"];

/// A line for each answer that changed, or the sentence that nothing did.
pub fn changes(opened: &Opened, sides: [&'static str; 2], differences: &[Difference]) -> AnyView {
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
                Change::Text { before, after } => text(sides, before, after),
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

fn text([first, second]: [&'static str; 2], before: &str, after: &str) -> AnyView {
    let side = |word: &'static str, text: &str| {
        let shown = if text.is_empty() {
            view! { <span class="hb-missing">"Non renseigné"</span> }.into_any()
        } else {
            view! { <span class="hb-prewrap">{text.to_owned()}</span> }.into_any()
        };
        view! { <p class="fr-mb-1v"><span class="fr-text--bold">{format!("{word}\u{a0}: ")}</span>{shown}</p> }
    };
    view! { {side(first, before)} {side(second, after)} }.into_any()
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
