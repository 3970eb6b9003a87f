//! The reviewers' handlers.

pub mod assignment;
pub mod conflict;
pub mod decision;
pub mod page;
pub mod road;

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
use ui::shell::NavItem;
use web::{App, Done, Page, Routes, SignedForm, SignedIn, Visitor, WebError, id_of, see_other, signed_in};

use crate::{
    membership::page::LinkRefusal,
    notes::page::NoteRefusal,
    request::{
        conflict::decision_conflict_page,
        decision::Typed,
        page::{ReviewPage, Told, request_page},
    },
    revocation::page::Revocation,
    transfer::page::Handover,
};

pub(crate) fn routes() -> Routes {
    Routes::new().get(paths::REVIEW_REQUEST, open).post(paths::REVIEW_REQUEST, decide)
}

/// The queue does not exist for whoever reviews nothing.
pub(crate) fn reviewing<'a>(app: &'a App, actor: &'a domain::actor::Actor) -> Result<Reviewing<'a>, WebError> {
    app.habilitation.reviewing(actor).ok_or(WebError::NotFound)
}

/// What the page of a request shows beside the request.
pub(crate) struct Shown<'a> {
    pub typed: Option<&'a Typed>,
    pub note: Option<&'a NoteRefusal>,
    pub assignment: Option<&'a String>,
    pub revocation: Option<&'a Revocation>,
    pub handover: Option<&'a Handover>,
    pub link: Option<&'a LinkRefusal>,
    /// What was just done.
    pub told: Option<Told>,
    pub status: StatusCode,
}

impl Default for Shown<'_> {
    fn default() -> Self {
        Self { typed: None, note: None, assignment: None, revocation: None, handover: None, link: None, told: None, status: StatusCode::OK }
    }
}

pub(crate) async fn show(app: &App, visitor: &Visitor, reviewing: &Reviewing<'_>, id: RequestId, shown: Shown<'_>) -> Result<Response, WebError> {
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
