//! The result of the eligibility questions: which requests to file, whom to write to, or why it is refused, with the source of
//! the rule.

use domain::{
    catalogue::{Catalogue, Form, ServiceFile},
    choice::Builder,
    eligibility::Outcome,
    routes,
};
use leptos::prelude::*;
use ui::components::*;
use web::request::working_days::working_days;

use super::mail_link;

/// Source: arrêté du 8 novembre 2018 relatif au téléservice FranceConnect.
const ORDER_URL: &str = "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000037611479";

pub(crate) fn part(outcome: Outcome, catalogue: &Catalogue) -> AnyView {
    match outcome {
        Outcome::Incomplete => ().into_any(),
        Outcome::Citizen => citizen().into_any(),
        Outcome::PrivateBody => private_body(catalogue).into_any(),
        Outcome::Partner => partner().into_any(),
        Outcome::TwoRequests | Outcome::VendorModel | Outcome::OneRequest => to_file(outcome, catalogue).into_any(),
        Outcome::ContactVendor => contact_vendor(catalogue).into_any(),
        Outcome::PersonalSupport => personal_support(catalogue).into_any(),
    }
}

fn order_link() -> impl IntoView {
    view! { <a href=followed(ORDER_URL)>"arrêté du 8\u{a0}novembre 2018 relatif à FranceConnect"</a> }
}

fn support(catalogue: &Catalogue, slug: &str) -> impl IntoView + use<> {
    catalogue.service(slug).map(|service| mail_link(&service.support_email))
}

fn citizen() -> impl IntoView {
    view! {
        <h2>"Vous n’avez aucune demande à faire"</h2>
        <p>"FranceConnect vous est déjà ouvert. Cherchez son bouton sur le site de votre démarche."</p>
        <p>"Habilis s’adresse aux organismes qui veulent proposer ce bouton à leurs usagers."</p>
        <p class="fr-text--sm">"Règle\u{a0}: "{order_link()}"."</p>
        <Buttons>
            <LinkButton label="Revenir à l’accueil" href=routes::HOME kind=ButtonKind::Secondary />
        </Buttons>
    }
}

fn private_body(catalogue: &Catalogue) -> impl IntoView + use<> {
    let support = support(catalogue, "franceconnect");
    view! {
        <h2>"Vous n’êtes éligible que dans deux cas"</h2>
        <p>"Une société de droit privé peut demander FranceConnect\u{a0}:"</p>
        <ul>
            <li>"si un texte l’oblige à vérifier l’identité de ses clients\u{a0};"</li>
            <li>"ou pour recevoir leurs changements d’adresse."</li>
        </ul>
        <p>"Les données d’API Particulier, elles, ne s’échangent qu’entre administrations."</p>
        <Callout title="Vous êtes dans l’un de ces cas\u{a0}?">
            <p>"Écrivez à "{support}" et citez le texte."</p>
        </Callout>
        <Callout title="Vous éditez un logiciel pour des administrations\u{a0}?">
            <p>"Chaque administration cliente dépose sa demande. Elle peut vous désigner comme responsable technique."</p>
        </Callout>
        <p class="fr-text--sm">
            "Règles\u{a0}: "{order_link()}"\u{a0}; article L114-8 du code des relations entre le public et l’administration."
        </p>
    }
}

fn partner() -> impl IntoView {
    view! {
        <h2>"Connectez-vous pour continuer"</h2>
        <p>"Vous retrouverez vos demandes, vos habilitations et vos clés de test."</p>
        <Buttons>
            <LinkButton label="Se connecter" href=routes::SIGN_IN />
            <LinkButton label="Voir les services" href=routes::CATALOGUE kind=ButtonKind::Secondary />
        </Buttons>
    }
}

fn to_file<'a>(outcome: Outcome, catalogue: &'a Catalogue) -> impl IntoView + use<> {
    let services: Vec<&ServiceFile> = outcome.requests().iter().filter_map(|slug| catalogue.service(slug)).collect();
    let (title, advice) = match outcome {
        Outcome::OneRequest => {
            ("Vous êtes éligible\u{a0}: une demande suffit", "FranceConnect est déjà en place. Il vous reste à demander les données.")
        }
        Outcome::VendorModel => (
            "Vous êtes éligible\u{a0}: une demande suffit",
            "Votre éditeur est prêt\u{a0}: son modèle demande FranceConnect et les données ensemble, et remplit ce qui peut l’être.",
        ),
        _ => ("Vous êtes éligible\u{a0}: deux demandes à déposer", "Déposez la seconde sans attendre la réponse à la première."),
    };
    let count = services.len();
    let way: &[(&str, &str)] = match outcome {
        Outcome::VendorModel => &[("qui", "editeur")],
        Outcome::TwoRequests => &[("qui", "interne")],
        _ => &[],
    };
    let form = |service: &'a ServiceFile| match outcome {
        // A single request for both services, reviewed by the teams of one after those of the other.
        Outcome::VendorModel => catalogue.together(&service.slug).or_else(|| catalogue.form_now(&service.slug, None)),
        _ => catalogue.form_now(&service.slug, None),
    };
    let requests =
        services.into_iter().enumerate().filter_map(|(index, service)| Some(request(index, count, service, form(service)?, way))).collect_view();
    view! {
        <h2>{title}</h2>
        <p>{advice}</p>
        {requests}
        <p class="fr-text--sm">
            "Règles\u{a0}: "{order_link()}"\u{a0}; article L114-8 du code des relations entre le public et l’administration, pour les données."
        </p>
    }
}

