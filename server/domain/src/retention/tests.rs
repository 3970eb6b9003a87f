use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

#[test]
fn each_class_has_one_rule_and_each_table_one_class() {
    for rule in &RULES {
        assert_eq!(RULES.iter().filter(|other| other.class == rule.class).count(), 1, "{:?}", rule.class);
    }
    for (index, kept) in TABLES.iter().enumerate() {
        assert_eq!(kept.class.rule().class, kept.class, "{}: a class without a rule", kept.table);
        assert!(TABLES[index + 1..].iter().all(|other| other.table != kept.table), "{} stands twice", kept.table);
    }
}

#[test]
fn only_what_is_about_nobody_is_kept_for_ever() {
    for rule in &RULES {
        match rule.keep {
            Keep::Always => assert!(matches!(rule.class, Class::Impersonal | Class::Elimination), "{:?}", rule.class),
            Keep::For(_) => assert!(rule.then != Fate::Stays && !rule.source.is_empty(), "{:?}", rule.class),
            Keep::Follows => assert_eq!(rule.class, Class::OfAccount),
        }
        assert!(!rule.since.0.is_empty() && rule.data.is_empty() == rule.since.1.is_empty(), "{:?}", rule.class);
    }
}

#[test]
fn a_period_ends_on_the_same_day_of_the_calendar_of_paris() {
    for (period, now, before) in [
        (Period::Minutes(30), "2026-11-23T09:00:00Z", "2026-11-23T08:30:00Z"),
        (Period::Hours(12), "2026-03-29T09:00:00Z", "2026-03-28T21:00:00Z"),
        // The clocks went forward in between: the day had 23 hours.
        (Period::Days(1), "2026-03-29T09:00:00Z", "2026-03-28T10:00:00Z"),
        (Period::Days(7), "2026-11-23T09:00:00Z", "2026-11-16T09:00:00Z"),
        (Period::Months(24), "2028-02-29T09:00:00Z", "2026-02-28T09:00:00Z"),
        (Period::Months(36), "2026-11-23T09:00:00Z", "2023-11-23T09:00:00Z"),
        (Period::Months(60), "2026-07-01T09:00:00Z", "2021-07-01T09:00:00Z"),
    ] {
        assert_eq!(period.before(at(now)), at(before), "{period:?} {now}");
    }
    assert_eq!(Class::Impersonal.before(at("2026-11-23T09:00:00Z")), None);
}

#[test]
fn periods_are_read_in_both_languages() {
    for (period, french, english) in [
        (Period::Days(1), "1\u{a0}jour", "1 day"),
        (Period::Days(30), "30\u{a0}jours", "30 days"),
        (Period::Days(365), "1\u{a0}an", "365 days"),
        (Period::Months(6), "6\u{a0}mois", "6 months"),
        (Period::Months(12), "1\u{a0}an", "12 months"),
        (Period::Months(24), "2\u{a0}ans", "24 months"),
        (Period::Months(36), "3\u{a0}ans", "36 months"),
        (Period::Hours(12), "12\u{a0}heures", "12 hours"),
        (Period::Minutes(30), "30\u{a0}minutes", "30 minutes"),
    ] {
        assert_eq!((period.in_french(), period.in_english()), (french.to_owned(), english.to_owned()));
    }
}
