//! One team's decision, and all that follows from it in the same transaction.

use domain::{
    calendar,
    catalogue::{Form, Provision, Stage},
    deadlines,
    document::Scan,
    events::Mail,
    ids::{HabilitationId, RequestId},
    request::{Decision, JournalKind, Phase, TeamRef, Turn},
    routes,
    verification::VerificationCode,
    words,
};
use store::{
    habilitation::{self, NewHabilitation, contacts},
    journal, outbox,
    request::{self, Request},
};

use super::{DecideError, Reviewing, grant::Keys, remarks};
use crate::{
    documents::cited,
    mails::{self, About},
    requests::{Opened, answer_day, team_of, teams},
    rights,
};

/// Maximum number of characters of a reason.
pub const MAX_REASON: usize = 5000;

/// A reason as it is kept, or why it cannot be.
pub(crate) fn checked_reason(reason: &str, needed: bool) -> Result<String, DecideError> {
    let checked = if needed { words::checked } else { words::optional };
    checked(reason, MAX_REASON).map_err(DecideError::Reason)
}

/// What somebody decides, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Ruling<'a> {
    /// The team decided for, when the person is in several that hold the request; `None` when they are in one.
    pub team: Option<TeamRef<'a>>,
    pub decision: Decision,
    pub reason: &'a str,
    /// What the page was opened on ([`Opened::read_as`]): a decision on something else than what was read is refused.
    pub seen: i32,
}

