//! The decision of a team on a request: approve, ask for changes, refuse, or take back a request for changes.

mod conflict;
mod page;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    ids::RequestId,
    request::{Decision, TeamRef},
    routes as paths,
};
use habilitation::reviews::{DecideError, Reviewing, Ruling};
use ui::{fields, shell::NavItem, verbs};
use web::{ActorForm, App, FormData, Page, Routes, Visitor, WebError, id_of, see_other};

use self::conflict::decision_conflict_page;
use super::{Shown, show};
use crate::shared::reviewing;

pub(super) use page::{Typed, reason_id, section};

fields! {
    enum Sent {
        Decision = "decision",
        /// « service:stage » of the team that decides.
        Team = "equipe",
        Reason = "motif",
        /// The template to insert.
        Template = "modele",
        /// How many lines the history had when the page was opened.
        Seen = "vu",
        Action = "action",
    }
}

verbs! {
    /// Buttons that decide nothing yet; the one that decides sends no verb.
    enum Action {
        InsertTemplate = "modele",
        PreviewMail = "courriel",
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().post(paths::REVIEW_REQUEST, decide)
}

async fn decide(State(app): State<App>, Path(id): Path<String>, ActorForm { actor, visitor, data, .. }: ActorForm) -> Result<Response, WebError> {
    let id: RequestId = id_of(&id)?;
    let reviewing = reviewing(&app, &actor)?;
    let decision = Decision::parse(data.get(Sent::Decision)).ok_or(WebError::BadRequest("Choisissez une décision."))?;
    let ruling = Ruling {
        team: data.get(Sent::Team).split_once(':').map(|(service, stage)| TeamRef { service, stage }),
        decision,
        reason: data.get(Sent::Reason),
        seen: data.version(),
    };
    let back = Back { app: &app, visitor: &visitor, data: &data, reviewing: &reviewing, id, ruling };
    match data.verb(Sent::Action) {
        Some(Action::InsertTemplate) => return back.with_template().await,
        Some(Action::PreviewMail) => return back.with_mail().await,
        None => {}
    }
    match reviewing.decide(id, ruling).await {
        Ok(request) => {
            let done = if decision == Decision::WithdrawChanges { "retiree" } else { "decidee" };
            Ok(see_other(&paths::with_query(paths::REVIEW_QUEUE, &[(done, &request.public_number())])))
        }
        Err(error) => back.refused(error).await,
    }
}

/// What is needed to show the page of the request again, with what was typed.
struct Back<'a> {
    app: &'a App,
    visitor: &'a Visitor,
    data: &'a FormData,
    reviewing: &'a Reviewing<'a>,
    id: RequestId,
    ruling: Ruling<'a>,
}

impl Back<'_> {
    fn typed(&self) -> Typed {
        let (decision, reason, team) = (Some(self.ruling.decision), self.ruling.reason.to_owned(), self.data.get(Sent::Team).to_owned());
        Typed { decision, reason, team, ..Typed::default() }
    }

    async fn show(&self, typed: &Typed, shown: Shown<'_>) -> Result<Response, WebError> {
        show(self.app, self.visitor, self.reviewing, self.id, Shown { typed: Some(typed), ..shown }).await
    }

    /// The text of the template comes after what was typed.
    async fn with_template(&self) -> Result<Response, WebError> {
        let (opened, _) = self.reviewing.open(self.id).await?;
        let typed = self.ruling.reason;
        let reason = match self.reviewing.filled(&opened, self.data.get(Sent::Template)).await? {
            None => typed.to_owned(),
            Some(text) if typed.trim().is_empty() => text,
            Some(text) => format!("{}\n\n{text}", typed.trim_end()),
        };
        self.show(&Typed { reason, ..self.typed() }, Shown::default()).await
    }

    /// The mail that the decision would send.
    async fn with_mail(&self) -> Result<Response, WebError> {
        match self.reviewing.preview(self.id, self.ruling).await {
            Ok(mail) => self.show(&Typed { mail: Some(mail), ..self.typed() }, Shown::default()).await,
            Err(error) => self.refused(error).await,
        }
    }

    /// The sentence beside the text, or, when the request changed since the page was opened, a page that tells what happened.
    async fn refused(&self, error: DecideError) -> Result<Response, WebError> {
        let error = match error {
            DecideError::Reason(_) | DecideError::DocumentWaiting | DecideError::DocumentRefused | DecideError::HeldAlready => {
                error.sentence().ok_or(error)?
            }
            DecideError::Stale | DecideError::NotYourTurn | DecideError::SamePerson => {
                let WebError::Conflict(sentence) = error.into() else { return Err(WebError::NotFound) };
                let (opened, _) = self.reviewing.open(self.id).await?;
                let seen: usize = self.data.get(Sent::Seen).parse().unwrap_or(opened.journal.len());
                let since = &opened.journal[..opened.journal.len().saturating_sub(seen)];
                let page = Page::new(self.app, self.visitor, "Décision non enregistrée").at(NavItem::Review).status(StatusCode::CONFLICT);
                return Ok(page.show(|| decision_conflict_page(&opened, sentence, since, self.ruling.reason)));
            }
            other => return Err(other.into()),
        };
        self.show(&Typed { error: Some(error), ..self.typed() }, Shown::refused()).await
    }
}
