//! The list of services: for each, what an approval opens, which teams review the request and how fast, what to prepare.

use domain::{
    catalogue::{Catalogue, Provision, ServiceFile},
    routes,
};
use leptos::prelude::*;
use ui::components::*;
use web::request::working_days::working_days;

use super::mail_link;

pub fn page(catalogue: &Catalogue) -> impl IntoView + use<> {
    let sections = catalogue.services().iter().map(|service| section(service, catalogue)).collect_view();
    view! {
        <Breadcrumb current="Les services" />
        <PageTitle title="Les services" lead="Ce que vous pouvez demander, à qui, et en combien de temps." />
        <p>"Vous hésitez\u{a0}? "<a href=routes::ELIGIBILITY>"Vérifiez d’abord si vous êtes éligible"</a>"."</p>
        {sections}
    }
}

fn section(service: &ServiceFile, catalogue: &Catalogue) -> impl IntoView + use<> {
    let title_id = format!("{}-titre", service.slug);
    let mut rows = vec![
        SummaryRow::new("Ce que l’accord ouvre", opens(service)),
        SummaryRow::new("Qui examine la demande", teams(service, catalogue)),
        SummaryRow::new("À réunir avant de commencer", list(&service.before_you_start)),
        SummaryRow::new("Une question\u{a0}?", mail_link(&service.support_email)),
    ];
    if let Some(other) = service.relies_on.as_deref().and_then(|slug| catalogue.service(slug)) {
        rows.insert(1, SummaryRow::text("S’appuie sur", format!("Une habilitation {}, même encore à l’étude", other.name)));
    }
    if let Some(other) = service.continues.as_deref().and_then(|slug| catalogue.service(slug)) {
        rows.insert(1, SummaryRow::text("Prend la suite de", format!("Une habilitation {} en cours de validité", other.name)));
    }
    let ServiceFile { slug, name, provider, summary, .. } = service.clone();
    let (about, href) = (name.clone(), routes::new_request(&slug));
    view! {
        <section id=slug aria-labelledby=title_id.clone()>
            <h2 id=title_id.clone()>{name}</h2>
            <p class="hb-muted">{provider}</p>
            <p>{summary}</p>
            <SummaryList rows=rows />
            <Buttons>
                <LinkButton label="Faire une demande" about=about href=href />
            </Buttons>
        </section>
    }
}

fn opens(service: &ServiceFile) -> AnyView {
    let sentence = match service.provision {
        Provision::BrokerClient => "Vos clés de test, pour connecter des usagers fictifs. Vous pouvez recevoir\u{a0}:",
        Provision::Record => "L’habilitation, enregistrée ici\u{a0}; vos clés vous parviennent de l’équipe du service. Vous pouvez demander\u{a0}:",
        Provision::DataScopes if service.continues.is_some() => "Les données accordées. Vous pouvez demander\u{a0}:",
        Provision::DataScopes => "Les données accordées, à l’essai avec des usagers fictifs. Vous pouvez demander\u{a0}:",
    };
    let labels = service.scope_groups.iter().map(|group| group.label.clone()).collect();
    view! { <p>{sentence}</p> <Tags labels=labels /> }.into_any()
}

fn teams(service: &ServiceFile, catalogue: &Catalogue) -> AnyView {
    let stages: Vec<String> = service.stages.iter().map(|stage| format!("{}\u{a0}: {}", stage.team, working_days(stage.working_days))).collect();
    let each: u32 = service.stages.iter().map(|stage| stage.working_days).sum();
    let total = (service.stages.len() > 1).then(|| {
        let days = service.review_days();
        let soit = if days < each { "Les équipes examinent en même temps\u{a0}: soit" } else { "Soit" };
        view! { <p>{format!("{soit} {} en tout.", working_days(days))}</p> }
    });
    let together = catalogue.together(&service.slug).map(|form| {
        let names: Vec<&str> = form.parts.iter().filter_map(|part| catalogue.service(&part.service)).map(|part| part.name.as_str()).collect();
        let sentence =
            format!("Avec le modèle d’un éditeur qui demande {} ensemble\u{a0}: {}.", names.join(" et "), working_days(form.review_days()));
        view! { <p>{sentence}</p> }
    });
    view! { {list(&stages)} {total} {together} }.into_any()
}

fn list(items: &[String]) -> AnyView {
    let items = items.iter().map(|item| view! { <li>{item.clone()}</li> }).collect_view();
    view! { <ul>{items}</ul> }.into_any()
}
