//! The reviewers' handlers.

mod bulk;
mod exports;
mod list;
mod membership;
mod notes;
mod prepared;
mod revocation;
mod templates;
mod transfer;

use app::{
    review::{Handover, LinkRefusal, NoteRefusal, ReviewPage, Revocation, Told, Typed, decision_conflict_page, request_page},
    shell::NavItem,
};
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    calendar,
    ids::RequestId,
    request::{Decision, TeamRef, Turn},
    routes as paths,
};
use habilitation::reviews::{DecideError, Reviewing, Ruling};

use super::{
    Done, Page, Routes, SignedForm, SignedIn, Visitor, WebError,
    request::{id_of, signed_in},
    see_other,
};
use crate::App;

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::REVIEW_REQUEST, open)
        .post(paths::REVIEW_REQUEST, decide)
        .merge(list::routes())
        .merge(bulk::routes())
        .merge(exports::routes())
        .merge(membership::routes())
        .merge(notes::routes())
        .merge(prepared::routes())
        .merge(revocation::routes())
        .merge(templates::routes())
        .merge(transfer::routes())
}

impl From<DecideError> for WebError {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::NotFound => Self::NotFound,
            DecideError::NotYourTurn => Self::Conflict("Cette demande n’attend plus votre équipe : une décision a déjà été prise."),
            DecideError::InPerson => Self::InPerson,
            DecideError::SamePerson => {
                Self::Conflict("Vous avez validé l’étape précédente\u{a0}: la suivante revient à une autre personne de l’équipe.")
            }
            DecideError::Stale => Self::Conflict("Cette demande a changé depuis que vous l’avez ouverte. Relisez-la avant de décider."),
            DecideError::Reason(_) => Self::BadRequest("Le motif est à corriger."),
            DecideError::DocumentWaiting | DecideError::DocumentRefused => Self::Conflict("Un document n’a pas passé l’antivirus."),
            DecideError::HeldAlready => Self::Conflict("Cette organisation détient déjà une habilitation pour ce service."),
            DecideError::Store(error) => Self::internal(error),
        }
    }
}

/// The queue does not exist for whoever reviews nothing.
fn reviewing<'a>(app: &'a App, actor: &'a domain::actor::Actor) -> Result<Reviewing<'a>, WebError> {
    app.habilitation.reviewing(actor).ok_or(WebError::NotFound)
}

/// What the page of a request shows beside the request.
struct Shown<'a> {
    typed: Option<&'a Typed>,
    note: Option<&'a NoteRefusal>,
    assignment: Option<&'a String>,
    revocation: Option<&'a Revocation>,
    handover: Option<&'a Handover>,
    link: Option<&'a LinkRefusal>,
    /// What was just done.
    told: Option<Told>,
    status: StatusCode,
}

impl Default for Shown<'_> {
    fn default() -> Self {
        Self { typed: None, note: None, assignment: None, revocation: None, handover: None, link: None, told: None, status: StatusCode::OK }
    }
}

async fn show(app: &App, visitor: &Visitor, reviewing: &Reviewing<'_>, id: RequestId, shown: Shown<'_>) -> Result<Response, WebError> {
    let Shown { typed, note, assignment, revocation, handover, link, told, status } = shown;
    let (opened, turn) = reviewing.open(id).await?;
    let (notes, templates) = (reviewing.notes(&opened).await?, reviewing.templates_for(&opened).await?);
    let (may_note, assignable) = (reviewing.may_note(&opened), reviewing.assignable(&opened).await?);
    let turns: Vec<&Turn> = reviewing.turns_in(opened.request.stage.deciding()).collect();
    let page = ReviewPage {
        opened: &opened,
        turn: turn.as_ref(),
        turns: &turns,
        may_revoke: reviewing.may_revoke(&opened.request),
        may_transfer: reviewing.may_transfer(&opened.request),
        notes: &notes,
        may_note,
        templates: &templates,
        typed,
        note,
        assignable: &assignable,
        assignment,
        revocation,
        handover,
        may_verify: reviewing.may_verify_membership(&opened),
        link,
        told,
        today: calendar::paris_date(app.cx.now()),
        csrf: &visitor.csrf,
    };
    let title = format!("Instruire {}", opened.request.public_number());
    Ok(Page::new(app, visitor, title).at(NavItem::Review).status(status).show(|| request_page(&page)))
}

