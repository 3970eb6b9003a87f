//! The partner space: the credentials (client id and secret) of the services granted, and the redirect addresses they declare.

mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    ids::RequestId,
    ports::Environment,
    routes::{self as paths, realms},
};
use habilitation::partner::{PartnerError, PartnerService};
use serde::Deserialize;
use ui::{fields, shell::NavItem};
use web::{ActorForm, App, Caller, Page, Routes, SignedIn, Visitor, WebError, id_of, see_other};

use self::page::{UriForm, secret_page, service_page, services_page};

fields! {
    /// What the forms of a service send.
    enum Sent {
        RedirectUris = "redirect_uris",
        PostLogoutRedirectUris = "post_logout_redirect_uris",
        /// Identifies the secret to replace, so that a form submitted twice replaces it only once.
        Secret = "secret",
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::PARTNER, services)
        .get(paths::PARTNER_SERVICE, service)
        .post(paths::PARTNER_REDIRECTS, redirects)
        .post(paths::PARTNER_SECRET, secret)
        .post(paths::PARTNER_NEW_SECRET, new_secret)
}

async fn services(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn) -> Result<Response, WebError> {
    let services = app.habilitation.partnering(&actor).services().await?;
    Ok(Page::new(&app, &visitor, "Espace partenaire").at(NavItem::Partner).show(|| services_page(&services)))
}

#[derive(Deserialize)]
struct Saved {
    enregistre: Option<String>,
}

async fn service(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(saved): Query<Saved>,
) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let service = app.habilitation.partnering(&actor).open(id).await?;
    let mut form = UriForm { saved: saved.enregistre.is_some(), ..UriForm::default() };
    if let Some(client) = service.clients.first() {
        form.redirect = client.redirect_uris.join("\n");
        form.post_logout = client.post_logout_redirect_uris.join("\n");
    }
    Ok(show(&app, &visitor, &service, &form, StatusCode::OK))
}

fn show(app: &App, visitor: &Visitor, service: &PartnerService, form: &UriForm, status: StatusCode) -> Response {
    let issuer = app.cx.url(&realms::issuer(domain::realm::FRANCECONNECT, Environment::Sandbox));
    let gateway = app.cx.url(&realms::api_particulier(Environment::Sandbox));
    let page = Page::new(app, visitor, "Mon service").at(NavItem::Partner).status(status);
    page.show(|| service_page(service, &issuer, &gateway, form, &visitor.csrf))
}

async fn redirects(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let partnering = app.habilitation.partnering(&actor);
    let (redirect, post_logout) = (data.get(Sent::RedirectUris), data.get(Sent::PostLogoutRedirectUris));
    match partnering.set_redirect_uris(id, redirect, post_logout).await {
        Ok(()) => Ok(see_other(&format!("{}?enregistre=1", paths::partner_service(id)))),
        Err(PartnerError::Uris(errors)) => {
            let service = partnering.open(id).await?;
            let typed = UriForm { redirect: redirect.to_owned(), post_logout: post_logout.to_owned(), errors, saved: false };
            Ok(show(&app, &visitor, &service, &typed, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}

async fn secret(
    State(app): State<App>,
    Caller(from): Caller,
    Path(id): Path<String>,
    ActorForm { actor, visitor, .. }: ActorForm,
) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let partnering = app.habilitation.partnering(&actor);
    let service = partnering.open(id).await?;
    let (client, secret) = partnering.reveal_secret(id, &from).await?;
    Ok(show_once(&app, &visitor, &service, &client.client_id, &secret))
}

async fn new_secret(
    State(app): State<App>,
    Caller(from): Caller,
    Path(id): Path<String>,
    ActorForm { actor, visitor, data, .. }: ActorForm,
) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let partnering = app.habilitation.partnering(&actor);
    let service = partnering.open(id).await?;
    let (client, secret) = partnering.replace_secret(id, data.get(Sent::Secret), &from).await?;
    Ok(show_once(&app, &visitor, &service, &client.client_id, &secret))
}

fn show_once(app: &App, visitor: &Visitor, service: &PartnerService, client_id: &str, secret: &str) -> Response {
    let page = Page::new(app, visitor, "Votre secret").at(NavItem::Partner);
    page.show(|| secret_page(service, client_id, secret))
}
