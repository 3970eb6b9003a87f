//! The end of a habilitation: reminders first, then the expiry, which closes its keys and its data.

use domain::{
    calendar::french_date,
    catalogue::Provision,
    deadlines::{Expiry, RENEWAL_GRACE_DAYS, days_between, next_validity_check, plus_days},
    request::JournalKind,
    routes,
};
use store::{
    Tx,
    account::{self, Account},
    habilitation::{self, Habilitation as Granted},
    reminder::{self, Kind, NewReminder},
    request,
};

use super::{BATCH, Tick, address, note};
use crate::{
    Habilitation,
    mails::{self, ending::Ending},
    rights,
};

impl Habilitation {
    /// Expires habilitations once their last day is over. Unlike mails, this does not wait for office hours.
    pub(super) async fn end_habilitations(&self, tick: Tick) -> Result<usize, store::Error> {
        let cx = &self.cx;
        let mut expired = 0;
        loop {
            let rows = habilitation::ended(&cx.db, tick.today, BATCH).await?;
            if rows.is_empty() {
                return Ok(expired);
            }
            for granted in rows {
                let tx = cx.begin().await?;
                let done = habilitation::expire(&tx, granted.id, tick.now).await?;
                if done {
                    self.tell_of_end(&tx, &granted).await?;
                }
                tx.commit().await?;
                expired += usize::from(done);
            }
        }
    }

    async fn tell_of_end(&self, tx: &Tx, granted: &Granted) -> Result<(), store::Error> {
        let cx = &self.cx;
        note(cx, tx, granted.request, JournalKind::Expired, &granted.public_number()).await?;
        rights::publish(cx, tx, granted.relies_on.unwrap_or(granted.request), granted.request).await?;
        let Some(numbers) = self.told_together(tx, granted).await? else { return Ok(()) };
        let (Some(last), Some(request)) = (granted.valid_until, request::by_id(tx, granted.request).await?) else { return Ok(()) };
        let about = self.about(&request, &routes::request_renewal(request.id));
        let grace = french_date(plus_days(last, RENEWAL_GRACE_DAYS));
        if let Some(to) = address(tx, request.applicant).await? {
            mails::clock::expired(&to, &about, &numbers, &french_date(last), &grace).send(cx, tx).await?;
        }
        let all = habilitation::of_request(tx, granted.request).await?;
        let ended: Vec<Granted> = all.into_iter().rev().filter(|one| numbers.contains(&one.public_number())).collect();
        self.tell_those_named(tx, granted.request, &ended, Ending::Expired).await?;
        if ended.iter().any(|one| self.service(&one.service).is_some_and(|service| service.provision == Provision::BrokerClient)) {
            self.tell_those_who_rely(tx, granted.request, Ending::Expired).await?;
        }
        Ok(())
    }

    /// The numbers that a message about this habilitation names. Of two granted together that end together, the first names both and
    /// the second sends no message (`None`).
    async fn told_together(&self, tx: &Tx, granted: &Granted) -> Result<Option<Vec<String>>, store::Error> {
        if let Some(first) = granted.paired_with
            && habilitation::by_id(tx, first).await?.is_some_and(|first| first.valid_until == granted.valid_until)
        {
            return Ok(None);
        }
        let pair = habilitation::of_request(tx, granted.request).await?.into_iter();
        let second = pair.filter(|one| one.paired_with == Some(granted.id) && one.valid_until == granted.valid_until);
        Ok(Some(std::iter::once(granted.public_number()).chain(second.map(|one| one.public_number())).collect()))
    }

    pub(super) async fn remind_of_ends(&self, tick: Tick) -> Result<usize, store::Error> {
        let cx = &self.cx;
        let mut reminded = 0;
        loop {
            let rows = habilitation::ending(&cx.db, tick.mail_day, BATCH).await?;
            if rows.is_empty() {
                return Ok(reminded);
            }
            for granted in rows {
                let Some(last) = granted.valid_until else { continue };
                let tx = cx.begin().await?;
                habilitation::check_on(&tx, granted.id, next_validity_check(last, tick.mail_day)).await?;
                let sent = match Expiry::due(last, tick.mail_day) {
                    Some(Expiry::Reminder(days)) => self.remind_of_end(tick, &tx, &granted, last, days).await?,
                    _ => false,
                };
                tx.commit().await?;
                reminded += usize::from(sent);
            }
        }
    }

    async fn remind_of_end(&self, tick: Tick, tx: &Tx, granted: &Granted, last: jiff::civil::Date, days: i32) -> Result<bool, store::Error> {
        let cx = &self.cx;
        let Some(numbers) = self.told_together(tx, granted).await? else { return Ok(false) };
        let base = format!("{} {last}", granted.public_number());
        let new = NewReminder { request: granted.request, kind: Kind::Validity, base: &base, threshold: days, follow_on: None };
        if !reminder::record(cx, tx, new, tick.now).await? {
            return Ok(false);
        }
        let Some(request) = request::by_id(tx, granted.request).await? else { return Ok(false) };
        let about = self.about(&request, &routes::request_renewal(request.id));
        let Some(applicant) = account::by_id(tx, request.applicant).await? else { return Ok(false) };
        let (left, day) = (days_between(tick.mail_day, last), french_date(last));
        let words = |person: &Account| mails::clock::ends_soon(&person.email, &about, &numbers, left, &day);
        // The mail of the last day is not a reminder: it is sent even to people who turned reminders off.
        if left <= 0 {
            words(&applicant).send(cx, tx).await?;
        } else if !self.remind_people(tx, granted.request, &[applicant], words).await? {
            return Ok(false);
        }
        note(cx, tx, granted.request, JournalKind::ExpiryReminded, &format!("{} – {day}", numbers.join(" et "))).await?;
        Ok(true)
    }
}
