//! Working days in mainland France. Source: Code du travail, art. L3133-1 (the eleven public holidays);
//! Easter after Meeus, Jones and Butcher.

use jiff::{Timestamp, ToSpan, civil::Date, civil::Weekday, tz::TimeZone};

fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

pub fn is_public_holiday(date: Date) -> bool {
    const FIXED: [(i8, i8); 8] = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
    if FIXED.contains(&(date.month(), date.day())) {
        return true;
    }
    // Easter Monday, Ascension Day, Whit Monday.
    easter(date.year()).is_some_and(|easter| [1, 39, 50].iter().any(|days| easter.checked_add((*days).days()).is_ok_and(|d| d == date)))
}

pub fn is_working_day(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_public_holiday(date)
}

/// Same day of the month, or its last one: 31 August and six months are 28 or 29 February.
pub fn plus_months(day: Date, months: u32) -> Date {
    i32::try_from(months).ok().and_then(|months| day.checked_add(months.months()).ok()).unwrap_or(Date::MAX)
}

/// The day on which `days` working days have passed since `from`, that day itself not counted.
pub fn add_working_days(from: Date, days: u32) -> Date {
    let mut date = from;
    let mut left = days;
    while left > 0 {
        let Ok(next) = date.tomorrow() else { return date };
        date = next;
        if is_working_day(date) {
            left -= 1;
        }
    }
    date
}

/// Working days after `from`, up to `to`; none when `to` comes first.
pub fn working_days_between(from: Date, to: Date) -> u32 {
    let mut days = 0;
    let mut date = from;
    while date < to {
        let Ok(next) = date.tomorrow() else { return days };
        date = next;
        days += u32::from(is_working_day(date));
    }
    days
}

/// A day as the field of a browser sends it, AAAA-MM-JJ and nothing else: what is kept is what the field shows again.
pub fn typed_date(text: &str) -> Option<Date> {
    let shaped = text.len() == 10 && text.bytes().enumerate().all(|(place, b)| if matches!(place, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    text.parse::<Date>().ok().filter(|day| shaped && (1900..=2200).contains(&day.year()))
}

/// Europe/Paris, from the bundled database.
pub fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)
}

pub fn paris_date(at: Timestamp) -> Date {
    at.to_zoned(paris()).date()
}

const MONTHS: [&str; 12] = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];

/// « 21 novembre 2026 »; the first of a month is « 1er ».
pub fn french_date(date: Date) -> String {
    let month = usize::try_from(date.month() - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or_default();
    let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    format!("{day} {month} {}", date.year())
}

/// « 21 novembre 2026 à 14:03 », in Paris.
pub fn french_moment(at: Timestamp) -> String {
    let zoned = at.to_zoned(paris());
    format!("{} à {:02}:{:02}", french_date(zoned.date()), zoned.hour(), zoned.minute())
}

/// « 14:03 », in Paris.
pub fn french_time(at: Timestamp) -> String {
    let zoned = at.to_zoned(paris());
    format!("{:02}:{:02}", zoned.hour(), zoned.minute())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn easter_sundays() {
        for (year, expected) in [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25))] {
            assert_eq!(easter(year), Some(expected));
        }
    }

    #[test]
    fn working_days() {
        for (from, days, expected) in [
            (date(2026, 11, 20), 1, date(2026, 11, 23)),
            (date(2026, 11, 10), 1, date(2026, 11, 12)),
            (date(2026, 5, 13), 7, date(2026, 5, 26)),
            (date(2028, 2, 28), 1, date(2028, 2, 29)),
            (date(2026, 12, 24), 0, date(2026, 12, 24)),
        ] {
            assert_eq!(add_working_days(from, days), expected, "{from} + {days}");
        }
    }

    #[test]
    fn days_between_are_those_added() {
        for (from, days) in [(date(2026, 11, 20), 1), (date(2026, 12, 23), 7), (date(2026, 5, 13), 7), (date(2028, 2, 28), 1)] {
            assert_eq!(working_days_between(from, add_working_days(from, days)), days);
        }
        assert_eq!(working_days_between(date(2026, 11, 24), date(2026, 11, 20)), 0);
    }

    #[test]
    fn french_words() {
        assert_eq!(french_date(date(2026, 8, 1)), "1er août 2026");
        assert_eq!(french_moment("2026-11-21T13:03:00Z".parse().unwrap_or_default()), "21 novembre 2026 à 14:03");
    }
}
