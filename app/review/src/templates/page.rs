//! The list of the templates of one’s services, and the page where one is written.

use domain::{
    catalogue::ServiceFile,
    ids::TemplateId,
    routes,
    template::{self, MAX_BODY, MAX_PER_KIND, MAX_TITLE, TemplateKind, Values, Variable},
};
use habilitation::reviews::{Template, TemplateForm, TemplateProblems};
use leptos::prelude::*;
use ui::{
    cells,
    components::{
        Alert, Breadcrumb, Button, ButtonKind, Buttons, Choice, Column, Details, EmptyState, ErrorLink, ErrorSummary, Field, HiddenField, LinkButton,
        PageTitle, PostForm, RadioGroup, SelectField, Table, TextField, TextareaField, Tone,
    },
};

use super::{Action, Sent};
use crate::shared::way;

/// Each template, and whether the reader may change it. `done` says what was just done.
pub fn templates_page(templates: &[(bool, Template)], name: impl Fn(&str) -> String, may_add: bool, done: Option<&'static str>) -> AnyView {
    let rows: Vec<Vec<AnyView>> = templates
        .iter()
        .map(|(may, one)| {
            let title =
                if *may { view! { <a href=routes::template(one.id)>{one.title.clone()}</a> }.into_any() } else { one.title.clone().into_any() };
            cells![title, name(&one.service), one.kind.label(), view! { <span class="hb-prewrap">{beginning(&one.body)}</span> }]
        })
        .collect();
    let columns = ["Titre", "Service", "Décision", "Texte"].map(Column::text).to_vec();
    let add = may_add.then(|| view! { <p><LinkButton href=routes::NEW_TEMPLATE label="Ajouter un modèle" /></p> });
    let list = if rows.is_empty() {
        view! { <EmptyState title="Aucun modèle" text="Les modèles évitent d’écrire deux fois la même réponse." /> }.into_any()
    } else {
        view! { <Table id="modeles" caption="Modèles de réponse" caption_hidden=true columns=columns rows=rows /> }.into_any()
    };
    let done = done.map(|title| view! { <Alert tone=Tone::Success title=title live=true /> });
    let lead = "Des textes prêts à insérer dans une décision, que l’instructeur relit et adapte avant l’envoi.";
    view! {
        <Breadcrumb parents=way(&[]) current="Modèles de réponse" />
        {done}
        <PageTitle title="Modèles de réponse" lead=lead />
        {add}
        {list}
    }
    .into_any()
}

fn beginning(body: &str) -> String {
    const SHOWN: usize = 160;
    if body.chars().count() <= SHOWN { body.to_owned() } else { format!("{}…", body.chars().take(SHOWN).collect::<String>().trim_end()) }
}

/// What the page of a template shows.
pub struct TemplatePage<'a> {
    /// Nothing for a new one.
    pub id: Option<TemplateId>,
    pub services: &'a [&'a ServiceFile],
    pub form: &'a TemplateForm,
    pub problems: &'a TemplateProblems,
    /// Whether to show the text filled with the values of a sample request.
    pub preview: bool,
    pub csrf: &'a str,
}

pub fn template_page(page: &TemplatePage<'_>) -> impl IntoView + use<> {
    let TemplatePage { id, services, form, problems, preview, csrf } = *page;
    let title = if id.is_some() { "Modifier un modèle" } else { "Ajouter un modèle" };
    let errors: Vec<ErrorLink> =
        [(Sent::Service, &problems.service), (Sent::Decision, &problems.kind), (Sent::Title, &problems.title), (Sent::Body, &problems.body)]
            .into_iter()
            .filter_map(|(field, problem)| Some(ErrorLink::new(field, problem.clone()?)))
            .collect();
    let action = id.map_or_else(|| routes::NEW_TEMPLATE.to_owned(), routes::template);
    let whose = match (id, form.kind) {
        (Some(_), Some(kind)) => {
            let service = services.iter().find(|one| one.slug == form.service).map(|one| one.name.clone()).unwrap_or_default();
            view! { <p>{format!("{service} – {}", kind.label())}</p> }.into_any()
        }
        _ => choices(services, form, problems),
    };
    let heading = Field::new(Sent::Title, "Titre")
        .hint("Pour le reconnaître dans la liste\u{a0}; le demandeur ne le verra pas.")
        .maxlength(u32::try_from(MAX_TITLE).unwrap_or(u32::MAX))
        .value(form.title.clone())
        .error(problems.title.clone());
    let body =
        Field::new(Sent::Body, "Texte").maxlength(u32::try_from(MAX_BODY).unwrap_or(u32::MAX)).value(form.body.clone()).error(problems.body.clone());
    let variables: Vec<AnyView> = Variable::ALL
        .into_iter()
        .map(|variable| view! { <li><code>{format!("{{{}}}", variable.name())}</code>{format!("\u{a0}: {}", variable.meaning())}</li> }.into_any())
        .collect();
    let shown = preview.then(|| {
        view! {
            <section aria-labelledby="apercu">
                <h2 class="fr-h5" id="apercu" tabindex="-1" autofocus>"Aperçu avec une demande d’exemple"</h2>
                <div class="hb-mail hb-prewrap">{template::fill(&form.body, &Values::sample())}</div>
            </section>
        }
    });
    let remove = id.map(|_| {
        view! {
            <Details summary="Supprimer ce modèle">
                <p>"Il ne sera plus proposé à personne de l’équipe."</p>
                <Button label="Supprimer le modèle" kind=ButtonKind::Danger name=Sent::Action value=Action::Remove />
            </Details>
        }
    });
    view! {
        <Breadcrumb parents=way(&[(routes::TEMPLATES, "Modèles de réponse")]) current=title />
        <ErrorSummary errors=errors />
        <PageTitle title=title />
        {shown}
        <PostForm action=action csrf=csrf.to_owned()>
            {whose}
            <TextField field=heading />
            <TextareaField field=body rows=12 />
            <p>"Ces mots entre accolades sont remplacés par ceux de la demande\u{a0}:"</p>
            <ul>{variables}</ul>
            <Buttons>
                <Button label="Enregistrer" name=Sent::Action value=Action::Save />
                <Button label="Voir un aperçu" kind=ButtonKind::Secondary name=Sent::Action value=Action::Preview />
            </Buttons>
            {remove}
        </PostForm>
    }
}

fn choices(services: &[&ServiceFile], form: &TemplateForm, problems: &TemplateProblems) -> AnyView {
    let decision = Field::new(Sent::Decision, "Décision")
        .hint(format!("{MAX_PER_KIND} modèles au plus par service et par décision."))
        .value(form.kind.map(TemplateKind::as_str).unwrap_or_default())
        .error(problems.kind.clone());
    let kinds = TemplateKind::ALL.into_iter().map(|kind| Choice::new(kind.as_str(), kind.label())).collect::<Vec<_>>();
    let service = match services {
        [only] => view! { <HiddenField name=Sent::Service value=only.slug.clone() /> }.into_any(),
        several => {
            let field = Field::new(Sent::Service, "Service").value(form.service.clone()).error(problems.service.clone());
            let choices = several.iter().map(|one| Choice::new(one.slug.clone(), one.name.clone())).collect::<Vec<_>>();
            view! { <SelectField field=field choices=choices /> }.into_any()
        }
    };
    view! { {service} <RadioGroup field=decision choices=kinds /> }.into_any()
}
