//! The questions that choose a form: who writes the software, whose product it is, for which procedure. Every answer is a link,
//! so that the page works without a script and its address can be sent to a colleague.

use domain::{
    catalogue::{ServiceFile, Variant, Vendor},
    choice::{Answers, Builder, OTHER, Step},
    routes,
};
use habilitation::vendor_tickets::{MAX_MESSAGE, TicketForm, TicketProblems};
use leptos::prelude::*;
use ui::{
    components::{
        Alert, Breadcrumb, Button, ButtonKind, Choice, EmailField, ErrorLink, ErrorSummary, Field, Grid, HiddenField, PageTitle, PostForm,
        SelectField, TelField, TextField, TextareaField, Tile, Tone, followed, mailto,
    },
    named::Named,
};

use super::{
    Asked, Ticket,
    page::{Begin, PROPOSED, start, way},
};

/// What the page of one question shows.
pub struct ChoosePage<'a> {
    pub service: &'a ServiceFile,
    pub answers: &'a Answers,
    pub step: &'a Step<'a>,
    /// The form that reports a vendor, as typed, with what is wrong with it.
    pub ticket: &'a TicketForm,
    pub problems: &'a TicketProblems,
    /// The team has just been told of the vendor.
    pub told: bool,
    /// The form with nothing filled in beforehand, offered at the foot of each question.
    pub begin: &'a Begin<'a>,
}

/// The controls of the form that reports a vendor, from top to bottom.
const CONTROLS: [Ticket; 6] = [Ticket::VendorName, Ticket::Wanted, Ticket::ContactName, Ticket::ContactEmail, Ticket::ContactPhone, Ticket::Message];

pub fn choose_page(page: &ChoosePage<'_>) -> impl IntoView + use<> {
    let service = page.service;
    let body = match page.step {
        Step::Builder => builder(page).into_any(),
        Step::Vendor(vendors) => vendor(page, vendors).into_any(),
        Step::Case(cases) => case(page, cases).into_any(),
        Step::Product(products) => product(page, products, "Quel produit utilisez-vous\u{a0}?").into_any(),
        Step::NotQualified { vendor, products } => not_qualified(page, *vendor, products).into_any(),
        Step::Nobody(vendors) => nobody(page, vendors).into_any(),
        Step::Ready(_) => ().into_any(),
    };
    let errors: Vec<ErrorLink> =
        CONTROLS.into_iter().filter_map(|control| Some(ErrorLink::new(control, page.problems.get(control.as_str())?.clone()))).collect();
    let told = page.told.then(|| {
        view! {
            <Alert tone=Tone::Success title="L’équipe est prévenue" live=true>
                <p>"Elle contacte votre éditeur et vous écrit quand elle connaît sa réponse."</p>
            </Alert>
        }
    });
    let back = (*page.answers != Answers::default())
        .then(|| view! { <p><a href=followed(way(&service.slug, &[], page.begin.carried))>"Recommencer les questions"</a></p> });
    view! {
        <Breadcrumb parents=vec![(routes::CATALOGUE.to_owned(), "Services".to_owned())] current=service.name.clone() />
        {told}
        <ErrorSummary errors=errors />
        <PageTitle title=format!("Demander {}", service.name) lead=service.eligibility.clone() />
        {body}
        {back}
        {free(page)}
    }
}

/// The address of this step with one more answer.
fn with(page: &ChoosePage<'_>, asked: Asked, value: &str) -> String {
    let Answers { builder, vendor, case, form } = page.answers;
    let known = [
        (Asked::Builder, builder.map(Builder::as_str)),
        (Asked::Vendor, vendor.as_deref()),
        (Asked::Case, case.as_deref()),
        (Asked::Form, form.as_deref()),
    ];
    let mut pairs: Vec<(Asked, &str)> = known.iter().filter(|(one, _)| *one != asked).filter_map(|(one, value)| Some((*one, (*value)?))).collect();
    pairs.push((asked, value));
    way(&page.service.slug, &pairs, page.begin.carried)
}

