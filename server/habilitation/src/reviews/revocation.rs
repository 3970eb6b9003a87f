//! Revoking what was granted. Two habilitations granted together are revoked together. Those of other requests that read their data
//! through a revoked one stay active but lose their data, and their applicants are told.

use domain::{ids::RequestId, request::JournalKind, routes};
use store::{
    designation, habilitation,
    journal::{self, Line},
    request::{self, Request},
};

use super::{DecideError, Reviewing, decision::checked_reason};
use crate::{
    mails::{self, About, ending::Ending},
    rights,
};

impl Reviewing<'_> {
    /// Whoever decides for the service, or for one of two asked for together: they end together.
    pub fn may_revoke(&self, request: &Request) -> bool {
        self.actor.reviews_one_of(request.services())
    }

    /// The same form sent twice succeeds twice.
    pub async fn revoke(&self, id: RequestId, reason: &str, seen: i32) -> Result<(), DecideError> {
        match self.revoke_once(id, reason, seen).await {
            Err(error @ (DecideError::Stale | DecideError::NotYourTurn)) => {
                let last = self.room.own_last_move(self.actor, id).await?;
                let same = |line: Line| line.kind == JournalKind::Revoked && checked_reason(reason, true).is_ok_and(|reason| reason == line.detail);
                if last.is_some_and(same) { Ok(()) } else { Err(error) }
            }
            other => other,
        }
    }

    async fn revoke_once(&self, id: RequestId, reason: &str, seen: i32) -> Result<(), DecideError> {
        let cx = &self.room.cx;
        let (opened, _) = self.open(id).await?;
        self.in_person()?;
        if opened.request.version != seen {
            return Err(DecideError::Stale);
        }
        if !self.may_revoke(&opened.request) {
            return Err(DecideError::NotYourTurn);
        }
        let reason = &checked_reason(reason, true)?;
        let (mut request, service) = (opened.request, opened.service);
        let reopened = request.reopened.is_some();
        if reopened {
            self.room.restore(&mut request).await?;
        }
        request.phase = request.phase.clone().revoke(cx.now(), self.actor.account, false).map_err(|_| DecideError::NotYourTurn)?;
        let granted = habilitation::active_of_request(&cx.db, id).await?;
        let tx = cx.begin().await?;
        store::unless_stale(request::save(&tx, &request, cx.now()).await, || DecideError::Stale)?;
        crate::clock::legal_clock_follows(cx, &tx, &request).await?;
        if reopened {
            let known = designation::of_request(&tx, id).await?;
            let form = self.room.form_of(&request).unwrap_or_else(|| service.clone());
            self.room.forget_replaced(&tx, &request, &form, &opened.organisation.name(), known).await?;
        }
        habilitation::revoke_of_request(&tx, id, self.actor.account, reason, cx.now()).await?;
        journal::write(cx, &tx, id, JournalKind::Revoked, self.actor, reason).await?;
        let numbers: Vec<String> = granted.iter().map(|one| one.public_number()).collect();
        let about = About::new(cx, &request, &service.name, &routes::request(id));
        mails::request::revoked(&opened.applicant_email, &about, &numbers, reason).send(cx, &tx).await?;
        self.room.tell_those_named(&tx, id, &granted, Ending::Revoked).await?;
        let mut providers = vec![id];
        providers.extend(granted.iter().filter_map(|one| one.relies_on));
        for provider in providers {
            rights::publish(cx, &tx, provider, id).await?;
        }
        self.room.tell_those_who_rely(&tx, id, Ending::Revoked).await?;
        tx.commit().await?;
        Ok(())
    }
}