async fn open(
    State(app): State<App>,
    SignedIn { visitor, actor, .. }: SignedIn,
    Path(id): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let told = Told::ALL.into_iter().find(|told| done.is(told.as_str()));
    show(&app, &visitor, &reviewing(&app, &actor)?, id, Shown { told, ..Shown::default() }).await
}

async fn decide(State(app): State<App>, Path(id): Path<String>, form: SignedForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let actor = signed_in(&form, paths::review_request(id))?;
    let reviewing = reviewing(&app, actor)?;
    let decision = Decision::parse(form.data.text("decision")).ok_or(WebError::BadRequest("Choisissez une décision."))?;
    let ruling = Ruling {
        team: form.data.text("equipe").split_once(':').map(|(service, stage)| TeamRef { service, stage }),
        decision,
        reason: form.data.text("motif"),
        seen: form.data.version(),
    };
    if form.data.text("action") == "modele" {
        let reason = with_template(&reviewing, id, ruling.reason, form.data.text("modele")).await?;
        let typed = Typed { reason, ..typed(&form, ruling) };
        return show(&app, &form.visitor, &reviewing, id, Shown { typed: Some(&typed), ..Shown::default() }).await;
    }
    if form.data.text("action") == "courriel" {
        return preview(&app, &form, &reviewing, id, ruling).await;
    }
    let error = match reviewing.decide(id, ruling).await {
        Ok(request) => {
            let done = if decision == Decision::WithdrawChanges { "retiree" } else { "decidee" };
            return Ok(see_other(&paths::with_query(paths::REVIEW_QUEUE, &[(done, &request.public_number())])));
        }
        Err(error) => error,
    };
    refused(&app, &form, &reviewing, id, ruling, error).await
}

fn typed(form: &SignedForm, ruling: Ruling<'_>) -> Typed {
    Typed { decision: Some(ruling.decision), reason: ruling.reason.to_owned(), team: form.data.text("equipe").to_owned(), ..Typed::default() }
}

/// The page again with the mail as it would leave.
async fn preview(app: &App, form: &SignedForm, reviewing: &Reviewing<'_>, id: RequestId, ruling: Ruling<'_>) -> Result<Response, WebError> {
    match reviewing.preview(id, ruling).await {
        Ok(mail) => {
            let typed = Typed { mail: Some(mail), ..typed(form, ruling) };
            show(app, &form.visitor, reviewing, id, Shown { typed: Some(&typed), ..Shown::default() }).await
        }
        Err(error) => refused(app, form, reviewing, id, ruling, error).await,
    }
}

/// What was typed comes back: beside what is wrong with it, or with what happened since the page was opened.
async fn refused(
    app: &App,
    form: &SignedForm,
    reviewing: &Reviewing<'_>,
    id: RequestId,
    ruling: Ruling<'_>,
    error: DecideError,
) -> Result<Response, WebError> {
    let error = match error {
        DecideError::Reason(_) | DecideError::DocumentWaiting | DecideError::DocumentRefused | DecideError::HeldAlready => {
            error.sentence().ok_or(error)?
        }
        DecideError::Stale | DecideError::NotYourTurn | DecideError::SamePerson => {
            let WebError::Conflict(sentence) = error.into() else { return Err(WebError::NotFound) };
            let (opened, _) = reviewing.open(id).await?;
            let seen: usize = form.data.text("vu").parse().unwrap_or(opened.journal.len());
            let since = &opened.journal[..opened.journal.len().saturating_sub(seen)];
            let page = Page::new(app, &form.visitor, "Décision non enregistrée").at(NavItem::Review).status(StatusCode::CONFLICT);
            return Ok(page.show(|| decision_conflict_page(&opened, sentence, since, ruling.reason)));
        }
        other => return Err(other.into()),
    };
    let typed = Typed { error: Some(error), ..typed(form, ruling) };
    show(app, &form.visitor, reviewing, id, Shown { typed: Some(&typed), status: StatusCode::UNPROCESSABLE_ENTITY, ..Shown::default() }).await
}

/// What was typed stays, the message comes after it.
async fn with_template(reviewing: &Reviewing<'_>, id: RequestId, typed: &str, template: &str) -> Result<String, WebError> {
    let (opened, _) = reviewing.open(id).await?;
    let Some(text) = reviewing.filled(&opened, template).await? else { return Ok(typed.to_owned()) };
    Ok(if typed.trim().is_empty() { text } else { format!("{}\n\n{text}", typed.trim_end()) })
}
