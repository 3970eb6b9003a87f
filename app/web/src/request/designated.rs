//! Who was named in a request, and what each answered.

use domain::{calendar, designation::RoleAnswer};
use habilitation::requests::{Opened, designations::Designation};
use leptos::prelude::*;
use ui::components::{Badge, SummaryList, SummaryRow, Tone};

fn tone(answer: RoleAnswer) -> Tone {
    match answer {
        RoleAnswer::Waiting => Tone::Neutral,
        RoleAnswer::Confirmed => Tone::Success,
        RoleAnswer::Declined => Tone::Error,
    }
}

pub fn badge(answer: RoleAnswer) -> impl IntoView {
    view! { <Badge label=answer.label() tone=tone(answer) /> }
}

/// Whether mails about the request could not be delivered to this address.
pub fn is_unreached(opened: &Opened, one: &Designation) -> bool {
    opened.people.refused.contains(&one.email)
}

/// Who was named and what each answered; for the applicant and the reviewers.
pub fn roles(opened: &Opened) -> Option<AnyView> {
    if opened.people.designations.is_empty() {
        return None;
    }
    let rows = opened.people.designations.iter().map(|one| {
        let when = one.answered_at.map(|at| format!(" le {}", calendar::french_date(calendar::paris_date(at))));
        let reason = (!one.reason.is_empty()).then(|| view! { <span class="hb-prewrap">{format!("Motif\u{a0}: {}", one.reason)}</span> });
        let refused = is_unreached(opened, one).then(|| {
            let sentence = format!("Cette personne ne reçoit pas nos courriels\u{a0}: vérifiez l’adresse {}.", one.email);
            view! { <br /><Badge label="Adresse à vérifier" tone=Tone::Warning />" "<span>{sentence}</span> }
        });
        let name = one.name.clone();
        SummaryRow::new(one.label.clone(), view! { <span>{name}" "</span>{badge(one.answer)}{when}{reason.map(|r| view! { <br />{r} })}{refused} })
    });
    let rows: Vec<SummaryRow> = rows.collect();
    Some(view! { <section><h2 class="fr-h4">"Les personnes désignées"</h2><SummaryList rows=rows /></section> }.into_any())
}
