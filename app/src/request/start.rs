//! Before the first question: what is asked for, what to have at hand, who will answer and when.

use domain::{catalogue::Service, routes};
use habilitation::organisations::Organisation;
use leptos::prelude::*;

use crate::components::{Alert, Breadcrumb, Button, Callout, LinkButton, PageTitle, PostForm, Tone};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartProblem {
    NoOrganisation,
    Closed,
}

pub fn start_page(service: &Service, organisation: Option<&Organisation>, problem: Option<StartProblem>, csrf: &str) -> impl IntoView + use<> {
    let action = routes::new_request(&service.slug);
    let choose = format!("{}?suite={}", routes::ORGANISATION, action);
    let gather = service.before_you_start.iter().map(|item| view! { <li>{item.clone()}</li> }).collect_view();
    let stages = service
        .stages
        .iter()
        .map(|stage| view! { <li>{format!("{}\u{a0}: réponse sous {} jours ouvrés", stage.team, stage.working_days)}</li> })
        .collect_view();
    let steps = service.steps(&service.first_answers()).into_iter().map(|block| view! { <li>{block.title.clone()}</li> }).collect_view();
    let who = organisation.map(|organisation| {
        let name = organisation.name();
        view! { <p>"Vous déposez cette demande pour "<strong>{name}</strong>". "<a href=choose.clone()>"Changer d’organisation"</a></p> }
    });
    let start = match problem {
        Some(StartProblem::NoOrganisation) => view! {
            <Alert tone=Tone::Info title="Indiquez d’abord votre organisation">
                <p>"Son numéro SIRET suffit\u{a0}: nous retrouvons son nom et son adresse."</p>
            </Alert>
            <p class="fr-mt-2w"><LinkButton href=choose label="Indiquer mon organisation" /></p>
        }
        .into_any(),
        Some(StartProblem::Closed) => view! {
            <Alert tone=Tone::Warning title="Cet établissement est fermé">
                <p>"Un établissement fermé ne peut pas déposer de demande. Choisissez-en un autre."</p>
            </Alert>
            <p class="fr-mt-2w"><LinkButton href=choose label="Changer d’organisation" /></p>
        }
        .into_any(),
        None => view! {
            {who}
            <PostForm action=action csrf=csrf.to_owned() inline=true><Button label="Commencer ma demande" /></PostForm>
        }
        .into_any(),
    };
    view! {
        <Breadcrumb parents=vec![(routes::CATALOGUE.to_owned(), "Services".to_owned())] current=service.name.clone() />
        <PageTitle title=format!("Demander {}", service.name) lead=service.summary.clone() />
        <div class="fr-grid-row fr-grid-row--gutters">
            <div class="fr-col-12 fr-col-md-8">
                <h2 class="fr-h4">"À préparer"</h2>
                <ul>{gather}</ul>
                <h2 class="fr-h4">"Les étapes du formulaire"</h2>
                <ol>{steps}</ol>
                {start}
            </div>
            <div class="fr-col-12 fr-col-md-4">
                <Callout title="Qui vous répondra" level=2><ul>{stages}</ul></Callout>
            </div>
        </div>
    }
}
