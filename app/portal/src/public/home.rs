//! The home page: what Habilis is, and the links to begin.

use domain::{
    catalogue::{Catalogue, ServiceFile},
    routes,
};
use leptos::prelude::*;
use ui::components::*;
use web::request::working_days::working_days;

pub fn page(catalogue: &Catalogue, signed_in: bool) -> impl IntoView + use<> {
    view! {
        <PageTitle
            title="Connectez vos usagers, recevez leurs données"
            lead="Habilis conduit votre organisme jusqu’à FranceConnect et API Particulier, de la demande à la mise en service."
        />
        <Buttons>
            <LinkButton label="Êtes-vous éligible\u{a0}?" href=routes::ELIGIBILITY />
            <LinkButton label="Voir les services" href=routes::CATALOGUE kind=ButtonKind::Secondary />
        </Buttons>
        {returning(signed_in)}
        <h2>"Trois étapes"</h2>
        <Grid cells=steps() />
        <h2>"Les services proposés"</h2>
        <Grid columns=2 cells=catalogue.services().iter().map(service_card).collect() />
    }
}

fn returning(signed_in: bool) -> impl IntoView {
    if signed_in {
        view! { <p><a href=routes::REQUESTS>"Reprendre mes demandes"</a></p> }.into_any()
    } else {
        view! { <p>"Déjà partenaire\u{a0}? "<a href=routes::SIGN_IN>"Se connecter"</a></p> }.into_any()
    }
}

fn steps() -> Vec<AnyView> {
    [
        ("1. Vérifier", "Répondez à quatre questions au plus. Vous saurez quelles demandes déposer."),
        ("2. Demander", "Remplissez votre demande à votre rythme. Chaque équipe s’engage sur un délai."),
        ("3. Intégrer", "Dès l’accord, vos clés de test sont prêtes. Essayez avec des usagers fictifs."),
    ]
    .map(|(title, text)| view! { <h3 class="fr-mt-0w">{title}</h3> <p>{text}</p> }.into_any())
    .into()
}

fn service_card(service: &ServiceFile) -> AnyView {
    let delay = format!("Réponse sous {}", working_days(service.review_days()));
    view! {
        <Card
            title=service.name.clone()
            href=format!("{}#{}", routes::CATALOGUE, service.slug)
            description=service.summary.clone()
            detail=service.provider.clone()
        >
            <Badge label=delay tone=Tone::Info />
        </Card>
    }
    .into_any()
}
