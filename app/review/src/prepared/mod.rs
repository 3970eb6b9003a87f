//! Requests that a reviewer prepares for somebody else, who is invited to complete and send them.

mod page;

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
use ui::{fields, shell::NavItem};
use web::{ActorForm, App, Done, ListQuery, Page, Routes, SignedIn, Visitor, WebError, id_of, id_once, see_other};

use self::page::{InvitationForm, PreparedPage, prepared_list, prepared_page};
use crate::shared::reviewing;

fields! {
    enum Sent {
        /// « service » or « service/variant ».
        Form = "service",
        /// The address of the person to invite.
        Email = "courriel",
        Siret = "siret",
        Note = "mot",
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::PREPARED, list)
        .post(paths::PREPARED, prepare)
        .get(paths::PREPARED_ONE, open)
        .post(paths::PREPARED_ONE, save)
        .post(paths::PREPARED_INVITATION, invite)
        .post(paths::PREPARED_WITHDRAWAL, withdraw)
}

const SAVED: &str = "Réponses enregistrées";
const DONE: [(&str, &str); 3] = [("enregistre", SAVED), ("invite", "Invitation envoyée"), ("retire", "Demande préparée retirée")];

/// 404 for whoever reviews no service for which requests may be prepared.
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

/// The plain form of the service, then its variants: the value that is sent, and the name that is shown.
fn forms_of(app: &App, service: &ServiceFile) -> Vec<(String, String)> {
    let variants = service.variants.iter().map(|variant| Some(variant.slug.as_str()));
    let value = |variant: Option<&str>| variant.map_or_else(|| service.slug.clone(), |variant| format!("{}/{variant}", service.slug));
    std::iter::once(None).chain(variants).map(|variant| (value(variant), app.habilitation.form_name(&service.slug, variant))).collect()
}

async fn prepare(State(app): State<App>, ActorForm { actor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let chosen = data.get(Sent::Form);
    let (service, variant) = chosen.split_once('/').map_or((chosen, None), |(service, variant)| (service, Some(variant)));
    let id: PreparedId = id_once(&app, &actor, &data, paths::PREPARED, &[]);
    preparing(&app, &actor)?.prepare(id, service, variant).await?;
    Ok(see_other(&paths::prepared(id)))
}

/// What the page shows beside the prepared request: a form that comes back, or what was just done.
#[derive(Default)]
struct Shown {
    typed: Option<Answers>,
    problems: Vec<FieldProblem>,
    invitation: InvitationForm,
    /// Somebody changed it since the form was opened: nothing was done.
    stale: bool,
    done: Option<&'static str>,
    status: StatusCode,
}

impl Shown {
    /// What was typed, with what is wrong with it.
    fn refused(typed: Answers, invitation: InvitationForm, error: PreparedError) -> Result<Self, WebError> {
        let shown = Self { typed: Some(typed), invitation, status: StatusCode::UNPROCESSABLE_ENTITY, ..Self::default() };
        Ok(match error {
            PreparedError::Refused(problems) => Self { problems, ..shown },
            PreparedError::Invitation(problems) => Self { invitation: InvitationForm { problems, ..shown.invitation }, ..shown },
            PreparedError::Stale => Self { stale: true, status: StatusCode::CONFLICT, ..shown },
            error => return Err(error.into()),
        })
    }
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
        stale: shown.stale,
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

/// The invitation is part of the same form: when only the answers are saved, what was typed for it is shown again.
async fn save(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let reviewing = preparing(&app, &actor)?;
    let (sent, invitation) = (data.answers(), InvitationForm::typed(&data));
    let shown = match reviewing.save_prepared(id, &sent, data.version()).await {
        Ok(()) if invitation.is_blank() => return Ok(see_other(&format!("{}?fait=enregistre", paths::prepared(id)))),
        Ok(()) => Shown { invitation, done: Some(SAVED), ..Shown::default() },
        Err(error) => Shown::refused(sent, invitation, error)?,
    };
    show(&app, &visitor, &reviewing, id, shown).await
}

/// Saves the answers of the form, then sends the invitation.
async fn invite(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let reviewing = preparing(&app, &actor)?;
    let (sent, invitation) = (data.answers(), InvitationForm::typed(&data));
    match reviewing.hand_to(id, &sent, invitation.invited(), data.version()).await {
        Ok(()) => Ok(see_other(&format!("{}?fait=invite", paths::prepared(id)))),
        Err(error) => show(&app, &visitor, &reviewing, id, Shown::refused(sent, invitation, error)?).await,
    }
}

async fn withdraw(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let reviewing = preparing(&app, &actor)?;
    match reviewing.withdraw_prepared(id, data.version()).await {
        Ok(()) => Ok(see_other(&format!("{}?fait=retire", paths::PREPARED))),
        Err(PreparedError::Stale) => {
            let shown = Shown { stale: true, status: StatusCode::CONFLICT, ..Shown::default() };
            show(&app, &visitor, &reviewing, id, shown).await
        }
        Err(error) => Err(error.into()),
    }
}
