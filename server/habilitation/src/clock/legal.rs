//! The legal time limit of two months: a clock for each request under review, and warnings to the team whose turn it is.

use domain::{
    calendar::french_date,
    deadlines::{LegalClock, days_between},
    ids::RequestId,
    request::{JournalKind, Phase},
    routes,
};
use store::{
    Cx, Tx,
    account::Account,
    legal_clock,
    reminder::{self, Kind, NewReminder},
    request::{self, Request},
    role,
};

use super::{BATCH, Tick, note};
use crate::{Habilitation, mails};

/// Starts, suspends, resumes or ends the legal clock of a request whose stage has just been written.
pub(crate) async fn follow(cx: &Cx, tx: &Tx, request: &Request) -> Result<(), store::Error> {
    let now = cx.now();
    let known = legal_clock::of_request(tx, request.id).await?;
    let clock = match (&request.phase, known) {
        (Phase::UnderReview(_), None) => LegalClock::started(now),
        (Phase::UnderReview(_), Some(clock)) => clock.resume(now),
        (Phase::ChangesRequested(_), Some(clock)) => clock.suspend(now),
        (Phase::ChangesRequested(_), None) => return Ok(()),
        _ => return legal_clock::stop(tx, request.id).await,
    };
    if known == Some(clock) {
        return Ok(());
    }
    legal_clock::write(tx, request.id, clock, clock.next_warning(domain::calendar::paris_date(now))).await
}

impl Habilitation {
    pub(super) async fn warn_of_limits(&self, tick: Tick) -> Result<usize, store::Error> {
        let cx = &self.cx;
        let mut warned = 0;
        loop {
            let rows = legal_clock::due(&cx.db, tick.mail_day, BATCH).await?;
            if rows.is_empty() {
                return Ok(warned);
            }
            for (id, clock) in rows {
                let tx = cx.begin().await?;
                // False when the request was decided or sent back since the row was read: the next pass reads it again.
                let same = legal_clock::warn_next(&tx, id, clock, clock.next_warning(tick.mail_day)).await?;
                let sent = same && self.warn(tick, &tx, id, clock).await?;
                tx.commit().await?;
                warned += usize::from(sent);
            }
        }
    }

    async fn warn(&self, tick: Tick, tx: &Tx, id: RequestId, clock: LegalClock) -> Result<bool, store::Error> {
        let cx = &self.cx;
        let Some(days) = clock.due_warning(tick.mail_day) else { return Ok(false) };
        let Some(request) = request::by_id(tx, id).await? else { return Ok(false) };
        let base = clock.limit.to_string();
        let new = NewReminder { request: id, kind: Kind::Legal, base: &base, threshold: days, follow_on: None };
        if !reminder::record(cx, tx, new, tick.now).await? {
            return Ok(false);
        }
        let limit = french_date(clock.limit);
        let about = self.about(&request, &routes::review_request(id));
        let mut people: Vec<Account> = Vec::new();
        for turn in request.phase.pending() {
            people.extend(role::reviewers(tx, &turn.service, &turn.stage).await?);
        }
        people.sort_by(|one, other| one.email.cmp(&other.email));
        people.dedup_by_key(|account| account.id);
        let left = days_between(tick.mail_day, clock.limit);
        let words = |person: &Account| mails::clock::limit_near(&person.email, &about, left, &limit);
        if left > 0 {
            self.remind_people(tx, id, &people, words).await?;
        } else {
            for person in &people {
                words(person).send(cx, tx).await?;
            }
        }
        note(cx, tx, id, JournalKind::LimitNear, &limit).await?;
        Ok(true)
    }
}
