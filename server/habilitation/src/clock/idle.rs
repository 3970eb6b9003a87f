//! Requests that wait for their applicant: reminded, then told that they will be archived, then archived.

use domain::{
    calendar::french_date,
    deadlines::{Idle, archive_day, days_passed, idle_since},
    ids::RequestId,
    request::{JournalKind, State},
    routes,
};
use store::{
    Tx,
    account::{self, Account},
    clock_mark::{self, Mark},
    reminder::{self, Kind, NewReminder},
    request,
};

use super::{BATCH, Tick, address, legal_clock_follows, note};
use crate::{Habilitation, mails};

impl Habilitation {
    /// How many were reminded, and how many archivings were announced.
    pub(super) async fn remind_idle(&self, tick: Tick) -> Result<(usize, usize), store::Error> {
        let mut told = [0, 0];
        for state in Idle::STATES {
            for (idle, told) in Idle::ALL.into_iter().zip(&mut told) {
                *told += self.remind_those(tick, state, idle).await?;
            }
        }
        Ok((told[0], told[1]))
    }

    async fn remind_those(&self, tick: Tick, state: State, idle: Idle) -> Result<usize, store::Error> {
        let cx = &self.cx;
        let Some(days) = idle.days(state) else { return Ok(0) };
        let name = format!("{}.{}", state.as_str(), days);
        let before = idle_since(tick.mail_day, days);
        // Requests idle for longer get the notice of archiving instead.
        let floor = match idle {
            Idle::Reminder => Idle::Notice.days(state).map(|days| Mark { at: idle_since(tick.mail_day, days), id: Mark::START.id }),
            Idle::Notice => None,
        };
        let mut told = 0;
        loop {
            let tx = cx.begin().await?;
            let mark = clock_mark::read(&tx, &name).await?;
            let rows = request::idle(&tx, state, floor.map_or(mark, |floor| mark.max(floor)), before, BATCH).await?;
            let Some(last) = rows.last().copied() else { return Ok(told) };
            let mut sent = 0;
            for row in &rows {
                sent += usize::from(self.remind(tick, &tx, RequestId(row.id), state, idle, days).await?);
            }
            if !clock_mark::advance(&tx, &name, mark, last).await? {
                return Ok(told);
            }
            tx.commit().await?;
            told += sent;
        }
    }

    async fn remind(&self, tick: Tick, tx: &Tx, id: RequestId, state: State, idle: Idle, days: i32) -> Result<bool, store::Error> {
        let cx = &self.cx;
        let Some(request) = request::by_id(tx, id).await? else { return Ok(false) };
        // A reopened request is not archived, because its habilitation is in force.
        if idle == Idle::Notice && request.reopened.is_some() {
            return Ok(false);
        }
        let base = request.updated_at.as_microsecond().to_string();
        let archived_on = (idle == Idle::Notice).then(|| archive_day(tick.mail_day));
        let kind = if archived_on.is_some() { Kind::Archive } else { Kind::Idle };
        let new = NewReminder { request: id, kind, base: &base, threshold: days, follow_on: archived_on };
        if !reminder::record(cx, tx, new, tick.now).await? {
            return Ok(false);
        }
        let Some(applicant) = account::by_id(tx, request.applicant).await? else { return Ok(false) };
        let about = self.about(&request, &routes::request(id));
        if let Some(day) = archived_on {
            let day = french_date(day);
            note(cx, tx, id, JournalKind::ArchiveAnnounced, &format!("Le {day}")).await?;
            mails::clock::archive_announced(&applicant.email, &about, &day).send(cx, tx).await?;
            return Ok(true);
        }
        let since = days_passed(request.updated_at, tick.now);
        let words = |person: &Account| match state {
            State::Draft => mails::clock::draft_waits(&person.email, &about, since),
            _ => mails::clock::changes_wait(&person.email, &about, since),
        };
        let sent = self.remind_people(tx, id, &[applicant], words).await?;
        if sent {
            note(cx, tx, id, JournalKind::Reminded, "").await?;
        }
        Ok(sent)
    }

    /// Archives the requests whose announced day has come, unless they were changed since.
    pub(super) async fn archive_announced(&self, tick: Tick) -> Result<usize, store::Error> {
        let cx = &self.cx;
        let mut archived = 0;
        loop {
            let rows = reminder::announced(&cx.db, tick.mail_day, BATCH).await?;
            if rows.is_empty() {
                return Ok(archived);
            }
            for row in rows {
                let tx = cx.begin().await?;
                let done = reminder::close(&tx, row.id).await? && self.archive(tick, &tx, row.request, &row.base).await?;
                tx.commit().await?;
                archived += usize::from(done);
            }
        }
    }

    async fn archive(&self, tick: Tick, tx: &Tx, id: RequestId, base: &str) -> Result<bool, store::Error> {
        let cx = &self.cx;
        let Some(mut request) = request::by_id(tx, id).await? else { return Ok(false) };
        if request.updated_at.as_microsecond().to_string() != base {
            return Ok(false);
        }
        let Ok(stage) = request.phase.clone().archive(tick.now, None, request.reopened.is_some()) else { return Ok(false) };
        request.phase = stage;
        match request::save(tx, &request, tick.now).await {
            // The request was changed meanwhile.
            Err(store::Error::Stale { .. }) => return Ok(false),
            other => other?,
        };
        legal_clock_follows(cx, tx, &request).await?;
        self.drop_documents_of_draft(tx, &request).await?;
        note(cx, tx, id, JournalKind::Archived, "").await?;
        if let Some(to) = address(tx, request.applicant).await? {
            mails::clock::archived(&to, &self.about(&request, &routes::request(id))).send(cx, tx).await?;
        }
        Ok(true)
    }
}
