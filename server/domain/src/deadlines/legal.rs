//! The two months after which silence is a refusal (code des relations entre le public et l’administration, art. L231-4), counted from the
//! submission to the same day of the month. While changes are asked for, the request is incomplete and the delay is suspended until the missing
//! pieces arrive (art. L114-5): the days spent waiting for the applicant are added at the end.

use jiff::{Timestamp, civil::Date};

use super::{days_between, plus_days, plus_months};
use crate::calendar::paris_date;

const LEGAL_MONTHS: u32 = 2;

/// Days before the limit at which the team is told; the last one is the day itself.
pub const LEGAL_WARNINGS: [i32; 3] = [15, 5, 0];

/// The last day on which a decision comes in time. `suspended` are the waits for the applicant that have ended:
/// from the day changes were asked for to the day they came back.
pub fn legal_limit(submitted: Date, suspended: &[(Date, Date)]) -> Date {
    let waited = suspended.iter().map(|(from, to)| days_between(*from, *to).max(0)).sum();
    plus_days(plus_months(submitted, LEGAL_MONTHS), waited)
}

/// How close the limit is, for lists and messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegalLevel {
    Calm,
    /// Fifteen days or fewer.
    Near,
    /// Five days or fewer.
    Urgent,
    /// The limit has passed: silence counts as a refusal.
    Passed,
}

impl LegalLevel {
    pub fn of(limit: Date, today: Date) -> Self {
        match days_between(today, limit) {
            left if left < 0 => Self::Passed,
            left if left <= LEGAL_WARNINGS[1] => Self::Urgent,
            left if left <= LEGAL_WARNINGS[0] => Self::Near,
            _ => Self::Calm,
        }
    }
}

/// The legal delay of one submission: running, or suspended since a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegalClock {
    pub limit: Date,
    pub suspended_on: Option<Date>,
}

impl LegalClock {
    pub fn started(submitted_at: Timestamp) -> Self {
        Self { limit: legal_limit(paris_date(submitted_at), &[]), suspended_on: None }
    }

    /// Changes are asked for.
    pub fn suspend(self, at: Timestamp) -> Self {
        Self { suspended_on: self.suspended_on.or(Some(paris_date(at))), ..self }
    }

    /// The changes came back.
    pub fn resume(self, at: Timestamp) -> Self {
        match self.suspended_on {
            Some(from) => Self { limit: plus_days(self.limit, days_between(from, paris_date(at)).max(0)), suspended_on: None },
            None => self,
        }
    }

    /// The day of the next warning after `today`; `None` while the delay is suspended or when all are past.
    pub fn next_warning(self, today: Date) -> Option<Date> {
        if self.suspended_on.is_some() {
            return None;
        }
        LEGAL_WARNINGS.iter().map(|days| plus_days(self.limit, -days)).find(|day| *day > today)
    }

    /// The most urgent warning that is due; earlier ones that were missed are not sent any more.
    pub fn due_warning(self, today: Date) -> Option<i32> {
        if self.suspended_on.is_some() {
            return None;
        }
        let left = days_between(today, self.limit);
        LEGAL_WARNINGS.iter().rev().copied().find(|days| left <= *days)
    }
}
