//! The pages of requests prepared for others.

pub mod page;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    catalogue::ServiceFile,
    form::{Answers, FieldProblem},
    ids::PreparedId,
    routes as paths,
};
use habilitation::reviews::{PreparedError, Reviewing};
use ui::shell::NavItem;
use web::{App, Done, ListQuery, Page, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, id_once, see_other, signed_in};

use crate::{
    prepared::page::{InvitationForm, PreparedPage, prepared_list, prepared_page},
    request::reviewing,
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(paths::PREPARED, list)
        .post(paths::PREPARED, prepare)
        .get(paths::PREPARED_ONE, open)
        .post(paths::PREPARED_ONE, save)
        .post(paths::PREPARED_INVITATION, invite)
        .post(paths::PREPARED_WITHDRAWAL, withdraw)
}

const DONE: [(&str, &str); 3] = [("enregistre", "Réponses enregistrées"), ("invite", "Invitation envoyée"), ("retire", "Demande préparée retirée")];

/// Nothing here for whoever decides for no service.
fn preparing<'a>(app: &'a App, actor: &'a domain::actor::Actor) -> Result<Reviewing<'a>, WebError> {
    let reviewing = reviewing(app, actor)?;
    if reviewing.preparable().is_empty() { Err(WebError::NotFound) } else { Ok(reviewing) }
}

async fn list(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Query(query): Query<ListQuery>,
    Query(done): Query<Done>,
) -> Result<Response, WebError> {
    let reviewing = preparing(&app, &actor)?;
    let page = reviewing.prepared_requests(query.number().into()).await?;
    let forms: Vec<(String, String)> = reviewing.preparable().into_iter().flat_map(|service| forms_of(&app, service)).collect();
    let shown = Page::new(&app, &visitor, "Demandes préparées").at(NavItem::Review);
    Ok(shown.show(|| prepared_list(&page, query.number(), &forms, done.sentence(&DONE), app.cx.now(), &visitor.csrf)))
}

/// The plain form, then those of its use cases and products, as the control sends and shows them.
fn forms_of(app: &App, service: &ServiceFile) -> Vec<(String, String)> {
    let variants = service.variants.iter().map(|variant| Some(variant.slug.as_str()));
    let value = |variant: Option<&str>| variant.map_or_else(|| service.slug.clone(), |variant| format!("{}/{variant}", service.slug));
    std::iter::once(None).chain(variants).map(|variant| (value(variant), app.habilitation.form_name(&service.slug, variant))).collect()
}

async fn prepare(State(app): State<App>, form: SignedForm) -> Result<Response, WebError> {
    let actor = signed_in(&form, paths::PREPARED.to_owned())?;
    let chosen = form.data.text("service");
    let (service, variant) = chosen.split_once('/').map_or((chosen, None), |(service, variant)| (service, Some(variant)));
    let id: PreparedId = id_once(&app, actor, &form.data, paths::PREPARED, &[]);
    preparing(&app, actor)?.prepare(id, service, variant).await?;
    Ok(see_other(&paths::prepared(id)))
}

/// What goes back to the page when something was refused.
#[derive(Default)]
struct Shown {
    typed: Option<Answers>,
    problems: Vec<FieldProblem>,
    invitation: InvitationForm,
    done: Option<&'static str>,
    status: StatusCode,
}

async fn show(app: &App, visitor: &Visitor, reviewing: &Reviewing<'_>, id: PreparedId, shown: Shown) -> Result<Response, WebError> {
    let (prepared, form) = reviewing.prepared_request(id).await?;
    let claimed_as = reviewing.claimed_as(&prepared).await?;
    let page = PreparedPage {
        answers: shown.typed.as_ref().unwrap_or(&prepared.answers),
        prepared: &prepared,
        form,
        form_name: app.habilitation.form_name(&form.slug, form.variant.as_deref()),
        problems: &shown.problems,
        invitation: &shown.invitation,
        claimed_as,
        done: shown.done,
        now: app.cx.now(),
        csrf: &visitor.csrf,
    };
    Ok(Page::new(app, visitor, "Demande préparée").at(NavItem::Review).status(shown.status).show(|| prepared_page(&page)))
}

async fn open(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, WebError> {
    let shown = Shown { done: done.sentence(&DONE), ..Shown::default() };
    show(&app, &visitor, &preparing(&app, &actor)?, id_of(&id)?, shown).await
}

async fn save(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::prepared(id))?;
    let reviewing = preparing(&app, actor)?;
    let sent = form.data.answers();
    match reviewing.save_prepared(id, &sent, form.data.version()).await {
        Ok(()) => Ok(see_other(&format!("{}?fait=enregistre", paths::prepared(id)))),
        Err(PreparedError::Refused(problems)) => {
            let shown = Shown { typed: Some(sent), problems, status: StatusCode::UNPROCESSABLE_ENTITY, ..Shown::default() };
            show(&app, &form.visitor, &reviewing, id, shown).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn invite(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::prepared(id))?;
    let reviewing = preparing(&app, actor)?;
    let (email, siret, note) = (form.data.text("courriel"), form.data.text("siret"), form.data.text("mot").replace("\r\n", "\n"));
    match reviewing.hand_to(id, email, siret, &note, form.data.version()).await {
        Ok(()) => Ok(see_other(&format!("{}?fait=invite", paths::prepared(id)))),
        Err(PreparedError::Invitation(problems)) => {
            let invitation = InvitationForm { email: email.to_owned(), siret: siret.to_owned(), note, problems };
            let shown = Shown { invitation, status: StatusCode::UNPROCESSABLE_ENTITY, ..Shown::default() };
            show(&app, &form.visitor, &reviewing, id, shown).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn withdraw(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let actor = signed_in(&form, paths::prepared(id))?;
    preparing(&app, actor)?.withdraw_prepared(id, form.data.version()).await?;
    Ok(see_other(&format!("{}?fait=retire", paths::PREPARED)))
}
