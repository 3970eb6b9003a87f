//! Working days in mainland France. Source: Code du travail, art. L3133-1 (the eleven public holidays);
//! Easter after Meeus, Jones and Butcher.

use jiff::{Timestamp, ToSpan, civil::Date, civil::Weekday, tz::TimeZone};

use crate::text::fold;

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

/// Parses a date in its stored form, YYYY-MM-DD only.
pub fn kept_date(text: &str) -> Option<Date> {
    let shaped = text.len() == 10 && text.bytes().enumerate().all(|(place, b)| if matches!(place, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    text.parse::<Date>().ok().filter(|day| shaped && is_plausible(*day))
}

/// Refuses years outside 1900 to 2200, which come from two-digit years and typing errors.
fn is_plausible(day: Date) -> bool {
    (1900..=2200).contains(&day.year())
}

/// A day as people write it: « 31/01/2027 », « 31.1.2027 », « dimanche 31 janvier 2027 », « 1er févr. 2027 », « 31012027 », « 2027-01-31 ».
/// A two-digit year is refused: its century is unknown.
pub fn typed_date(text: &str) -> Option<Date> {
    const DAYS: [&str; 8] = ["le", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').skip_while(|word| DAYS.contains(word)).collect();
    let number = |text: &str, longest: usize| text.parse::<i16>().ok().filter(|_| text.len() <= longest && text.bytes().all(|b| b.is_ascii_digit()));
    let date = |year: &str, month: &str, day: &str| {
        let year = number(year, 4).filter(|_| year.len() == 4)?;
        let month = number(month, 2).or_else(|| month_named(month))?;
        let day = number(day.strip_suffix("er").filter(|day| *day == "1").unwrap_or(day), 2)?;
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|day| is_plausible(*day))
    };
    match words[..] {
        // DDMMYYYY, then YYYYMMDD: no eight digits are a plausible date in both orders.
        [one] if one.len() == 8 && one.is_ascii() => date(&one[4..], &one[2..4], &one[..2]).or_else(|| date(&one[..4], &one[4..6], &one[6..])),
        [year, month, day] if year.len() == 4 => date(year, month, day),
        [day, month, year] => date(year, month, day),
        _ => None,
    }
}

/// « janvier », « janv » and « jan » are all 1; « jui » is refused: it could be June or July.
fn month_named(folded: &str) -> Option<i16> {
    let mut found = (1..).zip(MONTHS).filter(|(_, name)| folded.len() > 2 && fold(name).starts_with(folded));
    found.next().filter(|_| found.next().is_none()).map(|(month, _)| month)
}

/// « 31/01/2027 », the format in which form fields show a date.
pub fn numeric_date(date: Date) -> String {
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}

/// What a field for a date takes, as its hint shows it.
pub const DATE_EXAMPLE: &str = "31/01/2027";
pub const NOT_A_DATE: &str = "Cette date n’est pas valide. Exemple\u{a0}: 31/01/2027";

/// A day by which a list is filtered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Day {
    #[default]
    Any,
    Known(Date),
    /// What was typed is not a date: the page reports it.
    Unread(String),
}

impl Day {
    /// How many characters are kept of a text that is not a date.
    const MAX: usize = 50;

    pub fn parse(typed: &str) -> Self {
        let plain: String = typed.chars().take(Self::MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
        match (plain.trim(), typed_date(&plain)) {
            (_, Some(day)) => Self::Known(day),
            ("", None) if typed.trim().is_empty() => Self::Any,
            ("", None) => Self::Unread("?".to_owned()),
            (plain, None) => Self::Unread(plain.to_owned()),
        }
    }

    pub fn known(&self) -> Option<Date> {
        if let Self::Known(day) = self { Some(*day) } else { None }
    }

    /// The value in a query string; `None` for any day.
    pub fn kept(&self) -> Option<String> {
        match self {
            Self::Any => None,
            Self::Known(day) => Some(day.to_string()),
            Self::Unread(typed) => Some(typed.clone()),
        }
    }

    /// The value shown in its form field.
    pub fn shown(&self) -> String {
        match self {
            Self::Any => String::new(),
            Self::Known(day) => numeric_date(*day),
            Self::Unread(typed) => typed.clone(),
        }
    }

    /// What is wrong with the two days of a period, by name of field.
    pub fn problems<N: Copy>((from, first): (N, &Self), (until, last): (N, &Self)) -> Vec<(N, String)> {
        let unread = [(from, first), (until, last)].into_iter().filter(|(_, day)| matches!(day, Self::Unread(_)));
        let mut problems: Vec<_> = unread.map(|(name, _)| (name, NOT_A_DATE.to_owned())).collect();
        if let (Self::Known(first), Self::Known(last)) = (first, last)
            && last < first
        {
            problems.push((until, "Cette date précède celle du début de la période.".to_owned()));
        }
        problems
    }
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
    fn days_as_people_write_them() {
        for text in [
            "31/01/2027",
            "31/1/2027",
            "31-01-2027",
            "31.01.2027",
            "31 01 2027",
            "31\u{2011}01–2027",
            " 31 / 01 / 2027 ",
            "31/01/2027.",
            "31012027",
            "20270131",
            "2027-01-31",
            "2027/01/31",
            "2027-1-31",
            "31 janvier 2027",
            "31 JANVIER 2027",
            "31\u{a0}janvier\u{202f}2027",
            "31 janv. 2027",
            "31-jan-2027",
            "dimanche 31 janvier 2027",
            "le 31 janvier 2027",
            "３１/０１/２０２７",
            "\u{200b}31/01/2027",
        ] {
            assert_eq!(typed_date(text), Some(date(2027, 1, 31)), "{text:?}");
        }
        for (text, day) in [
            ("1er janvier 2027", date(2027, 1, 1)),
            ("1ᵉʳ févr. 2027", date(2027, 2, 1)),
            ("lundi 1er mars 2027", date(2027, 3, 1)),
            ("1 août 2027", date(2027, 8, 1)),
            ("01 aout 2027", date(2027, 8, 1)),
            ("3 juil. 2027", date(2027, 7, 3)),
            ("29/02/2028", date(2028, 2, 29)),
            ("20/12/2012", date(2012, 12, 20)),
            ("20122012", date(2012, 12, 20)),
            ("01/01/1900", date(1900, 1, 1)),
            ("31/12/2200", date(2200, 12, 31)),
        ] {
            assert_eq!(typed_date(text), Some(day), "{text:?}");
            assert_eq!((typed_date(&numeric_date(day)), kept_date(&day.to_string())), (Some(day), Some(day)), "{text:?}");
        }
        for text in [
            "",
            "n’importe",
            "31/01/27",
            "310127",
            "010327",
            "27-01-31",
            "0027-03-01",
            "31/01/0027",
            "31/01/1899",
            "01/01/2201",
            "30/02/2027",
            "31/13/2027",
            "01/31/2027",
            "2027-13-01",
            "31 jui 2027",
            "2er mars 2027",
            "janvier 2027",
            "31/01",
            "2027",
            "31/01/2027 10:00",
            "2027-03-01T10:00",
            "2027-03-01[Europe/Paris]",
            "2027-W09-1",
            "-000001-01-01",
            "+002027-03-01",
            "031/01/2027",
            "31/01/2027 31/01/2027",
        ] {
            assert_eq!(typed_date(text), None, "{text:?}");
        }
        for text in ["31/01/2027", "2027-1-31", "20270131", "0027-03-01"] {
            assert_eq!(kept_date(text), None, "{text:?}");
        }
    }

    #[test]
    fn french_words() {
        assert_eq!(french_date(date(2026, 8, 1)), "1er août 2026");
        assert_eq!(french_moment("2026-11-21T13:03:00Z".parse().unwrap_or_default()), "21 novembre 2026 à 14:03");
    }
}
