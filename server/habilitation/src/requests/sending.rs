//! Submitting a request: everything is checked, then it goes to its first teams, or back to those that had it.

use domain::{
    calendar,
    catalogue::Form,
    form::FieldProblem,
    ids::RequestId,
    request::{self as life, JournalKind},
    routes,
    sight::Act,
};
use store::{
    account, journal,
    request::{self, Request},
};

use super::{Applying, RequestError, also, answer_day, seen::permit, teams};
use crate::mails::{self, About};

impl Applying<'_> {
    /// Submits the request, when everything is right and the boxes are `ticked`: it goes to its first teams, or back to those that
    /// had it. Sent twice, the form submits once and succeeds twice.
    pub async fn submit(&self, id: RequestId, ticked: &[&str], seen: i32) -> Result<(), RequestError> {
        match self.submit_once(id, ticked, seen).await {
            Err(RequestError::NotEditable | RequestError::Stale(_)) if self.room.did_last(self.actor, id, JournalKind::Submitted).await? => Ok(()),
            other => other,
        }
    }

    async fn submit_once(&self, id: RequestId, ticked: &[&str], seen: i32) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        let seen_now = self.seen(id).await?;
        permit(&seen_now, Act::Edit)?;
        permit(&seen_now, Act::Submit)?;
        let mut request = seen_now.request;
        self.follow_today(&mut request, seen).await?;
        let moved = self.room.moved(&request).is_some();
        self.room.leave_behind(&mut request);
        let service = self.room.form_of(&request).ok_or(RequestError::UnknownService)?;
        self.check_step_before(&service, &request).await?;
        let checked = service.blocks.iter().map(|block| (block.slug.clone(), self.room.check_block(&service, block, &request.answers)));
        let mut missing: Vec<(String, Vec<FieldProblem>)> = checked.filter(|(_, problems)| !problems.is_empty()).collect();
        let documents = store::document::of_request(&cx.db, id).await?;
        for block in &service.blocks {
            let mut problems = self.room.problems_of_the_day(block, &request, &documents);
            // When the answers do not ask for a reliance any more, it is dropped.
            let reliance = self.check_reliance(&service, block, &request, &request.answers.clone(), &mut problems).await?;
            if let Some(reliance) = reliance {
                request.relies_on = reliance;
            }
            if !problems.is_empty() {
                missing.push((block.slug.clone(), problems));
            }
        }
        if !missing.is_empty() {
            return Err(RequestError::Incomplete(missing));
        }
        let empty: Vec<String> = service.boxes().filter(|name| !ticked.contains(name)).map(str::to_owned).collect();
        if !empty.is_empty() {
            return Err(RequestError::NotTicked(empty));
        }
        if seen != request.version {
            return Err(RequestError::Stale(Box::new(request)));
        }
        if !moved && self.room.is_unchanged(&request).await? {
            return Err(RequestError::Unchanged);
        }
        request.round += 1;
        request.with_service = also(&service).map(str::to_owned);
        request.phase = request.phase.submit(cx.now(), request.round, life::route(&service)).map_err(|_| RequestError::NotEditable)?;
        request.first_submitted_at = request.first_submitted_at.or(Some(cx.now()));
        request.folded = self.room.words_of(&request).await?;
        let tx = cx.begin().await?;
        match request::save(&tx, &request, cx.now()).await {
            Err(store::Error::Stale { .. }) => {
                drop(tx);
                // Submitted by somebody else, or only edited meanwhile.
                return Err(RequestError::Stale(Box::new(self.allowed(id, Act::Submit).await?.request)));
            }
            other => other?,
        };
        self.check_held_once(&tx, &service, request.organisation, id).await?;
        crate::clock::legal_clock_follows(cx, &tx, &request).await?;
        request::keep_submission(&tx, &request, self.actor.account, cx.now()).await?;
        store::resume_point::forget(&tx, id).await?;
        self.tell_of_submission(&tx, &request, &service).await?;
        journal::write(cx, &tx, id, JournalKind::Submitted, self.actor, "").await?;
        tx.commit().await?;
        Ok(())
    }

    /// A submission follows the current version of the form: a request begun under an earlier one moves to it. When that changes
    /// something for its people, nothing is sent before they have read it.
    async fn follow_today(&self, request: &mut Request, seen: i32) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        let version = request.version;
        if !self.room.bring_up_to_date(request) || self.room.moved(request).is_none() {
            return Ok(());
        }
        if seen != version {
            return Err(RequestError::Stale(Box::new(request.clone())));
        }
        let tx = cx.begin().await?;
        store::unless_stale(request::save(&tx, request, cx.now()).await, || RequestError::Stale(Box::new(request.clone())))?;
        tx.commit().await?;
        Err(RequestError::FormChanged)
    }

    async fn tell_of_submission(&self, tx: &store::Tx, request: &Request, service: &Form) -> Result<(), RequestError> {
        let cx = &self.room.cx;
        let about = About::new(cx, request, &service.name, &routes::request(request.id));
        let applicant = account::by_id(tx, request.applicant).await?.map(|one| one.email).unwrap_or_default();
        let day = answer_day(request, calendar::paris_date(cx.now()));
        mails::request::received(&applicant, &about, &teams(service, request), &day).send(cx, tx).await?;
        let organisation = store::organisation::by_id(tx, request.organisation).await?.map(|o| o.name()).unwrap_or_default();
        for turn in request.phase.pending() {
            self.room.tell_team(tx, request, service, turn, &organisation).await?;
        }
        Ok(self.room.name_contacts(tx, request, service, &organisation, &self.actor.email).await?)
    }
}
