//! The sections of the request’s page that show the verdict of each team, and what changed since the request was last sent.

use domain::{
    calendar,
    differences::{differences, is_outdated},
    request::{Turn, Verdict},
};
use habilitation::requests::{Opened, team_of};
use leptos::prelude::*;
use ui::{
    cells,
    components::{Badge, Column, Details, Table, Tone},
};
use web::request::changes::{BEFORE_AND_AFTER, changes};

/// Each team with its verdict; nothing when the request is not under review.
pub fn road(opened: &Opened) -> Option<AnyView> {
    let review = opened.request.phase.review()?;
    let rows: Vec<Vec<AnyView>> = review
        .turns
        .iter()
        .map(|turn| {
            let stage = team_of(&opened.service, turn);
            let team = stage.map(|stage| stage.team.clone()).unwrap_or_default();
            let covers = stage.map(|stage| stage.covers.clone()).unwrap_or_default();
            cells![team, standing(opened, turn, &covers), when(turn)]
        })
        .collect();
    let columns = ["Équipe", "Avis", "Date"].map(Column::text).to_vec();
    Some(view! { <Table id="parcours" caption="Les équipes" stacked=true columns=columns rows=rows /> }.into_any())
}

fn standing(opened: &Opened, turn: &Turn, covers: &[String]) -> AnyView {
    match turn.verdict {
        Verdict::Waiting => "Attend les équipes précédentes".into_any(),
        Verdict::Pending { .. } => view! { <Badge label="En cours" tone=Tone::Info /> }.into_any(),
        Verdict::Paused { .. } => "En pause\u{a0}: le demandeur corrige".into_any(),
        Verdict::ChangesRequested { .. } => view! { <Badge label="Modifications demandées" tone=Tone::Warning /> }.into_any(),
        Verdict::Approved { round, .. } => {
            let read = opened.submissions.iter().find(|one| one.round == round);
            let since =
                read.map(|read| differences(&opened.form_since(read.catalogue_version), &read.answers, &opened.request.answers)).unwrap_or_default();
            let outdated = is_outdated(covers, &since).then(|| view! { <p>"Des réponses ont changé depuis cet avis."</p> });
            view! { <Badge label="Validée" tone=Tone::Success /> {outdated} }.into_any()
        }
    }
}

fn when(turn: &Turn) -> Option<String> {
    let day = |at| calendar::french_date(calendar::paris_date(at));
    match turn.verdict {
        Verdict::Pending { .. } => turn.due().map(|due| format!("Promise pour le {}", calendar::french_date(due))),
        Verdict::Approved { at, .. } | Verdict::ChangesRequested { at, .. } => Some(day(at)),
        Verdict::Waiting | Verdict::Paused { .. } => None,
    }
}

/// Compared with the habilitation in force when a granted request was reopened, otherwise with the previous submission.
pub fn since_last_time(opened: &Opened) -> Option<AnyView> {
    opened.request.phase.review()?;
    let granted = opened.request.reopened.and_then(|reopened| opened.habilitations.iter().find(|one| one.id == reopened.habilitation));
    let (title, version, before) = match granted {
        Some(granted) => (format!("Ce qui change depuis l’habilitation {}", granted.public_number()), granted.catalogue_version, &granted.answers),
        None => {
            let before = opened.submissions.iter().rev().nth(1)?;
            ("Ce qui a changé depuis la transmission précédente".to_owned(), before.catalogue_version, &before.answers)
        }
    };
    let changes = changes(opened, BEFORE_AND_AFTER, &differences(&opened.form_since(version), before, &opened.request.answers));
    Some(view! { <Details summary=title open=true>{changes}</Details> }.into_any())
}
