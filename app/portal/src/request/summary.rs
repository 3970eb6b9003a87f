//! The summary: the answers to read again, the boxes to tick, and the button that submits the request.

use domain::{
    catalogue::{Form, TERMS},
    form::{FieldProblem, Problem},
    routes,
    sight::Act,
};
use habilitation::requests::Opened;
use leptos::prelude::*;
use ui::components::{
    Alert, Breadcrumb, Button, ButtonKind, Buttons, CheckboxField, ErrorSummary, Field, HiddenField, LinkButton, PostForm, Stepper, Tone, errors_of,
    followed,
};
use web::{
    VERSION,
    request::{
        moved::moved,
        read::{Reader, answers_for, title_of},
    },
};

/// `incomplete` lists the blocks to correct, `empty` the boxes that were not ticked.
pub fn summary_page(opened: &Opened, incomplete: &[(String, Vec<FieldProblem>)], empty: &[String], csrf: &str) -> impl IntoView + use<> {
    let (service, id) = (&opened.service, opened.request.id);
    let steps = service.steps(&opened.request.answers);
    let titles: Vec<String> = steps.iter().map(|one| one.title.clone()).chain(["Vérifier et transmettre".to_owned()]).collect();
    let last = steps.last().map(|block| routes::request_block(id, &block.slug)).unwrap_or_default();
    let boxes = boxes(service, empty);
    let errors = errors_of(&boxes);
    view! {
        <Breadcrumb
            parents=vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned()), (routes::request(id), title_of(&opened.request.title))]
            current="Vérifier et transmettre"
        />
        <h1 class="fr-h3">{format!("{} – D{}", service.name, opened.request.number)}</h1>
        <Stepper current=titles.len() steps=titles />
        {moved(opened.moved.as_ref(), id)}
        {missing(opened, incomplete)}
        <ErrorSummary errors=errors />
        <p>"Organisation\u{a0}: "<strong>{opened.organisation.name()}</strong>{format!(" (SIRET {})", opened.organisation.siret.spaced())}</p>
        {answers_for(opened, Reader::Applicant { csrf: Some(csrf) })}
        {end(opened, boxes, last, csrf)}
    }
}

/// The terms of use, then the statements.
fn boxes(service: &Form, empty: &[String]) -> Vec<Field> {
    let terms = format!("Je m’engage à respecter {}.", service.terms_label);
    let labels = std::iter::once((TERMS.to_owned(), terms)).chain(service.statements.iter().map(|one| (one.id.clone(), one.label.clone())));
    labels
        .map(|(name, label)| {
            let message = match name.as_str() {
                TERMS => "Acceptez les conditions d’utilisation pour transmettre la demande.",
                _ => "Cochez cette case pour transmettre la demande.",
            };
            let error = empty.contains(&name).then(|| message.to_owned());
            Field::new(name, label).error(error)
        })
        .collect()
}

/// The blocks to correct, each with the number of answers to correct in it.
fn missing(opened: &Opened, incomplete: &[(String, Vec<FieldProblem>)]) -> Option<AnyView> {
    let missing: Vec<AnyView> = incomplete
        .iter()
        .filter_map(|(slug, problems)| {
            let block = opened.service.block(slug)?;
            let document = problems.iter().find(|p| matches!(p.problem, Problem::InfectedDocument | Problem::UnscannedDocument));
            let count = match (document, problems.len()) {
                (Some(refused), _) => refused.problem.sentence(),
                (None, 1) => "une réponse à corriger".to_owned(),
                (None, many) => format!("{many} réponses à corriger"),
            };
            let href = format!("{}?verifier=1", routes::request_block(opened.request.id, slug));
            Some(view! { <li><a href=followed(href)>{block.title.clone()}</a>{format!("\u{a0}: {count}")}</li> }.into_any())
        })
        .collect();
    (!missing.is_empty()).then(|| {
        view! {
            <div class="fr-alert fr-alert--error hb-error-summary" role="alert" tabindex="-1" id="erreurs" autofocus>
                <h2 class="fr-alert__title">"Votre demande n’est pas complète"</h2>
                <ul>{missing}</ul>
            </div>
        }
        .into_any()
    })
}

/// The form that submits the request, or why it cannot be submitted by the reader now.
fn end(opened: &Opened, boxes: Vec<Field>, last: String, csrf: &str) -> AnyView {
    let unchanged = opened.moved.is_none()
        && opened.request.reopened.is_some()
        && opened.habilitation.as_ref().is_some_and(|one| one.answers == opened.request.answers);
    if unchanged {
        return view! {
            <Alert tone=Tone::Info title="Rien n’a changé depuis la validation">
                <p>"Modifiez au moins une réponse pour transmettre une mise à jour, ou abandonnez-la depuis la page de la demande."</p>
            </Alert>
        }
        .into_any();
    }
    if !opened.allows(Act::Submit) {
        let applicant = opened.applicant_name.clone();
        return view! {
            <Alert tone=Tone::Info title="Vous ne transmettez pas cette demande">
                <p>{format!("{applicant} la transmet une fois complète, ou peut vous autoriser à le faire.")}</p>
            </Alert>
            <p class="fr-mt-2w"><LinkButton href=last label="Précédent" kind=ButtonKind::Tertiary /></p>
        }
        .into_any();
    }
    let service = &opened.service;
    let (version, terms_url, terms_label) = (opened.request.version.to_string(), service.terms_url.clone(), service.terms_label.clone());
    let boxes: Vec<AnyView> = boxes.into_iter().map(|field| view! { <CheckboxField field=field /> }.into_any()).collect();
    let others: Vec<AnyView> = service
        .statements
        .iter()
        .filter_map(|one| {
            let (url, label) = (one.url.clone()?, one.document.clone().unwrap_or_else(|| "le texte de cet engagement".to_owned()));
            Some(view! { <p><a href=followed(url) rel="noopener noreferrer">{format!("Lire {label}")}</a></p> }.into_any())
        })
        .collect();
    view! {
        <PostForm action=routes::request_summary(opened.request.id) csrf=csrf.to_owned()>
            <HiddenField name=VERSION value=version />
            {boxes}
            <p><a href=followed(terms_url) rel="noopener noreferrer">{format!("Lire {terms_label}")}</a></p>
            {others}
            <Buttons>
                <Button label="Transmettre ma demande" />
                <LinkButton href=last label="Précédent" kind=ButtonKind::Tertiary />
            </Buttons>
        </PostForm>
    }
    .into_any()
}
