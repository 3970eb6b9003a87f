//! The reviewer's side: the queue of their teams, one request, one decision at a time.

use domain::{
    actor::Actor,
    document::Scan,
    events::Event,
    ids::RequestId,
    message::Side,
    request::{Decision, JournalKind, Stage},
    routes,
};
use store::{
    habilitation::{self, NewHabilitation},
    journal, organisation, outbox,
    request::{self, Line, Page, Request, Turn},
};

use crate::{
    Habilitation,
    documents::cited,
    mails,
    requests::{Opened, PAGE, granted_scopes, opens_client, promised, turn_of},
    rights,
};

mod notes;
mod remarks;
mod templates;

pub use notes::{MAX_NOTE, NoteError, NoteRead};
pub use remarks::{MAX_REMARK, RemarkError, Remarked};
pub use store::{note::Note, template::Template};
pub use templates::{TemplateError, TemplateForm, TemplateProblems};

/// Characters of a reason.
pub const MAX_REASON: usize = 5000;

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
    fn turns(&self) -> Vec<Turn<'_>> {
        self.actor
            .grants
            .iter()
            .filter_map(|grant| self.room.service(&grant.service))
            .flat_map(|service| service.stages.iter().enumerate().map(move |(step, stage)| (service, step, stage)))
            .filter(|(service, _, stage)| self.actor.reviews_stage(&service.slug, &stage.slug))
            .map(|(service, step, _)| Turn { service: &service.slug, step })
            .collect()
    }

    pub async fn queue(&self, page: u64) -> Result<Page<Waiting>, DecideError> {
        let cx = &self.room.cx;
        let turns = self.turns();
        if turns.is_empty() {
            return Ok(Page { items: Vec::new(), total: 0 });
        }
        let Page { items, total } = request::queue(&cx.db, &turns, page, PAGE).await?;
        let names = organisation::by_ids(&cx.db, items.iter().map(|line| line.organisation)).await?;
        let today = domain::calendar::paris_date(cx.now());
        let items = items
            .into_iter()
            .filter_map(|line| {
                let service = self.room.service(&line.service)?;
                let stage = service.stages.get(line.step?)?;
                let since = line.since?;
                let age_days = domain::calendar::paris_date(since).until(today).map(|span| i64::from(span.get_days())).unwrap_or(0);
                Some(Waiting {
                    service_name: service.name.clone(),
                    organisation_name: names.iter().find(|o| o.id == line.organisation).map(|o| o.name()).unwrap_or_default(),
                    team: stage.team.clone(),
                    promised: crate::requests::promised_day(stage, since),
                    age_days,
                    line,
                })
            })
            .collect();
        Ok(Page { items, total })
    }

    /// A request of a service this person reads, once submitted.
    async fn visible(&self, id: RequestId) -> Result<Request, DecideError> {
        request::of_reviewer(&self.room.cx.db, id, &self.actor.grants).await?.ok_or(DecideError::NotFound)
    }

    /// The team this person decides for now.
    fn stage_to_decide<'b>(&self, opened: &'b Opened) -> Option<&'b domain::catalogue::Stage> {
        turn_of(&opened.service, &opened.request).filter(|stage| self.actor.reviews_stage(&opened.service.slug, &stage.slug))
    }

    /// The day promised by the team that holds the request.
    fn promised_to(&self, opened: &Opened) -> Option<jiff::civil::Date> {
        let Stage::UnderReview { since, .. } = opened.request.stage else { return None };
        turn_of(&opened.service, &opened.request).map(|stage| crate::requests::promised_day(stage, since))
    }

    /// The request, and whether it is this reviewer's turn to decide.
    pub async fn open(&self, id: RequestId) -> Result<(Opened, bool), DecideError> {
        let request = self.visible(id).await?;
        let mut opened = self.room.opened(request).await?;
        opened.remarks = self.room.remarks(&opened.service, id, true).await?;
        opened.unread = self.room.unread_of(self.actor, Side::Reviewer, id).await?;
        let turn = turn_of(&opened.service, &opened.request).is_some_and(|stage| self.actor.reviews_stage(&opened.service.slug, &stage.slug));
        Ok((opened, turn))
    }

    /// `seen` is the version the page was opened with: a decision on something else than what was read is refused.
    pub async fn decide(&self, id: RequestId, decision: Decision, reason: &str, seen: i32) -> Result<Stage, DecideError> {
        let cx = &self.room.cx;
        let (opened, turn) = self.open(id).await?;
        if opened.request.version != seen {
            return Err(DecideError::Stale);
        }
        if !turn {
            return Err(DecideError::NotYourTurn);
        }
        let past = journal::of_request(&cx.db, id).await?;
        if decision == Decision::Approve && past.iter().any(|line| line.kind == JournalKind::StageApproved && line.actor == Some(self.actor.account))
        {
            return Err(DecideError::SamePerson);
        }
        if decision == Decision::Approve {
            check_documents(&opened)?;
        }
        let reason = reason.trim();
        if decision.needs_reason() && reason.is_empty() {
            return Err(DecideError::ReasonMissing);
        }
        if reason.chars().count() > MAX_REASON {
            return Err(DecideError::ReasonTooLong);
        }
        if reason.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(DecideError::ReasonUnreadable);
        }
        let stage = self.stage_to_decide(&opened).ok_or(DecideError::NotYourTurn)?.clone();
        let (remarks, round) = (remarks::listed(&opened, &stage.slug), opened.round() + 1);
        let Opened { mut request, service, organisation, applicant_email, .. } = opened;
        let before = request.stage.clone();
        request.stage = before.decide(decision, cx.now(), self.actor.account, service.stages.len()).map_err(|_| DecideError::NotYourTurn)?;
        let tx = cx.begin().await?;
        match request::save(&*tx, &request, cx.now()).await {
            Err(store::Error::Stale { .. }) => return Err(DecideError::Stale),
            other => other?,
        };
        if decision == Decision::RequestChanges {
            store::remark::send(&*tx, id, &stage.slug, round, cx.now()).await?;
        }
        let (organisation, to) = (organisation.name(), applicant_email);
        let step =
            Step { tx: &tx, request: &request, service: &service, stage: &stage, organisation: &organisation, to: &to, reason, remarks: &remarks };
        match request.stage {
            Stage::Approved { .. } => self.granted(&step).await?,
            Stage::UnderReview { .. } => self.passed_on(&step).await?,
            _ => self.sent_back(&step, decision).await?,
        }
        tx.commit().await?;
        Ok(request.stage)
    }

    async fn passed_on(&self, step: &Step<'_>) -> Result<(), DecideError> {
        let cx = &self.room.cx;
        self.write(step, JournalKind::StageApproved).await?;
        let Some(next) = turn_of(step.service, step.request) else { return Ok(()) };
        let (number, link) = step.names(cx);
        let message = mails::stage_approved(step.to, &step.about(&number, &link), &step.stage.team, &next.team, &promised(next, cx.now()));
        outbox::publish(cx, &**step.tx, Some(step.request.id), &Event::Mail(message)).await?;
        self.room.tell_team(step.tx, step.request, step.service, next, step.organisation).await?;
        Ok(())
    }

    async fn sent_back(&self, step: &Step<'_>, decision: Decision) -> Result<(), DecideError> {
        let cx = &self.room.cx;
        let (number, link) = step.names(cx);
        let about = step.about(&number, &link);
        let (kind, message) = match decision {
            Decision::Refuse => (JournalKind::Refused, mails::refused(step.to, &about, &step.stage.team, step.reason)),
            _ => {
                let words = format!("{}{}", step.reason, step.remarks);
                (JournalKind::ChangesRequested, mails::changes_requested(step.to, &about, &step.stage.team, &words))
            }
        };
        self.write(step, kind).await?;
        outbox::publish(cx, &**step.tx, Some(step.request.id), &Event::Mail(message)).await?;
        Ok(())
    }

    /// The last stage said yes: the habilitation, its effects and the messages, in this transaction.
    async fn granted(&self, step: &Step<'_>) -> Result<(), DecideError> {
        let cx = &self.room.cx;
        let Step { tx, request, service, .. } = step;
        let scopes = granted_scopes(service, &request.answers);
        let new = NewHabilitation {
            id: cx.new_id(),
            request: request.id,
            service: &service.slug,
            organisation: request.organisation,
            answers: &request.answers,
            scopes: &scopes,
            granted_by: self.actor.account,
        };
        let number = habilitation::grant(&***tx, new, cx.now()).await?;
        let habilitation = format!("H{number}");
        self.write(step, JournalKind::Approved).await?;
        let provider = if opens_client(service) { Some(request.id) } else { request.relies_on };
        if let Some(provider) = provider {
            rights::publish(cx, tx, provider, request.id).await?;
        }
        self.tell_of_grant(step, &habilitation).await
    }

    async fn tell_of_grant(&self, step: &Step<'_>, habilitation: &str) -> Result<(), DecideError> {
        let cx = &self.room.cx;
        let (number, link) = step.names(cx);
        let about = step.about(&number, &link);
        let client = opens_client(step.service);
        let next = if client {
            "Le responsable technique reçoit en ce moment un lien personnel vers ses clés de test."
        } else {
            "Les données demandées sont ouvertes dès que l’habilitation FranceConnect est active."
        };
        let mut messages = vec![mails::approved(step.to, &about, habilitation, next)];
        for contact in step.service.contacts() {
            let email = step.request.answers.text(&format!("{}_email", contact.id));
            if email.is_empty() {
                continue;
            }
            if client && contact.id == "responsable_technique" {
                let invitation = self.room.invite(step.tx, step.request.id, email).await?;
                messages.push(mails::invitation(email, &about, step.organisation, &invitation));
            } else if email != step.to {
                messages.push(mails::designated(email, &about, &contact.label, step.organisation));
            }
        }
        for message in messages {
            outbox::publish(cx, &**step.tx, Some(step.request.id), &Event::Mail(message)).await?;
        }
        Ok(())
    }

    async fn write(&self, step: &Step<'_>, kind: JournalKind) -> Result<(), DecideError> {
        let detail = if step.reason.is_empty() { step.stage.team.clone() } else { format!("{} — {}", step.stage.team, step.reason) };
        Ok(journal::write(&self.room.cx, &**step.tx, step.request.id, kind, Some(self.actor.account), &detail).await?)
    }
}

/// Nobody approves what nobody could read.
fn check_documents(opened: &Opened) -> Result<(), DecideError> {
    for document in cited(&opened.request, &opened.documents) {
        match document.scan {
            Scan::Waiting => return Err(DecideError::DocumentWaiting),
            scan if scan.wants_another() => return Err(DecideError::DocumentRefused),
            _ => {}
        }
    }
    Ok(())
}

/// What the consequences of one decision need.
struct Step<'a> {
    tx: &'a store::Tx,
    request: &'a Request,
    service: &'a domain::catalogue::Service,
    /// The stage that decided.
    stage: &'a domain::catalogue::Stage,
    organisation: &'a str,
    to: &'a str,
    reason: &'a str,
    /// Those on single answers, as the message lists them.
    remarks: &'a str,
}

impl Step<'_> {
    fn names(&self, cx: &store::Cx) -> (String, String) {
        (self.request.public_number(), cx.url(&routes::request(self.request.id)))
    }

    fn about<'b>(&'b self, number: &'b str, link: &'b str) -> mails::About<'b> {
        mails::About { number, service: &self.service.name, title: &self.request.title, link }
    }
}
