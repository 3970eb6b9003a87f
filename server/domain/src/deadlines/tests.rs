use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::ids::{HabilitationId, TypedId};

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

#[test]
fn months_keep_the_day_or_take_the_last_one() {
    for (from, months, expected) in [
        (date(2026, 11, 23), 18, date(2028, 5, 23)),
        (date(2026, 12, 29), 2, date(2027, 2, 28)),
        (date(2027, 12, 29), 2, date(2028, 2, 29)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 3, 15), 0, date(2026, 3, 15)),
        (date(2096, 2, 29), 48, date(2100, 2, 28)),
    ] {
        assert_eq!(plus_months(from, months), expected, "{from} and {months} months");
    }
    assert_eq!(plus_months(date(2026, 1, 1), u32::MAX), Date::MAX);
}

#[test]
fn two_months_and_the_days_spent_waiting() {
    for (submitted, suspended, expected) in [
        (date(2026, 11, 23), vec![], date(2027, 1, 23)),
        (date(2027, 12, 31), vec![], date(2028, 2, 29)),
        (date(2026, 12, 31), vec![], date(2027, 2, 28)),
        // Falls on 1 May, a public holiday: the limit does not move.
        (date(2026, 3, 1), vec![], date(2026, 5, 1)),
        (date(2026, 11, 23), vec![(date(2026, 12, 1), date(2026, 12, 11))], date(2027, 2, 2)),
        (date(2027, 12, 31), vec![(date(2028, 1, 10), date(2028, 1, 11))], date(2028, 3, 1)),
        (date(2026, 11, 23), vec![(date(2026, 12, 1), date(2026, 12, 1)), (date(2026, 12, 2), date(2026, 12, 4))], date(2027, 1, 25)),
    ] {
        assert_eq!(legal_limit(submitted, &suspended), expected, "{submitted} {suspended:?}");
    }
}

#[test]
fn the_legal_clock_stands_still_while_changes_are_asked_for() {
    let clock = LegalClock::started(at("2026-11-23T09:00:00Z"));
    assert_eq!(clock.limit, date(2027, 1, 23));
    assert_eq!(clock.next_warning(date(2026, 11, 23)), Some(date(2027, 1, 8)));
    let asked = clock.suspend(at("2026-12-01T10:00:00Z"));
    assert_eq!((asked.next_warning(date(2026, 12, 1)), asked.due_warning(date(2027, 3, 1))), (None, None));
    assert_eq!(asked.suspend(at("2026-12-05T10:00:00Z")), asked, "it was standing still");
    let back = asked.resume(at("2026-12-11T10:00:00Z"));
    assert_eq!(back, LegalClock { limit: date(2027, 2, 2), suspended_on: None });
    assert_eq!(back.resume(at("2027-01-11T10:00:00Z")), back, "it was running");
}

#[test]
fn the_most_urgent_warning_alone() {
    let clock = LegalClock { limit: date(2027, 1, 23), suspended_on: None };
    for (today, due, next, level) in [
        (date(2027, 1, 7), None, Some(date(2027, 1, 8)), LegalLevel::Calm),
        (date(2027, 1, 8), Some(15), Some(date(2027, 1, 18)), LegalLevel::Near),
        (date(2027, 1, 17), Some(15), Some(date(2027, 1, 18)), LegalLevel::Near),
        (date(2027, 1, 18), Some(5), Some(date(2027, 1, 23)), LegalLevel::Urgent),
        (date(2027, 1, 23), Some(0), None, LegalLevel::Urgent),
        (date(2027, 1, 24), Some(0), None, LegalLevel::Passed),
        (date(2027, 6, 1), Some(0), None, LegalLevel::Passed),
    ] {
        assert_eq!((clock.due_warning(today), clock.next_warning(today)), (due, next), "{today}");
        assert_eq!(LegalLevel::of(clock.limit, today), level, "{today}");
    }
}