fn tile(title: &str, description: &str, href: String) -> AnyView {
    view! { <Tile title=title.to_owned() description=description.to_owned() href=href /> }.into_any()
}

fn builder(page: &ChoosePage<'_>) -> impl IntoView + use<> {
    let cells = vec![
        tile(
            "Notre éditeur de logiciel",
            "Vous utilisez le produit d’une société. S’il est prêt, une demande déjà remplie vous attend.",
            with(page, Asked::Builder, Builder::Vendor.as_str()),
        ),
        tile(
            "Nos propres développeurs",
            "Des agents de votre organisme, ou un prestataire que vous dirigez.",
            with(page, Asked::Builder, Builder::InHouse.as_str()),
        ),
        tile("Personne pour l’instant", "Vous n’avez ni éditeur, ni développeur.", with(page, Asked::Builder, Builder::Nobody.as_str())),
    ];
    view! {
        <h2 class="fr-h4">"Qui va raccorder votre service\u{a0}?"</h2>
        <Grid columns=3 cells=cells />
    }
}

fn vendor(page: &ChoosePage<'_>, vendors: &[&Vendor]) -> impl IntoView + use<> {
    let mut cells: Vec<AnyView> =
        vendors.iter().map(|vendor| tile(&vendor.name, &products_of(page, vendor), with(page, Asked::Vendor, &vendor.slug))).collect();
    cells.push(tile("Un autre éditeur", "Il n’est pas dans cette liste.", with(page, Asked::Vendor, OTHER)));
    view! {
        <h2 class="fr-h4">"Quel est votre éditeur\u{a0}?"</h2>
        <Grid columns=3 cells=cells />
    }
}

fn products_of(page: &ChoosePage<'_>, vendor: &Vendor) -> String {
    let products = page.service.variants.iter().filter(|variant| variant.vendor.as_ref() == Some(&vendor.slug));
    let names: Vec<&str> = products.map(|variant| variant.name.split(" (").next().unwrap_or(&variant.name)).collect();
    names.join(", ")
}

fn case(page: &ChoosePage<'_>, cases: &[&str]) -> impl IntoView + use<> {
    let cells = cases
        .iter()
        .filter_map(|slug| page.service.use_cases.iter().find(|case| case.slug == **slug))
        .map(|case| tile(&case.label, &case.description, with(page, Asked::Case, &case.slug)))
        .collect();
    view! {
        <h2 class="fr-h4">"Pour quelle démarche\u{a0}?"</h2>
        <Grid columns=2 cells=cells />
    }
}

fn product(page: &ChoosePage<'_>, products: &[&Variant], title: &'static str) -> impl IntoView + use<> {
    let cells = products.iter().map(|variant| tile(&variant.name, &variant.summary, with(page, Asked::Form, &variant.slug))).collect();
    view! {
        <h2 class="fr-h4">{title}</h2>
        <Grid columns=2 cells=cells />
    }
}

fn nobody(page: &ChoosePage<'_>, vendors: &[&Vendor]) -> impl IntoView + use<> {
    let mail = page.service.support_email.clone();
    let cells: Vec<AnyView> = vendors
        .iter()
        .filter(|vendor| vendor.franceconnect)
        .map(|vendor| tile(&vendor.name, &products_of(page, vendor), with(page, Asked::Vendor, &vendor.slug)))
        .collect();
    view! {
        <h2 class="fr-h4">"Il vous faut un logiciel déjà raccordé"</h2>
        <p>"Sans développeur ni éditeur, ces données ne peuvent pas être reçues. Les produits de ces éditeurs le permettent\u{a0}:"</p>
        <Grid columns=3 cells=cells />
        <p class="fr-mt-2w">"Une question\u{a0}? Écrivez à "<a href=followed(mailto(&mail))>{mail.clone()}</a>"."</p>
    }
}

