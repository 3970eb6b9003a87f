//! The steps of one project, sandbox then production: each request says what comes before it and what comes after.

use domain::{ids::RequestId, routes};
use habilitation::requests::{Opened, continuation::Linked};
use leptos::prelude::*;
use ui::components::{Button, Callout, HiddenField, PostForm, SummaryList, SummaryRow, followed};

use crate::request::read::state_badge;

/// For the applicant: the steps, and the button that begins the next one.
pub fn applicant(opened: &Opened, csrf: &str) -> Option<AnyView> {
    let list = listed(opened, routes::request);
    let next = opened.chain.next.clone().map(|(slug, name)| {
        let (action, id, csrf) = (routes::new_request(&slug), opened.request.id.to_string(), csrf.to_owned());
        view! {
            <Callout title="Passer en production" level=2>
                <p>{format!("L’étape suivante est {name}. Vos réponses seront reprises\u{a0}: il ne restera que les nouvelles questions.")}</p>
                <PostForm action=action csrf=csrf inline=true>
                    <HiddenField name="precedente" value=id />
                    <Button label="Demander la production" />
                </PostForm>
            </Callout>
        }
    });
    (list.is_some() || next.is_some()).then(|| view! { {list} {next} }.into_any())
}

pub fn reviewer(opened: &Opened) -> Option<AnyView> {
    listed(opened, routes::review_request)
}

fn listed(opened: &Opened, address: fn(RequestId) -> String) -> Option<AnyView> {
    let row = |label: &'static str, one: &Linked| {
        let name = format!("{}, D{}", one.service_name, one.number);
        let link = if one.opens { view! { <a href=followed(address(one.id))>{name}</a> }.into_any() } else { name.into_any() };
        let granted = one.habilitation.as_ref().map(|number| format!(" Habilitation {number} en vigueur."));
        SummaryRow::new(label, view! { {link}" "{state_badge(one.state)}{granted} })
    };
    let before = opened.chain.before.iter().map(|one| row("Étape précédente", one));
    let rows: Vec<SummaryRow> = before.chain(opened.chain.after.iter().map(|one| row("Étape suivante", one))).collect();
    (!rows.is_empty()).then(|| view! { <section><h2 class="fr-h4">"Les étapes du projet"</h2><SummaryList rows=rows /></section> }.into_any())
}
