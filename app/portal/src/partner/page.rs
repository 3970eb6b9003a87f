//! The list of services, the page of one with its credentials and addresses, and the page that shows a secret once.

use domain::routes;
use habilitation::partner::{Client, PartnerService};
use leptos::prelude::*;
use ui::components::{
    Alert, Breadcrumb, Button, Callout, Card, CodeLine, EmptyState, ErrorLink, ErrorSummary, Field, Grid, HiddenField, PageTitle, PostForm,
    SummaryList, SummaryRow, TextareaField, Tone,
};
use web::request::read::title_of;

use super::Sent;

pub fn services_page(services: &[PartnerService]) -> impl IntoView + use<> {
    let cards: Vec<AnyView> = services
        .iter()
        .map(|service| {
            let ready = if service.clients.is_empty() { "Clés en préparation" } else { "Bac à sable prêt" };
            view! { <Card title=title_of(&service.title) href=routes::partner_service(service.request) detail=format!("D{}", service.number) description=ready.to_owned() level=2 /> }.into_any()
        })
        .collect();
    let empty = cards.is_empty();
    view! {
        <PageTitle title="Espace partenaire" lead="Vos services, leurs clés et leurs adresses." />
        {if empty {
            view! { <EmptyState title="Aucun service pour l’instant" text="Le responsable technique nommé dans une demande FranceConnect reçoit son accès par courriel, dès la validation." /> }.into_any()
        } else {
            view! { <Grid cells=cards /> }.into_any()
        }}
    }
}

/// The addresses of a service: as typed with what is wrong with them, or as stored.
#[derive(Debug, Clone, Default)]
pub struct UriForm {
    pub redirect: String,
    pub post_logout: String,
    pub errors: Vec<String>,
    pub saved: bool,
}

pub fn service_page(service: &PartnerService, issuer: &str, gateway: &str, form: &UriForm, csrf: &str) -> impl IntoView + use<> {
    let title = title_of(&service.title);
    let saved = form
        .saved
        .then(|| view! { <Alert tone=Tone::Success title="Adresses enregistrées" live=true><p>"Elles sont utilisables tout de suite."</p></Alert> });
    let errors = form.errors.iter().map(|message| ErrorLink::new("redirect-uris", message.clone())).collect::<Vec<_>>();
    let body = match service.clients.first() {
        None => view! {
            <Alert tone=Tone::Info title="Vos clés se préparent"><p>"Quelques secondes suffisent d’ordinaire. Rechargez cette page."</p></Alert>
        }
        .into_any(),
        Some(client) => client_view(service, client, issuer, gateway, form, csrf),
    };
    view! {
        <Breadcrumb parents=vec![(routes::PARTNER.to_owned(), "Espace partenaire".to_owned())] current=title.clone() />
        <ErrorSummary errors=errors />
        {saved}
        <PageTitle title=title lead=format!("Bac à sable · D{}", service.number) />
        {body}
        <p class="fr-mt-4w"><a class="fr-link" href=routes::PARTNER>"Tous mes services"</a></p>
    }
}

fn client_view(service: &PartnerService, client: &Client, issuer: &str, gateway: &str, form: &UriForm, csrf: &str) -> AnyView {
    let id = service.request;
    let redirect = Field::new(Sent::RedirectUris, "Adresses de retour (redirect_uri)")
        .hint("Une par ligne, en https. En test, http://localhost est accepté.")
        .value(form.redirect.clone())
        .error((!form.errors.is_empty()).then(|| form.errors.join(" ")));
    let logout = Field::new(Sent::PostLogoutRedirectUris, "Adresses après déconnexion (post_logout_redirect_uri)")
        .hint("Une par ligne.")
        .optional()
        .value(form.post_logout.clone());
    let secret = if client.secret_unseen {
        view! {
            <p>"Le secret ne s’affiche qu’une fois\u{a0}: ayez sous la main l’endroit sûr où le ranger."</p>
            <PostForm action=routes::partner_secret(id) csrf=csrf.to_owned() inline=true><Button label="Afficher le secret" /></PostForm>
        }
        .into_any()
    } else {
        let mark = service.secret_mark.clone();
        let known = if service.secret_left {
            view! {
                <Alert tone=Tone::Warning title="Remplacez le secret">
                    <p>"Il a été affiché à une personne qui n’est plus responsable technique de ce service. Tant qu’il n’est pas remplacé, elle peut s’en servir."</p>
                </Alert>
            }
            .into_any()
        } else {
            view! { <p>"Le secret a déjà été affiché\u{a0}: nous ne pouvons plus le relire. S’il est perdu, ou connu de quelqu’un d’autre, remplacez-le."</p> }.into_any()
        };
        view! {
            {known}
            <p>"Le nouveau secret ne s’affiche qu’une fois. L’ancien cesse de fonctionner au même instant\u{a0}: votre service en a besoin aussitôt."</p>
            <PostForm action=routes::partner_new_secret(id) csrf=csrf.to_owned() inline=true>
                <HiddenField name=Sent::Secret value=mark />
                <Button label="Remplacer le secret" />
            </PostForm>
        }
        .into_any()
    };
    let scopes = client.scopes.join(" ");
    view! {
        <section class="fr-mb-4w">
            <h2 class="fr-h4">"Vos clés"</h2>
            <CodeLine id="client-id" label="Identifiant (client_id)" value=client.client_id.clone() />
            {secret}
        </section>
        <section class="fr-mb-4w">
            <h2 class="fr-h4">"Vos adresses"</h2>
            <PostForm action=routes::partner_redirects(id) csrf=csrf.to_owned()>
                <TextareaField field=redirect rows=3 />
                <TextareaField field=logout rows=3 />
                <Button label="Enregistrer les adresses" />
            </PostForm>
        </section>
        <section class="fr-mb-4w">
            <h2 class="fr-h4">"Se brancher"</h2>
            <CodeLine id="issuer" label="Émetteur (issuer)" value=issuer.to_owned() />
            <CodeLine id="decouverte" label="Découverte OpenID Connect" value=format!("{issuer}/.well-known/openid-configuration") />
            <CodeLine id="passerelle" label="API Particulier" value=gateway.to_owned() />
            <SummaryList rows=vec![SummaryRow::text("Droits accordés (scopes)", scopes), SummaryRow::text("Signature des jetons", "ES256")] />
        </section>
        <Callout title="Une personne de test" level=2>
            <p>"Sur la page de connexion, choisissez «\u{a0}Identité de démonstration\u{a0}», puis l’identifiant "<code>"test"</code>" et le mot de passe "<code>"123"</code>"."</p>
        </Callout>
    }
    .into_any()
}

/// The only page that shows the secret: afterwards nobody can read it again.
pub fn secret_page(service: &PartnerService, client_id: &str, secret: &str) -> impl IntoView + use<> {
    view! {
        <Breadcrumb parents=vec![(routes::PARTNER.to_owned(), "Espace partenaire".to_owned()), (routes::partner_service(service.request), title_of(&service.title))] current="Secret" />
        <PageTitle title="Votre secret" />
        <Alert tone=Tone::Warning title="Copiez-le maintenant"><p>"Cette page ne s’affichera plus\u{a0}: le secret n’est pas conservé en clair, et personne ne pourra vous le redonner."</p></Alert>
        <div class="fr-mt-3w">
            <CodeLine id="client-id" label="Identifiant (client_id)" value=client_id.to_owned() />
            <CodeLine id="client-secret" label="Secret (client_secret)" value=secret.to_owned() />
        </div>
        <p><a class="fr-btn" href=routes::partner_service(service.request)>"Je l’ai rangé en lieu sûr"</a></p>
    }
}
