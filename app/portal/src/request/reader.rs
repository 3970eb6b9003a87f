//! What the page of a request says depending on who reads it: whose request it is, where to continue it, what may be done with it.

use domain::{
    request::State,
    routes,
    sight::{Act, Sight},
};
use habilitation::requests::{Opened, SUMMARY};
use leptos::prelude::*;
use ui::components::{Alert, ButtonKind, LinkButton, Tone};
use web::request::designated;

/// A sentence for readers who are not the applicant.
pub fn whose(opened: &Opened) -> Option<AnyView> {
    let name = opened.applicant_name.clone();
    let sentence = match opened.people.sight? {
        Sight::Applicant => return None,
        Sight::CoEditor { may_submit: true } => format!("Vous remplissez cette demande avec {name}, et pouvez la transmettre."),
        Sight::CoEditor { may_submit: false } => {
            format!("Vous remplissez cette demande avec {name}. Vous pouvez tout modifier\u{a0}; c’est {name} qui la transmet.")
        }
        Sight::Colleague => format!("Cette demande a été déposée par {name}, de votre organisation. Vous la consultez."),
        Sight::Contact => return None,
    };
    Some(view! { <Alert tone=Tone::Info title="Demande d’une autre personne"><p>{sentence}</p></Alert> }.into_any())
}

/// The link to continue filling in the request (address and label), for those who may edit it.
pub fn go_on(opened: &Opened) -> Option<(String, String)> {
    if !opened.allows(Act::Edit) {
        return None;
    }
    let id = opened.request.id;
    let left = opened.people.resume_at.as_deref().unwrap_or_default();
    if left == SUMMARY {
        return Some((routes::request_summary(id), "Reprendre\u{a0}: vérifier et transmettre".to_owned()));
    }
    let steps = opened.service.steps(&opened.request.answers);
    match steps.iter().find(|block| block.slug == left) {
        Some(block) => Some((routes::request_block(id, &block.slug), format!("Reprendre\u{a0}: {}", block.title))),
        None => Some((routes::request_block(id, opened.first_step()?), "Continuer ma demande".to_owned())),
    }
}

/// Links to share, copy, hand over or take over the request, as the reader may.
pub fn ways(opened: &Opened) -> Option<AnyView> {
    let id = opened.request.id;
    let (manages, over) = (opened.allows(Act::Manage), opened.request.phase.state().is_over());
    let way = |allowed: bool, href: String, label: &'static str| allowed.then_some((href, label));
    let links: Vec<_> = [
        way(manages && !over, routes::request_sharing(id), "Partager la demande"),
        way(opened.allows(Act::Duplicate), routes::request_duplicate(id), "Dupliquer"),
        way(
            manages && opened.people.submitted_once && opened.request.phase.state() != State::Archived,
            routes::request_transfer(id),
            "Confier à un collègue",
        ),
        way(opened.allows(Act::TakeOver), routes::request_transfer(id), "Reprendre cette demande"),
    ]
    .into_iter()
    .flatten()
    .map(|(href, label)| view! { <LinkButton href=href label=label kind=ButtonKind::Tertiary small=true /> })
    .collect();
    (!links.is_empty()).then(|| view! { <div class="hb-inline fr-mb-3w">{links}</div> }.into_any())
}

/// People named in the request whom mails do not reach: they cannot answer until their address is corrected.
pub fn unreached(opened: &Opened) -> Option<AnyView> {
    let lines: Vec<_> = opened
        .people
        .designations
        .iter()
        .filter(|one| designated::is_unreached(opened, one))
        .map(|one| view! { <li>{format!("{} ({})\u{a0}: {}", one.name, one.label, one.email)}</li> })
        .collect();
    let title = match lines.len() {
        0 => return None,
        1 => "Une personne désignée ne reçoit pas nos courriels",
        _ => "Des personnes désignées ne reçoivent pas nos courriels",
    };
    let how = if opened.allows(Act::Edit) {
        "Vérifiez l’adresse auprès de la personne, puis corrigez-la dans les contacts de la demande."
    } else {
        "Vérifiez l’adresse auprès de la personne. Si elle est à corriger, signalez-le par un message à l’équipe qui instruit la demande."
    };
    Some(
        view! {
            <Alert tone=Tone::Warning title=title>
                <ul>{lines}</ul>
                <p>{how}</p>
            </Alert>
        }
        .into_any(),
    )
}