/// How the delays add up when several teams review one after the other.
fn one_after_the_other(form: &Form) -> Option<String> {
    let each: u32 = form.stages.iter().map(|stage| stage.working_days).sum();
    if form.stages.len() < 2 || each != form.review_days() {
        return None;
    }
    let teams: Vec<String> = form.stages.iter().map(|stage| format!("{}, {}", stage.team, working_days(stage.working_days))).collect();
    Some(format!(" Les équipes examinent la demande l’une après l’autre\u{a0}: {}.", teams.join("\u{a0}; ")))
}

/// `form` is the one the request is filed with: that of the service, or of several services together.
fn request(index: usize, count: usize, service: &ServiceFile, form: &Form, way: &[(&str, &str)]) -> impl IntoView + use<> {
    let title = if count > 1 { format!("{}. {}", index + 1, service.name) } else { service.name.clone() };
    let kind = if index == 0 { ButtonKind::Primary } else { ButtonKind::Secondary };
    let (label, href) = (
        format!("Demander {}", service.name),
        routes::with_query(&routes::new_request(&service.slug), if service.variants.iter().any(|one| one.vendor.is_some()) { way } else { &[] }),
    );
    view! {
        <h3>{title}</h3>
        <p>{service.summary.clone()}</p>
        <p>{format!("Réponse sous {}.", working_days(form.review_days()))}{one_after_the_other(form)}</p>
        <Buttons>
            <LinkButton label=label href=href kind=kind />
        </Buttons>
    }
}

fn contact_vendor(catalogue: &Catalogue) -> impl IntoView + use<> {
    let report = routes::with_query(&routes::new_request("api-particulier"), &[("qui", Builder::Vendor.as_str())]);
    view! {
        <h2>"Parlez-en d’abord à votre éditeur"</h2>
        <p>"Votre organisme est éligible, mais son logiciel n’est pas prêt. Une demande déposée maintenant resterait sans suite."</p>
        <h3>"1. Dites à votre éditeur"</h3>
        <ul>
            <li>"que vous voulez proposer FranceConnect à vos usagers\u{a0};"</li>
            <li>"quelles données vous voulez recevoir par API Particulier\u{a0};"</li>
            <li>"pour quelle démarche et à quelle date."</li>
        </ul>
        <h3>"2. Prévenez l’équipe API Particulier"</h3>
        <p>"Elle contacte votre éditeur et suit sa réponse."</p>
        <Buttons>
            <LinkButton label="Faire contacter mon éditeur" href=report />
        </Buttons>
        <p>"Une question\u{a0}? "{support(catalogue, "api-particulier")}</p>
        <h3>"3. Revenez quand il est prêt"</h3>
        <p>"Vos demandes pourront alors être déposées le jour même."</p>
        <p class="fr-text--sm">"Règle\u{a0}: "{order_link()}"."</p>
    }
}

fn personal_support(catalogue: &Catalogue) -> impl IntoView + use<> {
    view! {
        <h2>"Nous vous accompagnons en personne"</h2>
        <p>"Votre organisme est éligible. Avec plusieurs services, mieux vaut préparer ensemble vos demandes."</p>
        <p>"Écrivez à "{support(catalogue, "franceconnect")}". Indiquez\u{a0}:"</p>
        <ul>
            <li>"le nom et le SIRET de votre organisme\u{a0};"</li>
            <li>"la liste de vos services et leurs éditeurs\u{a0};"</li>
            <li>"ceux qui proposent déjà FranceConnect\u{a0};"</li>
            <li>"vos échéances."</li>
        </ul>
        <p>"Vous préférez avancer seul\u{a0}? "<a href=routes::CATALOGUE>"Déposez une demande par service"</a>"."</p>
        <p class="fr-text--sm">
            "Règles\u{a0}: "{order_link()}"\u{a0}; article L114-8 du code des relations entre le public et l’administration, pour les données."
        </p>
    }
}