impl Reviewing<'_> {
    /// Whether this person approved a stage of the review already: another one must be approved by somebody else.
    pub fn has_approved(&self, opened: &Opened) -> bool {
        opened.request.phase.review().is_some_and(|review| review.was_approved_by(self.actor.account))
    }

    /// The same form sent twice decides once, and succeeds twice.
    pub async fn decide(&self, id: RequestId, ruling: Ruling<'_>) -> Result<Request, DecideError> {
        match self.decided(id, ruling).await {
            Ok((tx, request, _)) => {
                tx.commit().await?;
                Ok(request)
            }
            Err(error @ (DecideError::Stale | DecideError::NotYourTurn | DecideError::SamePerson)) => {
                self.decided_already(id, ruling).await?.ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    /// The request, when the last thing done to it is this person's same decision, for the same team and in the same words.
    pub(super) async fn decided_already(&self, id: RequestId, ruling: Ruling<'_>) -> Result<Option<Request>, DecideError> {
        let Ruling { team, decision, reason, .. } = ruling;
        let last = self.room.own_last_move(self.actor, id).await?.filter(|line| line.kind.tells(decision));
        let (Some(line), Ok(reason)) = (last, checked_reason(reason, decision.needs_reason())) else { return Ok(None) };
        let (opened, _) = self.open(id).await?;
        let is_theirs = |stage: &&Stage| {
            let asked = team.is_none_or(|team| team == TeamRef { service: &stage.service, stage: &stage.slug });
            asked && self.actor.reviews_stage(&stage.service, &stage.slug)
        };
        let same = opened.service.stages.iter().filter(is_theirs).any(|stage| told(stage, &reason) == line.detail);
        Ok(same.then_some(opened.request))
    }

    /// The mail that the applicant would be sent, word for word: the decision is carried out in a transaction that is rolled back.
    /// `None` when this decision sends them no mail.
    pub async fn preview(&self, id: RequestId, ruling: Ruling<'_>) -> Result<Option<Mail>, DecideError> {
        let before = outbox::mails_waiting(&self.room.cx, &self.room.cx.db, id).await?;
        let (tx, _, to) = self.decided(id, ruling).await?;
        let after = outbox::mails_waiting(&self.room.cx, &tx, id).await?;
        drop(tx);
        let new = after.into_iter().filter(|(one, _)| !before.iter().any(|(known, _)| known == one));
        Ok(new.map(|(_, mail)| mail).find(|mail| mail.to == to))
    }

    /// The decision and all its consequences, not yet committed; and the applicant's address.
    async fn decided(&self, id: RequestId, ruling: Ruling<'_>) -> Result<(store::Tx, Request, String), DecideError> {
        let Ruling { team, decision, reason, seen } = ruling;
        let cx = &self.room.cx;
        let (opened, _) = self.open(id).await?;
        self.in_person()?;
        if opened.read_as() != seen {
            return Err(DecideError::Stale);
        }
        let mine = self.turns_in(opened.request.phase.deciding()).find(|turn| team.is_none_or(|team| turn.is_of(team)));
        let turn = mine.cloned().ok_or(DecideError::NotYourTurn)?;
        if decision == Decision::Approve && self.has_approved(&opened) {
            return Err(DecideError::SamePerson);
        }
        if decision == Decision::Approve {
            check_documents(&opened)?;
        }
        let reason = &checked_reason(reason, decision.needs_reason())?;
        let stage = team_of(&opened.service, &turn).ok_or(DecideError::NotYourTurn)?.clone();
        let (remarks, round) = (remarks::listed(&opened, &stage), opened.round() + 1);
        let Opened { mut request, service, organisation, applicant_email, .. } = opened;
        let sent_back = matches!(request.phase, Phase::ChangesRequested(_));
        let mut already: Vec<Turn> = request.phase.pending().cloned().collect();
        if sent_back {
            // The other teams resume the turns that were paused.
            already = request.phase.review().into_iter().flat_map(|review| &review.turns).filter(|turn| turn.is_paused()).cloned().collect();
            self.room.put_back_as_sent(&mut request).await?;
        }
        request.phase = request.phase.clone().decide(decision, cx.now(), self.actor.account, turn.team()).map_err(|_| DecideError::NotYourTurn)?;
        // Mails name the request by the title that was submitted, not by the one being written.
        let mut named_as = request.title.clone();
        if decision == Decision::RequestChanges
            && let Some(kept) = request.set_aside.take()
        {
            self.room.take_up(&mut request, kept);
        }
        let refused_reopening = matches!(request.phase, Phase::Refused { .. }) && request.reopened.is_some();
        if refused_reopening {
            self.room.restore(&mut request).await?;
            named_as.clone_from(&request.title);
        }
        let reopened = request.reopened;
        if matches!(request.phase, Phase::Approved { .. }) {
            request.reopened = None;
        }
        let tx = cx.begin().await?;
        store::unless_stale(request::save(&tx, &request, cx.now()).await, || DecideError::Stale)?;
        if matches!(request.phase, Phase::Approved { .. }) && self.room.is_granted_elsewhere(&tx, &service, request.organisation, id).await? {
            return Err(DecideError::HeldAlready);
        }
        crate::clock::legal_clock_follows(cx, &tx, &request).await?;
        if decision == Decision::RequestChanges {
            store::remark::send(&tx, id, (&stage.service, &stage.slug), round, cx.now()).await?;
        }
        let (organisation, to) = (organisation.name(), applicant_email);
        let about = About { title: named_as, ..About::new(cx, &request, &service.name, &routes::request(id)) };
        let (organisation, about) = (&organisation, &about);
        let step =
            Step { tx: &tx, request: &request, service: &service, stage: &stage, organisation, to: &to, about, reason, remarks: &remarks, sent_back };
        match request.phase {
            _ if decision == Decision::WithdrawChanges => self.changes_withdrawn(&step).await?,
            _ if refused_reopening => self.reopening_refused(&step).await?,
            Phase::Approved { .. } => self.granted(&step, reopened.map(|reopened| reopened.habilitation)).await?,
            Phase::UnderReview(_) => self.passed_on(&step, &already).await?,
            _ => self.sent_back(&step, decision).await?,
        }
        Ok((tx, request, to))
    }

    async fn passed_on(&self, step: &Step<'_>, already: &[Turn]) -> Result<(), DecideError> {
        let cx = &self.room.cx;
        let Step { about, to, stage: Stage { team: done, .. }, .. } = step;
        self.write(step, JournalKind::StageApproved).await?;
        let day = answer_day(step.request, calendar::paris_date(cx.now()));
        let opens = |turn: &&Turn| !already.iter().any(|known| known.is_of(turn.team()));
        if (!step.reason.is_empty() || step.sent_back) && !step.request.phase.pending().any(|turn| opens(&turn)) {
            // Other teams are reviewing already: there is nothing to announce but what this one wrote, or that its changes are not
            // expected any more.
            let letter = mails::request::part_approved(to, about, done, &teams(step.service, step.request)).without_changes(step.sent_back);
            letter.with_message(done, step.reason).send(cx, step.tx).await?;
        }
        for next in step.request.phase.pending().filter(opens) {
            let team = team_of(step.service, next).map(|stage| stage.team.as_str()).unwrap_or_default();
            let letter = mails::request::stage_approved(to, about, done, team, &day).without_changes(step.sent_back);
            letter.with_message(done, step.reason).send(cx, step.tx).await?;
            self.room.tell_team(step.tx, step.request, step.service, next, step.organisation).await?;
        }
        Ok(())
    }

    /// The review goes on as it was, on what was sent last.
    async fn changes_withdrawn(&self, step: &Step<'_>) -> Result<(), DecideError> {
        self.write(step, JournalKind::ChangesWithdrawn).await?;
        let (kept, day) = (step.request.set_aside.is_some(), answer_day(step.request, calendar::paris_date(self.room.cx.now())));
        let letter = mails::request::changes_withdrawn(step.to, step.about, &teams(step.service, step.request), &day, kept);
        Ok(letter.with_message(&step.stage.team, step.reason).send(&self.room.cx, step.tx).await?)
    }

    async fn sent_back(&self, step: &Step<'_>, decision: Decision) -> Result<(), DecideError> {
        let (kind, letter) = match decision {
            Decision::Refuse => (JournalKind::Refused, mails::request::refused(step.to, step.about, &step.stage.team, step.reason)),
            _ => {
                let words = format!("{}{}", step.reason, step.remarks);
                (JournalKind::ChangesRequested, mails::request::changes_requested(step.to, step.about, &step.stage.team, &words))
            }
        };
        self.write(step, kind).await?;
        Ok(letter.send(&self.room.cx, step.tx).await?)
    }

    /// What was granted before stays as it was.
    async fn reopening_refused(&self, step: &Step<'_>) -> Result<(), DecideError> {
        self.write(step, JournalKind::ReopeningRefused).await?;
        if let Some(form) = self.room.form_of(step.request) {
            self.room.name_contacts(step.tx, step.request, &form, step.organisation, step.to).await?;
        }
        let letter = mails::request::reopening_refused(step.to, step.about, &step.stage.team, step.reason);
        Ok(letter.send(&self.room.cx, step.tx).await?)
    }

    /// The last team said yes: the habilitations, their effects and the messages, in this transaction. Two services
    /// asked for together are granted together, the second naming the first.
    async fn granted(&self, step: &Step<'_>, replaces: Option<HabilitationId>) -> Result<(), DecideError> {
        let cx = &self.room.cx;
        let &Step { tx, request, service, .. } = step;
        let parts = service.granted(&request.answers);
        let opens_client = parts.iter().any(|part| part.provision == Provision::BrokerClient);
        let known = habilitation::of_request(tx, request.id).await?;
        let new_client = opens_client && !known.iter().any(|one| self.room.opens_client(one));
        let named = service.named(&request.answers);
        let before = contacts::in_force(tx, request.id).await?;
        let mut numbers = Vec::new();
        let mut paired_with = None;
        // Habilitations granted together end together, on the day of the one that ends first. The validity of the request's own
        // service is that of the form it was submitted with, whatever was published since.
        let months_of = |slug: &str| if slug == service.slug { service.validity_months } else { self.room.service(slug)?.validity_months };
        let months = parts.iter().filter_map(|part| months_of(&part.service)).min();
        for part in &parts {
            let id: HabilitationId = cx.new_id();
            // Data relies on another request only when this one does not grant FranceConnect itself.
            let relies_on = if part.provision == Provision::DataScopes && !opens_client { request.relies_on } else { None };
            let code = VerificationCode::mint(cx.entropy.as_ref());
            let new = NewHabilitation {
                id,
                request: request.id,
                service: &part.service,
                organisation: request.organisation,
                title: &request.title,
                answers: &request.answers,
                scopes: &part.scopes,
                paired_with,
                relies_on,
                granted_by: self.actor.account,
                valid_until: deadlines::valid_until(calendar::paris_date(cx.now()), months),
                code: &code,
                catalogue_version: request.catalogue_version,
            };
            numbers.push(format!("H{}", habilitation::grant(tx, new, cx.now()).await?));
            contacts::name(tx, id, &named, part.provision == Provision::BrokerClient).await?;
            paired_with = paired_with.or(Some(id));
        }
        let services: Vec<&str> = parts.iter().map(|part| part.service.as_str()).collect();
        let given_up = habilitation::supersede_others(tx, request.id, &services, cx.now()).await?;
        self.end_access_of_replaced(step, before, opens_client).await?;
        self.write(step, JournalKind::Approved).await?;
        let provider = if opens_client { Some(request.id) } else { request.relies_on };
        if let Some(provider) = provider {
            rights::publish(cx, tx, provider, request.id).await?;
        }
        if given_up > 0 && !opens_client {
            rights::publish(cx, tx, request.id, request.id).await?;
        }
        self.tell_of_grant(step, &numbers, Keys { any: opens_client, new: new_client }, replaces).await?;
        self.tell_of_what_was_given_up(step, &known).await
    }

    async fn write(&self, step: &Step<'_>, kind: JournalKind) -> Result<(), DecideError> {
        Ok(journal::write(&self.room.cx, step.tx, step.request.id, kind, self.actor, &told(step.stage, step.reason)).await?)
    }
}

/// What the journal says of a decision.
fn told(stage: &Stage, reason: &str) -> String {
    if reason.is_empty() { stage.team.clone() } else { format!("{} — {reason}", stage.team) }
}

/// A request is not approved while a document of it cannot be opened.
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
pub(super) struct Step<'a> {
    pub(super) tx: &'a store::Tx,
    pub(super) request: &'a Request,
    pub(super) service: &'a Form,
    /// The stage that decided.
    pub(super) stage: &'a Stage,
    pub(super) organisation: &'a str,
    pub(super) to: &'a str,
    pub(super) about: &'a About,
    pub(super) reason: &'a str,
    /// The remarks on single answers, as the mail lists them.
    remarks: &'a str,
    /// It was decided while changes were asked for.
    pub(super) sent_back: bool,
}
