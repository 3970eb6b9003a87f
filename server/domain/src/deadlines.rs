//! The deadlines that scheduled jobs act on. Each is a calendar day in Paris, whatever the length of the months and of the days on which the
//! clocks change; none is moved to a working day, because no text says so: the silence of an administration takes effect on Sundays too.
//!
//! | what | when |
//! |---|---|
//! | a draft, or changes asked for, is reminded | 15, 30 days after the last change |
//! | archiving is announced | 75, 165 days after the last change |
//! | it is archived | 15 days after the announcement, if nothing was changed since |
//! | the team is warned of the legal limit | 15, 5 and 0 days before |
//! | the end of a habilitation is announced | 90, 60, 30, 15, 7 and 0 days before |

use jiff::{Timestamp, ToSpan, civil::Date};

use crate::{
    calendar::{paris, paris_date, plus_months},
    request::State,
};

mod legal;
mod validity;

pub use legal::{LEGAL_WARNINGS, LegalClock, LegalLevel, legal_limit};
pub use validity::{
    Expiry, RENEWAL_GRACE_DAYS, RENEWAL_OPENS_DAYS, Renewal, Term, VALIDITY_REMINDERS, end_of, first_to_end, next_validity_check, renewal,
    valid_until,
};

/// Between the announcement and the archiving.
pub const NOTICE_DAYS: i32 = 15;
/// Messages that can wait leave from this hour on, in Paris: nobody is woken by a reminder.
const OFFICE_OPENS: i8 = 8;

/// A message about a request that waits for its applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Idle {
    /// It still waits.
    Reminder,
    /// It will be archived.
    Notice,
}

impl Idle {
    pub const ALL: [Self; 2] = [Self::Reminder, Self::Notice];

    /// Days without a change after which it is sent; `None` for the states that do not wait for the applicant.
    pub fn days(self, state: State) -> Option<i32> {
        match (state, self) {
            (State::Draft, Self::Reminder) => Some(15),
            (State::Draft, Self::Notice) => Some(75),
            (State::ChangesRequested, Self::Reminder) => Some(30),
            (State::ChangesRequested, Self::Notice) => Some(165),
            _ => None,
        }
    }

    /// The states in which the request waits for its applicant.
    pub const STATES: [State; 2] = [State::Draft, State::ChangesRequested];
}

/// The day that is announced for the archiving of a request whose notice leaves on `notice`.
pub fn archive_day(notice: Date) -> Date {
    plus_days(notice, NOTICE_DAYS)
}

/// The day a request in this state is archived if nothing of it changes after `since`; `None` for the states that do not wait for the applicant.
pub fn archived_if_left(state: State, since: Date) -> Option<Date> {
    Some(archive_day(plus_days(since, Idle::Notice.days(state)?)))
}

/// What was last changed before this instant has been left alone for `days` days.
pub fn idle_since(today: Date, days: i32) -> Timestamp {
    start_of(plus_days(today, 1 - days))
}

/// The day as far as messages go: until eight in the morning it is still the day before.
pub fn mail_day(now: Timestamp) -> Date {
    let zoned = now.to_zoned(paris());
    if zoned.hour() < OFFICE_OPENS { plus_days(zoned.date(), -1) } else { zoned.date() }
}

/// Its first instant, in Paris.
pub fn start_of(day: Date) -> Timestamp {
    day.to_zoned(paris()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

pub fn plus_days(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(if days < 0 { Date::MIN } else { Date::MAX })
}

pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// The days from the day of `from` to the day of `to`, in Paris.
pub fn days_passed(from: Timestamp, to: Timestamp) -> i32 {
    days_between(paris_date(from), paris_date(to))
}

#[cfg(test)]
mod tests;
