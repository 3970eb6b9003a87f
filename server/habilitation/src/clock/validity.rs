//! The end of a habilitation: announced, then carried out. What has expired opens nothing.

use domain::{
    calendar::french_date,
    deadlines::{Expiry, RENEWAL_GRACE_DAYS, days_between, next_validity_check, plus_days},
    request::JournalKind,
    routes,
};
use store::{
    Tx,
    habilitation::{self, Habilitation as Granted},
    reminder::{self, Kind, NewReminder},
};

use super::{BATCH, Tick, Told, address, note, send};
use crate::{Habilitation, mails_clock, rights};

impl Habilitation {
    /// At the end of their last day, whatever the hour of the messages: rights do not wait for the morning.
    pub(super) async fn end_habilitations(&self, tick: Tick) -> Result<usize, store::Error> {
        let cx = &self.cx;
        let mut expired = 0;
        loop {
            let tx = cx.begin().await?;
            let rows = habilitation::ended(&*tx, tick.today, BATCH).await?;
            if rows.is_empty() {
                return Ok(expired);
            }
            let mut done = 0;
            for granted in rows {
                if habilitation::expire(&*tx, granted.id, tick.now).await? {
                    self.tell_of_end(&tx, &granted).await?;
                    done += 1;
                }
            }
            tx.commit().await?;
            expired += done;
        }
    }

    async fn tell_of_end(&self, tx: &Tx, granted: &Granted) -> Result<(), store::Error> {
        let cx = &self.cx;
        note(cx, tx, granted.request, JournalKind::Expired, &granted.public_number()).await?;
        rights::publish(cx, tx, granted.relies_on.unwrap_or(granted.request), granted.request).await?;
        let (Some(last), Some(mut told)) = (granted.valid_until, Told::find(cx, tx, granted.request).await?) else { return Ok(()) };
        told.link = cx.url(&routes::request_renewal(granted.request));
        let grace = french_date(plus_days(last, RENEWAL_GRACE_DAYS));
        if let Some(to) = address(tx, told.request.applicant).await? {
            send(cx, tx, granted.request, mails_clock::expired(&to, &told.about(), &granted.public_number(), &french_date(last), &grace)).await?;
        }
        Ok(())
    }

    pub(super) async fn remind_of_ends(&self, tick: Tick) -> Result<usize, store::Error> {
        let cx = &self.cx;
        let mut reminded = 0;
        loop {
            let tx = cx.begin().await?;
            let rows = habilitation::ending(&*tx, tick.mail_day, BATCH).await?;
            if rows.is_empty() {
                return Ok(reminded);
            }
            let mut sent = 0;
            for granted in rows {
                let Some(last) = granted.valid_until else { continue };
                if let Some(Expiry::Reminder(days)) = Expiry::due(last, tick.mail_day) {
                    sent += usize::from(self.remind_of_end(tick, &tx, &granted, last, days).await?);
                }
                habilitation::check_on(&*tx, granted.id, next_validity_check(last, tick.mail_day)).await?;
            }
            tx.commit().await?;
            reminded += sent;
        }
    }

    async fn remind_of_end(&self, tick: Tick, tx: &Tx, granted: &Granted, last: jiff::civil::Date, days: i32) -> Result<bool, store::Error> {
        let cx = &self.cx;
        // Two granted together may end on the same day.
        let base = format!("{} {last}", granted.public_number());
        let new = NewReminder { request: granted.request, kind: Kind::Validity, base: &base, threshold: days, follow_on: None };
        if !reminder::record(cx, &**tx, new, tick.now).await? {
            return Ok(false);
        }
        let Some(mut told) = Told::find(cx, tx, granted.request).await? else { return Ok(false) };
        told.link = cx.url(&routes::request_renewal(granted.request));
        let Some(to) = address(tx, told.request.applicant).await? else { return Ok(false) };
        let left = days_between(tick.mail_day, last);
        send(cx, tx, granted.request, mails_clock::ends_soon(&to, &told.about(), &granted.public_number(), left, &french_date(last))).await?;
        note(cx, tx, granted.request, JournalKind::ExpiryReminded, &format!("{} – {}", granted.public_number(), french_date(last))).await?;
        Ok(true)
    }
}
