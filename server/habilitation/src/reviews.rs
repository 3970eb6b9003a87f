//! The reviewer's side: the queue of their teams, one request, one decision at a time.

use domain::{actor::Actor, calendar, catalogue::Stage as ReviewStage, ids::RequestId, message::Side, request::Turn};
use store::{
    organisation,
    request::{self, Line, Page, PendingTeam, Request},
};

use crate::{
    Habilitation,
    requests::{Opened, PAGE, team_of},
};

mod decision;
mod notes;
mod remarks;
mod revocation;
mod templates;

pub use decision::MAX_REASON;
pub use notes::{MAX_NOTE, NoteError, NoteRead};
pub use remarks::{MAX_REMARK, RemarkError, Remarked};
pub use store::{note::Note, template::Template};
pub use templates::{TemplateError, TemplateForm, TemplateProblems};

#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    #[error("no such request")]
    NotFound,
    /// Another team holds the request, or nobody does any more.
    #[error("not this reviewer's turn")]
    NotYourTurn,
    /// Two stages, two people: whoever approved one leaves the next to somebody else.
    #[error("the same person approved an earlier stage")]
    SamePerson,
    #[error("Expliquez votre décision\u{a0}: le demandeur lira ce texte.")]
    ReasonMissing,
    #[error("Ce texte dépasse {MAX_REASON} caractères\u{a0}: raccourcissez-le.")]
    ReasonTooLong,
    #[error("Ce texte contient un caractère interdit.")]
    ReasonUnreadable,
    #[error("Un document est encore en cours d’analyse par l’antivirus\u{a0}: attendez son résultat pour valider.")]
    DocumentWaiting,
    #[error("Un document a été refusé par l’antivirus\u{a0}: demandez au demandeur de le remplacer avant de valider.")]
    DocumentRefused,
    /// Somebody decided, or the applicant wrote, since the page was opened.
    #[error("stale decision")]
    Stale,
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Habilitation {
    /// Held by whoever has a role on at least one stage; readers see, reviewers decide.
    pub fn reviewing<'a>(&'a self, actor: &'a Actor) -> Option<Reviewing<'a>> {
        actor.is_reviewer().then_some(Reviewing { room: self, actor })
    }
}

pub struct Reviewing<'a> {
    room: &'a Habilitation,
    actor: &'a Actor,
}

/// One line of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub line: Line,
    pub service_name: String,
    pub organisation_name: String,
    pub team: String,
    pub promised: jiff::civil::Date,
    /// Whole days since the team received it.
    pub age_days: i64,
}

impl Reviewing<'_> {
    /// The teams this person decides for.
    fn teams(&self) -> Vec<(String, String)> {
        let services = self.actor.grants.iter().filter_map(|grant| self.room.service(&grant.service));
        let mut teams: Vec<(String, String)> = services
            .flat_map(|service| service.stages.iter().map(move |stage| (service.slug.clone(), stage.slug.clone())))
            .filter(|(service, stage)| self.actor.reviews_stage(service, stage))
            .collect();
        teams.sort();
        teams.dedup();
        teams
    }

    pub async fn queue(&self, page: u64) -> Result<Page<Waiting>, DecideError> {
        let cx = &self.room.cx;
        let teams = self.teams();
        if teams.is_empty() {
            return Ok(Page { items: Vec::new(), total: 0 });
        }
        let teams: Vec<PendingTeam<'_>> = teams.iter().map(|(service, stage)| PendingTeam { service, stage }).collect();
        let Page { items, total } = request::queue(&cx.db, &teams, page, PAGE).await?;
        let names = organisation::by_ids(&cx.db, items.iter().map(|line| line.organisation)).await?;
        let today = calendar::paris_date(cx.now());
        let items = items
            .into_iter()
            .filter_map(|line| {
                let form = self.room.form(&line.service, line.variant.as_deref())?;
                let turn = self.turn_in(&line.pending)?.clone();
                let since = turn.since()?;
                let age_days = calendar::paris_date(since).until(today).map(|span| i64::from(span.get_days())).unwrap_or(0);
                Some(Waiting {
                    service_name: form.name.clone(),
                    organisation_name: names.iter().find(|o| o.id == line.organisation).map(|o| o.name()).unwrap_or_default(),
                    team: team_of(&form, &turn).map(|stage| stage.team.clone()).unwrap_or_default(),
                    promised: turn.due()?,
                    age_days,
                    line,
                })
            })
            .collect();
        Ok(Page { items, total })
    }

    /// The turn this person may take, among those that are open.
    fn turn_in<'t>(&self, turns: impl IntoIterator<Item = &'t Turn>) -> Option<&'t Turn> {
        turns.into_iter().find(|turn| turn.is_pending() && self.actor.reviews_stage(&turn.service, &turn.stage))
    }

    /// A request of a service this person reads, once submitted.
    async fn visible(&self, id: RequestId) -> Result<Request, DecideError> {
        request::of_reviewer(&self.room.cx.db, id, &self.actor.grants).await?.ok_or(DecideError::NotFound)
    }

    /// The team this person decides for now.
    fn stage_to_decide<'b>(&self, opened: &'b Opened) -> Option<&'b ReviewStage> {
        self.turn_in(opened.request.stage.pending()).and_then(|turn| team_of(&opened.service, turn))
    }

    /// The day promised by the team that holds the request.
    fn promised_to(&self, opened: &Opened) -> Option<jiff::civil::Date> {
        opened.request.stage.pending().filter_map(Turn::due).max()
    }

    /// The request, and the turn of this reviewer when it is theirs to decide.
    pub async fn open(&self, id: RequestId) -> Result<(Opened, Option<Turn>), DecideError> {
        let request = self.visible(id).await?;
        let mut opened = self.room.opened_for_review(request).await?;
        opened.remarks = self.room.remarks(&opened.service, id, true).await?;
        opened.unread = self.room.unread_of(self.actor, Side::Reviewer, id).await?;
        let turn = self.turn_in(opened.request.stage.pending()).cloned();
        Ok((opened, turn))
    }
}