#[test]
fn reminders_of_the_end_each_on_its_day() {
    let last = date(2028, 5, 23);
    for (today, due, next) in [
        (date(2026, 11, 23), None, date(2028, 2, 23)),
        (date(2028, 2, 22), None, date(2028, 2, 23)),
        (date(2028, 2, 23), Some(Expiry::Reminder(90)), date(2028, 3, 24)),
        (date(2028, 2, 29), Some(Expiry::Reminder(90)), date(2028, 3, 24)),
        (date(2028, 3, 24), Some(Expiry::Reminder(60)), date(2028, 4, 23)),
        (date(2028, 4, 23), Some(Expiry::Reminder(30)), date(2028, 5, 8)),
        (date(2028, 5, 8), Some(Expiry::Reminder(15)), date(2028, 5, 16)),
        (date(2028, 5, 16), Some(Expiry::Reminder(7)), date(2028, 5, 23)),
        (date(2028, 5, 23), Some(Expiry::Reminder(0)), date(2028, 5, 24)),
        (date(2028, 5, 24), Some(Expiry::Expired), date(2028, 5, 25)),
    ] {
        assert_eq!((Expiry::due(last, today), next_validity_check(last, today)), (due, next), "{today}");
    }
}

#[test]
fn renewal_opens_before_the_end_and_closes_after_it() {
    let last = date(2028, 2, 29);
    for (today, expected) in [
        (date(2027, 11, 30), Renewal::TooEarly(date(2027, 12, 1))),
        (date(2027, 12, 1), Renewal::Open(date(2029, 8, 29))),
        (date(2028, 2, 29), Renewal::Open(date(2029, 8, 29))),
        (date(2028, 3, 30), Renewal::Open(date(2029, 8, 29))),
        (date(2028, 3, 31), Renewal::TooLate),
    ] {
        assert_eq!(renewal(last, 18, today), expected, "{today}");
    }
}

#[test]
fn validity_is_the_services() {
    assert_eq!(valid_until(date(2026, 11, 23), Some(18)), Some(date(2028, 5, 23)));
    assert_eq!(valid_until(date(2028, 2, 29), Some(12)), Some(date(2029, 2, 28)));
    assert_eq!(valid_until(date(2026, 11, 23), None), None);
}

#[test]
fn days_are_parisian_days() {
    // The nights the clocks change have 23 and 25 hours; both are one day.
    for (from, to, days) in [
        ("2027-03-27T22:30:00Z", "2027-03-28T22:30:00Z", 2),
        ("2027-03-27T11:00:00Z", "2027-03-28T10:00:00Z", 1),
        ("2026-10-24T10:00:00Z", "2026-10-25T22:30:00Z", 1),
        ("2026-10-24T10:00:00Z", "2026-10-25T23:00:00Z", 2),
    ] {
        assert_eq!(days_passed(at(from), at(to)), days, "{from} to {to}");
    }
    assert_eq!(start_of(date(2027, 3, 28)), at("2027-03-27T23:00:00Z"));
    assert_eq!(start_of(date(2027, 3, 29)), at("2027-03-28T22:00:00Z"));
    assert_eq!(mail_day(at("2026-11-24T06:59:59Z")), date(2026, 11, 23));
    assert_eq!(mail_day(at("2026-11-24T07:00:00Z")), date(2026, 11, 24));
    assert_eq!(mail_day(at("2026-07-01T06:00:00Z")), date(2026, 7, 1));
}

#[test]
fn who_is_reminded_and_when() {
    use crate::request::State;
    for (state, reminder, notice) in [
        (State::Draft, Some(15), Some(75)),
        (State::ChangesRequested, Some(30), Some(165)),
        (State::UnderReview, None, None),
        (State::Approved, None, None),
        (State::Refused, None, None),
    ] {
        assert_eq!((Idle::Reminder.days(state), Idle::Notice.days(state)), (reminder, notice), "{state:?}");
        assert_eq!(Idle::STATES.contains(&state), reminder.is_some(), "{state:?}");
    }
    assert_eq!(archive_day(date(2028, 2, 20)), date(2028, 3, 6));
    let asked = date(2026, 11, 23);
    for (state, day) in [
        (State::Draft, Some(date(2027, 2, 21))),
        (State::ChangesRequested, Some(date(2027, 5, 22))),
        (State::UnderReview, None),
        (State::Approved, None),
    ] {
        assert_eq!(archived_if_left(state, asked), day, "{state:?}");
    }
}

