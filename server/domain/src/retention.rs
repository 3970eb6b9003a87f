//! How long everything is kept, and what becomes of it: the one table from which the purges read their periods, the legal
//! page its sentences and `docs/RETENTION.md` its rows.
//!
//! Sources. RGPD: art. 5(1)(e), art. 17(3)(b) and (d). Accounts: CNIL, two years without a sign-in, the person warned before. Logs:
//! CNIL, délibération n° 2021-122 (six months to a year; up to three years for internal control). Request files are public
//! archives: Code du patrimoine, art. L212-2, R212-13 and R212-14; they serve for as long as a right may be claimed (Code
//! civil, art. 2224). Traces of identity and of data: arrêté of 8 November 2018 on FranceConnect, 36 months.

use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::{
    Hours,
    calendar::{paris, paris_date},
    deadlines::start_of,
    second_factor::CHALLENGE_MINUTES,
};

mod rules;
mod tables;

pub use rules::RULES;
pub use tables::{Kept, TABLES, of_table};

pub const SESSION: Hours = Hours(12);
/// Lifetime of the link that confirms an address.
pub const CONFIRMATION: Hours = Hours(24);
/// Lifetime of the link that lets a new password be chosen.
pub const NEW_PASSWORD: Hours = Hours(1);
pub const EXPORT: Hours = Hours(24);
/// Lifetime of a citizen's login at the broker: nothing known of them is kept longer.
pub const LOGIN_MINUTES: i64 = 30;
/// How long a browser somebody signed in with stays known.
pub const KNOWN_DEVICE: Hours = Hours(24 * 180);
/// The longest the CNIL recommends for logs: a stolen password is often noticed months later.
pub const SECURITY_EVENT: Hours = Hours(24 * 365);
/// How long a message that no mail server accepted is kept.
pub const REFUSED_MAIL: Hours = Hours(24 * 30);
/// Between the warning and the end of an account nobody uses.
pub const WARNING_DAYS: i32 = 30;

/// Data kept under one rule because it serves one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    UnconfirmedAccount,
    Account,
    OfAccount,
    Session,
    Challenge,
    /// Forms kept for whoever sent them.
    KeptForm,
    Link,
    KnownDevice,
    RateLimit,
    SecurityEvent,
    Draft,
    Prepared,
    RequestFile,
    Elimination,
    CoEditInvitation,
    SavedContact,
    MembershipCheck,
    Organisation,
    DirectoryEntry,
    VendorTicket,
    Reminder,
    AdminJournal,
    Impersonation,
    Effect,
    DemonstrationMail,
    Export,
    CitizenLogin,
    DataCall,
    Impersonal,
}

impl Class {
    pub fn rule(self) -> &'static Rule {
        RULES.iter().find(|rule| rule.class == self).unwrap_or(&RULES[0])
    }

    /// Data older than this instant is past its period; `None` for classes that have no period of their own.
    pub fn before(self, now: Timestamp) -> Option<Timestamp> {
        match self.rule().keep {
            Keep::For(period) => Some(period.before(now)),
            Keep::Follows | Keep::Always => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    Minutes(i64),
    Hours(i64),
    /// Days and months of the calendar, in Paris.
    Days(i64),
    Months(i32),
}

impl Period {
    pub fn before(self, now: Timestamp) -> Timestamp {
        let today = paris_date(now);
        let ago = |span: jiff::Span| {
            let moment = now.to_zoned(paris());
            moment.checked_sub(span).map_or_else(|_| start_of(today), |zoned| zoned.timestamp())
        };
        match self {
            Self::Minutes(minutes) => now.saturating_sub(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MIN),
            Self::Hours(hours) => now.saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN),
            Self::Days(days) => ago(days.days()),
            Self::Months(months) => ago(months.months()),
        }
    }

    /// « 36 mois », as the legal page reads it.
    pub fn in_french(self) -> String {
        let (number, one, many) = match self {
            Self::Minutes(minutes) => (minutes, "minute", "minutes"),
            Self::Hours(hours) => (hours, "heure", "heures"),
            Self::Days(days) if days % 365 == 0 => (days / 365, "an", "ans"),
            Self::Days(days) => (days, "jour", "jours"),
            Self::Months(months) if months % 12 == 0 => (i64::from(months / 12), "an", "ans"),
            Self::Months(months) => (i64::from(months), "mois", "mois"),
        };
        format!("{number}\u{a0}{}", if number == 1 { one } else { many })
    }

    fn in_english(self) -> String {
        let (number, word) = match self {
            Self::Minutes(minutes) => (minutes, "minute"),
            Self::Hours(hours) => (hours, "hour"),
            Self::Days(days) => (days, "day"),
            Self::Months(months) => (i64::from(months), "month"),
        };
        format!("{number} {word}{}", if number == 1 { "" } else { "s" })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    For(Period),
    /// As long as what it belongs to.
    Follows,
    /// Nothing in it is about a person, or it proves what became of the rest.
    Always,
}

/// What happens at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Purge,
    /// The row stays, without anything that tells who it was.
    Anonymise,
    /// Proposed on an elimination list; erased once the archives' visa is recorded.
    Elimination,
    Stays,
}

impl Fate {
    pub fn in_french(self) -> &'static str {
        match self {
            Self::Purge => "Suppression",
            Self::Anonymise => "Anonymisation",
            Self::Elimination => "Proposition à l’élimination, puis effacement après le visa des archives",
            Self::Stays => "Conservation",
        }
    }

    fn in_english(self) -> &'static str {
        match self {
            Self::Purge => "purged",
            Self::Anonymise => "anonymised",
            Self::Elimination => "elimination list, erased after the visa of the archives",
            Self::Stays => "–",
        }
    }
}

/// The retention rule of one class of data.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub class: Class,
    /// The name on the legal page; empty for data that it need not list.
    pub data: &'static str,
    pub keep: Keep,
    /// The event the period runs from, or what it follows: in English for the documentation, in French for the page.
    pub since: (&'static str, &'static str),
    pub then: Fate,
    /// Of the period, in law or recommendations.
    pub source: &'static str,
}

impl Rule {
    /// « 36 months after the call », in the documentation.
    fn kept(&self) -> String {
        match self.keep {
            Keep::For(period) => format!("{} after {}", period.in_english(), self.since.0),
            Keep::Follows | Keep::Always => self.since.0.to_owned(),
        }
    }
}

impl Kept {
    /// Its row in `docs/RETENTION.md`.
    pub fn row(&self) -> String {
        let rule = self.class.rule();
        let source = if rule.source.is_empty() { "–" } else { rule.source };
        format!("| `{}` | {} | {} | {} | {source} |", self.table, self.what, rule.kept(), rule.then.in_english())
    }
}

#[cfg(test)]
mod tests;
