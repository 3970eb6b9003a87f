//! The page before the form: what to prepare, what is filled in already, which teams answer and when, and the button that begins.

use domain::{
    applicant,
    catalogue::{Form, Kind, ServiceFile, Variant, Vendor},
    choice::FREE,
    form::Answers,
    routes,
};
use habilitation::{
    organisations::Organisation,
    requests::{Line, Obstacle},
};
use leptos::prelude::*;
use ui::{
    components::{
        Alert, Breadcrumb, Button, ButtonKind, Callout, Choice, Field, HiddenField, LinkButton, PageTitle, PostForm, SelectField, Tone, followed,
    },
    named::Named,
};
use web::request::{read::title_of, working_days::working_days};

use super::{Asked, Sent};

/// Who begins a request, with which form, and what may keep them from it.
#[derive(Clone, Copy)]
pub struct Begin<'a> {
    /// The form of the service, or of the variant when one is chosen.
    pub form: &'a Form,
    pub variant: Option<&'a Variant>,
    pub vendor: Option<&'a Vendor>,
    pub organisation: Option<&'a Organisation>,
    pub obstacle: Option<Obstacle>,
    /// The answers proposed by the link that led here, which the form accepts.
    pub proposed: &'a Answers,
    /// The same before a form is chosen: those that one of the forms accepts.
    pub carried: &'a [(String, String)],
    /// The service that must be granted first, when there is one.
    pub before: Option<&'a ServiceFile>,
    /// The requests granted for that service.
    pub steps: &'a [Line],
    pub csrf: &'a str,
}

/// Prefix of the hidden fields that hold the proposed answers.
pub const PROPOSED: &str = "propose.";

pub fn start_page(begin: &Begin<'_>) -> impl IntoView + use<> {
    let Begin { form, variant, vendor, carried, .. } = *begin;
    let gather = form.before_you_start.iter().map(|item| view! { <li>{item.clone()}</li> }).collect_view();
    let stages =
        form.stages.iter().map(|stage| view! { <li>{format!("{}\u{a0}: {}", stage.team, working_days(stage.working_days))}</li> }).collect_view();
    let answer = format!("Réponse sous {}.", working_days(form.review_days()));
    let steps = form.steps(&form.first_answers()).into_iter().map(|block| view! { <li>{block.title.clone()}</li> }).collect_view();
    let parents = vec![(routes::CATALOGUE.to_owned(), "Services".to_owned())];
    let lead = variant.map_or_else(|| form.summary.clone(), |variant| variant.summary.clone());
    let model = variant.map(|variant| {
        let other = way(&form.slug, &[], carried);
        let name = variant.name.clone();
        let both = (form.parts.len() > 1).then(|| {
            let vendor = vendor.map(|vendor| vendor.name.clone()).unwrap_or_default();
            view! {
                <Alert tone=Tone::Info title="Une seule demande pour les deux services">
                    <p>{format!("Le logiciel de l’éditeur {vendor} sait connecter vos usagers avec FranceConnect\u{a0}: tant que vous gardez la modalité «\u{a0}Avec FranceConnect\u{a0}», vous recevrez deux habilitations liées, délivrées ensemble.")}</p>
                </Alert>
            }
        });
        view! {
            <p>"Modèle\u{a0}: "<strong>{name}</strong>". "<a href=followed(other)>"Changer de modèle"</a></p>
            {both}
            {prepared(form)}
        }
    });
    view! {
        <Breadcrumb parents=parents current=form.name.clone() />
        <PageTitle title=format!("Demander {}", form.name) lead=lead />
        <div class="fr-grid-row fr-grid-row--gutters">
            <div class="fr-col-12 fr-col-md-8">
                {model}
                <h2 class="fr-h4">"À préparer"</h2>
                <ul>{gather}</ul>
                <h2 class="fr-h4">"Les étapes du formulaire"</h2>
                <ol>{steps}</ol>
                {start(begin)}
            </div>
            <div class="fr-col-12 fr-col-md-4">
                <Callout title="Qui vous répondra" level=2><ul>{stages}</ul><p>{answer}</p></Callout>
            </div>
        </div>
    }
}

