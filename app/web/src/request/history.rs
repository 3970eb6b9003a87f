//! The journal of a request, with what each submission changed and a link to what each approval granted.

use domain::{differences::differences, routes};
use habilitation::requests::{JournalEntry, Opened};
use leptos::prelude::*;
use ui::components::{Details, Timeline};

use crate::request::{
    changes::{BEFORE_AND_AFTER, changes},
    read::event,
};

pub fn history(opened: &Opened) -> impl IntoView + use<> {
    let events = opened
        .journal
        .iter()
        .map(|entry| match below(opened, entry) {
            Some(below) => event(entry).below(below),
            None => event(entry),
        })
        .collect();
    view! { <Timeline events=events /> }
}

fn below(opened: &Opened, entry: &JournalEntry) -> Option<AnyView> {
    if let Some(round) = entry.round {
        return since_before(opened, round);
    }
    let links: Vec<AnyView> = entry
        .granted
        .iter()
        .map(|number| {
            let number = format!("H{number}");
            view! { <li><a href=routes::public_habilitation(&number)>{format!("Habilitation {number}")}</a></li> }.into_any()
        })
        .collect();
    (!links.is_empty()).then(|| view! { <ul>{links}</ul> }.into_any())
}

/// What changed since the previous submission; `None` for the first one.
fn since_before(opened: &Opened, round: u32) -> Option<AnyView> {
    let place = opened.submissions.iter().position(|one| one.round == round)?;
    let (before, sent) = (opened.submissions.get(place.checked_sub(1)?)?, opened.submissions.get(place)?);
    let found = differences(&opened.form_since(before.catalogue_version), &before.answers, &sent.answers);
    let summary = match found.len() {
        0 => return Some(view! { <p class="hb-timeline__body">"Sans changement par rapport à la transmission précédente."</p> }.into_any()),
        1 => "Une réponse a changé".to_owned(),
        many => format!("{many}\u{a0}réponses ont changé"),
    };
    let changes = changes(opened, BEFORE_AND_AFTER, &found);
    Some(view! { <Details summary=summary>{changes}</Details> }.into_any())
}
