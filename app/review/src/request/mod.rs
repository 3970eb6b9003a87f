//! The page on which a reviewer reads a request, and what is done there: decisions, notes and remarks, assignment, membership,
//! transfer, revocation. Each of these is a folder that gives the page its section; a form that is refused shows the page again.

mod assignment;
mod decision;
mod membership;
mod notes;
mod page;
mod revocation;
mod road;
mod transfer;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{calendar, ids::RequestId, request::Turn, routes as paths};
use habilitation::reviews::{DecideError, Reviewing};
use ui::shell::NavItem;
use web::{App, Done, Page, Routes, SignedIn, Visitor, WebError, id_of};

use self::{
    decision::Typed,
    membership::MembershipRefusal,
    notes::NoteRefusal,
    page::{ReviewPage, Told, request_page},
    revocation::Revocation,
    transfer::Handover,
};
use crate::shared::reviewing;

pub fn routes() -> Routes {
    Routes::new()
        .get(paths::REVIEW_REQUEST, open)
        .merge(decision::routes())
        .merge(notes::routes())
        .merge(assignment::routes())
        .merge(membership::routes())
        .merge(transfer::routes())
        .merge(revocation::routes())
}

/// What the page of a request shows beside the request: a form that comes back, or what was just done.
struct Shown<'a> {
    typed: Option<&'a Typed>,
    note: Option<&'a NoteRefusal>,
    /// Why the request could not be handed to a colleague.
    assignment: Option<&'a String>,
    revocation: Option<&'a Revocation>,
    handover: Option<&'a Handover>,
    link: Option<&'a MembershipRefusal>,
    /// Why nothing was done, when the request changed since the page was opened.
    late: Option<&'static str>,
    /// What was typed on another page of the request that cannot be opened, to be copied.
    kept: &'a str,
    told: Option<Told>,
    status: StatusCode,
}

impl Default for Shown<'_> {
    fn default() -> Self {
        Self {
            typed: None,
            note: None,
            assignment: None,
            revocation: None,
            handover: None,
            link: None,
            late: None,
            kept: "",
            told: None,
            status: StatusCode::OK,
        }
    }
}

impl Shown<'_> {
    /// For a form that was refused.
    fn refused() -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, ..Self::default() }
    }

    /// For a form sent after the request changed; an error of another kind is returned.
    fn late(error: DecideError) -> Result<Self, WebError> {
        match error.into() {
            WebError::Conflict(sentence) => Ok(Self { late: Some(sentence), status: StatusCode::CONFLICT, ..Self::default() }),
            other => Err(other),
        }
    }
}

async fn show(app: &App, visitor: &Visitor, reviewing: &Reviewing<'_>, id: RequestId, shown: Shown<'_>) -> Result<Response, WebError> {
    let Shown { typed, note, assignment, revocation, handover, link, late, kept, told, status } = shown;
    let (opened, turn) = reviewing.open(id).await?;
    let (notes, templates) = (reviewing.notes(&opened).await?, reviewing.templates_for(&opened).await?);
    let (may_note, assignable) = (reviewing.may_note(&opened), reviewing.assignable(&opened).await?);
    let turns: Vec<&Turn> = reviewing.turns_in(opened.request.phase.deciding()).collect();
    let page = ReviewPage {
        opened: &opened,
        turn: turn.as_ref(),
        turns: &turns,
        has_approved: reviewing.has_approved(&opened),
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
        late,
        kept,
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
