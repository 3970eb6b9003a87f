//! How long a habilitation is valid: a number of months, counted to the same day of the month, the last day included. Renewals count from the
//! previous end, not from the day of the click: renewing early loses nothing.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{days_between, plus_days, plus_months};
use crate::ids::HabilitationId;

/// Days before the end at which its holder is reminded; the last one is the day itself.
pub const VALIDITY_REMINDERS: [i32; 6] = [90, 60, 30, 15, 7, 0];
/// Renewal is offered from this many days before the end…
pub const RENEWAL_OPENS_DAYS: i32 = 90;
/// …until this many days after it. Later, what was granted is too old to be prolonged without a review: a new request is filed.
pub const RENEWAL_GRACE_DAYS: i32 = 30;

/// The last day; none for a service that sets no validity.
pub fn valid_until(granted: Date, months: Option<u32>) -> Option<Date> {
    months.map(|months| plus_months(granted, months))
}

/// What is due about the end of a habilitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expiry {
    /// The reminder sent so many days before; of several that were missed, the last.
    Reminder(i32),
    Expired,
}

impl Expiry {
    pub fn due(last_day: Date, today: Date) -> Option<Self> {
        let left = days_between(today, last_day);
        if left < 0 {
            return Some(Self::Expired);
        }
        VALIDITY_REMINDERS.iter().rev().copied().find(|days| left <= *days).map(Self::Reminder)
    }
}

/// The next day after `today` on which something is due about a habilitation in force; it ends the day after its last one.
pub fn next_validity_check(last_day: Date, today: Date) -> Date {
    let reminders = VALIDITY_REMINDERS.iter().map(|days| plus_days(last_day, -days));
    reminders.chain([plus_days(last_day, 1)]).find(|day| *day > today).unwrap_or_else(|| plus_days(today, 1))
}

/// What the rules about its end need to know of a habilitation.
#[derive(Debug, Clone, Copy)]
pub struct Term<'a> {
    pub id: HabilitationId,
    pub service: &'a str,
    /// In force or expired, but neither replaced nor revoked.
    pub alive: bool,
    pub last_day: Option<Date>,
    pub paired_with: Option<HabilitationId>,
}

/// Which habilitation of a request ends first: its last day, its id, and the id of the one granted together with it if that ends on the same day.
/// `terms` are ordered the latest first; only the last one granted for each service counts.
pub fn first_to_end(terms: &[Term<'_>]) -> Option<(Date, HabilitationId, Option<HabilitationId>)> {
    let mut services = BTreeSet::new();
    let last_ones = terms.iter().filter(|one| services.insert(one.service) && one.alive);
    let ends: Vec<(&Term<'_>, Date)> = last_ones.filter_map(|one| Some((one, one.last_day?))).collect();
    let (first, day) = *ends.iter().min_by_key(|(_, day)| *day)?;
    let is_pair = |one: &Term<'_>| one.paired_with == Some(first.id) || first.paired_with == Some(one.id);
    let pair = ends.iter().find(|(one, last)| *last == day && is_pair(one)).map(|(one, _)| one.id);
    Some((day, first.id, pair))
}

/// The end that a list shows for a request, of all its habilitations, each given as whether it is in force and its last day: the first end of
/// those in force, or else the last end of the expired ones.
pub fn end_of(ends: &[(bool, Date)]) -> Option<Date> {
    let days = |in_force: bool| ends.iter().filter(move |(one, _)| *one == in_force).map(|(_, day)| *day);
    days(true).min().or_else(|| days(false).max())
}

/// Whether a habilitation can be renewed as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// From this day on.
    TooEarly(Date),
    /// Up to this new last day.
    Open(Date),
    TooLate,
}

pub fn renewal(last_day: Date, months: u32, today: Date) -> Renewal {
    let left = days_between(today, last_day);
    if left > RENEWAL_OPENS_DAYS {
        Renewal::TooEarly(plus_days(last_day, -RENEWAL_OPENS_DAYS))
    } else if left < -RENEWAL_GRACE_DAYS {
        Renewal::TooLate
    } else {
        Renewal::Open(plus_months(last_day, months))
    }
}
