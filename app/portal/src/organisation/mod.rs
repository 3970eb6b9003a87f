//! The organisations a person works for: adding one by its SIRET, choosing the current one, leaving one.

mod page;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{actor::Actor, ids::OrganisationId, routes};
use habilitation::organisations::{JoinError, Joined};
use ui::fields;
use web::{ActorForm, App, FormData, Page, Routes, SignedIn, Visitor, WebError, id_of, return_path, see_other};

use self::page::{self as pages, OrganisationPage};

fields! {
    /// What the forms of this page send.
    enum Sent {
        Siret = "siret",
        /// The id of the organisation to work for from now on.
        Choose = "choisir",
        /// The id of the organisation to leave.
        Leave = "quitter",
        /// The page the person was going to.
        ReturnTo = "suite",
    }
}

pub fn routes() -> Routes {
    Routes::new().get(routes::ORGANISATION, show).post(routes::ORGANISATION, change)
}

async fn show(State(app): State<App>, SignedIn { visitor, actor, .. }: SignedIn, Query(query): Query<FormData>) -> Result<Response, WebError> {
    let suite = return_path(query.get(Sent::ReturnTo)).map(str::to_owned);
    let page = OrganisationPage { suite, ..OrganisationPage::default() };
    present(&app, &visitor, &actor, page, StatusCode::OK).await
}

async fn change(State(app): State<App>, ActorForm { visitor, actor, session, data }: ActorForm) -> Result<Response, WebError> {
    if data.holds(Sent::Leave) {
        return leave(&app, &actor, &session, &data).await;
    }
    if data.holds(Sent::Choose) { choose(&app, &actor, &session, &data).await } else { add(&app, &visitor, &actor, &session, &data).await }
}

async fn choose(app: &App, actor: &Actor, session: &str, data: &FormData) -> Result<Response, WebError> {
    let id: OrganisationId = id_of(data.get(Sent::Choose))?;
    if !app.habilitation.choose_organisation(actor, session, id).await? {
        return Err(WebError::NotFound);
    }
    Ok(see_other(&back_here(return_path(data.get(Sent::ReturnTo)))))
}

async fn leave(app: &App, actor: &Actor, session: &str, data: &FormData) -> Result<Response, WebError> {
    let id: OrganisationId = id_of(data.get(Sent::Leave))?;
    app.habilitation.leave_organisation(actor, session, id).await?;
    Ok(see_other(routes::ORGANISATION))
}

async fn add(app: &App, visitor: &Visitor, actor: &Actor, session: &str, data: &FormData) -> Result<Response, WebError> {
    let suite = return_path(data.get(Sent::ReturnTo));
    let error = match app.habilitation.join_organisation(actor, session, data.get(Sent::Siret)).await {
        Ok(joined) if needs_words(&joined) => return Ok(see_other(&back_here(suite))),
        Ok(_) => return Ok(see_other(suite.unwrap_or(routes::REQUESTS))),
        Err(JoinError::Invalid(invalid)) => invalid.sentence(),
        Err(JoinError::Unknown) => "L’annuaire ne connaît pas ce numéro SIRET. Vérifiez-le, ou indiquez celui du siège.".to_owned(),
        Err(JoinError::Store(error)) => return Err(error.into()),
    };
    let page = OrganisationPage {
        siret: data.get(Sent::Siret).to_owned(),
        error: Some(error),
        suite: suite.map(str::to_owned),
        ..OrganisationPage::default()
    };
    present(app, visitor, actor, page, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// Whether the page must be shown again to say something: the directory did not answer, or the establishment is closed.
fn needs_words(joined: &Joined) -> bool {
    joined.directory_unreachable || joined.organisation.establishment.as_ref().is_some_and(|found| !found.open)
}

fn back_here(suite: Option<&str>) -> String {
    let Some(path) = suite else { return routes::ORGANISATION.to_owned() };
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("suite", path).finish();
    format!("{}?{query}", routes::ORGANISATION)
}

async fn present(app: &App, visitor: &Visitor, actor: &Actor, page: OrganisationPage, status: StatusCode) -> Result<Response, WebError> {
    let organisations = app.habilitation.organisations(actor).await?;
    let verified = app.habilitation.verified_organisations(actor).await?;
    let (mut current, mut others) = (None, Vec::new());
    for organisation in organisations {
        let slot = actor.organisation == Some(organisation.id);
        let view = pages::Organisation {
            id: organisation.id.to_string(),
            siret: organisation.siret,
            establishment: organisation.establishment,
            checked_at: organisation.checked_at,
            verified: verified.contains(&organisation.id),
        };
        if slot { current = Some(view) } else { others.push(view) }
    }
    let page = OrganisationPage { current, others, csrf: visitor.csrf.clone(), ..page };
    Ok(Page::new(app, visitor, "Votre organisation").status(status).show(|| pages::page(page)))
}