fn days() -> impl Strategy<Value = Date> {
    (2000i16..2100, 1i8..=12, 1i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

proptest! {
    #[test]
    fn a_change_of_so_many_days_ago_is_idle_and_a_later_one_is_not(today in days(), ago in 0i32..400, limit in 1i32..200, minute in 0i64..1439) {
        let changed = start_of(plus_days(today, -ago)).saturating_add(jiff::SignedDuration::from_mins(minute)).expect("in range");
        prop_assume!(paris_date(changed) == plus_days(today, -ago));
        prop_assert_eq!(changed < idle_since(today, limit), ago >= limit);
    }

    #[test]
    fn every_reminder_is_met_once_on_the_way_to_the_end(granted in days(), months in 4u32..60) {
        let last = plus_months(granted, months);
        let (mut today, mut met) = (granted, Vec::new());
        while today <= last {
            today = next_validity_check(last, today);
            met.push(Expiry::due(last, today));
        }
        let mut expected: Vec<_> = VALIDITY_REMINDERS.iter().map(|days| Some(Expiry::Reminder(*days))).collect();
        expected.push(Some(Expiry::Expired));
        prop_assert_eq!(met, expected);
    }

    #[test]
    fn waiting_never_shortens_the_limit(submitted in days(), wait in 0i32..400, from in 0i32..60) {
        let asked = plus_days(submitted, from);
        let limit = legal_limit(submitted, &[(asked, plus_days(asked, wait))]);
        prop_assert_eq!(days_between(legal_limit(submitted, &[]), limit), wait);
    }

    #[test]
    fn renewing_early_or_late_ends_on_the_same_day(last in days(), months in 1u32..60, day in -RENEWAL_OPENS_DAYS..=RENEWAL_GRACE_DAYS) {
        prop_assert_eq!(renewal(last, months, plus_days(last, day)), Renewal::Open(plus_months(last, months)));
    }
}

#[test]
fn the_first_to_end_is_renewed_with_its_pair() {
    let id = |n: u128| HabilitationId::from_uuid(uuid::Uuid::from_u128(n));
    let term = |n: u128, service: &'static str, alive: bool, last_day: Option<Date>, pair: Option<u128>| Term {
        id: id(n),
        service,
        alive,
        last_day,
        paired_with: pair.map(id),
    };
    let (soon, later) = (date(2027, 1, 1), date(2028, 1, 1));
    for (said, terms, expected) in [
        ("nothing granted", vec![], None),
        ("one", vec![term(1, "a", true, Some(soon), None)], Some((soon, 1, None))),
        ("without end", vec![term(1, "a", true, None, None)], None),
        ("a pair", vec![term(2, "b", true, Some(soon), Some(1)), term(1, "a", true, Some(soon), None)], Some((soon, 2, Some(1)))),
        ("a pair, one prolonged", vec![term(2, "b", true, Some(later), Some(1)), term(1, "a", true, Some(soon), None)], Some((soon, 1, None))),
        ("two on one day, no pair", vec![term(2, "b", true, Some(soon), None), term(1, "a", true, Some(soon), None)], Some((soon, 2, None))),
        ("the last of a service", vec![term(2, "a", true, Some(later), None), term(1, "a", true, Some(soon), None)], Some((later, 2, None))),
        ("the last, taken back", vec![term(2, "a", false, Some(later), None), term(1, "a", true, Some(soon), None)], None),
        ("a pair, one taken back", vec![term(2, "b", false, Some(soon), Some(1)), term(1, "a", true, Some(soon), None)], Some((soon, 1, None))),
    ] {
        assert_eq!(first_to_end(&terms), expected.map(|(day, first, pair)| (day, id(first), pair.map(id))), "{said}");
    }
}

#[test]
fn what_is_in_force_ends_first_and_what_is_over_counts_only_alone() {
    let (soon, later) = (date(2027, 1, 1), date(2028, 1, 1));
    for (ends, expected) in [
        (vec![], None),
        (vec![(true, later)], Some(later)),
        (vec![(true, later), (true, soon)], Some(soon)),
        (vec![(false, soon), (true, later)], Some(later)),
        (vec![(true, later), (false, soon)], Some(later)),
        (vec![(false, soon), (false, later)], Some(later)),
    ] {
        assert_eq!(end_of(&ends), expected, "{ends:?}");
    }
}