fn not_qualified(page: &ChoosePage<'_>, vendor: Option<&Vendor>, products: &[&Variant]) -> impl IntoView + use<> {
    let name = vendor.map_or_else(|| "Votre éditeur".to_owned(), |vendor| vendor.name.clone());
    let title = match vendor {
        Some(_) => format!("{name} n’est pas encore raccordé à FranceConnect"),
        None => "Cet éditeur ne nous est pas connu".to_owned(),
    };
    let other = (!products.is_empty()).then(|| {
        let list = product(page, products, "Commencer sans FranceConnect");
        view! {
            {list}
            <p class="fr-mt-2w">"Ces produits interrogent l’API avec l’identité que l’usager saisit. Vous pourrez passer à FranceConnect plus tard."</p>
        }
    });
    let form = (!page.told).then(|| ticket(page, vendor));
    view! {
        <h2 class="fr-h4">{title}</h2>
        <p>"Pour recevoir les données avec FranceConnect, son logiciel doit d’abord permettre à vos usagers de se connecter ainsi."</p>
        {other}
        {form}
    }
}

fn ticket(page: &ChoosePage<'_>, vendor: Option<&Vendor>) -> impl IntoView + use<> {
    let TicketForm { vendor_name, contact_name, contact_email, contact_phone, wanted, message, .. } = page.ticket.clone();
    let problem = |control: Ticket| page.problems.get(control.as_str()).cloned();
    let slug = vendor.map(|vendor| vendor.slug.clone()).unwrap_or_default();
    let named = match vendor {
        Some(_) => ().into_any(),
        None => {
            view! { <TextField field=Field::new(Ticket::VendorName, "Nom de l’éditeur").value(vendor_name).error(problem(Ticket::VendorName)) /> }
                .into_any()
        }
    };
    let apis: Vec<Choice> = page.service.scope_groups.iter().map(|group| Choice::new(group.label.clone(), group.label.clone())).collect();
    let limit = u32::try_from(MAX_MESSAGE).unwrap_or(u32::MAX);
    let (action, csrf) = (routes::report_vendor(&page.service.slug), page.begin.csrf.to_owned());
    let data = Field::new(Ticket::Wanted, "Données que vous voulez recevoir").value(wanted).error(problem(Ticket::Wanted));
    let person =
        Field::new(Ticket::ContactName, "Votre interlocuteur chez l’éditeur").value(contact_name).error(problem(Ticket::ContactName)).optional();
    let email = Field::new(Ticket::ContactEmail, "Son adresse électronique")
        .hint("Une adresse ou un téléphone suffit.")
        .value(contact_email)
        .error(problem(Ticket::ContactEmail))
        .optional();
    let phone = Field::new(Ticket::ContactPhone, "Son téléphone").value(contact_phone).error(problem(Ticket::ContactPhone)).optional();
    let about =
        Field::new(Ticket::Message, "Votre démarche et vos échéances").value(message).error(problem(Ticket::Message)).maxlength(limit).optional();
    let carried = page.begin.carried.iter().map(|(name, value)| (format!("{PROPOSED}{name}"), value.clone()));
    let kept: Vec<AnyView> = carried.map(|(name, value)| view! { <HiddenField name=name value=value /> }.into_any()).collect();
    view! {
        <h2 class="fr-h4">"Faire contacter l’éditeur"</h2>
        <p>"L’équipe API Particulier l’appelle pour vous et suit sa réponse."</p>
        <PostForm action=action csrf=csrf>
            <HiddenField name=Ticket::Vendor value=slug />
            {kept}
            {named}
            <SelectField field=data choices=apis />
            <TextField field=person />
            <EmailField field=email />
            <TelField field=phone />
            <TextareaField field=about />
            <p><Button label="Prévenir l’équipe" kind=ButtonKind::Secondary /></p>
        </PostForm>
    }
}

/// The form with nothing filled in beforehand, for people whom none of the answers suits.
fn free(page: &ChoosePage<'_>) -> impl IntoView + use<> {
    view! {
        <hr class="fr-mt-4w" />
        <h2 class="fr-h6">"Aucun de ces cas ne vous convient\u{a0}?"</h2>
        <p>"Partez d’une demande libre\u{a0}: toutes les données sont proposées et tout est à remplir."</p>
        {start(page.begin)}
    }
}