/// The button that begins the request, or the reason why the organisation cannot.
pub fn start(begin: &Begin<'_>) -> AnyView {
    let Begin { form, variant, obstacle, carried, .. } = *begin;
    let chosen = variant.map_or(FREE, |variant| variant.slug.as_str());
    let known = [(Asked::Form, chosen)];
    let back = way(&form.slug, if variant.is_some() { &known } else { &[] }, carried);
    let choose = routes::with_return(routes::ORGANISATION, Some(&back));
    match obstacle {
        Some(obstacle) => in_the_way(begin, obstacle, choose),
        None => ready(begin, chosen, choose),
    }
}

fn in_the_way(begin: &Begin<'_>, obstacle: Obstacle, choose: String) -> AnyView {
    let name = &begin.form.name;
    let mut link = None;
    let (tone, title, text) = match obstacle {
        Obstacle::NoOrganisation => {
            let text = "Son numéro SIRET suffit\u{a0}: nous retrouvons son nom et son adresse.";
            return view! {
                <Alert tone=Tone::Info title="Indiquez d’abord votre organisation"><p>{text}</p></Alert>
                <p class="fr-mt-2w"><LinkButton href=choose label="Indiquer mon organisation" /></p>
            }
            .into_any();
        }
        Obstacle::Body(applicant::Obstacle::Closed) => {
            let text = "Un établissement fermé ne peut pas déposer de demande. Choisissez-en un autre.";
            (Tone::Warning, "Cet établissement est fermé", text.to_owned())
        }
        Obstacle::Body(applicant::Obstacle::Vendor) => {
            let text = "Votre société édite des logiciels. Une demande se dépose toujours au nom de l’administration qui utilise le produit\u{a0}: envoyez-lui l’adresse de cette page, le modèle remplira le reste.";
            (Tone::Warning, "C’est à votre client de déposer cette demande", text.to_owned())
        }
        Obstacle::Held(held) => {
            link = held.id.map(|id| (routes::request(id), format!("Ouvrir la demande D{}", held.number)));
            let who = if link.is_some() { "La voici." } else { "Un collègue l’a déposée\u{a0}: rapprochez-vous de lui." };
            let text = format!("Une organisation n’a qu’une habilitation «\u{a0}{name}\u{a0}», et la vôtre en a une, ou l’a demandée. {who}");
            (Tone::Info, "Votre organisation a déjà ce service", text)
        }
        Obstacle::Spent(spent) => (Tone::Warning, "Limite du jour atteinte", spent.sentence()),
        Obstacle::NoStepBefore => {
            link = begin.before.map(|before| (routes::new_request(&before.slug), format!("Demander {}", before.name)));
            let name = begin.before.map_or("", |before| before.name.as_str());
            let text = format!(
                "Cette demande prend la suite d’une habilitation «\u{a0}{name}\u{a0}» en cours de validité, délivrée à la même organisation. Vous n’en avez pas."
            );
            (Tone::Info, "Une étape vient avant celle-ci", text)
        }
    };
    let link = link.map(|(href, label)| view! { <p class="fr-mt-2w"><LinkButton href=href label=label /></p> });
    view! {
        <Alert tone=tone title=title><p>{text}</p></Alert>
        {link}
        <p class="fr-mt-2w"><LinkButton href=choose label="Changer d’organisation" kind=ButtonKind::Secondary /></p>
    }
    .into_any()
}

fn ready(begin: &Begin<'_>, chosen: &str, choose: String) -> AnyView {
    let Begin { form, organisation, proposed, before, steps, csrf, .. } = *begin;
    let (action, chosen) = (routes::new_request(&form.slug), chosen.to_owned());
    let who = organisation.map(|organisation| {
        let name = organisation.name();
        view! { <p>"Vous déposez cette demande pour "<strong>{name}</strong>". "<a href=followed(choose)>"Changer d’organisation"</a></p> }
    });
    let kept: Vec<AnyView> = proposed
        .0
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (format!("{PROPOSED}{name}"), value.clone())))
        .map(|(name, value)| view! { <HiddenField name=name value=value /> }.into_any())
        .collect();
    let prefilled = (!kept.is_empty()).then(|| {
        view! {
            <Alert tone=Tone::Info title="Des réponses sont proposées">
                <p>"Le lien que vous avez suivi pré-remplit une partie du formulaire. Vous pourrez tout modifier."</p>
            </Alert>
        }
    });
    let from = before.map(|service| from_step(service, steps));
    let establishment = organisation.and_then(|organisation| organisation.establishment.as_ref());
    let doubtful = applicant::is_doubtful(form, establishment).then(|| {
        let who = form.eligibility.clone();
        view! {
            <Alert tone=Tone::Warning title="Votre organisation n’est pas une administration">
                <p>{who}</p>
                <p>"Un organisme privé ne l’obtient que si un texte le prévoit\u{a0}: citez ce texte dans le cadre juridique. Sans lui, la demande sera refusée."</p>
            </Alert>
        }
    });
    let inline = before.is_none();
    view! {
        {who}
        {doubtful}
        {prefilled}
        <PostForm action=action csrf=csrf.to_owned() inline=inline>
            <HiddenField name=Sent::Form value=chosen />
            {from}
            {kept}
            <Button label="Commencer ma demande" />
        </PostForm>
    }
    .into_any()
}

/// The address of the page with these answers, and with the answers a link proposed.
pub fn way(service: &str, answers: &[(Asked, &str)], carried: &[(String, String)]) -> String {
    let carried = carried.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    routes::with_query(
        &routes::new_request(service),
        &answers.iter().map(|(asked, value)| (asked.as_str(), *value)).chain(carried).collect::<Vec<_>>(),
    )
}

/// The choice of the habilitation that the request continues.
fn from_step(before: &ServiceFile, steps: &[Line]) -> AnyView {
    if let [one] = steps {
        let (id, href, name) = (one.id.to_string(), routes::request(one.id), format!("{} (D{})", title_of(&one.title), one.number));
        return view! {
            <p>"Les réponses de "<a href=followed(href)>{name}</a>" seront reprises\u{a0}: il ne restera que les nouvelles questions."</p>
            <HiddenField name=Sent::Before value=id />
        }
        .into_any();
    }
    let choices = steps.iter().map(|one| Choice::new(one.id.to_string(), format!("{} (D{})", title_of(&one.title), one.number))).collect();
    let field =
        Field::new(Sent::Before, format!("Habilitation {} dont cette demande prend la suite", before.name)).hint("Ses réponses seront reprises.");
    view! { <SelectField field=field choices=choices /> }.into_any()
}

/// The answers that the variant fills in.
fn prepared(form: &Form) -> impl IntoView + use<> {
    let answers = form.first_answers();
    let filled: Vec<AnyView> = form
        .all_fields()
        .iter()
        .filter(|field| field.kind != Kind::Documents && !answers.is_empty(&field.id))
        .map(|field| {
            let words: Vec<String> = match field.kind {
                Kind::Scopes => form.scopes().filter(|scope| answers.all(&field.id).contains(&scope.id)).map(|scope| scope.label.clone()).collect(),
                Kind::Choice | Kind::Choices => {
                    field.choices.iter().filter(|choice| answers.all(&field.id).contains(&choice.value)).map(|choice| choice.label.clone()).collect()
                }
                _ => vec![answers.text(&field.id).to_owned()],
            };
            let more = if field.locked { " (fixé par le modèle)" } else { "" };
            let rest = format!("{more}\u{a0}: {}", words.join(", "));
            view! { <li><strong>{field.label.clone()}</strong>{rest}</li> }.into_any()
        })
        .collect();
    (!filled.is_empty()).then(|| {
        view! {
            <h2 class="fr-h4">"Déjà rempli pour vous"</h2>
            <ul>{filled}</ul>
        }
    })
}
